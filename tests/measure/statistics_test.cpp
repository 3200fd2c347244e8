#include "compiler/measure/statistics.h"

#include <gtest/gtest.h>

namespace narrows {
namespace {

TEST(Statistics, MinimumAndMedianAreOfAllRuns) {
  const Rounds rounds = {{3, 9}, {2, 8, 7}, {5}};
  EXPECT_EQ(minimum(rounds), 2);
  EXPECT_EQ(median(rounds), 6);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2}), 2);
}

/// The table of the sign test: for n = 6 the smallest and the largest, 1 - 2/64 = 97 %.
TEST(Statistics, RanksOfTheInterval) {
  EXPECT_EQ(interval_rank(0), 0);
  EXPECT_EQ(interval_rank(5), 0);
  EXPECT_EQ(interval_rank(6), 1);
  EXPECT_EQ(interval_rank(8), 1);
  EXPECT_EQ(interval_rank(9), 2);
  EXPECT_EQ(interval_rank(20), 6);
  EXPECT_EQ(interval_rank(100), 40);
}

/// Rounds of which every second one is ten times slower for both.
TEST(Statistics, PairsCancelWhatHitsBoth) {
  Rounds base, other;
  for (int i = 0; i < 20; ++i) {
    const double slow = i % 2 ? 10 : 1;
    base.push_back({6 * slow, 6.6 * slow});
    other.push_back({4.4 * slow, 4 * slow});
  }
  const Ratio ratio = paired_ratio(base, other);
  EXPECT_DOUBLE_EQ(ratio.value, 1.5);
  EXPECT_DOUBLE_EQ(ratio.low.value(), 1.5);
  EXPECT_DOUBLE_EQ(ratio.high.value(), 1.5);
}

TEST(Statistics, TheIntervalLeavesOutTheExtremes) {
  Rounds base, other;
  for (int i = 1; i <= 20; ++i) {
    base.push_back({static_cast<double>(i)});
    other.push_back({1});
  }
  const Ratio ratio = paired_ratio(base, other);
  EXPECT_DOUBLE_EQ(ratio.value, 10.5);
  EXPECT_DOUBLE_EQ(ratio.low.value(), 6);
  EXPECT_DOUBLE_EQ(ratio.high.value(), 15);
}

TEST(Statistics, FewRoundsGiveNoInterval) {
  const Ratio ratio = paired_ratio({{4}, {4}}, {{2}, {2}});
  EXPECT_DOUBLE_EQ(ratio.value, 2);
  EXPECT_FALSE(ratio.low);
  EXPECT_FALSE(ratio.high);
}

TEST(Statistics, TheFrontHasWhatNothingBeats) {
  EXPECT_EQ(pareto_front({{1, 9}, {2, 5}, {2, 6}, {3, 5}, {4, 1}, {4, 1}}),
            (std::vector<bool>{true, true, false, false, true, true}));
  EXPECT_EQ(pareto_front({}), std::vector<bool>());
}

}  // namespace
}  // namespace narrows
