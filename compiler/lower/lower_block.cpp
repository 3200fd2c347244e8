#include "compiler/lower/lower.h"

namespace narrows {

DType memory_type(const PlanContext& context, int tensor) {
  const Graph& g = context.graph;
  const DType own = g.tensors[tensor].type;
  for (int input : g.inputs) {
    if (input == tensor) return own;
  }
  // A reshape is its input under another name.
  const int producer = g.producer(tensor);
  if (producer >= 0 && g.ops[producer].kind == OpKind::reshape) return memory_type(context, g.ops[producer].inputs[0]);
  return stored_dtype(own, context.target());
}

bool reads_rows(const PlanContext& context, const Block& block) {
  return context.options.input_rows && block.input == context.graph.inputs[0];
}

const Schedule& asked_schedule(const PlanContext& context, const Block& block) {
  const Schedules& schedules = context.options.schedules;
  const auto found = schedules.empty() ? schedules.end() : schedules.find(block_key(context.graph, block));
  return found == schedules.end() ? context.options.schedule : found->second;
}

BlockPlan plan_block(const PlanContext& context, const Block& block) {
  switch (block.kind) {
    case BlockKind::chain:
      return plan_chain_block(context, block);
    case BlockKind::pooled_conv:
      return plan_pooled_conv(context, block);
    case BlockKind::resize_argmax:
      return lower_resize_argmax(context, block);
    case BlockKind::single:
      break;
  }
  return lower_single(context, block);
}

BlockCode lower_block(const LoweringContext& context, const Block& block) {
  switch (block.kind) {
    case BlockKind::chain:
      return lower_chain(context, block);
    case BlockKind::pooled_conv:
      return lower_pooled_conv(context, block);
    case BlockKind::resize_argmax:
      return lower_resize_argmax(context, block);
    case BlockKind::single:
      break;
  }
  return lower_single(context, block);
}

}  // namespace narrows
