// Chains: one to three convolutions as one emitted function, or a cascade, several such chains in a row.
//
// A chain is lowered to stages. Each stage computes one row of its map with a kernel, from rows of the stage
// before it, and keeps it in Rows: a ring, one row, or the whole map, in the block's scratch memory. The last
// stage writes the block's output tensor. build_chain() decides everything (sizes, rings, kernels, packed
// weights); print_chain() only writes it down.
//
// How threads share the work depends on the variant:
//   rows       strips of output rows; what the windows of two strips both reach is computed twice
//   channels   on maps with enough rows, strips again, each of which goes through all parts; on others groups of
//              parts, whose sums are kept apart, and behind them tiles of output channels, for which the sums of all
//              groups are added in their order. One thread adds a group's sums when it has them.
//   layerwise  stage by stage, strips of rows of each
//   cascade    as rows
// A convolution alone with few rows, such as a fully connected layer, is shared by tiles of output channels.
//
// lower_chain() in lower.h is both.
#pragma once

#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/blocks/schedule.h"
#include "compiler/graph/channel_map.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/lower.h"

namespace narrows {

/// Height, width and channels of a map; a fully connected layer is a 1x1 convolution over a map of height 1.
struct MapSize {
  int height = 1, width = 1, channels = 1;
};

/// Where the rows of a stage lie.
struct Rows {
  enum class Kind {
    tensor,       ///< a tensor of the graph: dense rows
    plain,        ///< rows with borders in scratch
    interleaved,  ///< four rows in the bytes of 32-bit lanes
  };
  Kind kind = Kind::tensor;
  std::string name;  ///< variable in the emitted function
  MapSize map;
  int kept = 0;                                  ///< rows of a plain ring; height + top + bottom: the whole map
  int pitch = 0;                                 ///< elements (lanes) between pixels
  int top = 0, bottom = 0, left = 0, right = 0;  ///< borders that the next stage's window reaches
  int first_column = 0;                          ///< of the map: where this begins, which may be a strip of it
  int full_width = 0;                            ///< of the whole map
  int skipped = 0;       ///< columns in front of those that the next stage reads, where that reads the border alone
  int border_value = 0;  ///< stored zero point
  int element_bytes = 1;
  int64_t offset = 0;   ///< bytes from the start of the scratch memory
  bool shared = false;  ///< by all tasks, in their common scratch memory

  int columns() const { return left + map.width + right; }
  int64_t row_elements() const { return int64_t{columns()} * pitch; }
  int64_t bytes() const {
    return kind == Kind::interleaved ? row_elements() * 4 : row_elements() * kept * element_bytes;
  }
  bool whole() const { return kept >= map.height + top + bottom; }
};

/// A kernel call for a part of the output channels, or for tiles of them, which follow each other.
struct Piece {
  std::string kernel;
  std::string more_kernel, last_kernel;  ///< channels variant: for the parts between, and for the last part
  int channel = 0;                       ///< first output channel
  int64_t weights = 0;                   ///< offset in the block's packed weights (channels: in the part's)
  int tiles = 1, tile_channels = 0;
  int64_t tile_weights = 0;  ///< bytes of each tile
};

struct Stage {
  enum class Kind { load, conv, depthwise };
  Kind kind = Kind::conv;
  Window window;     ///< load: 1x1
  MapSize in;        ///< of the stage before; load: of the tensor; whole, also where columns are cut
  int channels = 0;  ///< conv, depthwise: of the whole map, also where channels are cut into parts
  Rows out;
  std::vector<Piece> pieces;
  bool row_sums = false;
  bool residual = false;
  int residual_stage = -1;  ///< whose rows are added; -1: those of the block's residual tensor
  int repeat = 1;           ///< load: copies of each channel
  struct Source {
    int channels = 0;
    bool pixel = false;  ///< one, which is repeated
  };
  std::vector<Source> sources;  ///< load: the tensors that it joins; empty: one
  ChannelMap conversion;        ///< load: of what it loads; empty: none
  int flip = 0;                 ///< load: 0x80 where the tensor's type is not the stored one
  bool at_once = false;         ///< conv of the channels variant: a call computes all rows
  int unit_pixels = 0;  ///< conv of tiles: pixels of the map per kernel call; 0: a call computes a row of a whole piece

  int tiles() const {
    int count = 0;
    for (const Piece& p : pieces) count += p.tiles;
    return count;
  }
  /// Groups of pixels that a tile of the map is computed in.
  int groups() const { return out.map.height * out.map.width / unit_pixels; }
  /// Of work: those of every tile, one tile after the other, or rows.
  int units() const { return unit_pixels ? tiles() * groups() : out.map.height; }
};

struct Chain {
  std::vector<Stage> stages;          ///< the load stage, if there is one, comes first
  Schedule schedule;                  ///< variant and parts; the tiles are in the kernels
  bool row_source = false;            ///< the input comes row by row from a callback
  bool strips = false;                ///< channels variant: threads share rows, not parts and tiles
  Arithmetic arithmetic;              ///< of the convolutions, whose weights may be of other types
  int64_t scratch_bytes = 0;          ///< of each task
  int64_t shared_bytes = 0;           ///< scratch of all tasks together
  int groups = 1;                     ///< channels variant without strips: groups of parts, a unit of work each
  int64_t group_bytes = 0;            ///< of the partial sums of a group
  bool finish_reads_weights = false;  ///< the kernels that finish the sums of groups
  int64_t sums = -1;                  ///< offset of the pixel sums in scratch; -1: none
  int64_t accumulators = -1;  ///< channels variant: partial sums of the output map; of a task where there are strips
  int accumulator_pitch = 0;
  std::string weights;       ///< packed regions of all pieces
  int64_t part_weights = 0;  ///< channels variant: bytes per part

  /// Of a group; that of the group behind the last one is the number of parts.
  int first_part(int group) const { return schedule.parts * group / groups; }
};

/// Phases of the work, and the most units that one of them has.
int phases_of(const Chain& chain);
int units_of(const Chain& chain);
/// Shared scratch where there are several tasks.
int64_t parallel_shared_bytes(const Chain& chain);
/// BlockCode::overlaps of the block: of its inputs, and of the residual tensor, which `adds_input` says is the same.
std::vector<int64_t> overlaps_of(const Chain& chain, bool adds_input);
/// True if the function takes a residual tensor.
bool takes_residual(const Chain& chain);

/// One of `columns` strips of columns.
Chain build_chain(const LoweringContext& context, const Block& block, int strip = 0, int columns = 1);
std::string print_chain(const Chain& chain, const std::string& in_type, const std::string& out_type);
/// Of strips of columns, which are computed one after the other with the same weights.
std::string print_columns(const std::vector<Chain>& strips, const std::string& in_type, const std::string& out_type);
/// Multiply-adds that the stages do: those of the model, and what is computed twice.
int64_t executed_macs(const Chain& chain);

}  // namespace narrows
