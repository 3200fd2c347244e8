// The size of inputs and outputs that are maps, and where their channels stand.
#include "compiler/graph/map_shape.h"

#include <gtest/gtest.h>

#include <optional>

namespace narrows {
namespace {

Graph parse(const std::string& text) {
  Diagnostics diagnostics("graph");
  Graph graph = parse_graph("graph \"g\"\n" + text, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
  EXPECT_EQ(verify(graph), std::vector<std::string>{});
  return graph;
}

std::string text_of(const std::optional<MapShape>& map) {
  if (!map) return "none";
  const std::string size = std::to_string(map->height) + "x" + std::to_string(map->width);
  return std::to_string(map->channels) + " of " + size + (map->planes ? " in planes" : "");
}

std::string input_of(const Graph& graph) { return text_of(map_shape(graph, graph.inputs[0])); }
std::string output_of(const Graph& graph) { return text_of(map_shape(graph, graph.outputs[0])); }

TEST(MapShape, IsThatOfMovedChannels) {
  const Graph graph = parse(
      "inputs %0\noutputs %4\n%0 f32[1,3,4,5]\n%1 f32[1,4,5,3] = transpose %0 axes 0 2 3 1\n%2 f32[3,1,1,3] = seed 1\n"
      "%3 f32[1,4,5,3] = conv2d %1 %2\n%4 f32[1,3,4,5] = transpose %3 axes 0 3 1 2\n");
  EXPECT_EQ(input_of(graph), "3 of 4x5 in planes");
  EXPECT_EQ(output_of(graph), "3 of 4x5 in planes");
}

/// A shape that fits both layouts does not tell.
TEST(MapShape, IsNotGuessedFromTheShape) {
  const std::string conv = "%1 f32[3,1,1,3] = seed 1\n";
  const Graph rows = parse("inputs %0\noutputs %2\n%0 f32[1,3,4,3]\n" + conv + "%2 f32[1,3,4,3] = conv2d %0 %1\n");
  EXPECT_EQ(input_of(rows), "3 of 3x4");
  EXPECT_EQ(output_of(rows), "3 of 3x4");
  const Graph planes = parse("inputs %0\noutputs %3\n%0 f32[1,3,4,3]\n" + conv +
                             "%2 f32[1,4,3,3] = transpose %0 axes 0 2 3 1\n%3 f32[1,4,3,3] = conv2d %2 %1\n");
  EXPECT_EQ(input_of(planes), "3 of 4x3 in planes");
  EXPECT_EQ(output_of(planes), "3 of 4x3");
}

TEST(MapShape, IsFoundBehindWhatScalesPixels) {
  const Graph graph = parse(
      "inputs %0\noutputs %7\n%0 f32[1,3,4,5]\n%1 f32[3,1,1] = seed 1\n%2 f32[1,3,4,5] = sub %0 %1\n"
      "%3 f32[1,3,4,5] = mul %2 %2\n%4 f32[1,3,4,5] = add %2 %3\n%5 f32[1,4,5,3] = transpose %4 axes 0 2 3 1\n"
      "%6 f32[3,1,1,3] = seed 1\n%7 f32[1,4,5,3] = conv2d %5 %6\n");
  EXPECT_EQ(input_of(graph), "3 of 4x5 in planes");
}

TEST(MapShape, OfOneChannelIsToldByAReshape) {
  const Graph graph = parse(
      "inputs %0\noutputs %4\n%0 f32[1,1,4,5]\n%1 f32[1,4,5,1] = reshape %0\n%2 f32[1,1,1,1] = seed 1\n"
      "%3 f32[1,4,5,1] = conv2d %1 %2\n%4 f32[1,1,4,5] = reshape %3\n");
  EXPECT_EQ(input_of(graph), "1 of 4x5 in planes");
  EXPECT_EQ(output_of(graph), "1 of 4x5 in planes");
}

/// Squares of additions would be walked through once per path: 2^40.
TEST(MapShape, VisitsNoTensorTwice) {
  std::string text = "inputs %0\noutputs %40\n%0 f32[1,3,4,5]\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string x = " %" + std::to_string(i - 1);
    text += "%" + std::to_string(i) + " f32[1,3,4,5] = add" + x + x + "\n";
  }
  EXPECT_EQ(input_of(parse(text)), "5 of 3x4");
  EXPECT_EQ(output_of(parse(text)), "5 of 3x4");
}

TEST(MapShape, NeedsAMap) {
  EXPECT_EQ(input_of(parse("inputs %0\noutputs %1\n%0 f32[1,12]\n%1 f32[1,12] = relu %0 activation relu\n")), "none");
}

}  // namespace
}  // namespace narrows
