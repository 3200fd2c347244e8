// The order of the steps of an 8-bit reduction, four elements of the depth each, where products are added in 16 bits
// (sorts_steps in schedules/kernels.h).
#pragma once

#include <vector>

#include "compiler/lower/conv_weights.h"
#include "compiler/target.h"

namespace narrows {

/// A range of the weights of a pointwise convolution.
struct WeightRange {
  int first_channel = 0, channels = 0;
  int first_depth = 0, depth = 0;  ///< elements behind the end of a row are 0
};

struct StepOrder {
  std::vector<int> steps;  ///< all, in the order of computation; the first two are joined, and so on
  int joined = 0;          ///< pairs of steps
  int small = 0;           ///< steps behind them, each of which does not saturate by itself
};

/// With Sorting::joined_first, joins greedily: the step with the largest weights gets the largest one that it can be
/// joined with, and so on.
StepOrder sort_steps(const ConvWeights& weights, const WeightRange& range, Sorting sorting);

/// True if enough steps of an 8-bit pointwise convolution can be joined for a loop of their own to pay. False where the
/// target does not sort steps.
bool joins_steps(const Target& target, const ConvWeights& weights);

}  // namespace narrows
