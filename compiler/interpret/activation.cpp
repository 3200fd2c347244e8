// RELU and its relatives, LOGISTIC, functions made of several operators, and tables.
// Sources: tensorflow/lite/kernels/activations.cc (QuantizedReluX, PopulateLookupTable) and
// internal/reference/logistic.h. The lookup table serves the reference kernel and the optimized one alike.
#include <algorithm>
#include <cmath>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

float logistic_f32(float x) {
  constexpr float upper = 16.619047164916992188f, lower = -9.0f;  // where TFLite changes to a shorter form
  if (x > upper) return 1.0f;
  if (x < lower) return std::exp(x);
  return 1.0f / (1.0f + std::exp(-x));
}

/// The byte that each of the 256 input bytes becomes.
Bytes logistic_table(const Tensor& input, const Tensor& output) {
  const Range range = activation_range(Activation::none, output);
  const float inverse_scale = 1 / output.scale();
  Bytes table(256);
  for (int byte = 0; byte < 256; ++byte) {
    const int32_t value = input.type == DType::i8 ? static_cast<int8_t>(byte) : byte;
    const float real = input.scale() * static_cast<float>(value - input.zero_point());
    const float result = 1.0f / (1.0f + std::exp(-real));
    table[byte] = to_byte(round_to_int(result * inverse_scale) + output.zero_point(), range);
  }
  return table;
}

Bytes logistic(const Call& call) {
  if (call.input().type == DType::f32) {
    std::vector<float> values = floats(*call.in[0]);
    for (float& v : values) v = logistic_f32(v);
    return bytes_of(values);
  }
  const Bytes table = logistic_table(call.input(), call.output());
  Bytes out = *call.in[0];
  for (uint8_t& byte : out) byte = table[byte];
  return out;
}

Bytes relu(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  if (input.type == DType::f32) {
    const RangeF range = activation_range_f32(call.attr().activation);
    std::vector<float> values = floats(*call.in[0]);
    for (float& v : values) v = std::min(std::max(v, range.min), range.max);
    return bytes_of(values);
  }
  const Range range = activation_range(call.attr().activation, output);
  const float rescale = input.scale() / output.scale();
  const Multiplier multiplier = quantize_multiplier(rescale);
  const std::vector<int16_t> in = centered(input, *call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    out[i] = static_cast<uint8_t>(requantize(in[i], multiplier, output.zero_point(), range));
  }
  return out;
}

template <typename Function>
Bytes of_each(const Call& call, Function f) {
  std::vector<float> values = floats(*call.in[0]);
  for (float& v : values) v = f(v);
  return bytes_of(values);
}

Bytes hard_sigmoid(const Call& call) {
  return of_each(call, [](float x) { return std::min(6.0f, std::max(0.0f, x + 3)) / 6; });
}

Bytes silu(const Call& call) {
  return of_each(call, [](float x) { return x * logistic_f32(x); });
}

Bytes lookup(const Call& call) {
  Bytes out = *call.in[0];
  for (uint8_t& byte : out) byte = (*call.in[1])[byte];
  return out;
}

constexpr Evaluator rows[] = {{OpKind::relu, relu},
                              {OpKind::logistic, logistic},
                              {OpKind::hard_sigmoid, hard_sigmoid},
                              {OpKind::silu, silu},
                              {OpKind::lookup, lookup}};

}  // namespace

const Table<Evaluator> activation_evaluators = rows;

}  // namespace narrows::interpreter
