// MEAN over any dimensions.
// Sources: tensorflow/lite/kernels/internal/reference/reduce.h (Mean, QuantizedMeanOrSum); XNNPACK's global
// average pooling is in src/qs8-gavgpool.
#include "compiler/interpret/kernels.h"
#include "compiler/interpret/reduce.h"

namespace narrows::interpreter {
namespace {

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
