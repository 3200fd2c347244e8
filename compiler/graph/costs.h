// What an operator costs, by its shapes.
#pragma once

#include <cstdint>

#include "compiler/graph/graph.h"

namespace narrows {

/// Multiply-accumulates of convolutions and fully connected layers; 0 for all other operators.
int64_t multiply_accumulates(const Graph& graph, const Op& op);

/// Steps of the interpreter for the operator, roughly: multiply-adds, comparisons of a pool, elements that are moved.
int64_t interpreted_steps(const Graph& graph, const Op& op);

/// What computing operators on constants may still take for a whole model: a small file can ask for much work, and for
/// many copies of a constant.
struct FoldedWork {
  int64_t steps_left = 1'000'000'000;       ///< of the interpreter, which takes seconds for them
  int64_t bytes_left = int64_t{128} << 20;  ///< of results

  /// Models with large constants may have more of them.
  void add_source(int64_t bytes) { bytes_left += 8 * bytes; }
  /// Counts the operator where it still fits in. Otherwise it is left to the network, and false is returned.
  bool take(const Graph& graph, const Op& op);
};

/// Elements of the operator's constant inputs: weights and biases.
int64_t parameter_count(const Graph& graph, const Op& op);

/// The arena that running op by op would need at least: the most bytes of activations alive at once, inputs of the
/// graph not counted.
int64_t layerwise_bytes(const Graph& graph);

}  // namespace narrows
