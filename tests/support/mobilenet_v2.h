// MobileNetV2 (Sandler et al., CVPR 2018) with made-up weights, as a TFLite model.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "frontends/description/calibrate.h"

namespace narrows {

struct MobileNetV2 {
  DType type = DType::f32;  ///< f32, u8 with one scale per tensor, or i8 with one scale per weight channel
  float width = 1;          ///< multiplies the number of channels
  int size = 224;           ///< height and width of the picture
  int classes = 1001;
  uint32_t seed = 1;
  bool dense = false;  ///< the classifier is FULLY_CONNECTED behind RESHAPE, instead of CONV_2D before it
};

/// Builds the model. 8-bit models take the quantization parameters of their activations from `ranges`, by
/// tensor id; the ids are the same for every type.
std::vector<uint8_t> build_mobilenet_v2(const MobileNetV2& net, const std::vector<ValueRange>& ranges);

/// The ranges that tensors of the float model take for a few made-up pictures.
std::vector<ValueRange> calibrate(const MobileNetV2& net);

}  // namespace narrows
