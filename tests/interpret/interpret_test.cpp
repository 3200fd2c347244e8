// The interpreter on graphs that no recorded run covers: mixed signedness, and small cases worked out by
// hand.
#include "compiler/interpret/interpret.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "compiler/graph/graph.h"

namespace narrows {
namespace {

Graph parsed(const std::string& text) {
  Diagnostics diagnostics("text");
  Graph graph = parse_graph(text, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  for (const std::string& line : verify(graph)) ADD_FAILURE() << line;
  return graph;
}

Bytes ramp(int64_t count) {
  Bytes bytes(count);
  for (int64_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 37 + 11);
  return bytes;
}

Bytes flipped(Bytes bytes) {
  for (uint8_t& byte : bytes) byte ^= 0x80;
  return bytes;
}

Bytes output_of(const Graph& graph, const std::vector<Bytes>& inputs, Numerics numerics = Numerics::tflite) {
  return interpret(graph, inputs, numerics).at(graph.outputs.at(0));
}

std::vector<float> floats_of(const Bytes& bytes) {
  std::vector<float> values(bytes.size() / 4);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Bytes bytes_of_floats(const std::vector<float>& values) {
  Bytes bytes(values.size() * 4);
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// An int8 tensor as uint8: 128 is added to what it stores and to its zero point.
void relabel(Graph* graph, int id) {
  Tensor& t = graph->tensors[id];
  t.type = DType::u8;
  t.quant.zero_point[0] += 128;
}

class Signedness : public testing::TestWithParam<const char*> {};

TEST_P(Signedness, OfInputAndOutputDoesNotMatter) {
  const Graph graph = parsed(GetParam());
  const Bytes input = ramp(graph.tensors[0].bytes());
  for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) {
    const Bytes expected = output_of(graph, {input}, numerics);
    Graph changed_input = graph, changed_output = graph;
    relabel(&changed_input, graph.inputs[0]);
    relabel(&changed_output, graph.outputs[0]);
    EXPECT_EQ(verify(changed_input), std::vector<std::string>());
    EXPECT_EQ(output_of(changed_input, {flipped(input)}, numerics), expected);
    EXPECT_EQ(output_of(changed_output, {input}, numerics), flipped(expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Interpret, Signedness,
    testing::Values(
        R"(inputs %0
           outputs %2
           %0 i8[1,5,5,4] scale 0.02 zero -3
           %1 i8[6,3,3,4] scale 0.01 0.02 0.03 0.01 0.02 0.03 = seed 1
           %2 i8[1,3,3,6] scale 0.05 zero 7 = conv2d %0 %1 kernel 3 3 stride 2 2 pad 1 1 1 1 activation relu6)",
        R"(inputs %0
           outputs %2
           %0 i8[1,6,6,2] scale 0.02 zero -3
           %1 i8[1,3,3,4] scale 0.01 = seed 1
           %2 i8[1,6,6,4] scale 0.05 zero 7 = depthwise_conv2d %0 %1 kernel 3 3 dilation 2 2 pad 2 2 2 2)",
        R"(inputs %0
           outputs %2
           %0 i8[2,40] scale 0.02 zero -3
           %1 i8[5,40] scale 0.01 = seed 1
           %2 i8[2,5] scale 0.05 zero 7 = fully_connected %0 %1)",
        R"(inputs %0
           outputs %2
           %0 i8[1,3,3,4] scale 0.02 zero -3
           %1 i8[4] scale 0.01 zero 5 = seed 1
           %2 i8[1,3,3,4] scale 0.03 zero 7 = add %0 %1 activation relu)",
        R"(inputs %0
           outputs %2
           %0 i8[1,3,3,4] scale 0.02 zero -3
           %1 i8[1,3,3,4] scale 0.01 zero 5 = seed 1
           %2 i8[1,3,3,4] scale 0.03 zero 7 = sub %1 %0)",
        R"(inputs %0
           outputs %2
           %0 i8[1,3,3,4] scale 0.02 zero -3
           %1 i8[1,1,1,4] scale 0.01 zero 5 = seed 1
           %2 i8[1,3,3,4] scale 0.005 zero 7 = mul %0 %1)",
        "inputs %0\noutputs %1\n%0 i8[1,7,7,4] scale 0.02 zero -3\n%1 i8[1,4] scale 0.01 zero 7 = mean %0 "
        "axes 1 2",
        "inputs %0\noutputs %1\n%0 i8[2,40] scale 0.1\n%1 i8[2,40] scale 0.00390625 zero -128 = softmax %0",
        "inputs %0\noutputs %1\n%0 i8[40] scale 0.1\n%1 i8[40] scale 0.00390625 zero -128 = logistic %0",
        "inputs %0\noutputs %1\n%0 i8[40] scale 0.1\n%1 i8[40] scale 0.03 zero -8 = relu %0 activation "
        "relu6"));

TEST(Interpret, QuantizeRelabelsExactly) {
  const Graph graph =
      parsed("inputs %0\noutputs %1\n%0 u8[256] scale 0.007 zero 131\n%1 i8[256] scale 0.007 zero 3 = quantize %0");
  const Bytes input = ramp(256);
  EXPECT_EQ(output_of(graph, {input}), flipped(input));
}

TEST(Interpret, QuantizeRoundsHalfAwayFromZeroAndSaturates) {
  const Graph graph = parsed("inputs %0\noutputs %1\n%0 f32[6]\n%1 i8[6] scale 0.5 zero 1 = quantize %0");
  const Bytes out = output_of(graph, {bytes_of_floats({0, 0.25f, -0.25f, 0.24f, 1e30f, -1e30f})});
  EXPECT_EQ(out, (Bytes{1, 2, 0, 1, 127, 128}));
}

TEST(Interpret, DequantizePerChannel) {
  const Graph graph =
      parsed("outputs %1\n%0 i8[2,2] scale 0.5 0.25 axis 1 = values 1 2 -3 4\n%1 f32[2,2] = dequantize %0");
  EXPECT_EQ(floats_of(output_of(graph, {})), (std::vector<float>{0.5f, 0.5f, -1.5f, 1.0f}));
}

TEST(Interpret, PaddingIsNotCountedByPools) {
  const char* const text = "inputs %0\noutputs %1\n%0 f32[1,2,2,1]\n%1 f32[1,2,2,1] = ";
  const Bytes input = bytes_of_floats({-1, -2, -3, -4});
  const Graph average = parsed(std::string(text) + "average_pool %0 kernel 2 2 pad 0 1 0 1");
  EXPECT_EQ(floats_of(output_of(average, {input})), (std::vector<float>{-2.5f, -3, -3.5f, -4}));
  const Graph max = parsed(std::string(text) + "max_pool %0 kernel 2 2 pad 0 1 0 1");
  EXPECT_EQ(floats_of(output_of(max, {input})), (std::vector<float>{-1, -2, -3, -4}));
}

TEST(Interpret, PadFillsWithTheZeroPoint) {
  const Graph graph =
      parsed("inputs %0\noutputs %1\n%0 u8[2] scale 1 zero 9\n%1 u8[5] scale 1 zero 9 = pad %0 pads 1 2");
  EXPECT_EQ(output_of(graph, {{1, 2}}), (Bytes{9, 1, 2, 9, 9}));
}

TEST(Interpret, TransposeAndConcatenation) {
  const Graph graph = parsed(R"(inputs %0
    outputs %2
    %0 u8[2,3] scale 1
    %1 u8[3,2] scale 1 = transpose %0 axes 1 0
    %2 u8[3,4] scale 1 = concatenation %1 %1 axis 1)");
  EXPECT_EQ(output_of(graph, {{1, 2, 3, 4, 5, 6}}), (Bytes{1, 4, 1, 4, 2, 5, 2, 5, 3, 6, 3, 6}));
}

TEST(Interpret, ResizeBilinear) {
  const std::string text = "inputs %0\noutputs %1\n%0 f32[1,1,2,1]\n%1 f32[1,1,4,1] = resize_bilinear %0";
  const Bytes input = bytes_of_floats({0, 12});
  const auto resized = [&](const std::string& attribute) {
    return floats_of(output_of(parsed(text + attribute), {input}));
  };
  EXPECT_EQ(resized(""), (std::vector<float>{0, 6, 12, 12}));
  EXPECT_EQ(resized(" sampling align_corners"), (std::vector<float>{0, 4, 8, 12}));
  EXPECT_EQ(resized(" sampling half_pixel"), (std::vector<float>{0, 3, 9, 12}));
}

/// uint8 is rounded as a float, int8 as an integer with halves away from zero.
TEST(Interpret, ResizeBilinearRounds) {
  const Graph u8 = parsed("inputs %0\noutputs %1\n%0 u8[1,1,2,1] scale 1\n%1 u8[1,1,4,1] scale 1 = resize_bilinear %0");
  EXPECT_EQ(output_of(u8, {{2, 5}}), (Bytes{2, 4, 5, 5}));
  const Graph i8 = parsed("inputs %0\noutputs %1\n%0 i8[1,1,2,1] scale 1\n%1 i8[1,1,4,1] scale 1 = resize_bilinear %0");
  EXPECT_EQ(output_of(i8, {{0xfe, 0xfb}}), (Bytes{0xfe, 0xfc, 0xfb, 0xfb}));  // -2, -5: -3.5 becomes -4
}

TEST(Interpret, ResizeNearest) {
  const std::string text = "inputs %0\noutputs %1\n%0 u8[1,1,3,1] scale 1\n%1 u8[1,1,5,1] scale 1 = ";
  EXPECT_EQ(output_of(parsed(text + "resize_nearest %0"), {{1, 2, 3}}), (Bytes{1, 1, 2, 2, 3}));
  EXPECT_EQ(output_of(parsed(text + "resize_nearest %0 sampling align_corners"), {{1, 2, 3}}), (Bytes{1, 2, 2, 3, 3}));
  EXPECT_EQ(output_of(parsed(text + "resize_nearest %0 sampling half_pixel"), {{1, 2, 3}}), (Bytes{1, 1, 2, 3, 3}));
}

TEST(Interpret, ArgMaxTakesTheFirstOfEqualValues) {
  const Graph rows = parsed("inputs %0\noutputs %1\n%0 f32[2,3]\n%1 i32[2] = arg_max %0 axis 1");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(output_of(rows, {bytes_of_floats({1, 7, 7, nan, 5, 6})}), (Bytes{1, 0, 0, 0, 0, 0, 0, 0}));
  const Graph columns = parsed("inputs %0\noutputs %1\n%0 i8[2,2] scale 1\n%1 i64[2] = arg_max %0 axis 0");
  EXPECT_EQ(output_of(columns, {{0xff, 3, 1, 2}}), (Bytes{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Interpret, SliceBackwards) {
  const Graph graph =
      parsed("inputs %0\noutputs %1\n%0 u8[3,4] scale 1\n%1 u8[2,2] scale 1 = slice %0 begin 2 1 steps -2 2");
  EXPECT_EQ(output_of(graph, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}), (Bytes{9, 11, 1, 3}));
}

TEST(Interpret, CastSaturatesFloatsAndWrapsIntegers) {
  const Graph from_f32 = parsed("inputs %0\noutputs %1\n%0 f32[5]\n%1 i8[5] scale 1 = cast %0");
  EXPECT_EQ(output_of(from_f32, {bytes_of_floats({-1.9f, 1.9f, 1000, -1000, 0})}), (Bytes{0xff, 1, 127, 0x80, 0}));
  const Graph from_i32 = parsed("inputs %0\noutputs %1\n%0 i32[1]\n%1 u8[1] scale 1 = cast %0");
  EXPECT_EQ(output_of(from_i32, {{0x2c, 1, 0, 0}}), (Bytes{0x2c}));
}

/// -3 and below become 0, 3 and above stay.
TEST(Interpret, HardSwish) {
  const Graph f32 = parsed("inputs %0\noutputs %1\n%0 f32[5]\n%1 f32[5] = hard_swish %0");
  EXPECT_EQ(floats_of(output_of(f32, {bytes_of_floats({-4, -3, 0, 3, 8})})), (std::vector<float>{0, 0, 0, 3, 8}));
  const Graph u8 =
      parsed("inputs %0\noutputs %1\n%0 u8[4] scale 0.0625 zero 128\n%1 u8[4] scale 0.0625 zero 8 = hard_swish %0");
  EXPECT_EQ(output_of(u8, {{80, 128, 176, 240}}), (Bytes{8, 8, 56, 120}));
}

/// So small an input is halved. Where -1/2 and -3/2 lie half-way between two stored values, TFLite's gate, which is
/// 16383/32768 for negative inputs and 16384/32768 for others, brings them towards 0.
TEST(Interpret, HardSwishOfATinyScale) {
  const Graph i8 =
      parsed("inputs %0\noutputs %1\n%0 i8[8] scale 5e-8 zero 0\n%1 i8[8] scale 5e-8 zero 0 = hard_swish %0");
  const Bytes in = {0, 1, 2, 3, 0xff, 0xfe, 0xfd, 0xfb};
  EXPECT_EQ(output_of(i8, {in}), (Bytes{0, 1, 1, 2, 0, 0xff, 0xff, 0xfe}));
}

TEST(Interpret, ConstantOutputsHaveAValue) {
  const Graph graph = parsed("outputs %0\n%0 u8[2] scale 1 = values 3 4");
  EXPECT_EQ(output_of(graph, {}), (Bytes{3, 4}));
}

TEST(Interpret, WrongInputsAreInternalErrors) {
  const Graph graph = parsed("inputs %0\noutputs %0\n%0 f32[2]");
  EXPECT_THROW(interpret(graph, {}), InternalError);
  EXPECT_THROW(interpret(graph, {Bytes(7)}), InternalError);
}

}  // namespace
}  // namespace narrows
