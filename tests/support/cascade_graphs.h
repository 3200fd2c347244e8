// Graphs of which several blocks are joined to cascades, and the schedules that join them.
#pragma once

#include "compiler/blocks/schedule.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// Every case of cascade_graphs.cpp, one after the other, with inputs and outputs of their own.
Graph cascade_graph(DType type);

/// Schedules under which every run of blocks that can be a cascade is one. With `plain`, their rings are plain;
/// `columns` is as in Schedule.
Schedules cascade_schedules(const Graph& graph, bool plain = false, int columns = 0);

}  // namespace narrows
