// Tuning: finds the fastest schedules of a network's blocks by measuring them, block by block.
//
// Each block is compiled as a graph of its own (compiler/blocks/extract_block.h); the candidates of a stage of the
// search (compiler/tune/search.h) run side by side in one program (measure.h). What the search finds is measured once
// more beside `auto`, for longer, and has to be faster by more than 1 %: smaller gains are not worth a schedule that a
// better cost model would then no longer reach.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"
#include "compiler/tune/schedule_file.h"
#include "compiler/tune/search.h"

namespace narrows {

struct TuneOptions {
  CompileOptions compile;  ///< target, numerics; schedules and names are of no consequence
  Toolchain toolchain;
  double seconds = 600;           ///< for all blocks; each has its share of the multiply-accumulates
  std::filesystem::path objects;  ///< MeasureOptions::objects
  /// Bytes of scratch memory that a schedule may take, by block_key(); no limit for blocks that are not here.
  std::map<std::string, int64_t> most_scratch;
};

/// What the user is told. `seconds_left` is of the budget.
struct TuneProgress {
  size_t done = 0, blocks = 0;
  double gain = 1;  ///< time of `auto` / best so far, in the search for the block
  double seconds_left = 0;
};

/// What tune_blocks() calls.
struct TuneEvents {
  std::function<void(const TuneProgress&)> stage;  ///< a stage of the search is done, or a block begins
  /// A block is done; false stops.
  std::function<bool(const TuneProgress&, const TunedBlock&)> block;
  std::function<bool()> stopped;  ///< true: stop without a word
};

/// Measures `blocks` of the canonical `graph`, those with most work first, until all are done or the time is up, but at
/// least one. False if something failed, or a function of `events` stopped it.
bool tune_blocks(const Graph& graph, const std::vector<TunableBlock>& blocks, const TuneOptions& options,
                 const TuneEvents& events, Diagnostics& diagnostics);

/// Scratch memory for each block of `compiled` with which the network's arena would not have to grow.
std::map<std::string, int64_t> scratch_in_arena(const Compiled& compiled);

/// Seconds for the first of `blocks` out of `seconds` for all.
double share_of_first(const std::vector<TunableBlock>& blocks, double seconds);

}  // namespace narrows
