// Graphs in which every operator that is not a convolution occurs.
#pragma once

#include "compiler/graph/graph.h"

namespace narrows {

/// All operators in f32, u8 and i8, each on graph inputs and on computed tensors, which emitted code keeps in
/// different ways. Every result is a graph output, whose name says what it is.
Graph all_single_ops();

}  // namespace narrows
