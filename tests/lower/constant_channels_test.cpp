// Which channels of 8-bit convolutions have one value only, and what becomes of them.
#include "compiler/lower/constant_channels.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

namespace narrows {
namespace {

constexpr int64_t smallest = std::numeric_limits<int32_t>::min(), largest = std::numeric_limits<int32_t>::max();

ChannelRounding rounding(Numerics numerics, double multiplier, Range range = {-128, 127}, int32_t zero_point = 3) {
  return {numerics, quantize_multiplier(multiplier), static_cast<float>(multiplier), zero_point, range};
}

/// By all sums, one after the other.
std::optional<int32_t> only_value_of_all(SumRange sums, const ChannelRounding& r) {
  std::optional<int32_t> value;
  for (int64_t sum = sums.least; sum <= sums.most; ++sum) {
    const auto wrapped = static_cast<int32_t>(static_cast<uint32_t>(sum));
    const int32_t found = r.numerics == Numerics::tflite ? requantize(wrapped, r.multiplier, r.zero_point, r.range)
                                                         : requantize_xnnpack(wrapped, r.scale, r.zero_point, r.range);
    if (value && *value != found) return std::nullopt;
    value = found;
  }
  return value;
}

/// Both ways agree, but that sums which a left shift wraps count as several values.
TEST(ConstantChannels, OnlyValueIsThatOfAllSums) {
  int one = 0, several = 0;
  for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) {
    for (const double multiplier :
         {0.0, 0x1p-40, 0x1p-32, 0.75 * 0x1p-31, 0x1p-31, 0x1p-30, 0x1p-22, 0.01, 0.6, 1.0, 1.5, 300.0}) {
      for (const Range range : {Range{-128, 127}, Range{3, 127}, Range{3, 9}, Range{5, 5}}) {
        for (const int64_t start : {smallest, -(int64_t{1} << 30), -(int64_t{1} << 29), int64_t{-40}, int64_t{0},
                                    int64_t{1} << 29, int64_t{1} << 30, int64_t{3} << 29, largest}) {
          for (const int width : {0, 1, 60, 900}) {
            const SumRange sums{start - width / 3, start - width / 3 + width};
            const ChannelRounding r = rounding(numerics, multiplier, range);
            const std::optional<int32_t> expected = only_value_of_all(sums, r), found = only_value(sums, r);
            const bool may_wrap = numerics == Numerics::tflite && multiplier >= 1 && !found;
            ASSERT_TRUE(may_wrap || found == expected)
                << static_cast<int>(numerics) << " " << multiplier << " " << start << " " << width;
            ++(found ? one : several);
          }
        }
      }
    }
  }
  EXPECT_GT(one, 500);
  EXPECT_GT(several, 500);
}

TEST(ConstantChannels, SumsThatReachAllOf32BitsHaveSeveralValues) {
  EXPECT_EQ(only_value({0, int64_t{1} << 33}, rounding(Numerics::tflite, 0.5)), std::nullopt);
  EXPECT_EQ(only_value({smallest, largest}, rounding(Numerics::tflite, 0x1p-33)), 3);
}

/// One row of two taps; channel after channel.
ConvWeights conv_of(std::vector<int> weights, std::vector<int32_t> bias, double multiplier) {
  ConvWeights c;
  c.arithmetic = byte_arithmetic(DType::u8, Numerics::tflite);
  c.channels = static_cast<int>(bias.size()), c.row_size = 2;
  c.weights = std::move(weights), c.bias = std::move(bias);
  c.multipliers.assign(c.channels, quantize_multiplier(multiplier));
  c.scales.assign(c.channels, static_cast<float>(multiplier));
  return c;
}

TEST(ConstantChannels, ReachableSumsTakeTheSignOfEachWeight) {
  const ConvWeights c = conv_of({2, -3, 127, 0}, {10, -5}, 0.5);
  const SumRange first = reachable_sums(c, 0, {-100, 155}), second = reachable_sums(c, 1, {-100, 155});
  EXPECT_EQ(first.least, 10 - 200 - 465);
  EXPECT_EQ(first.most, 10 + 310 + 300);
  EXPECT_EQ(second.least, -5 - 12700);
  EXPECT_EQ(second.most, -5 + 127 * 155);
}

TEST(ConstantChannels, LoseTheirWeightsAndKeepTheirValue) {
  for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) {
    ConvWeights c = conv_of({1, -2, 50, 60}, {1 << 30, 7}, 0x1p-30);
    c.multipliers[1] = quantize_multiplier(0.01), c.scales[1] = 0.01f;
    fold_constant_channels(&c, {-128, 127}, 3, {-128, 127}, numerics);
    EXPECT_EQ(c.weights, (std::vector<int>{0, 0, 50, 60}));
    EXPECT_EQ(requantize(c.bias[0], c.multipliers[0], 3, {-128, 127}), 4);
    EXPECT_EQ(requantize_xnnpack(c.bias[0], c.scales[0], 3, {-128, 127}), 4);
    EXPECT_EQ(c.bias[1], 7);
    EXPECT_FALSE(c.large_sums);
  }
}

TEST(ConstantChannels, OtherLargeSumsAreSaidToBe) {
  // From 2^30 - 1 on, a multiplier of 2^-31 gives 1, and less gives 0.
  ConvWeights c = conv_of({1, 1}, {(1 << 30) - 255}, 0x1p-31);
  fold_constant_channels(&c, {-128, 127}, 3, {-128, 127}, Numerics::tflite);
  EXPECT_FALSE(c.large_sums);
  c.bias[0] += 1;
  fold_constant_channels(&c, {-128, 127}, 3, {-128, 127}, Numerics::tflite);
  EXPECT_TRUE(c.large_sums);
}

}  // namespace
}  // namespace narrows
