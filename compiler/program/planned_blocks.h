// What decisions about memory are made from: the blocks of a graph in the order of their calls, and their plans.
#pragma once

#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/graph/graph.h"
#include "compiler/lower/lower.h"

namespace narrows {

struct PlannedBlocks {
  const Graph& graph;
  std::vector<DType> memory_types;  ///< by tensor
  std::vector<Block> blocks;
  std::vector<BlockPlan> plans;  ///< by block; nothing runs for a reshape
};

/// memory_type() of all tensors.
std::vector<DType> memory_types_of(const PlanContext& context);

/// The blocks in their order, and the plan of each.
PlannedBlocks plan_blocks(const PlanContext& context, const std::vector<Block>& blocks);

/// Items in another order: the one at order[0] comes first, and so on.
template <typename T>
std::vector<T> reordered(const std::vector<int>& order, const std::vector<T>& items) {
  std::vector<T> list;
  for (int i : order) list.push_back(items[i]);
  return list;
}

}  // namespace narrows
