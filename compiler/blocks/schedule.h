// Schedules: how a block is computed, as plain printable data.
//
// The variants of an inverted residual are points of one space: what each stage's rows are kept in, and in which order
// stages and channels are walked.
//   rows       a ring of kernel_h rows between stages; output row by output row; nothing is computed twice
//   channels   the paper's t-way split: part by part of the expanded channels; the projection accumulates over the
//              parts, so that every weight is read once per block and not once per row
//   layerwise  whole tensors between stages, stage by stage: what other engines do, the baseline of comparisons
//   cascade    rows, across several blocks: the tensors between them never exist as a whole either
//   halide     the whole block as one Halide pipeline
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/diagnostics.h"
#include "schedules/tile.h"

namespace narrows {

/// How inverted residual blocks are computed.
enum class Variant { automatic, rows, channels, layerwise, cascade, halide };

/// How one block is computed. A schedule is complete where no member says that the cost model chooses.
struct Schedule {
  Variant variant = Variant::automatic;
  int parts = 0;            ///< `channels`: of the expanded channels; `cascade`: blocks; 0: chosen
  std::vector<Tile> tiles;  ///< of the block's convolutions in order; those that are missing are chosen
  /// Rings have plain rows, as many as the window, also where four rows could be interleaved: smaller and slower.
  bool plain = false;
  /// How many strips of columns the map is computed in, one after the other: rings are as narrow as those, but what the
  /// windows of two strips reach is computed twice. 0, 1: it is not cut. Only for variants that takes_columns() names.
  int columns = 0;
};

/// By block_key(). Blocks that are not among them have the schedule that the options name.
using Schedules = std::map<std::string, Schedule>;

/// What a schedule depends on besides the target: type, sizes and windows of the block's operators, e.g. "f32 14x14x96
/// -> 14x14x96: conv2d 1x1 576, depthwise 3x3, conv2d 1x1 96, add". Equal for blocks that differ in
/// their weights only, also in other models.
std::string block_key(const Graph& graph, const Block& block);

std::string to_string(Variant variant);

/// True for rows, cascades and what the cost model chooses, which is rows then: others do not go row by row.
bool takes_columns(Variant variant);

/// "auto", "rows", "channels", "channels:9", "layerwise", "cascade", "cascade:3", "halide"; then "columns:2", "plain"
/// for plain rings, and the tiles, if there are any: "rows 3x4 1x4 2x6" (vectors x pixels), "-" where it is chosen.
std::string to_string(const Schedule& schedule);

/// The reverse. One error otherwise, and a note of what is legal.
bool parse_schedule(const std::string& text, Schedule* schedule, Diagnostics& diagnostics);

}  // namespace narrows
