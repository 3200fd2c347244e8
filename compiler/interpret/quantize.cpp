// QUANTIZE and DEQUANTIZE.
// Sources: tensorflow/lite/kernels/internal/reference/{quantize.h,requantize.h,dequantize.h}; XNNPACK's
// conversion is in src/qs8-vcvt.
#include <cmath>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

Bytes quantize_f32(const Call& call) {
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const std::vector<float> in = floats(*call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    const int64_t q = static_cast<int64_t>(round_to_int(in[i] / output.scale())) + output.zero_point();
    out[i] = static_cast<uint8_t>(q < range.min ? range.min : q > range.max ? range.max : q);
  }
  return out;
}

/// XNNPACK multiplies by 8 fraction bits. It takes neither a change of sign nor extreme ratios of scales.
bool xnn_takes_requantize(const Tensor& input, const Tensor& output) {
  const float ratio = input.scale() / output.scale();
  return input.type == output.type && ratio >= 0x1p-8f && ratio <= 0x1p7f;
}

Bytes requantize_xnnpack(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  const Range range = activation_range(Activation::none, output);
  const int32_t multiplier = static_cast<int32_t>(std::lrint(256.0f * (input.scale() / output.scale())));
  const std::vector<int16_t> in = centered(input, *call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    out[i] = to_byte(((in[i] * multiplier + 128) >> 8) + output.zero_point(), range);
  }
  return out;
}

/// Between equal scales this only moves the zero point, and is exact.
Bytes requantize(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  const Range range = activation_range(Activation::none, output);
  const double rescale = static_cast<double>(input.scale()) / static_cast<double>(output.scale());
  const Multiplier multiplier = quantize_multiplier(rescale);
  const std::vector<int16_t> in = centered(input, *call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    out[i] = static_cast<uint8_t>(narrows::requantize(in[i], multiplier, output.zero_point(), range));
  }
  return out;
}

Bytes quantize(const Call& call) {
  if (call.input().type == DType::f32) return quantize_f32(call);
  const bool xnnpack = call.numerics == Numerics::xnnpack && xnn_takes_requantize(call.input(), call.output());
  return xnnpack ? requantize_xnnpack(call) : requantize(call);
}

Bytes dequantize(const Call& call) { return bytes_of(real_values(call.input(), *call.in[0])); }

constexpr Evaluator rows[] = {{OpKind::quantize, quantize}, {OpKind::dequantize, dequantize}};

}  // namespace

const Table<Evaluator> quantize_evaluators = rows;

}  // namespace narrows::interpreter
