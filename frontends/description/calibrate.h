// Post-training quantization of graphs with made-up weights: what values the tensors of a float graph take,
// and the 8-bit graph that follows from that.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// The smallest and the largest value of a tensor; both 0 at first, as every range has to hold 0.
struct ValueRange {
  float low = 0, high = 0;
};

/// The ranges of all f32 tensors of a graph with one picture as input, by tensor id: it is run by the
/// interpreter on two made-up pictures with values from -1 to 1.
std::vector<ValueRange> calibrate(const Graph& graph, uint32_t seed);

/// The 8-bit twin of a float graph whose input has values from -1 to 1; ids stay. Activations of type u8 or
/// i8 take their parameters from `ranges`. Weights are symmetric with a scale per output channel in i8, and
/// have one scale and zero point in u8. Operators: convolutions, add, pools, reshape, concatenation, softmax,
/// logistic.
[[nodiscard]] Graph quantize_graph(Graph graph, DType type, std::vector<ValueRange> ranges);

}  // namespace narrows
