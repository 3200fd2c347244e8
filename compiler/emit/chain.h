// Chains: one to three convolutions as one emitted function.
//
// A chain is lowered to stages. Each stage computes one row of its map with a kernel, from rows of the stage
// before it, and keeps it in Rows: a ring, one row, or the whole map, in the block's scratch memory. The last
// stage writes the block's output tensor. build_chain() decides everything (sizes, rings, kernels, packed
// weights); print_chain() only writes it down.
//
// lower_chain() in lower.h is both.
#pragma once

#include <string>
#include <vector>

#include "compiler/block.h"
#include "compiler/emit/conv_weights.h"
#include "compiler/emit/lower.h"
#include "compiler/schedule.h"

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
  int kept = 0;   ///< rows of a plain ring; height + top + bottom: the whole map
  int pitch = 0;  ///< elements (lanes) between pixels
  int top = 0, bottom = 0, left = 0, right = 0;  ///< borders that the next stage's window reaches
  int border_value = 0;                          ///< stored zero point
  int element_bytes = 1;
  int64_t offset = 0;  ///< bytes from the start of scratch

  int columns() const { return left + map.width + right; }
  int64_t row_elements() const { return int64_t{columns()} * pitch; }
  int64_t bytes() const {
    return kind == Kind::interleaved ? row_elements() * 4 : row_elements() * kept * element_bytes;
  }
  bool whole() const { return kept >= map.height + top + bottom; }
};

/// A kernel call for a part of the output channels.
struct Piece {
  std::string kernel;
  std::string more_kernel, last_kernel;  ///< channels variant: for the parts between, and for the last part
  int channel = 0;                       ///< first output channel
  int64_t weights = 0;                   ///< offset in the block's packed weights (channels: in the part's)
};

struct Stage {
  enum class Kind { load, conv, depthwise };
  Kind kind = Kind::conv;
  Window window;  ///< load: 1x1
  MapSize in;     ///< of the stage before; load: of the tensor
  Rows out;
  std::vector<Piece> pieces;
  bool row_sums = false;
  bool residual = false;
  int repeat = 1;  ///< load: copies of each channel
  int flip = 0;    ///< load: 0x80 where the tensor's type is not the stored one
};

struct Chain {
  std::vector<Stage> stages;  ///< the load stage, if there is one, comes first
  Schedule schedule;  ///< variant and parts; the tiles are in the kernels
  DType stored = DType::f32;
  int64_t scratch_bytes = 0;
  int64_t sums = -1;          ///< offset of the pixel sums in scratch; -1: none
  int64_t accumulators = -1;  ///< channels variant: partial sums of the output map
  std::string weights;        ///< packed regions of all pieces
  int64_t part_weights = 0;   ///< channels variant: bytes per part
};

Chain build_chain(const LoweringContext& context, const Block& block);
std::string print_chain(const Chain& chain, const std::string& in_type, const std::string& out_type);

}  // namespace narrows
