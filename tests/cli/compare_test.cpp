// What counts as equal, and how a difference is described.
#include "compiler/cli/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace narrows {
namespace {

Tensor tensor(DType type, Shape shape) {
  Tensor result;
  result.type = type;
  result.shape = std::move(shape);
  return result;
}

Bytes floats(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string text(const Tensor& tensor, const Bytes& expected, const Bytes& found) {
  return describe(compare(tensor, expected, found), tensor);
}

TEST(Compare, QuantizedMustBeEqualBitForBit) {
  const Tensor bytes = tensor(DType::i8, {1, 2, 2});
  EXPECT_TRUE(compare(bytes, {1, 2, 3, 4}, {1, 2, 3, 4}).equal);
  EXPECT_FALSE(compare(bytes, {1, 2, 3, 4}, {1, 2, 3, 5}).equal);
  EXPECT_EQ(text(bytes, {1, 2, 3, 4}, {1, 2, 3, 4}), "equal");
  EXPECT_EQ(text(bytes, {1, 2, 255, 4}, {1, 2, 1, 5}),
            "2 of 4 elements differ, by up to 2; first at [0,1,0]: expected -1, found 1");
}

TEST(Compare, FloatsMayDifferByAPartOfTheRange) {
  const Tensor three = tensor(DType::f32, {3});
  const Bytes expected = floats({-1, 0.25f, 3});
  EXPECT_TRUE(compare(three, expected, floats({-1, 0.25003f, 3})).equal);
  EXPECT_EQ(text(three, expected, floats({-1, 0.25003f, 3})), "within 7.5e-06 of the range");
  EXPECT_FALSE(compare(three, expected, floats({-1, 0.25005f, 3})).equal);
  EXPECT_EQ(text(three, expected, floats({-1.00001f, 0.5f, 3})),
            "2 of 3 elements differ, by up to 0.25 in a range of 4; first at [1]: expected 0.25, found 0.5");
}

TEST(Compare, WhatIsNotANumberIsNeverEqual) {
  const Tensor one = tensor(DType::f32, {2});
  EXPECT_FALSE(compare(one, floats({0, 1}), floats({NAN, 1})).equal);
  EXPECT_FALSE(compare(one, floats({0, NAN}), floats({0, 1})).equal);
  EXPECT_FALSE(compare(one, floats({0, 1}), floats({0, INFINITY})).equal);
}

TEST(Compare, AllZeroFloatsLeaveNoRoom) {
  const Tensor two = tensor(DType::f32, {2});
  EXPECT_TRUE(compare(two, floats({0, 0}), floats({0, -0.0f})).equal);
  EXPECT_EQ(text(two, floats({0, 0}), floats({0, -0.0f})), "equal");
  EXPECT_FALSE(compare(two, floats({0, 0}), floats({0, 1e-9f})).equal);
}

TEST(Compare, InfinitiesMustStayWhereTheyAre) {
  const Tensor two = tensor(DType::f32, {2});
  EXPECT_TRUE(compare(two, floats({0, INFINITY}), floats({0, INFINITY})).equal);
  EXPECT_FALSE(compare(two, floats({0, INFINITY}), floats({0, 3})).equal);
}

TEST(Compare, ProbabilitiesHaveARangeOfOne) {
  Graph graph;
  for (int i = 0; i < 4; ++i) graph.add(tensor(DType::f32, {2}));
  graph.ops = {
      {OpKind::relu, {}, {0}, 1, {}}, {OpKind::softmax, {}, {1}, 2, {}}, {OpKind::reshape, {}, {2}, 3, {}}};
  EXPECT_EQ(fixed_range(graph, 0), 0);
  EXPECT_EQ(fixed_range(graph, 1), 0);
  EXPECT_EQ(fixed_range(graph, 2), 1);
  EXPECT_EQ(fixed_range(graph, 3), 1);
  const Bytes expected = floats({0.50f, 0.51f}), found = floats({0.50f, 0.510005f});
  EXPECT_FALSE(compare(graph.tensors[3], expected, found).equal);
  EXPECT_TRUE(compare(graph.tensors[3], expected, found, 1).equal);
}

TEST(Compare, SizesMustFit) {
  EXPECT_THROW(compare(tensor(DType::u8, {4}), {1, 2, 3, 4}, {1, 2, 3}), InternalError);
}

}  // namespace
}  // namespace narrows
