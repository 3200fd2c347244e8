// Which dimension of an input or output is which, as operators tell.
#include "compiler/graph/map_layout.h"

#include <gtest/gtest.h>

namespace narrows {
namespace {

/// The layouts of all inputs, then of all outputs; "-" where nothing tells.
std::string layouts(const std::string& text) {
  Diagnostics diagnostics("text");
  const Graph graph = parse_graph(text, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  for (const std::string& line : verify(graph)) ADD_FAILURE() << line;
  std::string found;
  for (const std::vector<int>* ids : {&graph.inputs, &graph.outputs}) {
    for (const int id : *ids) {
      const std::string layout = map_layout(graph, id);
      found += (found.empty() ? "" : " ") + (layout.empty() ? "-" : layout);
    }
  }
  return found;
}

const std::string conv = R"(%1 f32[4,1,1,3] = seed 1
%2 f32[1,4,6,4] = conv2d %0 %1
)";

TEST(MapLayout, OfAConvolution) {
  EXPECT_EQ(layouts("graph \"g\"\ninputs %0\noutputs %2\n%0 f32[1,4,6,3]\n" + conv), "NHWC NHWC");
}

TEST(MapLayout, BehindTransposes) {
  EXPECT_EQ(layouts(R"(graph "g"
inputs %3
outputs %4 %5
%3 f32[1,3,4,6]
%0 f32[1,4,6,3] = transpose %3 axes 0 2 3 1
)" + conv + R"(%4 f32[1,4,4,6] = transpose %2 axes 0 3 1 2
%5 f32[1,6,4,4] = transpose %2 axes 0 2 1 3
)"),
            "NCHW NCHW NWHC");
}

/// Sizes alone would say NHWC.
TEST(MapLayout, OfThreeRows) {
  EXPECT_EQ(layouts(R"(graph "g"
inputs %0
outputs %3
%0 f32[1,3,3,3]
%1 f32[1,3,3,3] = transpose %0 axes 0 2 3 1
%2 f32[3,1,1,3] = seed 1
%3 f32[1,3,3,3] = conv2d %1 %2
)"),
            "NCHW NHWC");
}

/// One channel, and maps of one pixel: their transposes are reshapes.
TEST(MapLayout, BehindReshapes) {
  EXPECT_EQ(layouts(R"(graph "g"
inputs %0
outputs %4
%0 f32[1,1,4,6]
%1 f32[1,4,6,1] = reshape %0
%2 f32[8,4,6,1] = seed 1
%3 f32[1,1,1,8] = conv2d %1 %2 kernel 4 6
%4 f32[1,8,1,1] = reshape %3
)"),
            "NCHW NCHW");
}

/// Operators that keep dimensions tell nothing, but lead to those that do: forwards, backwards, and to the side.
TEST(MapLayout, ThroughElementwiseOperators) {
  EXPECT_EQ(layouts(R"(graph "g"
inputs %3 %4
outputs %2 %7
%3 u8[1,3,4,6] scale 0.1
%4 f32[1,3,4,6]
%5 f32[1,3,4,6] = dequantize %3
%6 f32[1,3,4,6] = add %5 %4
%7 f32[1,3,4,6] = softmax %4
%0 f32[1,4,6,3] = transpose %6 axes 0 2 3 1
)" + conv),
            "NCHW NCHW NHWC NCHW");
}

TEST(MapLayout, OfAMean) {
  EXPECT_EQ(layouts("graph \"g\"\ninputs %0\noutputs %1\n%0 f32[1,4,6,3]\n%1 f32[1,3] = mean %0 axes 1 2\n"), "NHWC -");
  EXPECT_EQ(layouts("graph \"g\"\ninputs %0\noutputs %1\n%0 f32[1,3,4,6]\n%1 f32[1,3,1,1] = mean %0 axes 2 3\n"),
            "NCHW NCHW");
}

TEST(MapLayout, UnknownWithoutEvidence) {
  EXPECT_EQ(
      layouts(
          "graph \"g\"\ninputs %0\noutputs %1\n%0 f32[1,224,224,3]\n%1 f32[1,224,224,3] = relu %0 activation relu\n"),
      "- -");
  EXPECT_EQ(layouts("graph \"g\"\ninputs %0\noutputs %1\n%0 f32[1,4,6,3]\n%1 f32[3,24] = reshape %0\n"), "- -");
}

}  // namespace
}  // namespace narrows
