// Chains: what they are called and how they describe themselves.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/blocks/cascade.h"
#include "compiler/graph/ops.h"
#include "compiler/lower/chain.h"

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
  if (convs == 2) return {"separable", "inverted residual without expansion"};
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
    return fmt::format("{} of {} blocks, {}x{}x{} -> {}x{}x{}", kind, block.links.size(), in[1], in[2], in[3], out[1],
                       out[2], out[3]);
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
  text += ", " + channel_list(graph, block);
  return block.residual >= 0 ? text + ", residual" : text;
}

std::string schedule_of(const Chain& chain) {
  std::string rows;
  for (size_t i = 0; i + 1 < chain.stages.size(); ++i) {
    const Rows& r = chain.stages[i].out;
    rows += rows.empty() ? "" : ", ";
    if (r.kind == Rows::Kind::interleaved) {
      rows += fmt::format("4 {} rows, interleaved", r.name);
    } else if (r.whole()) {
      rows += fmt::format("all {} rows", r.name);
    } else {
      rows += fmt::format("{} {} row{}", r.kept, r.name, r.kept > 1 ? "s" : "");
    }
  }
  std::string text = to_string(Schedule{chain.schedule.variant, chain.schedule.parts, {}});
  return rows.empty() ? text : text + ": " + rows;
}

/// Strips of columns that the schedule asks for, as far as there are columns; maps only.
int columns_of(const LoweringContext& context, const Block& block) {
  const Shape& out = context.graph.tensors[block.output].shape;
  const int asked = asked_schedule(context, block).columns;
  return out.size() == 4 && streams_rows(context.graph, block) ? std::clamp(asked, 1, out[2]) : 1;
}

BlockCode lower_columns(const LoweringContext& context, const Block& block, int columns) {
  std::vector<Chain> strips;
  for (int i = 0; i < columns; ++i) strips.push_back(build_chain(context, block, i, columns));
  const Chain& first = strips[0];
  BlockCode code;
  code.weights = first.weights;
  code.passes = columns;
  code.phases = phases_of(first);
  code.units = units_of(first);
  code.schedule = fmt::format("{}; {} strips of columns, one after the other", schedule_of(first), columns);
  code.fused = true;
  for (const Chain& strip : strips) {
    NARROWS_CHECK(strip.weights == first.weights, "strips of columns have different weights");
    code.scratch_bytes = std::max(code.scratch_bytes, strip.scratch_bytes);
    code.executed_macs += executed_macs(strip);
  }
  code.function =
      print_columns(strips, to_string(memory_type(context, block.input)), to_string(first.arithmetic.stored));
  return code;
}

BlockCode lower_stages(const LoweringContext& context, const Block& block) {
  const int columns = columns_of(context, block);
  if (columns > 1) return lower_columns(context, block, columns);
  const Chain chain = build_chain(context, block);
  if (chain.schedule.variant == Variant::halide) return lower_whole_block(context, block);
  BlockCode code;
  code.function = print_chain(chain, to_string(memory_type(context, block.input)), to_string(chain.arithmetic.stored));
  code.weights = chain.weights;
  code.scratch_bytes = chain.scratch_bytes;
  code.shared_bytes = chain.shared_bytes;
  code.parallel_shared_bytes = parallel_shared_bytes(chain);
  code.phases = phases_of(chain);
  code.units = units_of(chain);
  code.schedule = schedule_of(chain);
  code.executed_macs = executed_macs(chain);
  int convs = 0;
  for (const Stage& s : chain.stages) convs += s.kind != Stage::Kind::load;
  code.overlaps = overlaps_of(chain, block.residual == block.input);
  code.fused = convs > 1 && chain.schedule.variant != Variant::layerwise;
  return code;
}

}  // namespace

BlockCode lower_chain(const LoweringContext& context, const Block& block) {
  const Names names = names_of(context.graph, block);
  BlockCode code = lower_stages(context, block);
  code.inputs = block.sources;
  if (block.sources.empty()) code.inputs = {block.input};
  if (block.residual >= 0) code.inputs.push_back(block.residual);
  code.base_name = names.base_name;
  code.kind = names.kind;
  code.title = title_of(context.graph, block, names.kind);
  return code;
}

}  // namespace narrows
