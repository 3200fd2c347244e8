// Transposed convolutions as convolutions, which all front ends share.
//
// With stride s, output pixel o of a dimension is the sum of input pixel i times tap k where o + pad = i * s + k. Taps
// k = s * j + p take part in the pixels whose o + pad leaves p when divided by s, and read input pixel
// (o + pad) / s - j there: for each phase p, that is a convolution with every s-th tap. So one convolution with s times
// the channels (in both dimensions: s * s), one part of them for each phase, makes all pixels of a block;
// depth_to_space lays them out.
// No product is computed twice, and none with zeros between pixels; where the kernel is no multiple of the stride, some
// taps are zero. In 8 bits the sums are those of TFLite's TRANSPOSE_CONV, as integers are added in any order.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/graph/graph.h"

namespace narrows {

/// Height or width of a transposed convolution.
struct TransposedSize {
  int in, out;
  int kernel, stride, dilation;
  int pad;  ///< pixels that are cut off in front, 0 or more
};

/// Height or width of the convolution, and of the pixels that are cut off the blocks that its results become.
struct PhaseSize {
  int taps;                   ///< of each phase
  int pad_before, pad_after;  ///< of the convolution
  int blocks;                 ///< pixels of its result
  int crop_before, crop_after;
};
PhaseSize phase_size(const TransposedSize& size);

/// The window of depth_to_space, for stride and pixels that are cut off in both dimensions.
Window block_window(const TransposedSize& height, const TransposedSize& width);
/// The convolution's.
Window phase_window(const TransposedSize& height, const TransposedSize& width);

/// Weights of the convolution, of constant weights [out,h,w,in] of any type: its output channels are those of the
/// first row of a block from left to right, then those of the next. Taps that no kernel has are 0.
Tensor phase_weights(const Tensor& weights, const TransposedSize& height, const TransposedSize& width);
/// What is too large of these or of the windows; empty: nothing.
std::string check_phases(const Tensor& weights, const TransposedSize& height, const TransposedSize& width);
/// A constant with one value for each channel, once for each of `phases` phases.
Tensor repeated_for_phases(const Tensor& values, int phases);

}  // namespace narrows
