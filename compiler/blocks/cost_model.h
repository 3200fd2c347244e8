// The cost model: the schedule that a block gets where nobody has chosen one, from what a Target says of its machine.
#pragma once

#include "compiler/blocks/schedule.h"
#include "compiler/target.h"
#include "schedules/kernels.h"

namespace narrows {

/// What a kernel of a convolution has to cover, and how it computes.
struct ConvShape {
  int vectors;  ///< of output channels
  int width;    ///< pixels of a row, or of a map that is computed as one row
  Arithmetic arithmetic;
};

/// The cheapest tile by a count of multiply-adds, loads and waits.
Tile choose_conv_tile(const ConvShape& shape, const Target& target);
/// Vector registers that a tile takes: accumulators, and the operands of one step.
int conv_tile_registers(Tile tile, const Arithmetic& arithmetic, const Target& target);
/// What choose_conv_tile() compares: the cost of computing `shape` with this tile, in multiply-adds.
double conv_tile_cost(const ConvShape& shape, Tile tile, const Target& target);
/// Pixels for a tile that has all vectors of `shape`.
int choose_conv_pixels(const ConvShape& shape, const Target& target);
/// Pixels per step of a depthwise kernel, of which all but `pixels` is known.
int choose_depthwise_pixels(const DepthwiseRow& spec, const Target& target);

/// What the cost model needs to know of an inverted residual.
struct ChainShape {
  int64_t map = 0;   ///< output pixels
  int expanded = 0;  ///< channels of the wide tensor that can be cut into parts; 0: only the row-streamed order fits
  Arithmetic arithmetic;
};

/// Fills in what `asked` leaves open, except tiles. Blocks without expanded channels that can be cut get `rows`, unless
/// `layerwise` was asked for.
Schedule choose_schedule(const Schedule& asked, const ChainShape& shape, const Target& target);

/// The additional cost of plain rings for an 8-bit depthwise convolution, in multiply-adds for each of its own.
double plain_ring_cost(const Target& target);
/// The time of blocks in a cascade whose output has this shape, relative to the time of the blocks one by one.
double cascade_cost(const ChainShape& shape, const Target& target);

}  // namespace narrows
