// How a convolution computes: the types of its numbers, and how its sums are rounded to stored values.
//
// A convolution's arithmetic is decided once, by arithmetic_of(). Everything behind asks its members and never which
// type a tensor of the model has: kernels, packed weights, sizes of buffers, the cost model.
#pragma once

#include <tuple>

#include "compiler/graph/quantization.h"
#include "compiler/target.h"

namespace narrows {

/// How sums become stored values.
enum class Rounding {
  none,     ///< sums are floats and are stored as such
  tflite,   ///< a fixed-point multiplier and a shift, both of which round (runtime/requantize.h)
  xnnpack,  ///< a float factor, then the nearest even integer
};

struct Arithmetic {
  DType stored = DType::f32;       ///< activations as the target keeps them: f32, u8, i8
  DType weights = DType::f32;      ///< packed weights: f32, f16 or i8. Plain rows of 8-bit depthwise kernels have i16.
  DType accumulator = DType::f32;  ///< sums: f32 or i32
  int quad = 1;                    ///< adjacent elements of the depth whose products go into one lane in one step
  Rounding rounding = Rounding::none;

  /// Sums are integers, which a multiplier for each channel turns into stored values.
  bool requantizes() const { return rounding != Rounding::none; }
  bool rounds_as_tflite() const { return rounding == Rounding::tflite; }
  /// Sums are floats of i8 weights, which a scale for each channel turns into real values before the bias is added.
  bool scales_sums() const { return accumulator == DType::f32 && weights == DType::i8; }
  /// Every channel has a factor: a multiplier of integers, or the scale of its weights.
  bool has_multiplier() const { return requantizes() || scales_sums(); }
  /// Sums of inputs correct for weights that are stored with a zero point: integers only.
  bool corrects_weights(int weight_zero) const { return requantizes() && weight_zero != 0; }

  auto members() const { return std::tie(stored, weights, accumulator, quad, rounding); }
};

/// Float arithmetic with weights of type `weights`: f32, f16 or i8.
inline Arithmetic float_arithmetic(DType weights) { return {DType::f32, weights, DType::f32, 1, Rounding::none}; }

/// 8-bit arithmetic with activations that are stored as `stored`: u8 or i8. Four bytes fill a 32-bit lane.
inline Arithmetic byte_arithmetic(DType stored, Numerics numerics) {
  return {stored, DType::i8, DType::i32, 4, numerics == Numerics::tflite ? Rounding::tflite : Rounding::xnnpack};
}

/// The type in which the target stores a tensor of type `logical`.
inline DType stored_dtype(DType logical, const Target& target) {
  if (!is_8bit(logical)) return logical;
  return target.activations == Activations::u8 ? DType::u8 : DType::i8;
}

/// What is added to a value of an 8-bit type `logical` to get the value that the target stores: 0, 128 or -128.
inline int stored_shift(DType logical, const Target& target) {
  const DType stored = stored_dtype(logical, target);
  if (logical == stored) return 0;
  return stored == DType::u8 ? 128 : -128;
}

/// The arithmetic of convolutions that make a tensor like `output`, if their weights are not narrower than it.
inline Arithmetic arithmetic_of(const Tensor& output, Numerics numerics, const Target& target) {
  if (!is_quantized(output)) return float_arithmetic(DType::f32);
  return byte_arithmetic(stored_dtype(output.type, target), numerics);
}
/// The arithmetic of `op`, a convolution or fully connected layer.
inline Arithmetic arithmetic_of(const Graph& graph, const Op& op, Numerics numerics, const Target& target) {
  Arithmetic a = arithmetic_of(graph.output(op), numerics, target);
  if (!a.requantizes()) a.weights = graph.input(op, 1).type;
  return a;
}

}  // namespace narrows
