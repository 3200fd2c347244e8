// Small quantized ONNX networks of the kind that the project is about: a stem, an inverted residual with its
// addition, a head. Weights are made up; scales are such that results use their range.
#pragma once

#include "tests/support/onnx_builder.h"

namespace narrows {

/// Types and form of a quantized network.
struct OnnxNetOptions {
  int activations = onnx::TensorProto::UINT8, weights = onnx::TensorProto::INT8;
  bool per_channel = true;
};

/// With QuantizeLinear and DequantizeLinear: image [1,3,16,16] of bytes -> 5 probabilities, stored in 8 bits.
OnnxBuilder qdq_classifier(const OnnxNetOptions& options = {});
/// Ends in scores that are resized, and the index of the largest of them for every pixel.
OnnxBuilder qdq_segmenter(const OnnxNetOptions& options = {});
/// With operators of quantized numbers only.
OnnxBuilder qlinear_classifier(const OnnxNetOptions& options = {});
/// With activations that are quantized at run time: x [1,2,6,5] in float, Conv 3x3 with 3 channels, Relu, Flatten and
/// MatMul -> y [1,4]; one zero point for all weights.
OnnxBuilder dynamic_classifier(int weights, int zero_point);
/// What converters to FLOAT16 that keep inputs and outputs in FLOAT make of Conv and Clip: x [1,2,4,5] -> y [1,3,4,5].
OnnxBuilder model_in_halves();

}  // namespace narrows
