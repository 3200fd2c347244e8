// Cascades: chains of blocks that become one row-streamed function, so that the tensors between them never exist as a
// whole.
#pragma once

#include <climits>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/blocks/schedule.h"

namespace narrows {

/// Blocks that can be computed row by row: chains of convolutions over maps.
bool streams_rows(const Graph& graph, const Block& block);

/// How many blocks from `first` on can be one cascade, itself included, as far as `most`; 0 where that block cannot be
/// in any. Each is a chain of convolutions that reads what the one before it makes, row by row, and nobody else reads
/// that; residuals stay within it.
int longest_cascade(const Graph& graph, const std::vector<Block>& blocks, int first, int most = INT_MAX);

/// The blocks [first, first + count) as one.
Block join_blocks(const std::vector<Block>& blocks, int first, int count);

/// Joins what the schedules ask for: runs of blocks whose block_key() as one block has a cascade in `schedules`, and
/// where `schedule` is one, as many blocks from the first chain on as it says, or can be.
std::vector<Block> join_cascades(const Graph& graph, const std::vector<Block>& blocks, const Schedule& schedule,
                                 const Schedules& schedules);

}  // namespace narrows
