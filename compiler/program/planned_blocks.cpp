#include "compiler/program/planned_blocks.h"

namespace narrows {

std::vector<DType> memory_types_of(const PlanContext& context) {
  std::vector<DType> types;
  for (size_t t = 0; t < context.graph.tensors.size(); ++t) {
    types.push_back(memory_type(context, static_cast<int>(t)));
  }
  return types;
}

PlannedBlocks plan_blocks(const PlanContext& context, const std::vector<Block>& blocks) {
  PlannedBlocks planned{context.graph, memory_types_of(context), blocks, {}};
  for (const Block& block : blocks)
    planned.plans.push_back(is_reshape(context.graph, block) ? BlockPlan{} : plan_block(context, block));
  return planned;
}

}  // namespace narrows
