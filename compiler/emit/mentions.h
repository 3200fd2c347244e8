// What a piece of C++ source text mentions: names, and calls with what is known of the types of their arguments.
//
// This is no parser of C++, see definitions.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace narrows {

/// An argument of a call: the types that a variable of this name is declared with in the function around the call, or
/// the function whose result it is. Of other arguments neither is known.
struct CallArgument {
  std::set<std::string> types;
  std::string function;

  bool operator<(const CallArgument& other) const {
    return types != other.types ? types < other.types : function < other.function;
  }
};

/// The names that a piece of code mentions, outside of comments and literals.
struct Mentions {
  struct Uses {
    bool without_call = false;  ///< such as an address
    std::set<std::vector<CallArgument>> calls;
  };
  std::set<std::string> names;
  /// Without variables that are declared in the code, though they may have the name of a function.
  std::map<std::string, Uses> uses;
};

/// Adds to `mentions` what `code` mentions, one function after the other.
void add_mentions(const std::string& code, Mentions* mentions);

}  // namespace narrows
