#include "compiler/emit/wrap_lines.h"

#include <algorithm>
#include <optional>

namespace narrows {

namespace {

/// Where the next line may begin in `line`: behind the last place with the fewest open brackets, or before an operator
/// where all commas are within more of them.
std::optional<size_t> break_of(const std::string& line, size_t indent) {
  std::optional<size_t> best;
  int depth = 0, least = 0;
  bool quoted = false;
  for (size_t i = indent; i < line.size() && i <= kEmittedWidth; ++i) {
    const char c = line[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c != ' ' || i < indent + 8) continue;
    const std::string next = line.substr(i + 1, 3);
    const bool comma = line[i - 1] == ',' || line[i - 1] == '{';
    const bool operation = next.rfind("| ", 0) == 0 || next.rfind("+ ", 0) == 0 || next == "|| " || next == "&& ";
    if (!comma && !operation) continue;
    const int cost = comma ? depth : depth + 1;
    if (best && cost > least) continue;
    best = i + 1, least = cost;
  }
  return best;
}

std::string wrap_code(std::string line, size_t indent) {
  std::string out;
  while (line.size() > kEmittedWidth) {
    const std::optional<size_t> at = break_of(line, line.find_first_not_of(' '));
    if (!at) break;
    out += line.substr(0, line.find_last_not_of(' ', *at - 1) + 1) + "\n";
    line = std::string(indent + 4, ' ') + line.substr(*at);
  }
  return out + line + "\n";
}

std::string wrap_directive(std::string line) {
  std::string out;
  while (line.size() > kEmittedWidth) {
    const size_t at = line.rfind(' ', kEmittedWidth - 2);
    if (at == std::string::npos) break;
    out += line.substr(0, at + 1) + "\\\n";
    line = line.substr(at + 1);
  }
  return out + line + "\n";
}

/// A line within a C comment: " * ...". A command, which is indented there, goes on behind a backslash.
std::string wrap_c_comment(std::string line) {
  const bool command = line.rfind(" *   ", 0) == 0;
  const std::string next = command ? " *     " : " * ";
  std::string out;
  while (line.size() > kEmittedWidth) {
    const size_t at = line.rfind(' ', kEmittedWidth - 2);
    if (at == std::string::npos || at <= next.size()) break;
    out += line.substr(0, at) + (command ? " \\\n" : "\n");
    line = next + line.substr(at + 1);
  }
  return out + line + "\n";
}

std::string wrap_line(const std::string& line) {
  if (line.size() <= kEmittedWidth) return line + "\n";
  if (line.rfind(" * ", 0) == 0) return wrap_c_comment(line);
  const size_t indent = std::min(line.find_first_not_of(' '), line.size());
  if (line[indent] == '#') return wrap_directive(line);
  const size_t comment = line.find("// ", indent);
  if (comment == indent) return wrap_comment(line.substr(0, indent) + "// ", line.substr(comment + 3));
  if (comment == std::string::npos) return wrap_code(line, indent);
  const std::string code = line.substr(0, line.find_last_not_of(' ', comment - 1) + 1);
  return wrap_comment(std::string(indent, ' ') + "// ", line.substr(comment + 3)) + wrap_line(code);
}

}  // namespace

std::string wrap_lines(const std::string& text) {
  std::string out;
  bool directive = false;  // goes on from the line above
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    out += directive ? wrap_directive(line) : wrap_line(line);
    directive = !line.empty() && line.back() == '\\';
    begin = end + 1;
  }
  return out;
}

std::string wrap_comment(const std::string& first, const std::string& words) {
  const size_t slashes = first.find("//");
  const std::string next = first.substr(0, slashes + 2) + std::string(first.size() - slashes - 2, ' ');
  std::string text, line = first;
  const auto without_end = [](const std::string& s) { return s.substr(0, s.find_last_not_of(' ') + 1) + "\n"; };
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(' ', begin), words.size());
    if (line.size() + end - begin > kEmittedWidth && line.size() > next.size()) {
      text += without_end(line);
      line = next;
    }
    line += words.substr(begin, end - begin) + " ";
    begin = end + 1;
  }
  return text + without_end(line);
}

}  // namespace narrows
