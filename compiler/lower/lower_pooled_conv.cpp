// 1x1 convolution and global pool: a tile of channels of the whole map at a time, summed and averaged at
// once, so that the map (7x7x1280 in MobileNetV2) never exists.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/arena.h"
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

std::vector<Group> group_channels(int channels, const ConvShape& shape, Tile tile, const Target& target) {
  const int lanes = lanes_of(target), count = tile.vectors * lanes, whole = channels / count;
  std::vector<Group> groups;
  if (whole > 0) groups.push_back({0, count, whole, tile});
  const int left = channels - whole * count, rest = (left + lanes - 1) / lanes;
  if (left == 0) return groups;
  const ConvShape last{rest, shape.width, shape.arithmetic};
  groups.push_back({whole * count, left, 1, {rest, choose_conv_pixels(last, target)}});
  return groups;
}

/// Everything about the convolution, and the sizes of the block's scratch memory.
struct PooledConv {
  FinishedConv conv;
  const Op& pool;
  const ConvWeights& weights;
  std::vector<Group> groups;
  int depth, pixels, widest = 0;

  const Arithmetic& arithmetic() const { return weights.arithmetic; }
  bool row_sums() const { return arithmetic().corrects_weights(weights.weight_zero); }
  int units() const;
  // Scratch: the map of one part, then the sums of all channels, then those of the pixels.
  int64_t map_bytes() const { return aligned(pixels * widest * size_of(arithmetic().stored)); }
  int64_t totals_bytes(int lanes) const { return aligned(round_up(weights.channels, lanes) * 4); }
  int64_t sums_bytes() const { return row_sums() ? aligned(4 * pixels) : 0; }
};

int PooledConv::units() const {
  int units = 0;
  for (const Group& g : groups) units += g.repeats;
  return units;
}

PooledConv describe(const PlanContext& context, const Block& block) {
  const Graph& graph = context.graph;
  const Target& target = context.target();
  const FinishedConv conv = convolutions_of(graph, block).at(0);
  const Op& pool = graph.ops[block.ops.back()];
  const Shape& in = graph.input(*conv.conv, 0).shape;
  PooledConv p{conv, pool, context.weights.of(conv), {}, in[3], in[1] * in[2]};
  const int lanes = lanes_of(target), vectors = (p.weights.channels + lanes - 1) / lanes;
  const ConvShape shape{vectors, p.pixels, p.arithmetic()};
  const std::vector<Tile>& tiles = asked_schedule(context, block).tiles;
  const bool has_tile = !tiles.empty() && tiles[0].pixels > 0;
  const Tile tile = has_tile ? Tile{std::min(tiles[0].vectors, vectors), std::min(tiles[0].pixels, p.pixels)}
                             : choose_conv_tile(shape, target);
  p.groups = group_channels(p.weights.channels, shape, tile, target);
  for (const Group& g : p.groups) p.widest = std::max(p.widest, round_up(g.count, lanes));
  return p;
}

/// What the kernels of all groups have in common.
struct PooledKernel {
  Finish finish;
  std::vector<int32_t> params;
  Sorting sorting = Sorting::small_first;
};

PooledKernel kernel_of(const PlanContext& context, const PooledConv& p) {
  const ConvSource source{context.graph, p.conv, context.target()};
  const Finish finish = make_finish(source, p.weights);
  return {finish, make_params(source, p.weights, finish)};
}

/// The kernel of a group of channels.
ConvRow spec_of(const PooledConv& p, const PooledKernel& kernel, const Group& g, int lanes) {
  ConvRow spec;
  spec.reduction.depth = spec.reduction.pixel_stride = p.depth;
  spec.reduction.row_sums = p.row_sums();
  spec.reduction.sorting = kernel.sorting;
  spec.reduction.cold_weights = true;
  spec.out.channels = spec.out.stride = round_up(g.count, lanes);
  spec.out.width = p.pixels;
  spec.finish = kernel.finish;
  spec.tile = g.tile;
  return spec;
}

/// A pooled convolution while its function is written.
struct PooledCode {
  const PooledConv& conv;
  const PooledKernel& kernel;
  KernelLibrary& kernels;
  bool threads;  ///< share the parts
  Writer body;
  std::string weights;  ///< packed
};

