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

/// The convolutions of the block and their weights.
struct BlockConvs {
  BlockConvs(const PlanContext& context, const Block& block) : convs(convolutions_of(context.graph, block)) {
    for (const FinishedConv& conv : convs) {
      weights.push_back(&context.weights.of(conv));
      sources.push_back({context.graph, conv, context.target()});
    }
  }

  const FinishedConv& expand() const { return convs.at(0); }
  const FinishedConv& depthwise() const { return convs.at(1); }
  const FinishedConv& project() const { return convs.at(2); }
  Finish finish(size_t i) const { return make_finish(sources[i], *weights[i]); }
  std::vector<int32_t> params(size_t i) const { return make_params(sources[i], *weights[i], finish(i)); }

  std::vector<FinishedConv> convs;
  std::vector<const ConvWeights*> weights;
  std::vector<ConvSource> sources;
};

}  // namespace

WholeBlock whole_block_spec(const PlanContext& context, const Block& block) {
  const BlockConvs parts(context, block);
  const Graph& graph = context.graph;
  const Target& target = context.options.target;
  const int lanes = lanes_of(target);
  const std::vector<const ConvWeights*>& weights = parts.weights;
  const Shape& in = graph.input(*parts.expand().conv, 0).shape;
  const Shape& out = graph.output(*parts.project().conv).shape;
  const Tensor& wide = graph.tensors[parts.expand().tensor()];

  WholeBlock s;
  s.in = {in[1], in[2], in[3]};
  s.out = {out[1], out[2], out[3]};
  s.expanded = round_up(wide.shape[3], lanes);
  s.window = parts.depthwise().conv->attr.window;
  s.expand.finish = parts.finish(0);
  s.depthwise = parts.finish(1);
  s.project.finish = parts.finish(2);
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
  const BlockConvs parts(context, block);
  const ConvRow expand = expand_region(s), project = project_region(s, target);
  const DepthwiseRow depthwise = depthwise_region(s);
  return pack_conv(expand, conv_layout(expand, target), *parts.weights[0], parts.params(0)) +
         pack_depthwise(depthwise, depthwise_layout(depthwise, target), *parts.weights[1], parts.params(1)) +
         pack_conv(project, conv_layout(project, target), *parts.weights[2], parts.params(2));
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
