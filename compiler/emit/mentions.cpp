#include "compiler/emit/mentions.h"

#include <algorithm>
#include <cctype>

#include "compiler/emit/scan_code.h"

namespace narrows {

namespace {

/// The text of one function, or of what stands between two.
class FunctionMentions {
 public:
  explicit FunctionMentions(const std::string& code) : code_(code) { scan(); }

  void add_to(Mentions* mentions) const {
    for (const auto& [word, places] : places_) {
      mentions->names.insert(word);
      const bool called = std::any_of(places.begin(), places.end(), [&](size_t end) { return is_call(end); });
      if (declared_.count(word) && !called) continue;
      Mentions::Uses& uses = mentions->uses[word];
      for (const size_t end : places) {
        if (is_call(end))
          uses.calls.insert(arguments_at(end));
        else
          uses.without_call = true;
      }
    }
  }

 private:
  void scan() {
    for (size_t at = 0; at < code_.size();) {
      if (!is_letter(code_[at])) {
        ++at;
        continue;
      }
      const std::string word = word_at(code_, at), type = declared_type(code_, at);
      at += word.size();
      if (isdigit(static_cast<unsigned char>(word[0]))) continue;
      if (!type.empty()) declared_[word].insert(type);
      places_[word].push_back(at);
    }
  }

  bool is_call(size_t end) const { return end < code_.size() && code_[end] == '('; }

  std::vector<CallArgument> arguments_at(size_t open) const {
    std::vector<CallArgument> arguments;
    for (const std::string& text : elements_of(code_.substr(open + 1, behind_bracket(code_, open) - open - 2)))
      arguments.push_back(argument(text));
    return arguments;
  }

  CallArgument argument(const std::string& text) const {
    const std::string word = word_at(text, 0);
    if (word.empty()) return {};
    // What lies behind a pointer has a pointer of the same type.
    const bool moved = text.compare(word.size(), 3, " + ") == 0;
    if (word == text || moved) {
      CallArgument argument;
      const auto found = declared_.find(word);
      if (found == declared_.end()) return argument;
      for (const std::string& type : found->second) {
        if (!moved || type.back() == '*') argument.types.insert(type);
      }
      return argument;
    }
    if (text[word.size()] == '(' && behind_bracket(text, word.size()) == text.size()) return {{}, word};
    // The head of a function looks like a call: its parameters say their types.
    if (text.find('(') != std::string::npos) return {};
    const std::string type = declared_type(text, text.find_last_of(" *&") + 1);
    return {type.empty() ? std::set<std::string>() : std::set<std::string>{type}, ""};
  }

  const std::string& code_;
  std::map<std::string, std::set<std::string>> declared_;  ///< the types that stand before a word
  std::map<std::string, std::vector<size_t>> places_;      ///< where a word ends
};

}  // namespace

void add_mentions(const std::string& text, Mentions* mentions) {
  const std::string code = code_only(text), end_of_function = "\n}\n";
  for (size_t begin = 0; begin < code.size();) {
    const size_t end = std::min(code.find(end_of_function, begin), code.size() - 1) + 1;
    const std::string function = code.substr(begin, end - begin);
    FunctionMentions(function).add_to(mentions);
    begin = end;
  }
}

}  // namespace narrows
