// Chains as blocks: their plan, what they are called and how they describe themselves.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/graph/ops.h"
#include "compiler/lower/chain/chain_code.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

/// "24 -> 144 -> 24": channels in, and after each full convolution.
std::string channel_list(const Graph& graph, const Block& block) {
  std::string text = std::to_string(graph.tensors[block.input].shape.back());
  for (int i : block.ops) {
    const Op& op = graph.ops[i];
    if (is_convolution(op)) text += fmt::format(" -> {}", graph.output(op).shape.back());
    if (op.kind == OpKind::depthwise_conv2d && text.size() > 4) text.resize(text.rfind(" -> "));
  }
  return text;
}

const Op& first_convolution(const Graph& graph, const Block& block) {
  return graph
      .ops[*std::find_if(block.ops.begin(), block.ops.end(), [&](int i) { return is_convolution(graph.ops[i]); })];
}

bool ends_in_depthwise(const Graph& graph, const Block& block) {
  return convolutions_of(graph, block).back().conv->kind == OpKind::depthwise_conv2d;
}

struct Names {
  std::string base_name, kind;
};

Names names_of(const Graph& graph, const Block& block) {
  if (!block.links.empty()) return {"cascade", "cascade"};
  const Op& first = first_convolution(graph, block);
  int convs = 0;
  for (int i : block.ops) convs += is_convolution(graph.ops[i]);
  const bool pointwise = first.attr.window.kernel_h == 1 && first.attr.window.kernel_w == 1;
  if (convs == 3)
    return pointwise ? Names{"inverted_residual", "inverted residual"}
                     : Names{"stem_inverted_residual", "stem and inverted residual"};
  if (convs == 2 && first.kind == OpKind::depthwise_conv2d) return {"separable", "inverted residual without expansion"};
  if (convs == 2 && ends_in_depthwise(graph, block)) return {"expansion", "inverted residual without projection"};
  if (convs == 2) return {"convolution_projection", "convolution and projection"};
  switch (first.kind) {
    case OpKind::fully_connected:
      return {"fully_connected", "fully connected"};
    case OpKind::depthwise_conv2d:
      return {"depthwise", "depthwise convolution"};
    default:
      return pointwise ? Names{"pointwise", "pointwise convolution"} : Names{"convolution", "convolution"};
  }
}

/// Sizes of the convolution that has the stride: the depthwise one where there is one.
std::string title_of(const Graph& graph, const Block& block, const std::string& kind) {
  if (!block.links.empty()) {
    const Shape &in = graph.tensors[block.input].shape, &out = graph.tensors[block.output].shape;
    return fmt::format("{} of {} blocks, {}x{}x{} -> {}x{}x{}{}", kind, block.links.size(), in[1], in[2], in[3], out[1],
                       out[2], out[3], unary_text(graph, block));
  }
  const Op* windowed = &first_convolution(graph, block);
  for (int i : block.ops) {
    if (graph.ops[i].kind == OpKind::depthwise_conv2d) windowed = &graph.ops[i];
  }
  const Window& w = windowed->attr.window;
  std::string text = kind;
  if (w.kernel_h > 1 || w.kernel_w > 1) text += fmt::format(" {}x{}", w.kernel_h, w.kernel_w);
  if (windowed->kind != OpKind::fully_connected) text += fmt::format(", stride {}", w.stride_h);
  if (w.dilation_h > 1) text += fmt::format(", dilation {}", w.dilation_h);
  text += ", " + channel_list(graph, block) + unary_text(graph, block);
  if (block.multiplies) text += ", of scaled channels";
  if (block.residual < 0) return text;
  return text + (block.padded_residual >= 0 ? ", padded residual" : ", residual");
}

std::string schedule_of(const Chain& chain) {
  std::string rows;
  for (size_t i = 0; i + 1 < chain.stages.size(); ++i) {
    const StageRows& r = chain.stages[i].out;
    rows += rows.empty() ? "" : ", ";
    if (r.kind == StageRows::Kind::interleaved) {
      rows += fmt::format("4 {} rows, interleaved", r.name);
    } else if (r.whole()) {
      rows += fmt::format("all {} rows", r.name);
    } else {
      rows += fmt::format("{} {} row{}", r.kept, r.name, r.kept > 1 ? "s" : "");
    }
  }
  std::string text = to_string(Schedule{chain.variant, chain.parts ? chain.parts->count : 0, {}});
  return rows.empty() ? text : text + ": " + rows;
}

