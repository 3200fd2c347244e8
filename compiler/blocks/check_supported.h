// What no block can compute is refused before any code is made.
#pragma once

#include "compiler/graph/graph.h"

namespace narrows {

/// Adds an error for every op of a verified graph that the back end cannot compile. True if there was none.
bool check_supported(const Graph& graph, Diagnostics& diagnostics);

/// CompileOptions::input_rows: the model has one input, a map that one convolution reads. One error otherwise.
bool check_row_input(const Graph& graph, Diagnostics& diagnostics);

}  // namespace narrows
