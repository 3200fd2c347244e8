// The order of the steps of 8-bit reductions: nothing that is added in 16 bits may saturate.
#include "compiler/lower/sort_steps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace narrows {
namespace {

/// Weights of 24 channels, each of 90 elements up to `largest`.
ConvWeights make_weights(DType stored, int largest, int zero, std::mt19937& random) {
  ConvWeights w;
  w.channels = 24, w.row_size = 90, w.weight_zero = zero, w.arithmetic = byte_arithmetic(stored, Numerics::tflite);
  for (int i = 0; i < w.channels * w.row_size; ++i)
    w.weights.push_back(static_cast<int>(random() % (2u * largest + 1)) - largest);
  return w;
}

/// The largest sum that these steps together make in 16 bits: of weights of one sign, or of magnitudes.
int largest_sum(const ConvWeights& w, const WeightRange& range, const std::vector<int>& steps) {
  int largest = 0;
  for (int c = range.first_channel; c < range.first_channel + range.channels; ++c) {
    for (int half = 0; half < 4; half += 2) {
      int positive = 0, negative = 0;
      for (const int step : steps) {
        for (int k = 4 * step + half; k < 4 * step + half + 2 && k < range.depth; ++k) {
          const int i = range.first_depth + k, weight = (i < w.row_size ? w.at(c, 0, i) : 0) - w.weight_zero;
          (weight > 0 ? positive : negative) += weight;
        }
      }
      if (w.arithmetic.stored == DType::i8) positive -= negative;
      largest = std::max({largest, positive, -negative});
    }
  }
  return largest;
}

void check(const ConvWeights& w, const WeightRange& range) {
  const StepOrder order = sort_steps(w, range, Sorting::joined_first);
  const int most = largest_small_sum(w.arithmetic.stored);
  std::vector<int> sorted = order.steps;
  std::sort(sorted.begin(), sorted.end());
  ASSERT_EQ(sorted.size(), (range.depth + 3) / 4);
  for (size_t i = 0; i < sorted.size(); ++i) ASSERT_EQ(sorted[i], static_cast<int>(i));
  for (int i = 0; i < order.joined; ++i)
    EXPECT_LE(largest_sum(w, range, {order.steps[2 * i], order.steps[2 * i + 1]}), most);
  const int small_end = 2 * order.joined + order.small;
  for (int i = 2 * order.joined; i < static_cast<int>(order.steps.size()); ++i) {
    const bool small = i < small_end;
    EXPECT_EQ(largest_sum(w, range, {order.steps[i]}) <= most, small);
    // No two of those that are left alone could have been joined.
    for (int j = i + 1; small && j < small_end; ++j)
      EXPECT_GT(largest_sum(w, range, {order.steps[i], order.steps[j]}), most);
  }
}

void check_sizes(DType stored) {
  std::mt19937 random(1);
  for (const int largest : {0, 30, 32, 60, 100, 127}) {
    for (const int zero : {0, 3, -1}) {
      SCOPED_TRACE("weights up to " + std::to_string(largest) + ", zero point " + std::to_string(zero));
      const ConvWeights w = make_weights(stored, std::min(largest, 124), zero, random);
      check(w, {0, 16, 0, 90});
      check(w, {8, 16, 32, 61});  // three elements behind the end of the row
      check(w, {23, 1, 0, 2});
    }
  }
}

TEST(SortSteps, NothingSaturates) { check_sizes(DType::u8); }
TEST(SortSteps, NothingSaturatesWithSignedActivations) { check_sizes(DType::i8); }

TEST(SortSteps, JoinsWhatItCan) {
  ConvWeights w;
  w.channels = 1, w.row_size = 16, w.arithmetic = byte_arithmetic(DType::u8, Numerics::tflite);
  w.weights = {64, 1, 0, 0, 64, 64, 0, 0, 100, 100, 0, 0, 60, 3, 0, -128};
  const StepOrder order = sort_steps(w, {0, 1, 0, 16}, Sorting::joined_first);
  EXPECT_EQ(order.joined, 1);
  EXPECT_EQ(order.small, 1);
  EXPECT_EQ(order.steps, (std::vector<int>{3, 0, 1, 2}));
}

TEST(SortSteps, AddMagnitudesWithSignedActivations) {
  ConvWeights w;
  w.channels = 1, w.row_size = 16, w.arithmetic = byte_arithmetic(DType::i8, Numerics::tflite);
  w.weights = {127, -1, 0, 0, 127, 1, 0, 0, 0, 0, -128, -128, 127, -128, 0, 0};
  const StepOrder order = sort_steps(w, {0, 1, 0, 16}, Sorting::joined_first);
  EXPECT_EQ(order.joined, 0);
  EXPECT_EQ(order.small, 3);
  EXPECT_EQ(order.steps, (std::vector<int>{0, 1, 3, 2}));
}

}  // namespace
}  // namespace narrows
