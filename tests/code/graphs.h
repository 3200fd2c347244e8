// Graphs of which tests emit code.
#pragma once

#include "compiler/graph.h"

namespace narrows {

/// MobileNetV2 with made-up weights and 101 classes.
Graph demo_graph(DType type, float width = 0.35f, int size = 33, bool dense = false);

/// The float model with all constants in float16 behind DEQUANTIZE, as TensorFlow's converter writes it.
Graph float16_demo_graph();

/// A stem, a block with residual and a classifier, which compile fast: input [1,9,8,3], output [1,10].
Graph tiny_graph(DType type);

/// Every odd case of odd_graphs.cpp, one after the other, with inputs and outputs of their own.
Graph odd_graph(DType type);

}  // namespace narrows
