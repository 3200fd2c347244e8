// Graphs of which tests emit code.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace narrows {

/// MobileNetV2 with made-up weights and 101 classes.
Graph demo_graph(DType type, float width = 0.35f, int size = 33, bool dense = false);

/// The float model with all constants in float16 behind DEQUANTIZE, as TensorFlow's converter writes it.
Graph float16_demo_graph();

/// A stem, a block with residual and a classifier, which compile fast: input [1,9,8,3], output [1,10].
Graph tiny_graph(DType type);

/// Every odd case of odd_graphs.cpp, one after the other, with inputs and outputs of their own.
Graph odd_graph(DType type);

/// Convolutions of all kinds, sums and pools whose activations leave one stored value; of an 8-bit type.
Graph collapsed_graph(DType type);

/// The graph of a text in which T stands for the type, $p and $q for two sets of quantization parameters, and $w for
/// those of weights. $p and $q differ in u8 only.
Graph typed_graph(std::string text, DType type);

}  // namespace narrows
