// Operators with two operands and numpy's broadcasting: loops that call a function for each element of the output.
#pragma once

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {

/// Steps through an operand while the output is walked in order; 0 along broadcast dimensions.
inline std::vector<int64_t> broadcast_strides(const Shape& operand, const Shape& out) {
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

}  // namespace narrows::interpreter
