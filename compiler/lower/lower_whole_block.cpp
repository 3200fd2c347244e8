#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/lower.h"

namespace narrows {

namespace {

constexpr const char* kDescription = "halide: the whole block as one pipeline";

/// A tile whose vectors divide the channels: the pipeline has one loop over tiles.
Tile dividing_tile(const ConvShape& shape, const Target& target) {
  Tile tile = choose_conv_tile(shape, target);
  while (shape.vectors % tile.vectors) --tile.vectors;
  return tile;
}

/// The projection's tile. A vector that the channels do not fill is stored in part, and only a tile that is
/// the only one knows at compile time which one that is.
Tile output_tile(int channels, int width, const Arithmetic& arithmetic, const Target& target) {
  const int lanes = lanes_of(target), vectors = round_up(channels, lanes) / lanes;
  const Tile tile = dividing_tile({vectors, width, arithmetic}, target);
  if (channels % lanes == 0) return tile;
  return {vectors, std::max(1, tile.vectors * tile.pixels / vectors)};
}

/// Columns of the expanded map, from the first on, that the depthwise convolution reads. Halide shifts a tile that is
/// wider than these to the left, in front of the input.
int columns_read(const WholeBlock& s) {
  const Window& w = s.window;
  const int last = (s.out.width - 1) * w.stride_w + (w.kernel_w - 1) * w.dilation_w - w.pad.left;
  return std::clamp(last + 1, 1, s.in.width);
}

/// The operators of the block, and the weights of its convolutions in that order.
struct BlockOps {
  BlockOps(const PlanContext& context, const Block& block)
      : expand(context.graph.ops[block.ops[0]]),
        depthwise(context.graph.ops[block.ops[1]]),
        project(context.graph.ops[block.ops[2]]),
        add(block.ops.size() > 3 ? &context.graph.ops[block.ops[3]] : nullptr) {
    for (const Op* op : {&expand, &depthwise, &project}) weights.push_back(&context.weights.of(*op));
  }

  const Op &expand, &depthwise, &project;
  const Op* add;  ///< null: none
  std::vector<const ConvWeights*> weights;
};

}  // namespace

WholeBlock whole_block_spec(const PlanContext& context, const Block& block) {
  const BlockOps parts(context, block);
  const Graph& graph = context.graph;
  const Target& target = context.options.target;
  const int lanes = lanes_of(target);
  const std::vector<const ConvWeights*>& weights = parts.weights;
  const Shape &in = graph.input(parts.expand, 0).shape, &out = graph.output(parts.project).shape;
  const Tensor& wide = graph.output(parts.expand);

  WholeBlock s;
  s.in = {in[1], in[2], in[3]};
  s.out = {out[1], out[2], out[3]};
  s.expanded = round_up(wide.shape[3], lanes);
  s.window = parts.depthwise.attr.window;
  s.expand.finish = make_finish({graph, parts.expand, nullptr, target}, *weights[0]);
  s.depthwise = make_finish({graph, parts.depthwise, nullptr, target}, *weights[1]);
  s.project.finish = make_finish({graph, parts.project, parts.add, target}, *weights[2]);
  const Arithmetic& arithmetic = s.depthwise.arithmetic;
  if (arithmetic.requantizes()) s.border_value = wide.zero_point() + stored_shift(wide.type, target);
  s.expand.row_sums = arithmetic.corrects_weights(weights[0]->weight_zero);
  s.project.row_sums = arithmetic.corrects_weights(weights[2]->weight_zero);
  s.expand.tile = dividing_tile({s.expanded / lanes, columns_read(s), arithmetic}, target);
  s.project.tile = output_tile(s.out.channels, s.out.width, arithmetic, target);
  return s;
}

std::string pack_whole_block(const PlanContext& context, const Block& block, const WholeBlock& s) {
  const Target& target = context.options.target;
  const BlockOps parts(context, block);
  auto params = [&](const Op& op, const Op* add, int index, const Finish& finish) {
    return make_params({context.graph, op, add, target}, *parts.weights[index], finish);
  };
  const ConvRow expand = expand_region(s), project = project_region(s, target);
  const DepthwiseRow depthwise = depthwise_region(s);
  return pack_conv(expand, conv_layout(expand, target), *parts.weights[0],
                   params(parts.expand, nullptr, 0, s.expand.finish)) +
         pack_depthwise(depthwise, depthwise_layout(depthwise, target), *parts.weights[1],
                        params(parts.depthwise, nullptr, 1, s.depthwise)) +
         pack_conv(project, conv_layout(project, target), *parts.weights[2],
                   params(parts.project, parts.add, 2, s.project.finish));
}

BlockCode lower_whole_block(const LoweringContext& context, const Block& block) {
  const WholeBlock spec = whole_block_spec(context, block);
  for (const Finish* finish : {&spec.expand.finish, &spec.depthwise, &spec.project.finish})
    context.kernels.note_sums(*finish);
  BlockCode code;
  code.runs = true;
  code.function = whole_block(spec, context.target(), &code.scratch_bytes).text;
  code.weights = pack_whole_block(context, block, spec);
  code.schedule = kDescription;
  code.fused = true;
  return code;
}

BlockPlan plan_whole_block(const PlanContext& context, const Block& block) {
  BlockPlan plan;
  plan.runs = true;
  plan.schedule = kDescription;
  plan.fused = true;
  // Nobody knows what the pipeline allocates before it is printed.
  whole_block(whole_block_spec(context, block), context.target(), &plan.scratch_bytes);
  return plan;
}

}  // namespace narrows
