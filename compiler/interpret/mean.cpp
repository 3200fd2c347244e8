// MEAN over any dimensions.
// Sources: tensorflow/lite/kernels/internal/reference/reduce.h (Mean, QuantizedMeanOrSum); XNNPACK's global
// average pooling is in src/qs8-gavgpool.
#include <algorithm>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Sums of the input over the reduced dimensions, in the order of the output.
template <typename Sum, typename T>
std::vector<Sum> sums_over(const Call& call, const std::vector<T>& input) {
  const Shape& in = call.input().shape;
  const std::vector<int>& axes = call.attr().axes;
  std::vector<int64_t> strides(in.size(), 0);  // steps through the output; 0 along reduced dimensions
  int64_t stride = 1;
  for (size_t d = in.size(); d-- > 0;) {
    if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end()) continue;
    strides[d] = stride;
    stride *= in[d];
  }
  std::vector<Sum> sums(element_count(call.output().shape));
  std::vector<int> at(in.size(), 0);
  int64_t out = 0;
  for (const T value : input) {
    sums[out] += value;
    for (size_t d = in.size(); d-- > 0;) {
      out += strides[d];
      if (++at[d] < in[d]) break;
      out -= strides[d] * in[d];
      at[d] = 0;
    }
  }
  return sums;
}

Bytes mean_tflite(const Call& call, const std::vector<int32_t>& sums, int64_t count) {
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const Multiplier multiplier = mean_multiplier(call.input(), output, count);
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    out[i] = static_cast<uint8_t>(requantize(sums[i], multiplier, output.zero_point(), range));
  }
  return out;
}

Bytes mean_xnnpack(const Call& call, const std::vector<int32_t>& sums, int64_t count) {
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const float scale = mean_scale(call.input(), output, count);
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    out[i] = static_cast<uint8_t>(requantize_xnnpack(sums[i], scale, output.zero_point(), range));
  }
  return out;
}

Bytes mean(const Call& call) {
  int64_t count = 1;
  for (int axis : call.attr().axes) count *= call.input().shape[axis];
  if (call.output().type == DType::f32) {
    std::vector<float> out = sums_over<float>(call, floats(*call.in[0]));
    for (float& value : out) value /= static_cast<float>(count);
    return bytes_of(out);
  }
  const std::vector<int32_t> sums = sums_over<int32_t>(call, centered(call.input(), *call.in[0]));
  const bool global_pool = call.input().shape.size() == 4 && call.attr().axes == std::vector<int>{1, 2};
  const bool xnnpack = call.numerics == Numerics::xnnpack && global_pool;
  return xnnpack ? mean_xnnpack(call, sums, count) : mean_tflite(call, sums, count);
}

constexpr Evaluator rows[] = {{OpKind::mean, mean}};

}  // namespace

const Table<Evaluator> mean_evaluators = rows;

}  // namespace narrows::interpreter
