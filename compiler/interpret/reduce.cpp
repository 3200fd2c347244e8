// SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD over any dimensions.
// Sources: tensorflow/lite/kernels/reduce.cc (EvalSum, EvalGeneric) and internal/reference/reduce.h
// (QuantizedMeanOrSum); of 8 bits, internal/optimized/reduce.h.
#include "compiler/interpret/reduce.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace narrows::interpreter {
namespace {

template <typename T>
std::vector<T> numbers(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <typename T>
Bytes bytes_from(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// f(what there is so far, the next one), from the first element on.
template <typename T, typename Function>
Bytes fold(const Call& call, Function f) {
  const std::vector<T> in = numbers<T>(*call.in[0]);
  std::vector<T> out(element_count(call.output().shape));
  std::vector<bool> begun(out.size());
  const std::vector<int64_t> places = places_in_output(call);
  for (size_t i = 0; i < in.size(); ++i) {
    const int64_t o = places[i];
    out[o] = begun[o] ? f(out[o], in[i]) : in[i];
    begun[o] = true;
  }
  return bytes_from(out);
}

/// The numbers as they are stored.
template <typename Function>
Bytes fold_stored(const Call& call, Function f) {
  switch (call.output().type) {
    case DType::f32:
      return fold<float>(call, f);
    case DType::u8:
      return fold<uint8_t>(call, f);
    case DType::i8:
      return fold<int8_t>(call, f);
    case DType::i32:
      return fold<int32_t>(call, f);
    default:
      return fold<int64_t>(call, f);
  }
}

/// Integers wrap.
template <typename T>
T wrapping_sum(T a, T b) {
  if constexpr (std::is_integral_v<T>) return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  return a + b;
}

template <typename T>
T wrapping_product(T a, T b) {
  if constexpr (std::is_integral_v<T>) return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  return a * b;
}

/// Like TFLite's, in float, and not saturated.
Bytes sum_rescaled(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  const SumParameters p = sum_parameters(input, output, element_count(input.shape) / element_count(output.shape));
  const std::vector<int32_t> sums = sums_over<int32_t>(call, stored(input, *call.in[0]));
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    const float product = static_cast<float>(sums[i]) * p.scale;
    out[i] = static_cast<uint8_t>(int64_t{round_to_int(product + p.bias)} + output.zero_point());
  }
  return out;
}

Bytes sum(const Call& call) {
  if (is_8bit(call.output().type) && !sums_stored_values(call.input(), call.output())) return sum_rescaled(call);
  return fold_stored(call, [](auto a, auto b) { return wrapping_sum(a, b); });
}

Bytes maximum(const Call& call) {
  return fold_stored(call, [](auto a, auto b) { return b > a ? b : a; });
}

Bytes minimum(const Call& call) {
  return fold_stored(call, [](auto a, auto b) { return b < a ? b : a; });
}

Bytes product(const Call& call) {
  return fold_stored(call, [](auto a, auto b) { return wrapping_product(a, b); });
}

constexpr Evaluator rows[] = {
    {OpKind::sum, sum},
    {OpKind::reduce_max, maximum},
    {OpKind::reduce_min, minimum},
    {OpKind::reduce_prod, product},
};

}  // namespace

std::vector<int64_t> places_in_output(const Call& call) {
  const Shape& in = call.input().shape;
  const std::vector<int>& axes = call.attr().axes;
  std::vector<int64_t> strides(in.size(), 0);  // steps through the output; 0 along reduced dimensions
  int64_t stride = 1;
  for (size_t d = in.size(); d-- > 0;) {
    if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end()) continue;
    strides[d] = stride;
    stride *= in[d];
  }
  std::vector<int64_t> places(static_cast<size_t>(element_count(in)));
  std::vector<int> at(in.size(), 0);
  int64_t out = 0;
  for (int64_t& place : places) {
    place = out;
    for (size_t d = in.size(); d-- > 0;) {
      out += strides[d];
      if (++at[d] < in[d]) break;
      out -= strides[d] * in[d];
      at[d] = 0;
    }
  }
  return places;
}

const Table<Evaluator> reduce_evaluators = rows;

}  // namespace narrows::interpreter
