// Inputs for models where no others are given.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

/// A tensor of random values for each graph input: 8-bit types uniform over all values, floats uniform in [-1, 1).
/// A seed gives equal bytes on every machine.
std::vector<Bytes> random_inputs(const Graph& graph, uint64_t seed);

}  // namespace narrows
