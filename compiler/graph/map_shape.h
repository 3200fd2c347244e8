// The size of the pictures that a model reads or returns, and where their channels stand.
#pragma once

#include <optional>

#include "compiler/graph/graph.h"

namespace narrows {

struct MapShape {
  int height = 0, width = 0, channels = 0;
  bool planes = false;  ///< a plane for each channel (NCHW); otherwise the channels of a pixel lie side by side (NHWC)
};

/// The map that a tensor of rank 4 with batch 1 holds, NHWC where nothing tells another layout
/// (compiler/graph/map_layout.h). Nothing for other tensors, and for layouts with the channels between height and
/// width.
std::optional<MapShape> map_shape(const Graph& graph, int tensor);

}  // namespace narrows
