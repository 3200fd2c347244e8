// HARD_SWISH. Sources: tensorflow/lite/kernels/activations.cc (HardSwishPrepare) and
// internal/reference/hard_swish.h. The quantized form works with numbers of 16 bits.
#include <algorithm>
#include <limits>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

constexpr int32_t lowest = std::numeric_limits<int16_t>::min();
constexpr int32_t highest = std::numeric_limits<int16_t>::max();

int32_t saturated(int64_t value) { return static_cast<int32_t>(std::clamp<int64_t>(value, lowest, highest)); }

int32_t shifted_left(int32_t value, int amount) { return saturated(value * (int64_t{1} << amount)); }

/// The product of two numbers in Q0.15, rounded as gemmlowp's SaturatingRoundingDoublingHighMul does.
int32_t high_mul_rounding(int32_t a, int32_t b) {
  const int32_t product = a * b;
  return saturated((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

/// The product of two numbers in Q0.15, cut off toward zero.
int32_t high_mul(int32_t a, int32_t b) { return saturated(int64_t{a} * b / (1 << 15)); }

/// As gemmlowp's RoundingDivideByPOT does for 16 bits, whose mask of the bits that are cut off is -1 from 16 of them
/// on: what would be 0 is 1 then, or -1 for negative numbers.
int32_t divide_q15(int32_t x, int exponent) {
  if (exponent > 15) return x < 0 ? -1 : 1;
  return rounding_divide_by_power_of_two(x, exponent);
}

/// A multiplier of 16 bits.
Multiplier multiplier_q15(float real) {
  const Multiplier m = quantize_multiplier(real);
  const int32_t half = 1 << 15;
  return {m.value >= std::numeric_limits<int32_t>::max() - half ? highest : (m.value + half) >> 16, m.shift};
}

struct HardSwish {
  Multiplier relu, out;

  /// relu6(x + 3) / 6 in Q0.15, of x in 7 more bits than it is stored with.
  int32_t gate(int32_t x) const {
    if (relu.shift > 0) x = shifted_left(x, relu.shift - 1);
    x = high_mul_rounding(x, relu.value);
    if (relu.shift > 0) x = shifted_left(x, 1);
    if (relu.shift < 0) x = divide_q15(x, -relu.shift);
    return (x + (1 << 15)) >> 1;
  }
  int32_t operator()(int32_t centered) const {
    const int32_t x = centered * 128;
    const int32_t product = high_mul(gate(x), high_mul_rounding(x, out.value));
    return divide_q15(product, -out.shift);
  }
};

Bytes hard_swish(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  if (input.type == DType::f32) {
    std::vector<float> values = floats(*call.in[0]);
    for (float& v : values) v = v * std::min(6.0f, std::max(0.0f, v + 3)) / 6;
    return bytes_of(values);
  }
  const float scale = (1.0f / 128.0f) * input.scale();
  const HardSwish f{multiplier_q15(scale / (3.0f / 32768.0f)), multiplier_q15(scale / output.scale())};
  const Range range = activation_range(Activation::none, output);
  const std::vector<int16_t> in = centered(input, *call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) out[i] = to_byte(f(in[i]) + output.zero_point(), range);
  return out;
}

constexpr Evaluator rows[] = {{OpKind::hard_swish, hard_swish}};

}  // namespace

const Table<Evaluator> hard_swish_evaluators = rows;

}  // namespace narrows::interpreter
