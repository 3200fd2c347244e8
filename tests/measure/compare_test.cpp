// What counts as equal, and how a difference is described.
#include "compiler/measure/compare.h"

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
  graph.ops = {{OpKind::relu, {}, {0}, 1, {}}, {OpKind::softmax, {}, {1}, 2, {}}, {OpKind::reshape, {}, {2}, 3, {}}};
  EXPECT_EQ(fixed_range(graph, 0), 0);
  EXPECT_EQ(fixed_range(graph, 1), 0);
  EXPECT_EQ(fixed_range(graph, 2), 1);
  EXPECT_EQ(fixed_range(graph, 3), 1);
  const Bytes expected = floats({0.50f, 0.51f}), found = floats({0.50f, 0.510005f});
  EXPECT_FALSE(compare(graph.tensors[3], expected, found).equal);
  EXPECT_TRUE(compare(graph.tensors[3], expected, found, 1).equal);
}

// ---- classes -------------------------------------------------------------------------------------

/// The classes of two pixels, from scores of three classes each, and what the interpreter makes of them.
struct Classes {
  Graph graph;
  std::vector<Bytes> values;

  Classes(const std::string& ops, const Bytes& scores) {
    Diagnostics diagnostics("graph");
    graph = parse_graph("graph \"g\"\ninputs %0\noutputs %2\n" + ops, diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
    values = interpret(graph, {scores});
  }
  int64_t ties(std::vector<int32_t> found) const {
    Bytes bytes(found.size() * sizeof(int32_t));
    std::memcpy(bytes.data(), found.data(), bytes.size());
    return count_ties(graph, 2, values, bytes);
  }
};

/// Channels in front or behind: where the scores of a pixel stand follows from the axis.
TEST(Ties, AreEqualScores) {
  const Classes behind("%0 f32[1,1,2,3]\n%1 i32[1,1,2] = arg_max %0 axis 3\n%2 i32[2] = reshape %1\n",
                       floats({5, 1, 5, 2, 1, 1}));
  const Classes front("%0 f32[1,3,1,2]\n%1 i32[1,1,2] = arg_max %0 axis 1\n%2 i32[2] = reshape %1\n",
                      floats({5, 2, 1, 1, 5, 1}));
  for (const Classes* classes : {&behind, &front}) {
    EXPECT_EQ(classes->ties({2, 0}), 1);
    EXPECT_EQ(classes->ties({1, 0}), 0);  // has a lower score
    EXPECT_EQ(classes->ties({2, 1}), 0);  // one tie, one wrong class
    EXPECT_EQ(classes->ties({3, 0}), 0);  // no class
    EXPECT_EQ(classes->ties({-1, 0}), 0);
  }
}

TEST(Ties, AreWithinTheBoundOnEitherSide) {
  const Classes close("%0 f32[1,3]\n%1 i32[1] = arg_max %0 axis 1\n%2 i32[1] = reshape %1\n",
                      floats({0, 9.99985f, 10}));
  EXPECT_EQ(close.ties({1}), 1);
  const Classes apart("%0 f32[1,3]\n%1 i32[1] = arg_max %0 axis 1\n%2 i32[1] = reshape %1\n", floats({0, 9.9997f, 10}));
  EXPECT_EQ(apart.ties({1}), 0);
}

TEST(Ties, OfBytesAreDecidedExactly) {
  const Classes bytes("%0 u8[1,3] scale 1 zero 0\n%1 i32[1] = arg_max %0 axis 1\n%2 i32[1] = reshape %1\n", {7, 7, 1});
  EXPECT_EQ(bytes.ties({1}), 0);
}

TEST(Ties, AreOfClassesOnly) {
  Diagnostics diagnostics("graph");
  const Graph graph =
      parse_graph("graph \"g\"\ninputs %0\noutputs %1\n%0 f32[2]\n%1 f32[2] = relu %0 activation relu\n", diagnostics);
  EXPECT_EQ(count_ties(graph, 1, {floats({1, 1}), floats({1, 1})}, floats({1, 2})), 0);
}

TEST(Compare, SizesMustFit) { EXPECT_THROW(compare(tensor(DType::u8, {4}), {1, 2, 3, 4}, {1, 2, 3}), InternalError); }

}  // namespace
}  // namespace narrows
