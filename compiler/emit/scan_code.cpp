#include "compiler/emit/scan_code.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace narrows {

bool is_letter(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string code_only(const std::string& text) {
  std::string out = text;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      for (; i < text.size() && text[i] != '\n'; ++i) out[i] = ' ';
    } else if (c == '"' || c == '\'') {
      for (++i; i < text.size() && text[i] != c; ++i) {
        if (text[i] == '\\') out[i++] = ' ';
        out[i] = ' ';
      }
    }
  }
  return out;
}

size_t behind_bracket(const std::string& code, size_t open) {
  int depth = 0;
  for (size_t i = open; i < code.size(); ++i) {
    if (code[i] == '(' || code[i] == '[' || code[i] == '{') ++depth;
    if ((code[i] == ')' || code[i] == ']' || code[i] == '}') && --depth == 0) return i + 1;
  }
  return code.size();
}

namespace {

std::string without_spaces(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \n");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

}  // namespace

std::vector<std::string> elements_of(const std::string& list) {
  std::vector<std::string> elements;
  if (without_spaces(list).empty()) return elements;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    const char c = i < list.size() ? list[i] : ',';
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c != ',' || (depth != 0 && i < list.size())) continue;
    elements.push_back(without_spaces(list.substr(begin, i - begin)));
    begin = i + 1;
  }
  return elements;
}

std::string word_at(const std::string& code, size_t at) {
  size_t end = at;
  while (end < code.size() && is_letter(code[end])) ++end;
  return code.substr(at, end - at);
}

std::string word_before(const std::string& code, size_t end) {
  while (end > 0 && isspace(static_cast<unsigned char>(code[end - 1]))) --end;
  size_t begin = end;
  while (begin > 0 && is_letter(code[begin - 1])) --begin;
  return code.substr(begin, end - begin);
}

size_t find_word(const std::string& code, const std::string& word) {
  for (size_t at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_letter(code[at - 1])) && (end == code.size() || !is_letter(code[end]))) return at;
  }
  return std::string::npos;
}

namespace {

/// True for words that stand between a pointer's * and its name.
bool qualifies_pointer(const std::string& code, size_t at, const std::string& word) {
  if (word == "__restrict") return true;
  while (at > 0 && code[at - 1] == ' ') --at;
  return word == "const" && at > 0 && code[at - 1] == '*';
}

}  // namespace

std::string declared_type(const std::string& code, size_t at) {
  static const std::set<std::string> keywords = {
      "INLINE", "NOINLINE", "case",   "class",  "const",    "constexpr", "delete", "else",     "enum",    "extern",
      "goto",   "inline",   "new",    "return", "sizeof",   "static",    "struct", "template", "typedef", "typename",
      "using",  "unsigned", "signed", "define", "operator", "namespace", "ifdef",  "defined"};
  std::string pointers;
  while (true) {
    for (; at > 0 && (code[at - 1] == ' ' || code[at - 1] == '*' || code[at - 1] == '&'); --at)
      if (code[at - 1] == '*') pointers += '*';
    if (at == 0 || !is_letter(code[at - 1])) return "";
    const std::string word = word_before(code, at);
    at -= word.size();
    if (qualifies_pointer(code, at, word)) continue;
    return isdigit(static_cast<unsigned char>(word[0])) || keywords.count(word) ? "" : word + pointers;
  }
}

}  // namespace narrows
