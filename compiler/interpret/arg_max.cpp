// ARG_MAX and CAST, whose results are not quantized.
// Sources: tensorflow/lite/kernels/internal/reference/arg_min_max.h and tensorflow/lite/kernels/cast.cc.
#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// The first of equal values counts. What is not a number only counts at index 0.
template <typename T>
Bytes arg_max_of(const Call& call, const std::vector<T>& in) {
  const Shape& shape = call.input().shape;
  const int axis = call.attr().axis, size = shape[axis];
  int64_t inner = 1;
  for (size_t d = axis + 1; d < shape.size(); ++d) inner *= shape[d];
  Bytes out(call.output().bytes());
  for (int64_t i = 0; i < element_count(call.output().shape); ++i) {
    const T* line = &in[i / inner * inner * size + i % inner];
    int best = 0;
    for (int k = 1; k < size; ++k) {
      if (line[k * inner] > line[best * inner]) best = k;
    }
    put_integer(call.output().type, &out, i, best);
  }
  return out;
}

/// Towards zero. C++ leaves open what becomes of values beyond the type; here they saturate, and 0 stands for
/// what is not a number.
int64_t truncated(float value, DType type) {
  if (std::isnan(value)) return 0;
  const bool is_signed = type != DType::u8;
  const int bits = 8 * size_of(type) - (is_signed ? 1 : 0);
  const float limit = std::ldexp(1.0f, bits);
  const auto largest = static_cast<int64_t>((uint64_t{1} << bits) - 1);
  if (value >= limit) return largest;
  const float lowest = is_signed ? -limit : 0;
  return value <= lowest ? (is_signed ? -largest - 1 : 0) : static_cast<int64_t>(value);
}

Bytes arg_max(const Call& call) {
  if (call.input().type == DType::f32) return arg_max_of(call, floats(*call.in[0]));
  return arg_max_of(call, stored(call.input(), *call.in[0]));
}

Bytes cast(const Call& call) {
  const DType from = call.input().type, to = call.output().type;
  if (from == to) return *call.in[0];
  Bytes out(call.output().bytes());
  if (from == DType::f32) {
    const std::vector<float> values = floats(*call.in[0]);
    for (size_t i = 0; i < values.size(); ++i) put_integer(to, &out, i, truncated(values[i], to));
    return out;
  }
  const std::vector<int64_t> values = integers(call.input(), *call.in[0]);
  if (to == DType::f32) return bytes_of(std::vector<float>(values.begin(), values.end()));
  for (size_t i = 0; i < values.size(); ++i) put_integer(to, &out, i, values[i]);
  return out;
}

constexpr Evaluator rows[] = {{OpKind::arg_max, arg_max}, {OpKind::cast, cast}};

}  // namespace

const Table<Evaluator> arg_max_evaluators = rows;

}  // namespace narrows::interpreter
