// How reports write numbers and names.
#pragma once

#include <cstdint>
#include <string>

namespace narrows {

/// 3559424 -> "3,559,424"
std::string with_commas(int64_t number);

/// The printable characters of a name that may hold any bytes, '?' for others; where it is longer than `width`, its
/// middle is left out.
std::string printable(const std::string& name, size_t width);

/// Text that may hold any bytes, for a terminal or a comment: control characters and bytes that are no UTF-8 become
/// \x1b and the like, so that a file cannot move the cursor, change colors or hide what stands before. Line ends and
/// tabs stay.
std::string escaped(const std::string& text);
/// Likewise for what stands within a line, as names do: without line ends and tabs.
std::string escaped_line(const std::string& text);

}  // namespace narrows
