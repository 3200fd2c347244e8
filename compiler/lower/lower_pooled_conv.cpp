// 1x1 convolution and global pool: a tile of channels of the whole map at a time, summed and averaged at
// once, so that the map (7x7x1280 in MobileNetV2) never exists.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/blocks/cost_model.h"
#include "compiler/index.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/pool_finish.h"
#include "compiler/lower/sort_steps.h"
#include "compiler/writer.h"

namespace narrows {

namespace {

/// Channels [first, first + count * repeats) as `repeats` calls of one kernel.
struct Group {
  int first, count, repeats;
  Tile tile;
};

std::vector<Group> group_channels(int channels, int pixels, Tile tile, bool quantized, const Target& target) {
  const int lanes = lanes_of(target), count = tile.vectors * lanes, whole = channels / count;
  std::vector<Group> groups;
  if (whole > 0) groups.push_back({0, count, whole, tile});
  const int left = channels - whole * count, rest = (left + lanes - 1) / lanes;
  if (left > 0) groups.push_back({whole * count, left, 1, {rest, choose_conv_pixels(rest, pixels, quantized, target)}});
  return groups;
}

/// Everything about the convolution, and the sizes of the block's scratch memory.
struct PooledConv {
  const Op &conv, &pool;
  ConvWeights weights;
  Finish finish;
  std::vector<int32_t> params;
  std::vector<Group> groups;
  int depth, pixels, widest = 0;
  Sorting sorting = Sorting::small_first;
  bool row_sums = false;

