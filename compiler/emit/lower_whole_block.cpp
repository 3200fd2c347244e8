#include <algorithm>

#include "compiler/emit/conv_weights.h"
#include "compiler/emit/lower.h"
#include "compiler/schedule.h"

namespace narrows {

namespace {

/// A tile whose vectors divide the channels: the pipeline has one loop over tiles.
Tile dividing_tile(int vectors, int width, bool quantized, const Target& target) {
  Tile tile = choose_conv_tile(vectors, width, quantized, false, target);
  while (vectors % tile.vectors) --tile.vectors;
  return tile;
}

}  // namespace

BlockCode lower_whole_block(const LoweringContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Target& target = context.options.target;
  const Numerics numerics = context.options.numerics;
  const int lanes = lanes_of(target);
  const Op &expand = graph.ops[block.ops[0]], &depthwise = graph.ops[block.ops[1]], &project = graph.ops[block.ops[2]];
  const Op* add = block.ops.size() > 3 ? &graph.ops[block.ops[3]] : nullptr;
  const ConvWeights weights[3] = {read_conv(graph, expand, target), read_conv(graph, depthwise, target),
                                  read_conv(graph, project, target)};
  const Shape &in = graph.input(expand, 0).shape, &out = graph.output(project).shape;
  const Window& w = depthwise.attr.window;
  const Tensor& wide = graph.output(expand);

  WholeBlock s;
  s.height = in[1], s.width = in[2], s.channels = in[3];
  s.out_height = out[1], s.out_width = out[2], s.out_channels = out[3];
  s.expanded = round_up(wide.shape[3], lanes);
  s.kernel_h = w.kernel_h, s.kernel_w = w.kernel_w;
  s.stride_h = w.stride_h, s.stride_w = w.stride_w;
  s.dilation_h = w.dilation_h, s.dilation_w = w.dilation_w;
  s.pad_top = w.pad.top, s.pad_left = w.pad.left;
  s.expand = make_finish(graph, expand, nullptr, weights[0], numerics, target);
  s.depthwise = make_finish(graph, depthwise, nullptr, weights[1], numerics, target);
  s.project = make_finish(graph, project, add, weights[2], numerics, target);
  const bool quantized = s.project.type != DType::f32;
  if (quantized) s.border_value = wide.zero_point() + stored_shift(wide.type, target);
  s.expand_sums = weights[0].weight_zero != 0;
  s.project_sums = weights[2].weight_zero != 0;
  const Tile expand_tile = dividing_tile(s.expanded / lanes, s.width, quantized, target);
  const Tile project_tile = dividing_tile(round_up(s.out_channels, lanes) / lanes, s.out_width, quantized, target);
  s.expand_vectors = expand_tile.vectors, s.expand_pixels = expand_tile.pixels;
  s.project_vectors = project_tile.vectors, s.project_pixels = project_tile.pixels;

  BlockCode code;
  code.function = whole_block(s, target, &code.scratch_bytes).text;
  auto params = [&](const Op& op, const Op* a, const ConvWeights& c, const Finish& f) {
    return make_params(graph, op, a, c, f, target);
  };
  const ConvRow e = expand_region(s), p = project_region(s, target);
  const DepthwiseRow d = depthwise_region(s);
  code.weights = pack_conv(e, conv_layout(e, target), weights[0], params(expand, nullptr, weights[0], s.expand), 0, 0) +
                 pack_depthwise(d, depthwise_layout(d, target), weights[1],
                                params(depthwise, nullptr, weights[1], s.depthwise), 0) +
                 pack_conv(p, conv_layout(p, target), weights[2], params(project, add, weights[2], s.project), 0, 0);
  code.schedule = "halide: the whole block as one pipeline";
  code.fused = true;
  return code;
}

}  // namespace narrows
