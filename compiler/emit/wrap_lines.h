// Emitted text in lines that a screen shows whole.
#pragma once

#include <string>

namespace narrows {

constexpr size_t kEmittedWidth = 120;

/// Breaks lines of C++ that are longer than kEmittedWidth: code where the fewest brackets are open, behind a comma or
/// before an operator; directives and comments behind a word. A comment behind code moves to a line of its own.
std::string wrap_lines(const std::string& text);

/// Words as comment lines: `first` begins the first line, "//" and spaces the others.
std::string wrap_comment(const std::string& first, const std::string& words);

}  // namespace narrows
