// What `narrows run` makes of outputs, in both layouts.
#include "compiler/cli/results.h"

#include <gtest/gtest.h>

#include <cstring>

namespace narrows {
namespace {

Graph parse(const std::string& text) {
  Diagnostics diagnostics("graph");
  Graph graph = parse_graph("graph \"g\"\n" + text, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
  EXPECT_EQ(verify(graph), std::vector<std::string>{});
  return graph;
}

template <typename T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string listed(const Graph& graph, const Bytes& output) {
  return list_results(graph, find_results(graph), {output}, {"labels", {"sky", "cat", "dog"}});
}

TEST(Results, ScoresStandInAnyDimension) {
  for (const char* shape : {"[1,3]", "[1,3,1,1]", "[1,1,1,3]", "[3]"}) {
    SCOPED_TRACE(shape);
    const std::string s = shape;
    const Graph graph = parse("inputs %0\noutputs %1\n%0 f32" + s + "\n%1 f32" + s + " = relu %0 activation relu\n");
    EXPECT_EQ(find_results(graph).classes, 3);
    EXPECT_EQ(listed(graph, bytes_of<float>({0.25f, 0.5f, 0.125f})), " 0.5000  cat\n 0.2500  sky\n 0.1250  dog\n");
  }
}

TEST(Results, QuantizedScoresAreReal) {
  const Graph graph = parse(
      "inputs %0\noutputs %1\n%0 u8[1,3] scale 0.5 zero 2\n%1 u8[1,3] scale 0.5 zero 2 = relu %0 activation relu\n");
  EXPECT_EQ(listed(graph, {2, 4, 3}), " 1.0000  cat\n 0.5000  dog\n 0.0000  sky\n");
}

TEST(Results, AClassMapIsListedByItsShares) {
  for (const char* type : {"i32", "i64"}) {
    const Graph graph = parse("inputs %0\noutputs %2\n%0 f32[1,2,2,3]\n%1 " + std::string(type) +
                              "[1,2,2] = arg_max %0 axis 3\n%2 " + type + "[2,2] = reshape %1\n");
    EXPECT_EQ(find_results(graph).kind, ResultKind::class_map);
    EXPECT_EQ(find_results(graph).classes, 3);
    const Bytes output = type == std::string("i32") ? bytes_of<int32_t>({2, 2, 1, 2}) : bytes_of<int64_t>({2, 2, 1, 2});
    EXPECT_EQ(listed(graph, output), "  share  label\n 0.7500  dog\n 0.2500  cat\n");
  }
}

TEST(Results, AScoreMapIsListedInItsLayout) {
  const Graph rows = parse("inputs %0\noutputs %1\n%0 f32[1,1,4,3]\n%1 f32[1,1,4,3] = relu %0 activation relu\n");
  EXPECT_EQ(listed(rows, bytes_of<float>({0, 1, 0, 0, 2, 1, 3, 0, 1, 0, 1, 0})),
            "  share  label\n 0.7500  cat\n 0.2500  sky\n");
  const Graph planes = parse(
      "inputs %0\noutputs %3\n%0 f32[1,1,4,3]\n%1 f32[3,1,1,3] = seed 1\n%2 f32[1,1,4,3] = conv2d %0 %1\n"
      "%3 f32[1,3,1,4] = transpose %2 axes 0 3 1 2\n");
  EXPECT_EQ(listed(planes, bytes_of<float>({0, 0, 3, 0, 1, 2, 0, 1, 0, 1, 1, 0})),
            "  share  label\n 0.7500  cat\n 0.2500  sky\n");
}

TEST(Results, OtherOutputsAreNotListed) {
  const Graph graph = parse("inputs %0\noutputs %1\n%0 f32[2,6]\n%1 f32[2,6] = relu %0 activation relu\n");
  EXPECT_EQ(find_results(graph).kind, ResultKind::none);
  EXPECT_EQ(find_results(graph).classes, 0);
  EXPECT_EQ(listed(graph, Bytes(48)), "");
}

}  // namespace
}  // namespace narrows
