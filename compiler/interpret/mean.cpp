// MEAN over any dimensions.
// Sources: tensorflow/lite/kernels/internal/reference/reduce.h (Mean, QuantizedMeanOrSum); XNNPACK's global
// average pooling is in src/qs8-gavgpool.
#include <algorithm>

#include "compiler/interpret/kernels.h"

namespace narrows {
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

/// The multiplier that rescales and divides by `count` in one step, with as many bits of 1/count as fit.
Multiplier divided_by(Multiplier m, int64_t count) {
  int bits = 0;  // floor(log2(count))
  while (bits < 32 && (count >> (bits + 1)) != 0) ++bits;
  bits = std::min(bits, 31 + m.shift);
  return {static_cast<int32_t>((static_cast<int64_t>(m.value) << bits) / count), m.shift - bits};
}

Bytes mean_tflite(const Call& call, const std::vector<int32_t>& sums, int64_t count) {
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const double rescale = static_cast<double>(call.input().scale()) / static_cast<double>(output.scale());
  const Multiplier multiplier = divided_by(quantize_multiplier(rescale), count);
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    out[i] = to_byte(multiply_by_quantized_multiplier(sums[i], multiplier) + output.zero_point(), range);
  }
  return out;
}

Bytes mean_xnnpack(const Call& call, const std::vector<int32_t>& sums, int64_t count) {
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const float rescale = call.input().scale() / output.scale();
  const float scale = rescale / static_cast<float>(count);
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    out[i] = xnn_requantize(sums[i], scale, output.zero_point(), range);
  }
  return out;
}

}  // namespace

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

}  // namespace narrows
