// A block as a graph of its own, to be measured or tuned apart from its network.
#pragma once

#include "compiler/blocks/block.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// The block's operators with their constants. Its input, and its residual where that is another tensor, are
/// graph inputs. Behind each that is a map stands a pool of one pixel, which changes nothing: the block then
/// reads what another operator made, as in its network, in the type and the place that the compiler gives
/// such tensors. partition() of the result has those pools as first blocks, and this block as the last one.
Graph extract_block(const Graph& graph, const Block& block);

}  // namespace narrows
