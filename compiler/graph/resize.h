// Where the pixels of a resized image lie in the original: one table per direction, shared by the interpreter
// and by the code generator, so that emitted code never rounds a coordinate. Sources:
// tensorflow/lite/kernels/internal/ reference/resize_bilinear.h and resize_nearest_neighbor.h.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// One output coordinate: the two input coordinates around it, and what each of them weighs. The weights add
/// up to one; with half-pixel centres the outermost ones are below zero and above one.
template <typename Weight>
struct Tap {
  int32_t low, high;
  Weight low_weight, high_weight;
};

/// For float and uint8 images.
std::vector<Tap<float>> bilinear_taps(int in, int out, Sampling sampling);
/// For int8 images, which TFLite resizes with weights in units of 1/1024.
std::vector<Tap<int32_t>> bilinear_taps_q10(int in, int out, Sampling sampling);
/// The input coordinate that each output coordinate copies.
std::vector<int32_t> nearest_taps(int in, int out, Sampling sampling);

}  // namespace narrows
