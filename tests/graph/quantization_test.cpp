// TFLite's and XNNPACK's arithmetic in numbers that were worked out by hand.
#include "compiler/graph/quantization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace narrows {
namespace {

constexpr int32_t largest = std::numeric_limits<int32_t>::max();
constexpr int32_t smallest = std::numeric_limits<int32_t>::min();

Tensor quantized(DType type, float scale, int32_t zero_point, Shape shape = {1}) {
  Tensor t;
  t.type = type;
  t.shape = std::move(shape);
  t.quant = {{scale}, {zero_point}, 0};
  return t;
}

void expect_multiplier(double real, int32_t value, int shift) {
  const Multiplier m = quantize_multiplier(real);
  EXPECT_EQ(m.value, value) << real;
  EXPECT_EQ(m.shift, shift) << real;
}

TEST(QuantizeMultiplier, SplitsIntoFractionAndExponent) {
  expect_multiplier(0.5, 1 << 30, 0);
  expect_multiplier(1.0, 1 << 30, 1);
  expect_multiplier(0.75, 3 << 29, 0);
  expect_multiplier(0.1, 1717986918, -3);
  expect_multiplier(1000.0, 2097152000, 10);
}

TEST(QuantizeMultiplier, ZeroAndTooSmallBecomeZero) {
  expect_multiplier(0.0, 0, 0);
  expect_multiplier(std::ldexp(1.0, -33), 0, 0);          // shift would be -32
  expect_multiplier(std::ldexp(1.0, -32), 1 << 30, -31);  // the smallest that is kept
}

TEST(QuantizeMultiplier, AFractionThatRoundsToOneMovesToTheNextExponent) {
  const double just_below_one = std::nextafter(1.0, 0.0);
  expect_multiplier(just_below_one, 1 << 30, 1);
  expect_multiplier(just_below_one / 1024, 1 << 30, -9);
  // Rounded to 2^31 at an exponent of -32: the carry comes first, so it is kept.
  expect_multiplier(std::ldexp(just_below_one, -32), 1 << 30, -31);
}

TEST(SaturatingRoundingDoublingHighMul, RoundsTiesUpwards) {
  EXPECT_EQ(saturating_rounding_doubling_high_mul(1, 1 << 30), 1);    // 0.5
  EXPECT_EQ(saturating_rounding_doubling_high_mul(-1, 1 << 30), 0);   // -0.5
  EXPECT_EQ(saturating_rounding_doubling_high_mul(3, 1 << 30), 2);    // 1.5
  EXPECT_EQ(saturating_rounding_doubling_high_mul(-3, 1 << 30), -1);  // -1.5
  EXPECT_EQ(saturating_rounding_doubling_high_mul(-3, (1 << 30) + 1), -2);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(0, largest), 0);
}

TEST(SaturatingRoundingDoublingHighMul, SaturatesTheOneProductThatOverflows) {
  EXPECT_EQ(saturating_rounding_doubling_high_mul(smallest, smallest), largest);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(smallest, largest), -largest);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(largest, largest), largest - 1);
}

TEST(RoundingDivideByPowerOfTwo, RoundsTiesAwayFromZero) {
  EXPECT_EQ(rounding_divide_by_power_of_two(5, 0), 5);
  EXPECT_EQ(rounding_divide_by_power_of_two(2, 2), 1);    // 0.5
  EXPECT_EQ(rounding_divide_by_power_of_two(-2, 2), -1);  // -0.5
  EXPECT_EQ(rounding_divide_by_power_of_two(1, 2), 0);
  EXPECT_EQ(rounding_divide_by_power_of_two(-1, 2), 0);
  EXPECT_EQ(rounding_divide_by_power_of_two(-6, 2), -2);  // -1.5
  EXPECT_EQ(rounding_divide_by_power_of_two(largest, 31), 1);
  EXPECT_EQ(rounding_divide_by_power_of_two(smallest, 31), -1);
}

TEST(MultiplyByQuantizedMultiplier, RoundsTwice) {
  EXPECT_EQ(multiply_by_quantized_multiplier(100, quantize_multiplier(0.25)), 25);
  EXPECT_EQ(multiply_by_quantized_multiplier(100, quantize_multiplier(4.0)), 400);
  // 1 * 0.25: halved to 0.5, rounded to 1, halved again to 0.5, rounded to 1. Rounding once would give 0.
  EXPECT_EQ(multiply_by_quantized_multiplier(1, quantize_multiplier(0.25)), 1);
}

/// Sums at the ends of 32 bits, with the results of TFLite's DEPTHWISE_CONV_2D in uint8 (zero point 77) and int8 (5).
/// Where the multiplier is 1 or more, its left shift wraps.
TEST(Requantize, TakesAnySum) {
  const struct {
    int32_t sum;
    double multiplier;
    int32_t as_u8, as_i8;
  } recorded[] = {{2147483548, 0x1p-40, 77, 5},
                  {2147483548, 0x1p-32, 77, 5},
                  {2147483548, 0.75 * 0x1p-31, 78, 6},
                  {-2147483560, 0.75 * 0x1p-31, 76, 4},
                  {1073741680, 0.75 * 0x1p-31, 77, 5},
                  {2147483548, 0x1p-30, 79, 7},
                  {-2147483560, 0x1p-30, 75, 3},
                  {1073741680, 0x1p-30, 78, 6},
                  {2147483548, 0.5, 255, 127},
                  {-2147483560, 0.5, 0, -128},
                  {2147483548, 1, 0, -95},
                  {-2147483560, 1, 165, 93},
                  {2147483548, 2, 0, -128},
                  {-2147483560, 2, 253, 127},
                  {2147483548, 0x1p29, 77, 5},
                  {1073741974, 0x1p29, 0, -128}};
  for (const auto& r : recorded) {
    const Multiplier multiplier = quantize_multiplier(r.multiplier);
    EXPECT_EQ(requantize(r.sum, multiplier, 77, {0, 255}), r.as_u8) << r.sum << " * " << r.multiplier;
    EXPECT_EQ(requantize(r.sum, multiplier, 5, {-128, 127}), r.as_i8) << r.sum << " * " << r.multiplier;
  }
}

