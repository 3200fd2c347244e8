#include "compiler/tune/search.h"

#include <algorithm>
#include <numeric>

#include "compiler/blocks/cost_model.h"
#include "compiler/graph/costs.h"
#include "compiler/graph/ops.h"
#include "schedules/arithmetic.h"
#include "schedules/kernels.h"

namespace narrows {

namespace {

// Channels per part that are tried, besides all of them: from one tile to what fills half of a second-level cache.
constexpr int kPartChannels[] = {48, 64, 96, 128, 192};
// Tiles that are measured per convolution: those that the cost model puts first, and none that it finds worse than
// this, compared with the best. It is a model of one core's inner loop, so it is asked for an order only.
constexpr size_t kMostTiles = 9;
constexpr double kWorstCost = 1.4;
// Part of its cost that another tile has to save where costs are estimated.
constexpr double kLeastEstimatedGain = 0.03;
// Tiles may need a few registers more than there are: compilers fold some operands into instructions.
constexpr int kRegistersBeyond = 2;
constexpr double kCostPerRegisterBeyond = 0.05;

std::vector<const Op*> convolutions(const Graph& graph, const Block& block) {
  std::vector<const Op*> list;
  for (const int i : block.ops) {
    if (is_convolution(graph.ops[i])) list.push_back(&graph.ops[i]);
  }
  return list;
}

/// How the block computes, as the cost model sees it: all ways of rounding cost the same there.
Arithmetic arithmetic_of(const Graph& graph, const Block& block, const Target& target) {
  return arithmetic_of(graph.tensors[block.output], Numerics::tflite, target);
}

int channels_of(const Graph& graph, const Op& conv) { return graph.output(conv).shape.back(); }

int64_t pixels_of(const Graph& graph, const Op& conv) {
  return element_count(graph.output(conv).shape) / channels_of(graph, conv);
}

/// True if the block has expanded channels that can be cut into parts. Some of these blocks cannot be cut for reasons
/// that only the lowering knows; it then computes them in rows.
bool has_expansion(const Graph& graph, const Block& block) {
  const std::vector<const Op*> convs = convolutions(graph, block);
  if (convs.size() != 3) return false;
  const Window& w = convs[0]->attr.window;
  return w.kernel_h == 1 && w.kernel_w == 1 && !w.pad.any();
}

/// What a tile has to cover: a row, or a whole map of which no rows are kept.
struct Extent {
  ConvShape shape;
  bool whole_tiles;  ///< the vectors of a tile must divide those of the shape
};

Extent extent_of(const Graph& graph, const Block& block, const Schedule& schedule, size_t i, const Target& target) {
  const std::vector<const Op*> convs = convolutions(graph, block);
  const Op& conv = *convs[i];
  int channels = channels_of(graph, conv);
  const bool parts = schedule.variant == Variant::channels, first = i == 0;
  if (parts && first) channels = (channels + schedule.parts - 1) / schedule.parts;
  const bool whole_map =
      conv.kind == OpKind::fully_connected || block.kind == BlockKind::pooled_conv || (parts && i + 1 == convs.size());
  const int64_t width = whole_map ? pixels_of(graph, conv) : graph.output(conv).shape[2];
  const int lanes = lanes_of(target);
  const int vectors = (channels + lanes - 1) / lanes;
  return {{vectors, static_cast<int>(width), arithmetic_of(graph, block, target)}, parts && first};
}

/// True if no fewer pixels cover the width in as many steps: kernels make the steps even, so those would be the same.
bool even_pixels(int width, int pixels) {
  const int steps = (width + pixels - 1) / pixels;
  return (width + steps - 1) / steps == pixels;
}

/// The most promising first.
std::vector<Tile> conv_tiles(const Extent& extent, const Target& target) {
  const ConvShape& shape = extent.shape;
  struct Ranked {
    double cost;
    Tile tile;
  };
  std::vector<Ranked> ranked;
  const auto beyond = [&](Tile tile) {
    return std::max(0, conv_tile_registers(tile, shape.arithmetic, target) - target.registers);
  };
  for (int v = 1; v <= shape.vectors && beyond({v, 1}) <= kRegistersBeyond; ++v) {
    if (extent.whole_tiles && shape.vectors % v) continue;
    for (int x = 1; x <= shape.width && beyond({v, x}) <= kRegistersBeyond; ++x) {
      if (!even_pixels(shape.width, x)) continue;
      const double penalty = 1 + kCostPerRegisterBeyond * beyond({v, x});
      ranked.push_back({conv_tile_cost(shape, {v, x}, target) * penalty, {v, x}});
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.cost < b.cost; });
  std::vector<Tile> tiles;
  for (const Ranked& r : ranked) {
    if (tiles.size() < kMostTiles && r.cost <= kWorstCost * ranked[0].cost) tiles.push_back(r.tile);
  }
  return tiles;
}

/// The longest steps first; they load the fewest columns twice.
std::vector<Tile> depthwise_tiles(int width, const Target& target) {
  std::vector<Tile> tiles;
  for (int x = std::min(width, target.registers / 2); x >= 1 && tiles.size() < kMostTiles; --x) {
    if (even_pixels(width, x)) tiles.push_back({1, x});
  }
  return tiles;
}

/// The first of the shortest.
size_t fastest(const std::vector<double>& seconds) {
  return static_cast<size_t>(std::min_element(seconds.begin(), seconds.end()) - seconds.begin());
}

}  // namespace

std::vector<TunableBlock> tunable_blocks(const Graph& graph) {
  std::vector<TunableBlock> list;
  for (const Block& block : partition(graph)) {
    if (block.kind != BlockKind::chain && block.kind != BlockKind::pooled_conv) continue;
    const std::string key = block_key(graph, block);
    auto known = std::find_if(list.begin(), list.end(), [&](const TunableBlock& b) { return b.key == key; });
    if (known == list.end()) {
      int64_t macs = 0;
      for (const int i : block.ops) macs += multiply_accumulates(graph, graph.ops[i]);
      known = list.insert(list.end(), {key, block, 0, macs});
    }
    ++known->count;
  }
  return list;
}

std::vector<Schedule> variant_candidates(const Graph& graph, const Block& block, const Target& target) {
  if (block.kind == BlockKind::pooled_conv) return {Schedule{}};  // there is only one
  const bool expansion = has_expansion(graph, block);
  const std::vector<const Op*> convs = convolutions(graph, block);
  ChainShape shape;
  shape.map = pixels_of(graph, *convs.back());
  shape.arithmetic = arithmetic_of(graph, block, target);
  if (expansion) shape.expanded = channels_of(graph, *convs[0]);
  std::vector<Schedule> list = {choose_schedule({}, shape, target)};
  const auto add = [&](Variant variant, int parts) {
    const bool known = std::any_of(list.begin(), list.end(),
                                   [&](const Schedule& s) { return s.variant == variant && s.parts == parts; });
    if (!known) list.push_back({variant, parts, {}});
  };
  add(Variant::rows, 0);
  if (!expansion) return list;
  add(Variant::channels, 1);
  for (const int channels : kPartChannels) add(Variant::channels, (shape.expanded + channels - 1) / channels);
  return list;
}

std::vector<Schedule> tile_candidates(const Graph& graph, const Block& block, const Schedule& schedule, size_t i,
                                      const Target& target) {
  const Extent extent = extent_of(graph, block, schedule, i, target);
  const bool depthwise = convolutions(graph, block)[i]->kind == OpKind::depthwise_conv2d;
  const std::vector<Tile> tiles = depthwise ? depthwise_tiles(extent.shape.width, target) : conv_tiles(extent, target);
  std::vector<Schedule> list;
  for (const Tile& tile : tiles) {
    list.push_back(schedule);
    list.back().tiles.resize(std::max(schedule.tiles.size(), i + 1));
    list.back().tiles[i] = tile;
  }
  return list;
}

int stage_count(const Graph& graph, const Block& block) {
  return static_cast<int>(convolutions(graph, block).size()) + (has_expansion(graph, block) ? 1 : 0);
}

Schedule find_schedule(const Graph& graph, const Block& block, const Target& target, const MeasureSchedules& measure) {
  std::vector<Schedule> candidates = variant_candidates(graph, block, target);
  for (size_t i = 0;; ++i) {
    Schedule best = candidates[0];
    if (candidates.size() > 1) {
      const std::vector<double> seconds = measure(candidates);
      if (seconds.empty()) return best;
      best = candidates[fastest(seconds)];
    }
    if (i == convolutions(graph, block).size()) return best;
    // The best so far comes first: it stays unless another is faster in the same measurement.
    candidates = tile_candidates(graph, block, best, i, target);
    candidates.insert(candidates.begin(), best);
  }
}

FoundTiles find_tiles(const Graph& graph, const Block& block, const Target& target, const EstimateTiles& estimate) {
  const std::vector<const Op*> convs = convolutions(graph, block);
  const Schedule order = variant_candidates(graph, block, target)[0];
  FoundTiles found;
  for (size_t i = 0; i < convs.size(); ++i) {
    if (convs[i]->kind == OpKind::depthwise_conv2d || pixels_of(graph, *convs[i]) == 1) continue;
    std::vector<Schedule> candidates = {Schedule{}};
    for (const Schedule& s : tile_candidates(graph, block, order, i, target)) {
      // What a compiler does with more values than registers is nothing to rely on.
      const bool fits =
          conv_tile_registers(s.tiles[i], arithmetic_of(graph, block, target), target) <= target.registers;
      if (fits) candidates.push_back({Variant::automatic, 0, s.tiles});
    }
    const std::vector<double> costs = estimate(i, candidates);
    if (costs.empty()) continue;
    size_t best = fastest(costs);
    if (costs[best] > (1 - kLeastEstimatedGain) * costs[0]) best = 0;
    if (best > 0) {
      found.schedule.tiles.resize(i + 1);
      found.schedule.tiles[i] = candidates[best].tiles[i];
    }
    found.cost += costs[best], found.automatic_cost += costs[0];
  }
  return found;
}

}  // namespace narrows
