// The kernel calls of a convolution, counted: what a search for register tiles weighs without running anything.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/block.h"
#include "compiler/compile.h"
#include "schedules/kernels.h"

namespace narrows {

/// A kernel, and how often a run of the block calls it. What a schedule computes twice is counted once.
struct ConvCalls {
  ConvRow kernel;
  int64_t calls = 0;
  double small_steps = 0;  ///< kernels that sort their steps: the share of those that have small weights
};

/// Those of the block's convolution `i`, which is not depthwise, with the schedule that the options have for the block. Empty
/// where the block is not computed by such kernels.
std::vector<ConvCalls> conv_calls(const Graph& graph, const Block& block, size_t i, const CompileOptions& options);

/// The share of small steps, as they stand in a packed region.
double small_steps(const ConvRow& kernel, const std::string& weights, int64_t region, const Target& target);

}  // namespace narrows
