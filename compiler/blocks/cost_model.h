// The cost model: the schedule that a block gets where nobody has chosen one, from what a Target says of its machine.
#pragma once

#include "compiler/blocks/schedule.h"
#include "compiler/target.h"
#include "schedules/kernels.h"

namespace narrows {

/// The cheapest tile for `vectors` vectors of channels and `width` pixels by a count of multiply-adds, loads and waits.
Tile choose_conv_tile(int vectors, int width, bool quantized, const Target& target);
/// Vector registers that a tile takes: accumulators, and the operands of one step.
int conv_tile_registers(Tile tile, bool quantized, const Target& target);
/// What choose_conv_tile() compares: the cost of `vectors` vectors and `width` pixels with this tile, in multiply-adds.
double conv_tile_cost(int vectors, int width, Tile tile, bool quantized, const Target& target);
/// Pixels for a tile that has `vectors` vectors.
int choose_conv_pixels(int vectors, int width, bool quantized, const Target& target);
/// Pixels per step of a depthwise kernel, of which all but `pixels` is known.
int choose_depthwise_pixels(const DepthwiseRow& spec, const Target& target);

/// What the cost model needs to know of an inverted residual.
struct ChainShape {
  int64_t map = 0;      ///< output pixels
  int64_t weights = 0;  ///< bytes of the expansion and the projection together
  int expanded = 0;     ///< channels between them
  bool quantized = false;
};

/// `asked` with all that it leaves open but the tiles. `has_expansion` is false for blocks that only the row-streamed
/// order fits; they get it whatever was asked for, but for layerwise.
Schedule choose_schedule(const Schedule& asked, const ChainShape& shape, bool has_expansion, const Target& target);

/// What plain rings cost an 8-bit depthwise convolution, in multiply-adds for each of its own.
double plain_ring_cost(const Target& target);
/// The time of blocks in a cascade, whose output has this shape, by that of the blocks alone.
double cascade_cost(const ChainShape& shape, const Target& target);

}  // namespace narrows
