// Chains: one to three convolutions as one emitted function, or a cascade, several such chains in a row.
//
// A chain is planned as stages. Each stage computes one row of its map with a kernel, from rows of the stage before it,
// and keeps it in StageRows: a ring, one row, or the whole map, in the block's scratch memory. The last stage writes
// the block's output tensor. plan_chain() decides all sizes: the stages, where their rows lie, and the cuts of their
// channels. make_chain() (chain_code.h) adds kernels and packed weights, and print_chain() only writes them down.
//
// How threads share the work depends on the variant:
//   rows       strips of output rows; what the windows of two strips both reach is computed twice
//   channels   on maps with enough rows, strips again, each of which goes through all parts; on others groups of
//              parts, whose sums are kept apart, and behind them tiles of output channels, for which the sums of all
//              groups are added in their order. One thread adds a group's sums when it has them.
//   layerwise  stage by stage, strips of rows of each
//   cascade    as rows
// A convolution alone with few rows, such as a fully connected layer, is shared by tiles of output channels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/blocks/schedule.h"
#include "compiler/lower/chain/chain_source.h"
#include "compiler/lower/chain/conversion.h"

namespace narrows {

/// Where the rows of a stage lie.
struct StageRows {
  enum class Kind {
    tensor,       ///< a tensor of the graph: dense rows
    plain,        ///< rows with borders in scratch
    interleaved,  ///< four rows in the bytes of 32-bit lanes
  };
  Kind kind = Kind::tensor;
  std::string name;  ///< variable in the emitted function
  ConvMap map;
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

/// Output channels that one kernel computes, in one or several calls.
struct Cut {
  int first = 0;     ///< channel
  int channels = 0;  ///< of each call
  int calls = 1;
  Tile tile{1, 1};
};

/// Copies a row of the input, or of several tensors whose channels it joins; or multiplies a row by a pixel.
struct Load {
  struct Source {
    int channels = 0;
    bool pixel = false;           ///< the tensor is one pixel, which is repeated
    std::optional<size_t> table;  ///< index in `tables` of what its bytes become; none: they are copied
  };
  std::vector<Source> joined;            ///< in the order of the channels; none where there is one input
  int repeat = 1;                        ///< copies of each channel
  std::vector<ByteTable> tables;         ///< of tensors that are joined
  std::optional<Conversion> conversion;  ///< of the one input
  std::string product;                   ///< the struct of runtime/scale_row.h that multiplies the two of `joined`
  bool flips_sign = false;               ///< the input's 8-bit type is not the stored one
};

/// What a convolution adds to its result.
struct Addend {
  std::optional<size_t> stage;  ///< the stage whose rows are added; none: the block's residual tensor

  bool is_tensor() const { return !stage; }
};

/// A full convolution.
struct FullConv {
  int channels = 0;  ///< of the whole map, also where channels are cut into parts
  std::optional<Addend> addend;
  bool row_sums = false;           ///< the kernel takes the sums of each pixel's inputs
  std::vector<Cut> cuts;           ///< from channel 0 on, without gaps
  std::optional<int> unit_pixels;  ///< pixels of the map in a call; none: a call computes a row

  int tiles() const;
};

/// A depthwise convolution.
struct Depthwise {
  int channels = 0;       ///< of the whole map, also where channels are cut into parts
  std::vector<Cut> cuts;  ///< from channel 0 on, without gaps
};

struct Stage {
  std::variant<Load, FullConv, Depthwise> work;
  Window window;  ///< of rows of the stage before, or of the input tensor; 1x1 where a row is loaded
  ConvMap in;     ///< the whole map that the window moves over
  StageRows out;

