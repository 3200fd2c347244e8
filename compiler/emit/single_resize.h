// RESIZE_BILINEAR as a block of its own and as the first half of another (runtime/resize.h).
#pragma once

#include <string>

#include "compiler/emit/single.h"

namespace narrows {

/// The names by which a body calls the runtime.
struct ResizeNames {
  std::string weight;  ///< type of the weights: f32 or i32
  std::string rows;    ///< pointer to two weighted input rows at the start of the scratch memory
};

/// Writes the declarations of `resize` and `taps` for the bilinear `op`, and adds their table and scratch
/// memory to `s`. What `op` writes will lie in memory as its own values plus `out_shift`.
ResizeNames declare_resize(SingleCode& s, const Op& op, int out_shift);

}  // namespace narrows
