// The search for a block's fastest schedule, apart from how times are found: which schedules are worth measuring, and
// in which order.
//
// It is a coordinate descent: first the order of the work with the cost model's tiles, then the tile of one convolution
// after the other. Each stage keeps what was fastest for the next one. A block has thousands of schedules and the tiles
// of its convolutions hardly depend on each other: some forty are measured.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/blocks/schedule.h"
#include "compiler/target.h"

namespace narrows {

/// A block that has schedules to choose from; it stands for all blocks of its graph with the same key.
struct TunableBlock {
  std::string key;   ///< block_key()
  Block block;       ///< the first of them
  int count = 0;     ///< how many there are
  int64_t macs = 0;  ///< multiply-accumulates of one
};

/// Chains and pooled convolutions, in execution order.
std::vector<TunableBlock> tunable_blocks(const Graph& graph);

/// The first stage: variants and their parts, all tiles left to the cost model. The first is what `auto` is.
std::vector<Schedule> variant_candidates(const Graph& graph, const Block& block, const Target& target);

/// A later stage: `schedule` with other tiles for the block's convolution `i`. The cost model's own choice is among
/// them.
std::vector<Schedule> tile_candidates(const Graph& graph, const Block& block, const Schedule& schedule, size_t i,
                                      const Target& target);

/// Stages of the search, at most.
int stage_count(const Graph& graph, const Block& block);

/// Seconds of each schedule, measured side by side. Empty: the search is to end with what it has.
using MeasureSchedules = std::function<std::vector<double>(const std::vector<Schedule>& candidates)>;

Schedule find_schedule(const Graph& graph, const Block& block, const Target& target, const MeasureSchedules& measure);

/// What the block's convolution `i` costs by schedule. Empty: it keeps the cost model's tile.
using EstimateTiles = std::function<std::vector<double>(size_t i, const std::vector<Schedule>& candidates)>;

/// Tiles and the sums of their costs.
struct FoundTiles {
  Schedule schedule;  ///< only tiles, and only where they cost clearly less than the cost model's
  double cost = 0, automatic_cost = 0;
};

/// The search among tiles alone, for costs that are estimated: one convolution after the other, except those that
/// are depthwise or make a single pixel. The order of the work stays the cost model's.
FoundTiles find_tiles(const Graph& graph, const Block& block, const Target& target, const EstimateTiles& estimate);

}  // namespace narrows
