// The operators that can be read, as `narrows --operators` and the README list them.
#pragma once

#include <string>

namespace narrows {

/// A paragraph per front end, with lines of at most 120 columns.
std::string operator_lists();

}  // namespace narrows
