// Words and brackets of C++ source text.
#pragma once

#include <string>
#include <vector>

namespace narrows {

bool is_letter(char c);
/// The text with comments and literals as spaces, so that offsets stay.
std::string code_only(const std::string& text);
/// The offset behind the bracket that closes the one at `open`.
size_t behind_bracket(const std::string& code, size_t open);
/// Elements of a list between brackets, without spaces around them. Commas between < and > count as well: a list that
/// has them is never shorter than it seems.
std::vector<std::string> elements_of(const std::string& list);
std::string word_at(const std::string& code, size_t at);
/// The word that ends before `end`, without spaces between.
std::string word_before(const std::string& code, size_t end);
/// Where a word stands as a whole.
size_t find_word(const std::string& code, const std::string& word);
/// The type that is declared before the word at `at`, such as "i32v" or "u8*"; empty if none is: a type is a word that
/// is no keyword. References are types without &.
std::string declared_type(const std::string& code, size_t at);

}  // namespace narrows
