// Schedules: how a block is computed, as plain printable data.
//
// The variants of an inverted residual are points of one space: what each stage's rows are kept in, and in which order
// stages and channels are walked.
//   rows       a ring of kernel_h rows between stages; output row by output row; nothing is computed twice
//   channels   the paper's t-way split: part by part of the expanded channels; the projection accumulates over the parts, so
//              every weight is read once per block and not once per row
//   layerwise  whole tensors between stages, stage by stage: what other engines do, the baseline of comparisons
//   halide     the whole block as one Halide pipeline
#pragma once

#include <string>

#include "compiler/compile.h"
#include "compiler/target.h"

namespace narrows {

/// Register tile of a convolution kernel.
struct Tile {
  int vectors = 1;  ///< of output channels
  int pixels = 1;
};

/// The cheapest tile for `vectors` vectors of channels and `width` pixels by a count of multiply-adds, loads and waste.
/// With `divides`, the tile's pixels divide the width, so that no pixel is computed twice.
Tile choose_conv_tile(int vectors, int width, bool quantized, bool divides, const Target& target);
/// Pixels per step of a depthwise kernel.
int choose_depthwise_pixels(int width, bool quantized, const Target& target);

/// What the cost model needs to know of an inverted residual.
struct ChainShape {
  int64_t map = 0;      ///< output pixels
  int64_t weights = 0;  ///< bytes of the expansion and the projection together
  int expanded = 0;     ///< channels between them
  bool quantized = false;
};

struct Schedule {
  Variant variant = Variant::rows;
  int parts = 1;  ///< of the expanded channels
};

/// The variant that `options` ask for, or the better one by the cost model. `has_expansion` is false for blocks that only
/// the row-streamed order fits.
Schedule choose_schedule(const CompileOptions& options, const ChainShape& shape, bool has_expansion);

std::string to_string(Variant variant);

}  // namespace narrows
