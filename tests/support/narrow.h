// Graphs of float operators whose weights are narrow.
#pragma once

#include "compiler/graph/graph.h"

namespace narrows {

/// `graph` with the weights of its float convolutions rounded to f16, or to i8 with a scale per channel, for every
/// third of them per tensor.
Graph with_narrow_weights(Graph graph, DType type);

/// A TFLite model with all FLOAT32 constants as FLOAT16 behind DEQUANTIZE.
std::vector<uint8_t> float16_model(const std::vector<uint8_t>& model);

}  // namespace narrows