TEST(Requantize, XnnpackClampsBeforeItRounds) {
  EXPECT_EQ(requantize_xnnpack(largest, 100, 77, {0, 255}), 255);
  EXPECT_EQ(requantize_xnnpack(smallest, 100, 77, {0, 255}), 0);
  EXPECT_EQ(requantize_xnnpack(largest, 0x1p-30f, 77, {0, 255}), 79);
  EXPECT_EQ(requantize_xnnpack(3 << 29, 0x1p-30f, 77, {0, 255}), 79);  // 1.5: to the even number
  EXPECT_EQ(requantize_xnnpack(1 << 29, 0x1p-30f, 77, {0, 255}), 77);  // 0.5
}

TEST(ActivationRange, ClampsToTheTypeAndTheActivation) {
  const Tensor u8 = quantized(DType::u8, 0.1f, 20), i8 = quantized(DType::i8, 0.05f, -100);
  EXPECT_EQ(activation_range(Activation::none, u8).min, 0);
  EXPECT_EQ(activation_range(Activation::none, u8).max, 255);
  EXPECT_EQ(activation_range(Activation::relu, i8).min, -100);
  EXPECT_EQ(activation_range(Activation::relu, i8).max, 127);
  EXPECT_EQ(activation_range(Activation::relu6, u8).min, 20);
  EXPECT_EQ(activation_range(Activation::relu6, u8).max, 80);
  EXPECT_EQ(activation_range(Activation::relu6, i8).max, 20);
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, u8).min, 10);
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, u8).max, 30);
}

TEST(ActivationRange, TinyScalesSaturate) {
  const Tensor tiny = quantized(DType::u8, 1e-30f, 3);
  EXPECT_EQ(activation_range(Activation::relu6, tiny).max, 255);
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, tiny).min, 0);
}

TEST(OutputMultipliers, Uint8MultipliesTheScalesInFloat) {
  const Shape conv_weights = {1, 1, 1, 1};
  const Tensor out = quantized(DType::u8, 0.7f, 0);
  const float x = 0.1f, w = 0.3f;
  const double in_float = static_cast<double>(x * w) / static_cast<double>(0.7f);
  const double in_double = static_cast<double>(x) * static_cast<double>(w) / static_cast<double>(0.7f);
  ASSERT_NE(quantize_multiplier(in_float).value, quantize_multiplier(in_double).value);
  const auto value = [&](DType type, Shape weights) {
    return output_multipliers(quantized(type, x, 0), quantized(type, w, 0, std::move(weights)), out, 1)[0].value;
  };
  EXPECT_EQ(value(DType::u8, conv_weights), quantize_multiplier(in_float).value);
  EXPECT_EQ(value(DType::i8, conv_weights), quantize_multiplier(in_double).value);
  EXPECT_EQ(value(DType::i8, {1, 1}), quantize_multiplier(in_float).value);  // fully connected
}

TEST(OutputMultipliers, OnePerChannel) {
  Tensor weights = quantized(DType::i8, 0, 0, {2, 1, 1, 1});
  weights.quant = {{0.5f, 0.25f}, {0, 0}, 0};
  const Tensor input = quantized(DType::i8, 0.5f, 0), output = quantized(DType::i8, 1.0f, 0);
  const std::vector<Multiplier> m = output_multipliers(input, weights, output, 2);
  EXPECT_EQ(m[0].shift, -1);
  EXPECT_EQ(m[1].shift, -2);
  EXPECT_EQ(output_scales(input, weights, output, 2), (std::vector<float>{0.25f, 0.125f}));
}

TEST(AddParameters, TheLargerScaleBecomesOneHalf) {
  const AddParameters p =
      add_parameters(quantized(DType::u8, 0.5f, 0), quantized(DType::u8, 0.25f, 0), quantized(DType::u8, 1.0f, 0));
  EXPECT_EQ(p.left_shift, 20);
  EXPECT_EQ(p.in0.shift, 0);
  EXPECT_EQ(p.in1.shift, -1);
  EXPECT_EQ(p.out.value, 1 << 30);
  EXPECT_EQ(p.out.shift, -19);
}

TEST(XnnAddParameters, TheLargerMultiplierHas21Bits) {
  const Tensor a = quantized(DType::u8, 0.5f, 3), b = quantized(DType::u8, 0.25f, 5);
  const Tensor out = quantized(DType::u8, 1.0f, 0);
  const XnnAddParameters p = xnn_add_parameters(a, b, out);
  EXPECT_EQ(p.shift, 21);
  EXPECT_EQ(p.multiplier0, 1 << 20);
  EXPECT_EQ(p.multiplier1, 1 << 19);
  EXPECT_EQ(p.bias, (1 << 20) - 3 * (1 << 20) - 5 * (1 << 19));
  EXPECT_FALSE(xnn_takes_add(quantized(DType::u8, 300.0f, 0), b, out));
  EXPECT_FALSE(xnn_takes_add(quantized(DType::u8, 0.0001f, 0), b, out));
}

}  // namespace
}  // namespace narrows
