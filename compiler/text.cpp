#include "compiler/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace narrows {
namespace {

/// How many bytes from `at` on are one UTF-8 character that is no control character; 0: none. Forms longer than needed,
/// surrogates and numbers above U+10FFFF are no characters.
size_t character_bytes(const std::string& text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return first >= ' ' && first != 0x7f ? 1 : 0;
  const size_t count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() - at < count) return 0;
  uint32_t code = first & (0xffu >> (count + 1));
  for (size_t i = 1; i < count; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(at + i) & 0x3f);
  }
  const uint32_t smallest[] = {0, 0, 0xa0, 0x800, 0x10000};  // U+0080 to U+009F are control characters, too
  const bool legal = code >= smallest[count] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return legal ? count : 0;
}

std::string escaped_but(const std::string& text, const std::string& kept) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t count = kept.find(text[at]) != std::string::npos ? 1 : character_bytes(text, at);
    if (count == 0) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    result.append(text, at, count);
    at += std::max<size_t>(count, 1);
  }
  return result;
}

}  // namespace

std::string escaped(const std::string& text) { return escaped_but(text, "\n\t"); }
std::string escaped_line(const std::string& text) { return escaped_but(text, ""); }

std::string with_commas(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) digits.insert(at, ",");
  return digits;
}

std::string printable(const std::string& name, size_t width) {
  const size_t front = width / 2 - 1, back = width - width / 2 - 1;
  std::string text = name;
  if (text.size() > width) text = text.substr(0, front) + ".." + text.substr(text.size() - back);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

}  // namespace narrows
