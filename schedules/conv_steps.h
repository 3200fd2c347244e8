// The innermost part of a convolution kernel: a tile of channels for some pixels of the row, from inputs and weights to
// stored values. conv_row.cpp puts the loops over rows and tiles around it.
#pragma once

#include <string>

#include "schedules/kernels.h"
#include "schedules/prefetch.h"
#include "schedules/steps.h"

namespace narrows {

/// How the loops of a reduction are written down.
struct Unrolling {
  bool completely = false;  ///< no loop: the few steps of each row stand one behind the other
  int streams = 1;          ///< parts of the weights that are read side by side
  int steps = 1;            ///< steps per iteration
};
Unrolling unrolling_of(const ConvRow& spec, const ConvLayout& at, const Target& target);

/// Everything that is decided about a kernel before it is printed.
struct ConvPlan {
  ConvPlan(const ConvRow& spec, const Target& target);

  ConvRow spec;
  Target target;
  ConvLayout at;
  Unrolling unrolling;
  std::vector<Steps> parts;  ///< the steps along the row
  Prefetch prefetch;

  int tiles() const { return at.channels / at.tile; }
  int steps_of_depth() const { return at.depth / spec.arithmetic().quad; }
};

/// True if the kernel takes the bias: as what accumulators start from, or where scaled sums are finished.
bool reads_bias(const ConvRow& spec);

/// The statements of one tile of channels for the pixels of `steps`.
std::string print_conv_steps(const ConvPlan& plan, const Steps& steps, int indent);

}  // namespace narrows
