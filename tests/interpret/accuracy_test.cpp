// The measures that other tests take: small cases, computed by hand.
#include "tests/support/accuracy.h"

#include <gtest/gtest.h>

#include <array>

namespace narrows {
namespace {

/// `box`: ymin, xmin, ymax, xmax.
Object object(int label, float score, const std::array<float, 4>& box) { return {label, score, box}; }

TEST(Accuracy, Overlap) {
  const Object a = object(0, 1, {0, 0, 0.5f, 0.5f});
  EXPECT_FLOAT_EQ(overlap(a, a), 1);
  EXPECT_FLOAT_EQ(overlap(a, object(0, 1, {0, 0.25f, 0.5f, 0.75f})), 1.0f / 3);
  EXPECT_FLOAT_EQ(overlap(a, object(0, 1, {0.5f, 0.5f, 1, 1})), 0);
  EXPECT_FLOAT_EQ(overlap(object(0, 1, {0, 0, 0, 0}), object(0, 1, {0, 0, 0, 0})), 0);
}

TEST(Accuracy, PerfectDetections) {
  const std::vector<Objects> truth = {{object(0, 1, {0, 0, 0.5f, 0.5f}), object(1, 1, {0, 0, 1, 1})}, {}};
  EXPECT_DOUBLE_EQ(mean_average_precision(truth, truth), 1);
  EXPECT_DOUBLE_EQ(mean_average_precision({{}, {}}, truth), 0);
}

/// Right, wrong, right: precision 1 up to a recall of 1/2, then 2/3.
TEST(Accuracy, AveragePrecision) {
  const std::vector<Objects> truth = {{object(0, 1, {0, 0, 0.5f, 0.5f})}, {object(0, 1, {0, 0, 1, 1})}};
  const std::vector<Objects> found = {{object(0, 0.9f, {0, 0, 0.5f, 0.5f}), object(0, 0.8f, {0.5f, 0.5f, 1, 1})},
                                      {object(0, 0.7f, {0, 0, 1, 0.9f})}};
  EXPECT_DOUBLE_EQ(mean_average_precision(found, truth), 0.5 + 0.5 * 2 / 3);
}

TEST(Accuracy, AnObjectCountsOnce) {
  const Object one = object(3, 1, {0, 0, 1, 1});
  EXPECT_DOUBLE_EQ(mean_average_precision({{one, one}}, {{one}}), 1);
  EXPECT_DOUBLE_EQ(mean_average_precision({{object(2, 1, {0, 0, 1, 1})}}, {{one}}), 0);  // of another class
}

TEST(Accuracy, IntersectionOverUnion) {
  PixelCounts counts(4);
  counts.add({0, 0, 1, 1}, {0, 1, 1, 1});
  EXPECT_DOUBLE_EQ(counts.mean_intersection_over_union(), (1.0 / 2 + 2.0 / 3) / 2);  // classes 2, 3: nowhere
  counts.add({2}, {0});
  EXPECT_DOUBLE_EQ(counts.mean_intersection_over_union(), (1.0 / 3 + 2.0 / 3 + 0) / 3);
}

}  // namespace
}  // namespace narrows
