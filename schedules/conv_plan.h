// What is decided about a convolution kernel before any of it is printed: its layout, the steps along the row, how the
// loops of the reduction are unrolled, and what is fetched ahead.
#pragma once

#include <vector>

#include "compiler/target.h"
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

/// True if the kernel takes the bias by its name: as what all accumulators start from, or where scaled sums are
/// finished.
bool reads_bias(const ConvRow& spec);
/// True if accumulators start from memory with a value for each pixel, or from one that may have.
bool starts_from_memory(const ConvRow& spec);

}  // namespace narrows
