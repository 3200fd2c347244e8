// Makes a model read pixels: the emitted code takes the bytes of a camera or of a decoded picture, whatever type the
// model's input has.
#pragma once

#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// A pixel p of channel c stands for (p - mean[c]) / std[c].
struct PixelScaling {
  std::vector<float> mean,
      std;  ///< one number for all channels, or one per channel; empty: what the input's type suggests
};

/// Makes the model's input u8 pixels from 0 to 255, with the operators that scale them in front of what reads it. The
/// layout stays the model's: [1,height,width,channels], or [1,channels,height,width] where it reads planes
/// (compiler/graph/map_layout.h).
///
///   f32   x = (float(pixels) - mean) * (1 / std); by default, mean and std are 127.5
///   i8    x = pixels - 128, u8: x = pixels, where that is what the input's quantization stands for
///
/// Compiled, the convolution behind them does that to each row as it loads it.
void take_pixels(const PixelScaling& scaling, Graph* graph, Diagnostics& diagnostics);

}  // namespace narrows
