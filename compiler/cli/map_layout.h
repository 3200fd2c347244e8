// Where the channels of a model's inputs and outputs stand.
//
// Inside a Graph every map is NHWC. A model that reads or returns its maps with the channels in front (NCHW, as ONNX models
// do) has an operator at its edge that moves them, and a reshape where there is one channel. That operator tells the layout:
// a shape alone may fit both.
#pragma once

#include <optional>

#include "compiler/graph.h"

namespace narrows {

struct MapShape {
  int height = 0, width = 0, channels = 0;
  bool planes = false;  ///< a plane for each channel (NCHW); otherwise the channels of a pixel lie side by side (NHWC)
};

/// Of an input of rank 4 with batch 1; nothing for others.
std::optional<MapShape> input_map(const Graph& graph, int tensor);
/// Likewise of an output.
std::optional<MapShape> output_map(const Graph& graph, int tensor);

}  // namespace narrows
