#include "compiler/graph/text/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace narrows {
namespace {

/// Reads from the quote at line[*at] to behind the closing one.
std::string read_quoted(const std::string& line, size_t* at) {
  std::string text;
  for (++*at; *at < line.size() && line[*at] != '"'; ++*at) {
    if (line[*at] != '\\') {
      text += line[*at];
    } else if (*at + 1 < line.size() && line[*at + 1] == 'x') {
      text += static_cast<char>(std::strtol(line.substr(*at + 2, 2).c_str(), nullptr, 16));
      *at += 3;
    } else {
      ++*at;
      if (*at < line.size()) text += line[*at];
    }
  }
  if (*at >= line.size()) throw Unreadable{"a quote is not closed"};
  ++*at;
  return text;
}

}  // namespace

std::optional<int64_t> parse_integer(const std::string& text) {
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != 0) return std::nullopt;
  return value;
}

Words::Words(const std::string& line) {
  const char* blanks = " \t\r";
  size_t at = line.find_first_not_of(blanks);
  while (at < line.size() && line[at] != '#') {
    if (line[at] == '"') {
      tokens_.push_back({read_quoted(line, &at), true});
    } else {
      const size_t end = std::min(line.find_first_of(blanks, at), line.size());
      tokens_.push_back({line.substr(at, end - at), false});
      at = end;
    }
    at = line.find_first_not_of(blanks, at);
  }
}

bool Words::at_number() const {
  if (done() || at_quoted()) return false;
  const std::string& text = tokens_[at_].text;
  return std::strchr("+-.0123456789", text[0]) || text == "inf" || text == "nan";
}

bool Words::take(const char* word) {
  if (done() || at_quoted() || tokens_[at_].text != word) return false;
  ++at_;
  return true;
}

std::string Words::word(const char* what) {
  if (done()) throw Unreadable{fmt::format("expected {} at the end of the line", what)};
  return tokens_[at_++].text;
}

int Words::id() {
  const std::string text = word("a tensor such as %3");
  const std::optional<int64_t> id = text[0] == '%' ? parse_integer(text.substr(1)) : std::nullopt;
  if (!id || *id < 0 || *id > 1000000) {
    throw Unreadable{fmt::format("expected a tensor such as %3, found '{}'", text)};
  }
  return static_cast<int>(*id);
}

int64_t Words::whole(const char* what) {
  const std::string text = word(what);
  const std::optional<int64_t> value = parse_integer(text);
  if (!value) throw Unreadable{fmt::format("expected {}, found '{}'", what, text)};
  return *value;
}

int Words::small(const char* what) {
  const int64_t value = whole(what);
  if (value != static_cast<int32_t>(value)) throw Unreadable{fmt::format("{} {} is too large", what, value)};
  return static_cast<int>(value);
}

float Words::real(const char* what) {
  const std::string text = word(what);
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  if (text.empty() || *end != 0) throw Unreadable{fmt::format("expected {}, found '{}'", what, text)};
  return value;
}

}  // namespace narrows