/// A chain as a whole: the plans of its strips of columns, of which there is one where columns are not cut.
std::vector<Chain> plan_strips(const ChainSource& source, const ChainSchedule& schedule) {
  std::vector<Chain> strips;
  for (int i = 0; i < schedule.columns; ++i) strips.push_back(plan_chain(source, schedule, i));
  return strips;
}

/// Strips of columns are computed one after the other; each starts from the first row of the input.
BlockPlan plan_of_columns(const std::vector<Chain>& strips) {
  const Chain& first = strips[0];
  const int columns = static_cast<int>(strips.size());
  BlockPlan plan;
  plan.passes = columns;
  plan.phases = phases_of(first);
  plan.units = units_of(first);
  plan.schedule = fmt::format("{}; {} strips of columns, one after the other", schedule_of(first), columns);
  plan.fused = true;
  for (const Chain& strip : strips) {
    plan.scratch_bytes = std::max(plan.scratch_bytes, strip.scratch_bytes);
    plan.executed_macs += executed_macs(strip);
  }
  return plan;
}

BlockPlan plan_of_chain(const Chain& chain, const Block& block) {
  BlockPlan plan;
  plan.scratch_bytes = chain.scratch_bytes;
  plan.shared_bytes = chain.shared_bytes;
  plan.parallel_shared_bytes = parallel_shared_bytes(chain);
  plan.phases = phases_of(chain);
  plan.units = units_of(chain);
  plan.schedule = schedule_of(chain);
  plan.executed_macs = executed_macs(chain);
  plan.overlaps = overlaps_of(chain, block.residual == block.input);
  plan.fused = (chain.stages.size() - chain.loads() > 1 && chain.variant != Variant::layerwise) || block.multiplies;
  return plan;
}

BlockPlan plan_of(const std::vector<Chain>& strips, const Block& block) {
  BlockPlan plan = strips.size() > 1 ? plan_of_columns(strips) : plan_of_chain(strips[0], block);
  plan.runs = true;
  return plan;
}

/// Completes the plan by what does not depend on the schedule.
void describe(const Graph& graph, const Block& block, BlockPlan* plan) {
  const Names names = names_of(graph, block);
  plan->inputs = block.sources;
  if (block.sources.empty()) plan->inputs = {block.input};
  if (block.residual >= 0) plan->inputs.push_back(block.padded_residual >= 0 ? block.padded_residual : block.residual);
  plan->base_name = names.base_name;
  plan->kind = names.kind;
  plan->title = title_of(graph, block, names.kind);
}

BlockCode lower_strips(const LoweringContext& context, const ChainSource& source, const ChainSchedule& schedule) {
  const std::vector<Chain> plans = plan_strips(source, schedule);
  std::vector<ChainCode> strips;
  for (const Chain& plan : plans) strips.push_back(make_chain(context, source, plan));
  const ChainCode& first = strips[0];
  for (const ChainCode& strip : strips)
    NARROWS_CHECK(strip.weights == first.weights, "strips of columns have different weights");
  BlockCode code{plan_of(plans, source.block), "", first.weights};
  const std::string in = to_string(memory_type(context, source.block.input));
  const std::string out = to_string(source.arithmetic().stored);
  code.function = strips.size() > 1 ? print_columns(strips, in, out) : print_chain(first, in, out);
  return code;
}

}  // namespace

BlockPlan plan_chain_block(const PlanContext& context, const Block& block) {
  const ChainSource source(context, block);
  const ChainSchedule schedule = resolve_schedule(source);
  BlockPlan plan = schedule.variant == Variant::halide ? plan_whole_block(context, block)
                                                       : plan_of(plan_strips(source, schedule), block);
  describe(context.graph, block, &plan);
  return plan;
}

BlockCode lower_chain(const LoweringContext& context, const Block& block) {
  const ChainSource source(context, block);
  const ChainSchedule schedule = resolve_schedule(source);
  BlockCode code =
      schedule.variant == Variant::halide ? lower_whole_block(context, block) : lower_strips(context, source, schedule);
  describe(context.graph, block, &code);
  return code;
}

}  // namespace narrows
