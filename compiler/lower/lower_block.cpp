#include <algorithm>

#include "compiler/lower/lower.h"

namespace narrows {

DType memory_type(const PlanContext& context, int tensor) {
  const Graph& g = context.graph;
  const DType own = g.tensors[tensor].type;
  const DType stored = stored_dtype(own, context.target());
  if (stored == own) return own;
  const Uses& uses = context.weights.uses();
  // A reshape is its input under another name.
  int producer = uses.producer(tensor);
  while (producer >= 0 && g.ops[producer].kind == OpKind::reshape) {
    tensor = g.ops[producer].inputs[0];
    producer = uses.producer(tensor);
  }
  const bool is_input = std::find(g.inputs.begin(), g.inputs.end(), tensor) != g.inputs.end();
  return is_input ? g.tensors[tensor].type : stored_dtype(g.tensors[tensor].type, context.target());
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
