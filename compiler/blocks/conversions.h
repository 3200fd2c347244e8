// What stands between a graph input and the first convolution: (pixel - mean) / std, and from floats to 8 bits. A chain
// does it to every row when it loads it, so that the map between them never exists.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/uses.h"

namespace narrows {

/// The map that a conversion reads, not its constant.
int converted_map(const Graph& graph, const Op& op);

/// The operators from `first` on that a full convolution's chain can do to each row of a graph input as it loads it;
/// empty where there are none. These are
///   - operators that multiply each channel by a number and add another (compiler/graph/channel_map.h), to floats;
///   - from a tensor of 8 bits to another: such operators with a quantize behind them, or a quantize alone, which
///     together are a table of 256 entries for each channel;
///   - a quantize of floats.
std::vector<int> conversions_at(const Graph& graph, const Uses& uses, int first);

}  // namespace narrows
