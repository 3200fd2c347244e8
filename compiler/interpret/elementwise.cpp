// ADD, SUB, MUL, MAXIMUM, MINIMUM and PRELU of two tensors with numpy broadcasting.
// Sources: tensorflow/lite/kernels/{add.cc,sub.cc,mul.cc,maximum_minimum.cc,activations.cc} and
// internal/reference/{add.h,sub.h,mul.h,maximum_minimum.h,prelu.h,leaky_relu.h};
// XNNPACK's add is in src/qs8-vadd.
#include "compiler/interpret/broadcast.h"
#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Both operands are brought to a common scale with 20 more bits, then added or, for sign -1, subtracted.
Bytes add_tflite(const Call& call, int sign) {
  const AddParameters p = add_parameters(call.input(0), call.input(1), call.output());
  const Range range = activation_range(call.attr().activation, call.output());
  return apply_quantized(call, [&](int32_t a, int32_t b) {
    const int32_t scaled_a = multiply_by_quantized_multiplier(a * (1 << p.left_shift), p.in0);
    const int32_t scaled_b = multiply_by_quantized_multiplier(b * (1 << p.left_shift), p.in1);
    const int32_t sum = multiply_by_quantized_multiplier(scaled_a + sign * scaled_b, p.out);
    return to_byte(sum + call.output().zero_point(), range);
  });
}

Bytes add_xnnpack(const Call& call) {
  const Tensor &in0 = call.input(0), &in1 = call.input(1);
  const XnnAddParameters p = xnn_add_parameters(in0, in1, call.output());
  const Range range = activation_range(call.attr().activation, call.output());
  return apply_quantized(call, [&](int32_t a, int32_t b) {
    const int32_t q0 = a + in0.zero_point(), q1 = b + in1.zero_point();
    const int32_t sum = (q0 * p.multiplier0 + q1 * p.multiplier1 + p.bias) >> p.shift;
    return to_byte(sum + call.output().zero_point(), range);
  });
}

/// Both operands and the result have the same parameters.
template <typename Function>
Bytes select(const Call& call, Function f) {
  if (call.output().type == DType::f32) return apply_f32(call, f);
  if (is_integer(call.output().type)) return apply_integers(call, f);
  const Range range = activation_range(Activation::none, call.output());
  return apply_quantized(call,
                         [&](int32_t a, int32_t b) { return to_byte(f(a, b) + call.output().zero_point(), range); });
}

Bytes maximum(const Call& call) {
  return select(call, [](auto a, auto b) { return a > b ? a : b; });
}

Bytes minimum(const Call& call) {
  return select(call, [](auto a, auto b) { return a < b ? a : b; });
}

Bytes add(const Call& call) {
  if (call.output().type == DType::f32) return apply_f32(call, [](float a, float b) { return a + b; });
  if (is_integer(call.output().type))
    return apply_integers(call, [](auto a, auto b) { return unsigned_of(a) + unsigned_of(b); });
  const bool xnnpack = call.numerics == Numerics::xnnpack && xnn_takes_add(call.input(0), call.input(1), call.output());
  return xnnpack ? add_xnnpack(call) : add_tflite(call, 1);
}

Bytes sub(const Call& call) {
  if (call.output().type == DType::f32) return apply_f32(call, [](float a, float b) { return a - b; });
  if (is_integer(call.output().type))
    return apply_integers(call, [](auto a, auto b) { return unsigned_of(a) - unsigned_of(b); });
  return add_tflite(call, -1);
}

Bytes mul(const Call& call) {
  if (call.output().type == DType::f32) return apply_f32(call, [](float a, float b) { return a * b; });
  if (is_integer(call.output().type))
    return apply_integers(call, [](auto a, auto b) { return unsigned_of(a) * unsigned_of(b); });
  const float scale = call.input(0).scale() * call.input(1).scale() / call.output().scale();
  const Multiplier multiplier = quantize_multiplier(scale);
  const int32_t zero_point = call.output().zero_point();
  const Range range = activation_range(call.attr().activation, call.output());
  const bool xnnpack = call.numerics == Numerics::xnnpack && scale >= 0x1p-16f && scale < 0x1p8f;
  return apply_quantized(call, [&](int32_t a, int32_t b) {
    return static_cast<uint8_t>(xnnpack ? requantize_xnnpack(a * b, scale, zero_point, range)
                                        : requantize(a * b, multiplier, zero_point, range));
  });
}

/// LEAKY_RELU is this with a slope of one element. Both multipliers are products of floats in TFLite, too.
Bytes prelu(const Call& call) {
  if (call.output().type == DType::f32)
    return apply_f32(call, [](float x, float slope) { return x >= 0 ? x : x * slope; });
  const Tensor &input = call.input(0), &slopes = call.input(1), &output = call.output();
  const Multiplier same = quantize_multiplier(input.scale() / output.scale());
  const Multiplier sloped = quantize_multiplier(input.scale() * slopes.scale() / output.scale());
  const Range range = activation_range(Activation::none, output);
  return apply_quantized(call, [&](int32_t x, int32_t slope) {
    const int32_t product = x >= 0 ? x : x * slope;
    return static_cast<uint8_t>(requantize(product, x >= 0 ? same : sloped, output.zero_point(), range));
  });
}

constexpr Evaluator rows[] = {
    {OpKind::add, add},         {OpKind::sub, sub},         {OpKind::mul, mul},
    {OpKind::maximum, maximum}, {OpKind::minimum, minimum}, {OpKind::prelu, prelu},
};

}  // namespace

const Table<Evaluator> elementwise_evaluators = rows;

}  // namespace narrows::interpreter
