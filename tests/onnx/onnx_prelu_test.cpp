// LeakyRelu and PRelu of ONNX models: real numbers, quantized ones, and wrong uses.
#include <gtest/gtest.h>

#include <limits>

#include "compiler/blocks/block.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8;

float prelu(float v, float slope) { return v < 0 ? v * slope : v; }

struct Slopes {
  Shape shape, broadcast;  ///< as the model has it, and with four dimensions
};
const Slopes slope_shapes[] = {
    {{3, 1, 1}, {1, 3, 1, 1}}, {{1}, {1, 1, 1, 1}},       {{}, {1, 1, 1, 1}},
    {{5}, {1, 1, 1, 5}},       {{3, 4, 5}, {1, 3, 4, 5}}, {{1, 3, 4, 5}, {1, 3, 4, 5}},
};

TEST(OnnxPrelu, SlopesOfAnyShape) {
  const Array x = numbers({1, 3, 4, 5});
  for (const Slopes& s : slope_shapes) {
    SCOPED_TRACE(to_string(s.shape));
    const Array slopes{s.broadcast, small_numbers(element_count(s.shape), 2)};
    OnnxBuilder b;
    b.input("x", x.shape);
    b.floats("slope", s.shape, slopes.values);
    b.op("PRelu", {"x", "slope"}, "y");
    b.output("y");
    expect_near(combine(x, slopes, prelu), run_onnx(b, {x})[0]);
  }
}

TEST(OnnxPrelu, LeakyRelu) {
  const Array x = numbers({1, 3, 4, 5});
  for (const float alpha : {0.2f, 0.0f, 1.5f, -0.5f}) {
    OnnxBuilder b(16);
    b.input("x", x.shape);
    set(b.op("LeakyRelu", {"x"}, "y"), "alpha", alpha);
    b.op("LeakyRelu", {"x"}, "z");
    b.output("y");
    b.output("z");
    const std::vector<Array> y = run_onnx(b, {x});
    expect_near(apply(x, [&](float v) { return prelu(v, alpha); }), y[0]);
    expect_near(apply(x, [&](float v) { return prelu(v, 0.01f); }), y[1]);
  }
}

/// x -> DequantizeLinear -> `type` -> QuantizeLinear, which is one operator in the Graph.
void check_quantized(const std::string& type, const Stored& in, const Stored& out) {
  const Shape map = {1, 3, 4, 5};
  OnnxBuilder b;
  b.input_of("x", map, in.type);
  const std::string real_x = b.dequantize("x", in.scale, in.zero, in.type);
  const std::vector<int> stored = {10, -100, 127};
  const bool leaky = type == "LeakyRelu";
  if (leaky) {
    set(b.op(type, {real_x}, "r"), "alpha", 0.2f);
  } else {
    b.dequantized("slope", {{3, 1, 1}, int8, stored, {0.01f}});
    b.op(type, {real_x, "slope"}, "r");
  }
  b.output(b.quantize("r", out.scale, out.zero, out.type), out.type);
  const Array slopes{{1, 3, 1, 1}, leaky ? std::vector<float>(3, 0.2f) : std::vector<float>{0.1f, -1, 1.27f}};
  const Array x = stored_numbers(map, in);
  const Graph graph = read_onnx_graph(b, nhwc());
  EXPECT_EQ(count_ops(graph, OpKind::prelu), 1);
  EXPECT_EQ(graph.ops.size(), 1u) << print(graph);
  expect_within(quantized(combine(real(x, in), slopes, prelu), out), run_onnx(b, {x})[0], 1);
}

TEST(OnnxPrelu, Quantized) {
  for (const char* type : {"LeakyRelu", "PRelu"}) {
    check_quantized(type, {uint8, 0.03f, 120}, {uint8, 0.02f, 90});
    check_quantized(type, {int8, 0.025f, -7}, {int8, 0.03f, 5});
    check_quantized(type, {uint8, 0.03f, 120}, {int8, 0.04f, -30});
  }
}

/// Conv -> `type`, as real numbers or between pairs of QuantizeLinear and DequantizeLinear.
OnnxBuilder behind_a_convolution(const std::string& type, bool in_8_bits) {
  OnnxBuilder b;
  std::string x = "x";
  if (in_8_bits) {
    b.input_of("x", {1, 4, 6, 5}, uint8);
    x = b.dequantize("x", 0.03f, 120, uint8);
    b.dequantized("w", {{3, 4, 1, 1}, int8, small_integers(12, -127, 255), {0.01f}});
    b.dequantized("slope", {{3, 1, 1}, int8, {10, -100, 127}, {0.01f}});
  } else {
    b.input("x", {1, 4, 6, 5});
    b.floats("w", {3, 4, 1, 1}, small_numbers(12));
    b.floats("slope", {3, 1, 1}, small_numbers(3));
  }
  b.op("Conv", {x, "w"}, "conv");
  std::string conv = "conv";
  if (in_8_bits) conv = b.dequantize(b.quantize(conv, 0.1f, 128, uint8), 0.1f, 128, uint8);
  b.op(type, type == "PRelu" ? std::vector<std::string>{conv, "slope"} : std::vector<std::string>{conv}, "y");
  b.output(in_8_bits ? b.quantize("y", 0.05f, 90, uint8) : "y", in_8_bits ? uint8 : onnx::TensorProto::FLOAT);
  return b;
}

TEST(OnnxPrelu, IsComputedBehindAConvolution) {
  for (const char* type : {"LeakyRelu", "PRelu"}) {
    for (const bool in_8_bits : {false, true}) {
      const Graph graph = read_onnx_graph(behind_a_convolution(type, in_8_bits), nhwc());
      const std::vector<Block> blocks = partition(graph);
      EXPECT_EQ(count_ops(graph, OpKind::prelu), 1);
      ASSERT_EQ(blocks.size(), 1u) << print(graph);
      EXPECT_EQ(blocks[0].kind, BlockKind::chain);
    }
  }
}

OnnxBuilder small_prelu(const Shape& slopes) {
  OnnxBuilder b;
  b.input("x", {1, 3, 4, 5});
  b.floats("slope", slopes, small_numbers(element_count(slopes)));
  b.op("PRelu", {"x", "slope"}, "y");
  b.output("y");
  return b;
}

TEST(OnnxPrelu, WrongUses) {
  EXPECT_EQ(errors_of_onnx(small_prelu({2, 1, 1})),
            "m: op 0 PRelu 'y': error: shapes [1,3,4,5] of 'x' and [2,1,1] of 'slope' do not broadcast\n");
  EXPECT_EQ(errors_of_onnx(small_prelu({1, 1, 3, 1, 1})),
            "m: op 0 PRelu 'y': error: slope 'slope' with shape [1,1,3,1,1] cannot be broadcast to the shape [1,3,4,5] "
            "of input 'x'\n");
  OnnxBuilder b = small_prelu({3, 1, 1});
  b.input("computed", {3, 1, 1});
  b.node(0).set_input(1, "computed");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 PRelu 'y': error: slope 'computed': expected a constant, found a value computed at run time\n");
  OnnxBuilder leaky;
  leaky.input("x", {1, 3, 4, 5});
  set(leaky.op("LeakyRelu", {"x"}, "y"), "alpha", std::numeric_limits<float>::infinity());
  leaky.output("y");
  EXPECT_EQ(errors_of_onnx(leaky), "m: op 0 LeakyRelu 'y': error: alpha is inf; expected a finite number\n");
}

}  // namespace
}  // namespace narrows
