// The words of one line of graph text; what parse.cpp reads from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace narrows {

/// Thrown by Words and caught by parse_graph(): the line cannot be read any further.
struct Unreadable {
  std::string message;
};

/// Words are separated by blanks, or stand in quotes; `#` outside of quotes ends the line. They are taken
/// from left to right; a word that is not what the caller asks for is Unreadable. `what` names it in the
/// message.
class Words {
 public:
  explicit Words(const std::string& line);

  bool done() const { return at_ == tokens_.size(); }
  bool at_quoted() const { return !done() && tokens_[at_].quoted; }
  bool at_id() const { return !done() && !at_quoted() && tokens_[at_].text[0] == '%'; }
  bool at_number() const;

  bool take(const char* word);         ///< takes the next word if it is `word`
  std::string word(const char* what);  ///< any word
  int id();                            ///< "%3"
  int64_t whole(const char* what);     ///< a whole number
  int small(const char* what);         ///< a whole number of 32 bits
  float real(const char* what);

 private:
  struct Token {
    std::string text;
    bool quoted;
  };

  std::vector<Token> tokens_;
  size_t at_ = 0;
};

std::optional<int64_t> parse_integer(const std::string& text);

}  // namespace narrows
