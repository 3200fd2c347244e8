// What the files of the interpreter share: one kernel per operator, and helpers that turn raw bytes into
// numbers. Kernels are plain loops over dense arrays. 8-bit kernels work on numbers that have left their type
// behind, so that uint8 and int8 tensors can be mixed; only the clamp at the end looks at the type of the
// output. Their short names have a namespace of their own.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/quantization.h"
#include "compiler/interpret/interpret.h"

namespace narrows::interpreter {

/// One operator and the bytes of its inputs.
struct Call {
  const Graph& graph;
  const Op& op;
  const std::vector<const Bytes*>& in;
  Numerics numerics;

  const Tensor& input(int i = 0) const { return graph.input(op, i); }
  const Tensor& output() const { return graph.output(op); }
  const Attributes& attr() const { return op.attr; }
  bool has_input(size_t i) const { return i < in.size(); }
};

// Kernels: bytes of the inputs in, bytes of the output out.
Bytes conv2d(const Call& call);                 // conv.cpp
Bytes depthwise_conv2d(const Call& call);       // conv.cpp
Bytes fully_connected(const Call& call);        // conv.cpp
Bytes add(const Call& call);                    // elementwise.cpp
Bytes sub(const Call& call);                    // elementwise.cpp
Bytes mul(const Call& call);                    // elementwise.cpp
Bytes maximum(const Call& call);                // elementwise.cpp
Bytes minimum(const Call& call);                // elementwise.cpp
Bytes average_pool(const Call& call);           // pool.cpp
Bytes max_pool(const Call& call);               // pool.cpp
Bytes mean(const Call& call);                   // mean.cpp
Bytes softmax(const Call& call);                // softmax.cpp
Bytes relu(const Call& call);                   // activation.cpp
Bytes logistic(const Call& call);               // activation.cpp
Bytes hard_swish(const Call& call);             // hard_swish.cpp
Bytes pad(const Call& call);                    // shape.cpp
Bytes transpose(const Call& call);              // shape.cpp
Bytes concatenation(const Call& call);          // shape.cpp
Bytes slice(const Call& call);                  // shape.cpp
Bytes resize_bilinear(const Call& call);        // resize.cpp
Bytes resize_nearest(const Call& call);         // resize.cpp
Bytes arg_max(const Call& call);                // arg_max.cpp
Bytes cast(const Call& call);                   // arg_max.cpp
Bytes quantize(const Call& call);               // quantize.cpp
Bytes dequantize(const Call& call);             // quantize.cpp
Bytes detection_postprocess(const Call& call);  // detection.cpp

// Bytes to numbers and back (values.cpp).
std::vector<float> floats(const Bytes& bytes);
std::vector<int32_t> ints(const Bytes& bytes);
Bytes bytes_of(const std::vector<float>& values);
/// The numbers that an 8-bit tensor stores.
std::vector<int16_t> stored(const Tensor& tensor, const Bytes& bytes);
/// stored - zero point, per channel where the tensor is quantized per channel.
std::vector<int16_t> centered(const Tensor& tensor, const Bytes& bytes);

/// std::round as an integer, saturated; 0 for NaN.
int32_t round_to_int(float value);
/// The byte of an 8-bit tensor that stores `value` after clamping.
inline uint8_t to_byte(int32_t value, Range range) {
  return static_cast<uint8_t>(value < range.min ? range.min : value > range.max ? range.max : value);
}

}  // namespace narrows::interpreter