  const Load* load() const { return std::get_if<Load>(&work); }
  const FullConv* conv() const { return std::get_if<FullConv>(&work); }
  FullConv* conv() { return std::get_if<FullConv>(&work); }
  const Depthwise* depthwise() const { return std::get_if<Depthwise>(&work); }
  const std::optional<int>& unit_pixels() const;
  /// The stage adds the block's residual tensor.
  bool adds_tensor() const { return conv() && conv()->addend && conv()->addend->is_tensor(); }
  /// Groups of pixels that a tile of channels of the map is computed in, where a call does not compute a row.
  int groups() const { return out.map.height * out.map.width / unit_pixels().value(); }
  /// Units of work: the groups of all tiles, one tile after the other, or else rows.
  int units() const { return unit_pixels() ? conv()->tiles() * groups() : out.map.height; }
};

/// Partial sums of the output map, one 32-bit lane for each element: call by call of kernels, of each all pixels, each
/// in whole vectors.
struct PartialSums {
  int64_t offset = 0;  ///< in the task's scratch memory where there are strips, else in the scratch memory of all tasks
  int lanes = 0;       ///< of a vector
};

/// Groups of parts, each a unit of work with sums of its own.
struct Groups {
  int count = 1;
  int64_t bytes = 0;  ///< of the sums of a group
};

/// The parts of the expanded channels in the variant `channels`.
struct Parts {
  int count = 1;
  int channels = 0;                 ///< of each part: whole vectors, of which the last part may fill fewer
  bool strips = false;              ///< threads share rows of the output, each of which goes through all parts
  bool expands_at_once = false;     ///< one call of the expansion computes all rows of a part
  std::optional<Groups> groups;     ///< without strips, where there are several parts
  std::optional<PartialSums> sums;  ///< where there are several parts

  /// The first part of `group`; first_part(groups) is the number of parts.
  int first_part(int group) const { return count * group / groups->count; }
};

/// A residual tensor of fewer channels than what it is added to: rows of it are padded in the task's scratch memory.
struct PaddedResidual {
  int channels = 0;  ///< of the tensor
  int zero = 0;      ///< stored number of the channels that it lacks
  int64_t offset = 0;
};

struct Chain {
  Variant variant = Variant::rows;  ///< rows, channels, layerwise or cascade
  std::vector<Stage> stages;        ///< the load, if there is one, comes first
  Arithmetic arithmetic;            ///< of the convolutions, whose weights may be of other types
  bool threads = true;              ///< tasks of several threads may share the work
  bool row_source = false;          ///< the input comes row by row from a callback
  std::optional<Parts> parts;       ///< in the variant `channels`
  std::optional<PaddedResidual> padded;
  std::optional<int64_t> row_sums;  ///< offset in scratch of the sums of pixels, where some kernel takes them
  int64_t scratch_bytes = 0;        ///< of each task
  int64_t shared_bytes = 0;         ///< scratch of all tasks together

  bool strips() const { return parts && parts->strips; }
  const Groups* groups() const { return parts && parts->groups ? &*parts->groups : nullptr; }
  /// Stages in front of the first convolution.
  size_t loads() const { return stages[0].load() ? 1 : 0; }
};

/// Phases of the work, and the most units that one of them has.
int phases_of(const Chain& chain);
int units_of(const Chain& chain);
/// Shared scratch where there are several tasks.
int64_t parallel_shared_bytes(const Chain& chain);
/// BlockPlan::overlaps of the block: of its inputs, and of the residual tensor, which `adds_input` says is an input.
std::vector<int64_t> overlaps_of(const Chain& chain, bool adds_input);
/// True if the function takes a residual tensor.
bool takes_residual(const Chain& chain);
/// Multiply-adds that the stages do: those of the model, and what is computed twice.
int64_t executed_macs(const Chain& chain);

/// Elements from pixel to pixel of what stage `i` reads.
int in_pitch(const Chain& chain, size_t i);

/// Takes memory at `end`, which moves behind it; returns where the memory starts.
int64_t allocate(int64_t bytes, int64_t* end);

/// The plan of strip `strip` of schedule.columns strips of columns, or of the whole map where that is 1. The schedule
/// is not `halide`.
Chain plan_chain(const ChainSource& source, const ChainSchedule& schedule, int strip = 0);
/// Cuts the channels of all stages, whose rows are placed, into calls of kernels.
void plan_cuts(const ChainSource& source, int columns, Chain* chain);

}  // namespace narrows
