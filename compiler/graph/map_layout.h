// Which dimensions of a rank-4 tensor are the height, the width and the channels of a map.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace narrows {

/// The dimensions of `tensor` in their order, as letters: "NHWC", "NCHW", or another order of N, H, W and C. The
/// nearest operator that works on maps tells (a convolution, a pool, a resize, a mean over height and width), reached
/// through operators that keep or move whole dimensions. Empty for tensors of other ranks, and where no such operator
/// is connected: sizes are no evidence.
std::string map_layout(const Graph& graph, int tensor);

/// The size of dimension `letter` of a tensor with this shape and layout.
int map_size(const Shape& shape, const std::string& layout, char letter);

}  // namespace narrows
