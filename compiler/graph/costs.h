// What an operator costs, by its shapes.
#pragma once

#include <cstdint>

#include "compiler/graph/graph.h"

namespace narrows {

/// Multiply-accumulates of convolutions and fully connected layers; 0 for all other operators.
int64_t multiply_accumulates(const Graph& graph, const Op& op);

/// Operators on constants that take more than this, about a second of the interpreter, are left to the network.
constexpr int64_t most_folded_macs = 1'000'000'000;

/// Elements of the operator's constant inputs: weights and biases.
int64_t parameter_count(const Graph& graph, const Op& op);

/// The arena that running op by op would need at least: the most bytes of activations alive at once, inputs of the
/// graph not counted.
int64_t layerwise_bytes(const Graph& graph);

}  // namespace narrows
