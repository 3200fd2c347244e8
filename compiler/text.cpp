#include "compiler/text.h"

namespace narrows {

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
