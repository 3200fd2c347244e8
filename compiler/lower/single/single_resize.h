// RESIZE_BILINEAR as a block of its own and as the first half of another (runtime/resize.h).
#pragma once

#include <string>

#include "compiler/lower/single/single.h"

namespace narrows {

/// The names by which a body calls the runtime.
struct ResizeNames {
  std::string sizes, taps;  ///< of one resize: "resize", "taps"
  std::string rows;         ///< pointer to two weighted input rows at the start of the scratch memory
};

/// Writes the declarations for the bilinear `op`, and adds their table to `s`, and the scratch memory of the
/// rows where there is not yet enough. `number` goes into the names where it is not empty. What `op` reads
/// and writes lies in memory as its own values plus the shifts.
ResizeNames declare_resize(SingleCode& s, const Op& op, const std::string& number, int in_shift, int out_shift);

}  // namespace narrows
