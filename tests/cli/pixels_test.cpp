// --pixels: what the graph becomes, and what is refused.
#include "compiler/cli/pixels.h"

#include <gtest/gtest.h>

#include <cstring>

#include "compiler/compile.h"
#include "compiler/interpret/interpret.h"
#include "compiler/passes/take_pixels.h"

namespace narrows {
namespace {

/// A 1x1 convolution that gives back its only channel, of an input of the given type and parameters.
Graph model(const std::string& type, const std::string& shape = "[1,1,4,1]") {
  Diagnostics diagnostics("graph");
  const std::string weights = type == "f32" ? "f32[1,1,1,1]" : type.substr(0, 2) + "[1,1,1,1] scale 1 zero 0";
  Graph graph = parse_graph("graph \"g\"\ninputs %0\noutputs %2\n%0 " + type.substr(0, type.find(' ')) + shape +
                                " \"image\"" + (type == "f32" ? "" : type.substr(2)) + "\n%1 " + weights +
                                " = fill 1\n%2 " + type.substr(0, type.find(' ')) + shape +
                                (type == "f32" ? "" : type.substr(2)) + " = conv2d %0 %1\n",
                            diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
  return graph;
}

/// The graph with pixels for input; what was said.
std::string taken(const std::string& scaling, Graph* graph) {
  Diagnostics diagnostics("m");
  PixelScaling parsed;
  if (parse_pixels(scaling, &parsed, diagnostics)) take_pixels(parsed, graph, diagnostics);
  if (diagnostics.ok()) {
    EXPECT_EQ(verify(*graph), std::vector<std::string>{});
  }
  return diagnostics.str();
}

std::vector<float> floats(const Bytes& bytes) {
  std::vector<float> values(bytes.size() / 4);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(Pixels, AreScaledForFloats) {
  Graph graph = model("f32");
  ASSERT_EQ(taken("100/50", &graph), "");
  EXPECT_EQ(graph.tensors[graph.inputs[0]].type, DType::u8);
  EXPECT_EQ(floats(interpret(graph, {{0, 100, 150, 250}})[graph.outputs[0]]), (std::vector<float>{-2, 0, 1, 3}));
}

TEST(Pixels, AreFromMinusOneToOneByDefault) {
  Graph graph = model("f32");
  ASSERT_EQ(taken("auto", &graph), "");
  const auto found = floats(interpret(graph, {{0, 255, 0, 255}})[graph.outputs[0]]);
  EXPECT_NEAR(found[0], -1, 1e-6);
  EXPECT_NEAR(found[1], 1, 1e-6);
}

TEST(Pixels, HaveChannelsOfTheirOwn) {
  Graph graph = model("f32", "[1,1,1,2]");
  graph.tensors[1].shape = {2, 1, 1, 2};
  graph.tensors[1].data.resize(16);
  const float identity[] = {1, 0, 0, 1};
  std::memcpy(graph.tensors[1].data.data(), identity, 16);
  ASSERT_EQ(taken("10,20/1,2", &graph), "");
  EXPECT_EQ(floats(interpret(graph, {{11, 24}})[graph.outputs[0]]), (std::vector<float>{1, 2}));
}

Graph parse(const std::string& text) {
  Diagnostics diagnostics("graph");
  Graph graph = parse_graph("graph \"g\"\n" + text, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
  return graph;
}

TEST(Pixels, StayInPlanes) {
  Graph graph = parse(
      "inputs %0\noutputs %3\n%0 f32[1,2,1,2] \"image\"\n%1 f32[1,1,2,2] = transpose %0 axes 0 2 3 1\n"
      "%2 f32[2,1,1,2] = values 1 0 0 1\n%3 f32[1,1,2,2] = conv2d %1 %2\n");
  ASSERT_EQ(taken("10,20/1,2", &graph), "");
  EXPECT_EQ(graph.tensors[graph.inputs[0]].shape, (Shape{1, 2, 1, 2}));
  EXPECT_EQ(floats(interpret(graph, {{11, 12, 24, 26}})[graph.outputs[0]]), (std::vector<float>{1, 2, 2, 3}));
  // Bytes are moved, not floats.
  EXPECT_EQ(graph.ops[0].kind, OpKind::transpose);
  EXPECT_EQ(graph.output(graph.ops[0]).type, DType::u8);
}

TEST(Pixels, StayInPlanesWhereTheModelScalesThemFirst) {
  Graph graph = parse(
      "inputs %0\noutputs %4\n%0 f32[1,2,1,2] \"image\"\n%1 f32[1,2,1,2] = mul %0 %0\n"
      "%2 f32[1,1,2,2] = transpose %1 axes 0 2 3 1\n%3 f32[2,1,1,2] = values 1 0 0 1\n%4 f32[1,1,2,2] = conv2d %2 "
      "%3\n");
  ASSERT_EQ(taken("10,20/1,2", &graph), "");
  EXPECT_EQ(floats(interpret(graph, {{11, 12, 24, 28}})[graph.outputs[0]]), (std::vector<float>{1, 4, 4, 16}));
}

TEST(Pixels, AreShiftedForSignedInputsAndNothingElse) {
  Graph graph = model("i8 scale 0.0078125 zero 0");
  ASSERT_EQ(taken("128/128", &graph), "");
  EXPECT_EQ(interpret(graph, {{0, 127, 128, 255}})[graph.outputs[0]], (Bytes{0x80, 0xff, 0x00, 0x7f}));
  CompileOptions options;
  options.name = "g";
  options.target = *parse_target("arm64-linux", *std::make_unique<Diagnostics>("t"));
  Diagnostics diagnostics("g");
  const auto compiled = compile(graph, options, diagnostics);
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->graph.ops.size(), 1u);  // the convolution reads the pixels itself
}

TEST(Pixels, AreWhatUnsignedInputsHold) {
  Graph graph = model("u8 scale 0.0078125 zero 128");
  const std::string before = print(graph);
  EXPECT_EQ(taken("auto", &graph), "");
  EXPECT_EQ(print(graph), before);
}

TEST(Pixels, OtherQuantizationIsRefused) {
  Graph graph = model("u8 scale 0.0078125 zero 128");
  EXPECT_EQ(taken("0/255", &graph),
            "m: error: --pixels: a pixel p of channel 0 is to be (p - 0) / 255, but the input 'image' is quantized to "
            "u8, for "
            "which 8 bits hold (p - 128) / 128\n"
            "m: note: legal would be --pixels 128/128, or no --pixels and pixels that the caller quantizes\n");
  graph = model("i8 scale 0.5 zero 0");
  EXPECT_EQ(
      taken("auto", &graph),
      "m: error: --pixels auto: the input 'image' is quantized to a range that is none of [-1,1], [0,1] and [0,255]\n"
      "m: note: legal would be --pixels 128/2, if that is what its pixels stand for\n");
}

TEST(Pixels, OtherShapesAreRefused) {
  Graph graph = model("f32", "[1,3,8,8]");
  graph.tensors[1].shape = {8, 1, 1, 8};
  graph.tensors[1].data.resize(256);
  EXPECT_EQ(taken("auto", &graph),
            "m: error: --pixels: expected an input of type f32, u8 or i8 and shape [1,height,width,1 to 4] or "
            "[1,1 to 4,height,width], found 'image' f32[1,3,8,8]\n");
  graph = model("f32");
  EXPECT_EQ(taken("1,2,3/4", &graph),
            "m: error: --pixels gives 3 numbers, the input 'image' has 1 channels\n"
            "m: note: legal would be 1 number for all channels, or 1\n");
}

TEST(Pixels, OtherTextsAreRefused) {
  for (const char* text :
       {"", "1", "/", "1/", "/1", "1/0", "1/-2", "1,/2", "a/1", "1/nan", "1/1e-45", "1/inf", "1/2/3"}) {
    Graph graph = model("f32");
    EXPECT_EQ(taken(text, &graph), "m: error: --pixels '" + std::string(text) +
                                       "' is not MEAN/STD with numbers, of which STD is above 0\n"
                                       "m: note: legal are auto, 127.5/127.5, or a number per channel as in "
                                       "123.7,116.3,103.5/58.4,57.1,57.4\n");
  }
}

}  // namespace
}  // namespace narrows
