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

}  // namespace narrows
