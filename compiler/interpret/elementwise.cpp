// ADD, SUB, MUL, MAXIMUM, MINIMUM and PRELU of two tensors with numpy broadcasting.
// Sources: tensorflow/lite/kernels/{add.cc,sub.cc,mul.cc,maximum_minimum.cc,activations.cc} and
// internal/reference/{add.h,sub.h,mul.h,maximum_minimum.h,prelu.h,leaky_relu.h};
// XNNPACK's add is in src/qs8-vadd.
#include <algorithm>
#include <cstring>
#include <type_traits>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Steps through an operand while the output is walked in order; 0 along broadcast dimensions.
std::vector<int64_t> broadcast_strides(const Shape& operand, const Shape& out) {
  std::vector<int64_t> strides(out.size(), 0);
  int64_t stride = 1;
  const size_t missing = out.size() - operand.size();
  for (size_t d = out.size(); d-- > missing;) {
    const int size = operand[d - missing];
    if (size != 1) strides[d] = stride;
    stride *= size;
  }
  return strides;
}

/// Calls f(i, a, b) for each element of the output in order, with the elements of both operands that belong
/// to it.
template <typename Function>
void for_each(const Call& call, Function f) {
  const Shape& out = call.output().shape;
  const std::vector<int64_t> stride0 = broadcast_strides(call.input(0).shape, out);
  const std::vector<int64_t> stride1 = broadcast_strides(call.input(1).shape, out);
  std::vector<int> at(out.size(), 0);
  const int64_t count = element_count(out);
  int64_t a = 0, b = 0;
  for (int64_t i = 0; i < count; ++i) {
    f(i, a, b);
    for (size_t d = out.size(); d-- > 0;) {
      a += stride0[d];
      b += stride1[d];
      if (++at[d] < out[d]) break;
      a -= stride0[d] * out[d];
      b -= stride1[d] * out[d];
      at[d] = 0;
    }
  }
}

template <typename Function>
Bytes apply_f32(const Call& call, Function f) {
  const std::vector<float> in0 = floats(*call.in[0]), in1 = floats(*call.in[1]);
  const RangeF range = activation_range_f32(call.attr().activation);
  std::vector<float> out(element_count(call.output().shape));
  for_each(call, [&](int64_t i, int64_t a, int64_t b) {
    out[i] = std::min(std::max(f(in0[a], in1[b]), range.min), range.max);
  });
  return bytes_of(out);
}

template <typename T>
T element_at(const Bytes& bytes, int64_t i) {
  T value;
  std::memcpy(&value, &bytes[i * sizeof(T)], sizeof(T));
  return value;
}

/// f maps two integers of type T to an unsigned integer, which wraps as TFLite's sums do, and is stored as a T.
template <typename T, typename Function>
Bytes apply_integers_of(const Call& call, Function f) {
  using U = std::make_unsigned_t<T>;
  const RangeI range = activation_range_integer(call.attr().activation, call.output().type);
  Bytes out(call.output().bytes());
  for_each(call, [&](int64_t i, int64_t a, int64_t b) {
    const T x = element_at<T>(*call.in[0], a), y = element_at<T>(*call.in[1], b);
    const T result =
        std::clamp(static_cast<T>(static_cast<U>(f(x, y))), static_cast<T>(range.min), static_cast<T>(range.max));
    std::memcpy(&out[i * sizeof(T)], &result, sizeof(T));
  });
  return out;
}

template <typename Function>
Bytes apply_integers(const Call& call, Function f) {
  return call.output().type == DType::i32 ? apply_integers_of<int32_t>(call, f) : apply_integers_of<int64_t>(call, f);
}

template <typename T>
std::make_unsigned_t<T> unsigned_of(T value) {
  return static_cast<std::make_unsigned_t<T>>(value);
}

/// f maps two centered operands to the byte of the output.
template <typename Function>
Bytes apply_quantized(const Call& call, Function f) {
  const std::vector<int16_t> in0 = centered(call.input(0), *call.in[0]);
  const std::vector<int16_t> in1 = centered(call.input(1), *call.in[1]);
  Bytes out(element_count(call.output().shape));
  for_each(call, [&](int64_t i, int64_t a, int64_t b) { out[i] = f(in0[a], in1[b]); });
  return out;
}

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
