#include "compiler/emit/definitions.h"

#include <algorithm>
#include <cctype>

#include "compiler/diagnostics.h"
#include "compiler/emit/scan_code.h"

namespace narrows {

namespace {

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// ---- names ---------------------------------------------------------------------------------------------------------

/// Attributes have parentheses too.
void blank_attributes(std::string* code) {
  for (const char* word : {"__attribute__", "alignas"}) {
    for (size_t at; (at = find_word(*code, word)) != std::string::npos;) {
      const size_t end = behind_bracket(*code, code->find('(', at));
      std::fill(code->begin() + static_cast<std::ptrdiff_t>(at), code->begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
  }
}

/// "a = 1, b, c" -> a, b, c
void add_enumerators(const std::string& list, std::vector<std::string>* names) {
  for (size_t at = 0; at < list.size();) {
    while (at < list.size() && !is_letter(list[at])) ++at;
    if (at < list.size()) names->push_back(word_at(list, at));
    at = std::min(list.find(',', at), list.size());
  }
}

std::vector<std::string> enum_names(const std::string& code) {
  const size_t open = code.find('{');
  std::vector<std::string> names;
  const std::string own = word_before(code, open);
  if (own != "enum") names.push_back(own);
  add_enumerators(code.substr(open + 1, code.find('}') - open - 1), &names);
  return names;
}

std::string typedef_name(const std::string& code) {
  const size_t pointer = code.find("(*");
  return pointer != std::string::npos ? word_at(code, pointer + 2) : word_before(code, code.find(';'));
}

/// Behind "template <...>", if that is how it begins.
size_t behind_template(const std::string& code) {
  if (!starts_with(code, "template")) return 0;
  int depth = 0;
  for (size_t i = code.find('<'); i < code.size(); ++i) {
    if (code[i] == '<') ++depth;
    if (code[i] == '>' && --depth == 0) return std::min(code.find_first_not_of(" \n", i + 1), code.size());
  }
  return code.size();
}

void name_function(const std::string& code, size_t open, Definition* d) {
  const size_t end = behind_bracket(code, open);
  d->names = {word_before(code, open)};
  d->function = true;
  d->parameters = elements_of(code.substr(open + 1, end - open - 2));
  d->apart_from_these = d->text.substr(0, open) + d->text.substr(end);
}

void name_definition(Definition* d) {
  std::string code = code_only(d->text);
  d->apart_from_these = d->text;
  if (starts_with(code, "#define")) {
    d->names = {word_at(code, 8)};
    return;
  }
  if (code[0] == '#') return;
  blank_attributes(&code);
  const size_t begin = behind_template(code);
  const std::string first = word_at(code, begin);
  if (first == "enum") {
    d->names = enum_names(code);
  } else if (first == "typedef") {
    d->names = {typedef_name(code)};
  } else if (first == "struct" && code.find_first_of("{;", begin) < code.find('(', begin)) {
    d->names = {word_at(code, code.find_first_not_of(' ', begin + 6))};
  } else if (const size_t open = code.find('(', begin); open < code.find_first_of("=;", begin)) {
    name_function(code, open, d);
  } else {
    d->names = {word_before(code, code.find_first_of("=[;", begin))};
  }
  NARROWS_CHECK(!d->names[0].empty(), "a definition without a name: " + d->text);
}

// ---- the walk over lines -------------------------------------------------------------------------------------------

class Splitter {
 public:
  explicit Splitter(const std::string& text) : lines_(lines_of(text)) {}

  std::vector<DefinitionSection> split() {
    sections_.emplace_back();
    while (at_ < lines_.size()) step();
    flush_heading(true);
    return sections_;
  }

 private:
  void step() {
    const std::string& line = lines_[at_];
    if (line.empty()) {
      flush_heading(true);
      new_paragraph_ = true;
      ++at_;
    } else if (starts_with(line, "//")) {
      if (starts_with(line, "// ----")) {
        comment_ = line + "\n";
        ++at_;
        return flush_heading(at_ < lines_.size() && lines_[at_].empty());
      }
      comment_ += line + "\n";
      ++at_;
    } else if (line == "#pragma once" || starts_with(line, "#include \"")) {
      // A comment that is not followed by a blank line here is the file's.
      flush_heading(true);
      ++at_;
    } else {
      add(starts_with(line, "#if") ? conditional() : line[0] == '#' ? directive() : definition());
    }
  }

  /// A comment that describes no definition begins a section.
  void flush_heading(bool blank_after) {
    if (comment_.empty()) return;
    DefinitionSection section;
    section.heading = comment_;
    section.blank_after_heading = blank_after;
    sections_.push_back(section);
    comment_.clear();
    new_paragraph_ = true;
  }

  void add(const Definition& d) {
    std::vector<std::vector<DefinitionGroup>>& paragraphs = sections_.back().paragraphs;
    if (new_paragraph_ || paragraphs.empty()) paragraphs.emplace_back();
    std::vector<DefinitionGroup>& groups = paragraphs.back();
    if (groups.empty() || !comment_.empty()) groups.push_back({comment_, {}});
    groups.back().definitions.push_back(d);
    comment_.clear();
    new_paragraph_ = false;
  }

  /// From #if to #endif: everything in it stays together.
  Definition conditional() {
    Definition d;
    int depth = 0;
    std::string inside;
    do {
      const std::string& line = lines_[at_];
      if (starts_with(line, "#if")) ++depth;
      if (starts_with(line, "#endif")) --depth;
      if (line[0] != '#' || starts_with(line, "#define")) inside += line + "\n";
      d.text += line + "\n";
    } while (++at_ < lines_.size() && depth > 0);
    for (const DefinitionSection& section : Splitter(inside).split()) {
      for (const auto& groups : section.paragraphs) {
        for (const DefinitionGroup& group : groups) {
          for (const Definition& part : group.definitions)
            d.names.insert(d.names.end(), part.names.begin(), part.names.end());
        }
      }
    }
    d.apart_from_these = d.text;
    return d;
  }

  Definition directive() {
    Definition d;
    bool goes_on;
    do {
      goes_on = !lines_[at_].empty() && lines_[at_].back() == '\\';
      d.text += lines_[at_] + "\n";
    } while (++at_ < lines_.size() && goes_on);
    name_definition(&d);
    return d;
  }

  Definition definition() {
    Definition d;
    int depth = 0;
    bool done = false;
    while (at_ < lines_.size() && !done) {
      const std::string code = lines_[at_][0] == '#' ? "" : code_only(lines_[at_]);
      for (const char c : code) depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      const size_t last = code.find_last_not_of(' ');
      done = depth == 0 && last != std::string::npos && (code[last] == ';' || code[last] == '}');
      d.text += lines_[at_++] + "\n";
    }
    name_definition(&d);
    return d;
  }

  std::vector<std::string> lines_;
  size_t at_ = 0;
  std::string comment_;
  bool new_paragraph_ = true;
  std::vector<DefinitionSection> sections_;
};

}  // namespace

std::vector<DefinitionSection> split_definitions(const std::string& text) { return Splitter(text).split(); }

}  // namespace narrows
