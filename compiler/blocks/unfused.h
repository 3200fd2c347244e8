// Why a block has one operator or one convolution alone: for reports. docs/schedules.md explains every reason.
#pragma once

#include <string>
#include <vector>

#include "compiler/blocks/block.h"

namespace narrows {

enum class Unfused {
  output,           ///< what follows would hide a tensor that the caller of the model sees
  several_readers,  ///< what follows would hide a tensor that others read too
  pointwise,        ///< a projection follows, but it is a 1x1 convolution that widens nothing itself
  narrow,           ///< a projection follows, but the map between is no wider than its result
  few_rows,         ///< rows are too few to keep only some of them
  behind,           ///< no block computes what follows together with a convolution
  no_convolution,   ///< a convolution could compute it, but none stands before it
  read_by_others,   ///< a convolution stands before it, whose result others read, or the caller of the model
  operand,          ///< a convolution stands before it, but an operand differs between pixels or is computed
  never,            ///< no block computes the operator with others
  whole_tensors,    ///< the schedule keeps whole tensors
};
constexpr int unfused_reasons = 11;

/// In a few words.
const char* to_string(Unfused reason);

/// The reason, for a block of `graph` that is not fused.
Unfused why_unfused(const Graph& graph, const Block& block);

}  // namespace narrows
