// What `narrows --operators` and `narrows --targets` print.
#pragma once

#include <string>

namespace narrows {

/// The operators that can be read, which docs/models.md lists too: a paragraph per front end, with lines of at most 120
/// columns.
std::string operator_lists();

/// A line for each target: its name, its instructions, and how this machine runs code for it: itself, through an
/// emulator, or not, with what is missing.
std::string target_list();

}  // namespace narrows
