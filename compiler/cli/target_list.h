// The text of `narrows --targets`.
#pragma once

#include <string>

namespace narrows {

/// A line for each target: its name, its instructions, and how this machine runs code for it: itself, through an
/// emulator, or not, with what is missing.
std::string target_list();

}  // namespace narrows