  const Arithmetic& arithmetic() const { return weights.arithmetic; }
  // Scratch: the map of one part, then the sums of all channels, then those of the pixels.
  int64_t map_bytes() const { return round_up(pixels * widest * size_of(arithmetic().stored), 64); }
  int64_t totals_bytes(int lanes) const { return round_up(round_up(weights.channels, lanes) * 4, 64); }
  int64_t sums_bytes() const { return row_sums ? round_up(4 * pixels, 64) : 0; }
  ConvRow spec(const Group& g, const Target& target) const;
};

/// The kernel of a part of the channels.
ConvRow PooledConv::spec(const Group& g, const Target& target) const {
  ConvRow spec;
  spec.reduction.depth = spec.reduction.pixel_stride = depth;
  spec.reduction.row_sums = row_sums;
  spec.reduction.sorting = sorting;
  spec.reduction.cold_weights = true;
  spec.out.channels = spec.out.stride = round_up(g.count, lanes_of(target));
  spec.out.width = pixels;
  spec.finish = finish;
  spec.tile = g.tile;
  return spec;
}

PooledConv describe(const LoweringContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Target& target = context.options.target;
  const Op &conv = graph.ops[block.ops[0]], &pool = graph.ops[block.ops[1]];
  const Shape& in = graph.input(conv, 0).shape;
  ConvWeights weights = read_conv(graph, conv, context.options.numerics, target);
  const ConvSource source{graph, conv, nullptr, target};
  const Finish finish = make_finish(source, weights);
  const std::vector<int32_t> params = make_params(source, weights, finish);
  PooledConv p{conv, pool, std::move(weights), finish, params, {}, in[3], in[1] * in[2]};
  const int lanes = lanes_of(target), vectors = (p.weights.channels + lanes - 1) / lanes;
  const Tile tile = tile_for(context, block, 0, vectors, p.pixels, p.arithmetic().requantizes());
  p.groups = group_channels(p.weights.channels, p.pixels, tile, p.arithmetic().requantizes(), target);
  for (const Group& g : p.groups) p.widest = std::max(p.widest, round_up(g.count, lanes));
  p.row_sums = p.arithmetic().corrects_weights(p.weights.weight_zero);
  if (p.arithmetic().requantizes() && joins_steps(context, p.weights)) p.sorting = Sorting::joined_first;
  return p;
}

/// One group, whose parts are units of work from `unit` on: convolves a part of the channels into `map`, adds its
/// pixels up in `totals`, and so on part by part.
void print_group(const PooledConv& p, const Group& g, int unit, KernelLibrary& kernels, Writer* w,
                 std::string* packed) {
  const ConvRow spec = p.spec(g, kernels.target());
  const PoolSum sum{p.arithmetic(), spec.out.channels, p.pixels, spec.out.channels};
  const ConvLayout at = conv_layout(spec, kernels.target());
  const std::string weights = plus("weights", static_cast<int64_t>(packed->size()));
  for (int i = 0; i < g.repeats; ++i) {
    *packed += pack_conv(spec, at, p.weights, p.params, {g.first + i * g.count, 0});
  }

  if (g.repeats > 1)
    w->open("for (i32 part = parts.begin; part < parts.end && part < {}; ++part) {{", g.repeats);
  else
    w->open("if (parts.begin <= {0} && {0} < parts.end) {{", unit);
  auto part = [&](int64_t step) { return g.repeats > 1 ? fmt::format(" + part * {}", step) : std::string(); };
  w->line("{}(in, {}{}{}, map);", kernels.get(spec), weights, part(at.bytes), p.row_sums ? ", sums" : "");
  w->line("{}(map, {}{});", kernels.get(sum), plus("totals", g.first), part(g.count));
  w->close();
}

}  // namespace

BlockCode lower_pooled_conv(const LoweringContext& context, const Block& block) {
  const PooledConv p = describe(context, block);
  const std::string type = to_string(p.arithmetic().stored);
  const int64_t map_bytes = p.map_bytes(), totals_bytes = p.totals_bytes(lanes_of(context.options.target));

  BlockCode code;
  Writer w;
  w.line("{0}* const map = ({0}*)scratch;  // [{1}][{2}]: a part of the channels", type, p.pixels, p.widest);
  w.line("{0}* const totals = ({0}*)(scratch + {1});", to_string(p.arithmetic().accumulator), map_bytes);
  int units = 0;
  for (const Group& g : p.groups) units += g.repeats;
  w.line("const Range parts = share({}, 0, task);", units);
  w.line("if (parts.begin == parts.end) return;");
  if (p.row_sums) {
    w.line("i32* const sums = (i32*)(scratch + {});", map_bytes + totals_bytes);
    w.line("sum_windows(in, sums, {}, {}, {}, false);", p.pixels, p.depth, p.depth);
  }
  int unit = 0;
  for (const Group& g : p.groups) {
    print_group(p, g, unit, context.kernels, &w, &code.weights);
    unit += g.repeats;
  }
  const int count = p.groups[0].count, channels = p.weights.channels;
  w.line("const i32 first = parts.begin * {}, end = {};", count,
         channels % count ? fmt::format("parts.end < {} ? parts.end * {} : {}", units, count, channels)
                          : fmt::format("parts.end * {}", count));
  w.line("{}", finish_pool(context, p.pool, p.pixels));

  code.function = fmt::format(
      "(const {0}* __restrict in, {0}* __restrict out, u8* __restrict scratch, const u8* __restrict weights, const "
      "Task& "
      "task) {{\n{1}}}\n",
      type, w.text());
  code.base_name = "pooled_conv";
  code.inputs = {block.input};
  code.scratch_bytes = map_bytes + totals_bytes + p.sums_bytes();
  code.phases = 1;
  code.units = units;
  code.kind = "pointwise convolution and global pool";
  code.title = fmt::format("{}, {} pixels, {} -> {}", code.kind, p.pixels, p.depth, p.weights.channels);
  code.schedule = fmt::format("parts of {} channels, averaged one by one", p.groups[0].count);
  code.fused = true;
  return code;
}

std::vector<ConvCalls> pooled_conv_calls(const LoweringContext& context, const Block& block) {
  const PooledConv p = describe(context, block);
  std::vector<ConvCalls> list;
  for (const Group& g : p.groups) list.push_back({p.spec(g, context.options.target), g.repeats});
  return list;
}

}  // namespace narrows