/// One group, whose parts are units of work from `unit` on: convolves a part of the channels into `map`, adds its
/// pixels up in `totals`, and so on part by part.
void print_group(const Group& g, int unit, PooledCode* code) {
  const PooledConv& p = code->conv;
  const Target& target = code->kernels.target();
  Writer* const w = &code->body;
  const ConvRow spec = spec_of(p, code->kernel, g, lanes_of(target));
  const PoolSum sum{p.arithmetic(), spec.out.channels, p.pixels, spec.out.channels};
  const ConvLayout at = conv_layout(spec, target);
  const std::string weights = plus("weights", static_cast<int64_t>(code->weights.size()));
  for (int i = 0; i < g.repeats; ++i)
    code->weights += pack_conv(spec, at, p.weights, code->kernel.params, {g.first + i * g.count, 0});

  if (g.repeats == p.units())
    w->open("for (i32 part = parts.begin; part < parts.end; ++part) {{");
  else if (g.repeats > 1)
    w->open("for (i32 part = parts.begin; part < parts.end && part < {}; ++part) {{", g.repeats);
  else
    w->open("if (parts.begin <= {0} && {0} < parts.end) {{", unit);
  auto part = [&](int64_t step) { return g.repeats > 1 ? fmt::format(" + part * {}", step) : std::string(); };
  w->line("{}(in, {}{}{}, map);", code->kernels.get(spec), weights, part(at.bytes), p.row_sums() ? ", sums" : "");
  w->line("{}(map, {}{});", code->kernels.get(sum), plus("totals", g.first), part(g.count));
  w->close();
}

void print_body(const PooledConv& p, int lanes, PooledCode* code) {
  Writer* const w = &code->body;
  const std::string type = to_string(p.arithmetic().stored);
  const int64_t map_bytes = p.map_bytes();
  w->line("{0}* const map = ({0}*)scratch;  // [{1}][{2}]: a part of the channels", type, p.pixels, p.widest);
  w->line("{0}* const totals = ({0}*)(scratch + {1});", to_string(p.arithmetic().accumulator), map_bytes);
  const int units = p.units();
  if (code->threads) {
    w->line("const Range parts = share({}, 0, task);", units);
    w->line("if (parts.begin == parts.end) return;");
  } else {
    w->line("const Range parts = {{0, {}}};", units);
  }
  if (p.row_sums()) {
    w->line("i32* const sums = (i32*)(scratch + {});", map_bytes + p.totals_bytes(lanes));
    w->line("sum_windows(in, sums, {}, {}, {}, false);", p.pixels, p.depth, p.depth);
  }
  int unit = 0;
  for (const Group& g : p.groups) {
    print_group(g, unit, code);
    unit += g.repeats;
  }
  const int count = p.groups[0].count, channels = p.weights.channels;
  w->line("const i32 first = parts.begin * {}, end = {};", count,
          channels % count ? fmt::format("parts.end < {} ? parts.end * {} : {}", units, count, channels)
                           : fmt::format("parts.end * {}", count));
}

BlockPlan plan_of(const PlanContext& context, const PooledConv& p, const Block& block) {
  const int lanes = lanes_of(context.target());
  BlockPlan plan;
  plan.runs = true;
  plan.base_name = "pooled_conv";
  plan.inputs = {block.input};
  plan.scratch_bytes = p.map_bytes() + p.totals_bytes(lanes) + p.sums_bytes();
  plan.phases = context.options.threads ? 1 : 0;
  plan.units = p.units();
  plan.kind = "pointwise convolution and global pool";
  plan.title = fmt::format("{}, {} pixels, {} -> {}{}", plan.kind, p.pixels, p.depth, p.weights.channels,
                           unary_text(context.graph, block));
  plan.schedule = fmt::format("parts of {} channels, averaged one by one", p.groups[0].count);
  plan.fused = true;
  return plan;
}

}  // namespace

BlockPlan plan_pooled_conv(const PlanContext& context, const Block& block) {
  return plan_of(context, describe(context, block), block);
}

BlockCode lower_pooled_conv(const LoweringContext& context, const Block& block) {
  const PooledConv p = describe(context, block);
  PooledKernel kernel = kernel_of(context, p);
  if (p.arithmetic().requantizes() && joins_steps(context.target(), p.weights)) kernel.sorting = Sorting::joined_first;
  PooledCode written{p, kernel, context.kernels, context.options.threads, Writer(), ""};
  const int lanes = lanes_of(context.target());
  print_body(p, lanes, &written);
  written.body.line("{}", finish_pool(context, p.pool, p.pixels));
  BlockCode code{plan_of(context, p, block), "", written.weights};
  code.function = fmt::format(
      "(const {0}* __restrict in, {0}* __restrict out, u8* __restrict scratch, const u8* __restrict weights{1}) {{\n"
      "{2}}}\n",
      to_string(p.arithmetic().stored), code.phases ? ", const Task& task" : "", written.body.text());
  return code;
}

std::vector<ConvCalls> pooled_conv_calls(const PlanContext& context, const Block& block) {
  const PooledConv p = describe(context, block);
  const PooledKernel kernel = kernel_of(context, p);
  std::vector<ConvCalls> list;
  for (const Group& g : p.groups) list.push_back({spec_of(p, kernel, g, lanes_of(context.target())), g.repeats});
  return list;
}

}  // namespace narrows
