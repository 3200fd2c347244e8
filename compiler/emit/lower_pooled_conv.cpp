// 1x1 convolution and global pool: a tile of channels of the whole map at a time, summed and averaged at once, so that the
// map (7x7x1280 in MobileNetV2) never exists.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/emit/conv_weights.h"
#include "compiler/emit/lower.h"
#include "compiler/emit/pool_finish.h"
#include "compiler/emit/writer.h"
#include "compiler/schedule.h"

namespace narrows {

namespace {

/// Channels [first, first + count * repeats) as `repeats` calls of one kernel.
struct Group {
  int first, count, repeats;
  Tile tile;
};

std::vector<Group> group_channels(int channels, int pixels, bool quantized, const Target& target) {
  const int lanes = lanes_of(target), vectors = (channels + lanes - 1) / lanes;
  const Tile tile = choose_conv_tile(vectors, pixels, quantized, false, target);
  const int count = tile.vectors * lanes, whole = channels / count;
  std::vector<Group> groups;
  if (whole > 0) groups.push_back({0, count, whole, tile});
  const int rest = channels - whole * count;
  if (rest > 0) groups.push_back({whole * count, rest, 1, {(rest + lanes - 1) / lanes, tile.pixels}});
  return groups;
}

}  // namespace

BlockCode lower_pooled_conv(const LoweringContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Target& target = context.options.target;
  const Op &conv = graph.ops[block.ops[0]], &pool = graph.ops[block.ops[1]];
  const ConvWeights weights = read_conv(graph, conv, target);
  const Shape& in = graph.input(conv, 0).shape;
  const int pixels = in[1] * in[2], lanes = lanes_of(target);
  const Finish finish = make_finish(graph, conv, nullptr, weights, context.options.numerics, target);
  const bool quantized = finish.type != DType::f32;
  const std::string type = to_string(finish.type), sum_type = quantized ? "i32" : "f32";
  const std::vector<int32_t> params = make_params(graph, conv, nullptr, weights, finish, target);

  const std::vector<Group> groups = group_channels(weights.channels, pixels, quantized, target);
  int widest = 0;
  for (const Group& g : groups) widest = std::max(widest, round_up(g.count, lanes));
  const int64_t map_bytes = round_up(pixels * widest * (quantized ? 1 : 4), 64);
  const int64_t totals_bytes = round_up(round_up(weights.channels, lanes) * 4, 64);
  const bool row_sums = quantized && weights.weight_zero != 0;

  BlockCode code;
  Writer w;
  w.line("{0}* const map = ({0}*)scratch;  // [{1}][{2}]: a part of the channels", type, pixels, widest);
  w.line("{0}* const totals = ({0}*)(scratch + {1});", sum_type, map_bytes);
  if (row_sums) {
    w.line("i32* const sums = (i32*)(scratch + {});", map_bytes + totals_bytes);
    w.line("sum_windows(in, sums, {}, {}, {}, false);", pixels, in[3], in[3]);
  }
  for (const Group& g : groups) {
    ConvRow spec;
    spec.depth = spec.pixel_stride = in[3];
    spec.channels = spec.out_stride = round_up(g.count, lanes);
    spec.width = pixels;
    spec.row_sums = row_sums;
    spec.finish = finish;
    spec.vectors = g.tile.vectors, spec.pixels = g.tile.pixels;
    const ConvLayout at = conv_layout(spec, target);
    PoolSum sum;
    sum.type = finish.type;
    sum.channels = sum.pixel_stride = spec.channels;
    sum.pixels = pixels;
    const int64_t begin = static_cast<int64_t>(code.weights.size());
    for (int i = 0; i < g.repeats; ++i) code.weights += pack_conv(spec, at, weights, params, g.first + i * g.count, 0);
    const std::string conv_name = context.kernels.get(spec), sum_name = context.kernels.get(sum);
    if (g.repeats > 1) w.open("for (i32 part = 0; part < {}; ++part) {{", g.repeats);
    auto part = [&](int64_t step) { return g.repeats > 1 ? fmt::format(" + part * {}", step) : std::string(); };
    w.line("{}(in, {}{}{}, map);", conv_name, plus("weights", begin), part(at.bytes), row_sums ? ", sums" : "");
    w.line("{}(map, {}{});", sum_name, plus("totals", g.first), part(g.count));
    if (g.repeats > 1) w.close();
  }
  w.line("{}", finish_pool(context, pool, "totals", weights.channels, pixels));

  code.function = fmt::format("(const {0}* __restrict in, {0}* __restrict out, u8* __restrict scratch, "
                              "const u8* __restrict weights) {{\n{1}}}\n", type, w.text());
  code.base_name = "pooled_conv";
  code.inputs = {block.input};
  code.scratch_bytes = map_bytes + totals_bytes + (row_sums ? round_up(4 * pixels, 64) : 0);
  code.kind = "pointwise convolution and global pool";
  code.title = fmt::format("{}, {}x{}, {} -> {}", code.kind, in[1], in[2], in[3], weights.channels);
  code.schedule = fmt::format("parts of {} channels, averaged one by one", groups[0].count);
  code.fused = true;
  return code;
}

}  // namespace narrows
