// The kernel calls of a convolution, counted: what a search for register tiles weighs without running anything.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/options.h"
#include "schedules/kernels.h"

namespace narrows {

/// A kernel, and how often a run of the block calls it. What a schedule computes twice is counted once, and what only
/// finishes sums, not at all: it is the same for all tiles.
struct ConvCalls {
  ConvRow kernel;
  int64_t calls = 0;
};

/// Those of the block's convolution `i`, which is not depthwise, with the schedule that the options have for the block.
/// Empty where the block is not computed by such kernels.
std::vector<ConvCalls> conv_calls(const Graph& graph, const Block& block, size_t i, const CompileOptions& options);

}  // namespace narrows
