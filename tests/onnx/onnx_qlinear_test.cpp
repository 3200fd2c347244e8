// ONNX operators of quantized numbers, QLinearConv and its like, within a step of the result.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;
constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8, int32 = onnx::TensorProto::INT32;

/// Names of a scale and a zero point.
std::vector<std::string> parameters(OnnxBuilder& b, const std::string& name, const Stored& as) {
  return {b.scalar(name + "_scale", as.scale), b.stored(name + "_zero", {}, as.type, {as.zero})};
}

/// A node of `type` on inputs x0, x1 ... that are stored as `in`, with a result that is stored as `out`.
Node& qlinear(OnnxBuilder& b, const std::string& type, const std::vector<Shape>& shapes, const std::vector<Stored>& in,
              const Stored& out) {
  std::vector<std::string> inputs;
  const bool result_first = type == "QLinearConcat";
  const std::vector<std::string> y = parameters(b, "y", out);
  if (result_first) inputs = y;
  for (size_t i = 0; i < in.size(); ++i) {
    const std::string name = "x" + std::to_string(i);
    inputs.push_back(b.input_of(name, shapes[i], in[i].type));
    for (const std::string& parameter : parameters(b, name, in[i])) inputs.push_back(parameter);
  }
  if (!result_first) inputs.insert(inputs.end(), y.begin(), y.end());
  Node& node = b.op(type, inputs, "y");
  node.set_domain("com.microsoft");
  b.output("y", out.type);
  return node;
}

/// One 8-bit operator (or `ops` of them), nothing else.
void expect(const OnnxBuilder& b, const std::vector<Array>& inputs, const Array& expected, size_t ops = 1) {
  const Graph graph = read_onnx_graph(b, nhwc());
  EXPECT_EQ(graph.ops.size(), ops) << print(graph);
  for (const Op& op : graph.ops) EXPECT_NE(graph.output(op).type, DType::f32) << print(graph);
  for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack})
    expect_within(expected, run_onnx(b, inputs, {}, numerics)[0], 1);
}

const Stored u = {uint8, 0.03f, 120}, s = {int8, 0.025f, -7};

TEST(OnnxQLinear, Conv) {
  const Shape map = {1, 4, 5, 5}, shape = {6, 4, 3, 3};
  const Stored out = {uint8, 0.12f, 130};
  for (const bool per_channel : {false, true}) {
    const std::vector<int> w = small_integers(element_count(shape), -127, 255);
    std::vector<float> scales = {0.01f};
    if (per_channel) scales = {0.01f, 0.02f, 0.005f, 0.015f, 0.01f, 0.002f};
    const std::vector<int> bias = {100, -200, 300, 0, 50, 1000};
    OnnxBuilder b;
    b.input_of("x", map, uint8);
    b.stored("w", shape, int8, w);
    b.floats("w_scale", per_channel ? Shape{6} : Shape{}, scales);
    b.stored("w_zero", per_channel ? Shape{6} : Shape{}, int8, std::vector<int>(scales.size(), 0));
    b.stored("b", {6}, int32, bias);
    const std::vector<std::string> x = parameters(b, "x", u), y = parameters(b, "y", out);
    Node& node = b.op("QLinearConv", {"x", x[0], x[1], "w", "w_scale", "w_zero", y[0], y[1], "b"}, "y");
    set(node, "pads", Ints{1, 1, 1, 1});
    set(node, "strides", Ints{2, 2});
    b.output("y", uint8);
    Array weights{shape, {}};
    std::vector<float> real_bias;
    const auto scale = [&](size_t c) { return scales[per_channel ? c : 0]; };
    for (size_t i = 0; i < w.size(); ++i) weights.values.push_back(scale(i / 36) * static_cast<float>(w[i]));
    for (size_t c = 0; c < 6; ++c) real_bias.push_back(static_cast<float>(bias[c]) * scale(c) * u.scale);
    const Array in = stored_numbers(map, u);
    expect(b, {in}, quantized(conv_nchw(real(in, u), weights, real_bias, 1, {2, 1, 1, 1, 1, 1}), out));
  }
}

/// The kernel has the size of the weights, which are not square.
TEST(OnnxQLinear, ConvWithoutKernelShape) {
  const Shape map = {1, 2, 5, 8}, shape = {3, 2, 1, 5};
  const Stored out = {uint8, 0.12f, 130}, w = {int8, 0.01f, 0};
  OnnxBuilder b;
  b.input_of("x", map, uint8);
  const Array weights = stored_numbers(shape, {int8, 1, 0});
  b.stored("w", shape, int8, {weights.values.begin(), weights.values.end()});
  const std::vector<std::string> x = parameters(b, "x", u), p = parameters(b, "w", w), y = parameters(b, "y", out);
  b.op("QLinearConv", {"x", x[0], x[1], "w", p[0], p[1], y[0], y[1]}, "y");
  b.output("y", uint8);
  const Array in = stored_numbers(map, u);
  expect(b, {in}, quantized(conv_nchw(real(in, u), real(weights, w), {0, 0, 0}, 1, {}), out));
}

TEST(OnnxQLinear, MatMul) {
  const Stored out = {int8, 0.2f, 3}, w = {int8, 0.01f, 4};
  OnnxBuilder b;
  b.input_of("x", {2, 6}, int8);
  const Array weights = stored_numbers({6, 5}, {int8, 1, 0}, 3);
  b.stored("w", {6, 5}, int8, {weights.values.begin(), weights.values.end()});
  std::vector<std::string> inputs = {"x"};
  for (const std::string& name : parameters(b, "x", s)) inputs.push_back(name);
  inputs.push_back("w");
  for (const std::string& name : parameters(b, "w", w)) inputs.push_back(name);
  for (const std::string& name : parameters(b, "y", out)) inputs.push_back(name);
  b.op("QLinearMatMul", inputs, "y");
  b.output("y", int8);
  const Array in = stored_numbers({2, 6}, s);
  expect(b, {in}, quantized(matmul(real(in, s), real(weights, w)), out));
}

TEST(OnnxQLinear, AddAndMul) {
  const Shape shape = {1, 3, 4, 4};
  const Stored sum = {uint8, 0.06f, 128}, product = {int8, 0.15f, 0};
  for (const bool add : {true, false}) {
    OnnxBuilder b;
    qlinear(b, add ? "QLinearAdd" : "QLinearMul", {shape, shape}, {u, s}, add ? sum : product);
    const Array x = stored_numbers(shape, u), z = stored_numbers(shape, s, 1);
    const Array expected = add ? combine(real(x, u), real(z, s), std::plus<float>())
                               : combine(real(x, u), real(z, s), std::multiplies<float>());
    expect(b, {x, z}, quantized(expected, add ? sum : product));
  }
}

TEST(OnnxQLinear, Pools) {
  const Shape shape = {1, 3, 4, 4};
  const Array x = stored_numbers(shape, u);
  const Stored out = {uint8, 0.012f, 128};
  OnnxBuilder global;
  set(qlinear(global, "QLinearGlobalAveragePool", {shape}, {u}, out), "channels_last", 0);
  expect(global, {x}, quantized(average_pool_nchw(real(x, u), 4, {}), out));
  OnnxBuilder average;
  set(qlinear(average, "QLinearAveragePool", {shape}, {u}, u), "kernel_shape", Ints{2, 2});
  expect(average, {x}, quantized(average_pool_nchw(real(x, u), 2, {}), u));
}

TEST(OnnxQLinear, Concat) {
  const Stored second = {uint8, 0.02f, 100};
  OnnxBuilder b;
  set(qlinear(b, "QLinearConcat", {{1, 2, 3, 3}, {1, 1, 3, 3}}, {u, second}, u), "axis", 1);
  const Array x = stored_numbers({1, 2, 3, 3}, u), z = stored_numbers({1, 1, 3, 3}, second, 1);
  Array expected = real(x, u);
  const Array tail = real(z, second);
  expected.shape[1] = 3;
  expected.values.insert(expected.values.end(), tail.values.begin(), tail.values.end());
  expect(b, {x, z}, quantized(expected, u), 2);  // one operand is requantized
}

TEST(OnnxQLinear, LeakyRelu) {
  const Stored out = {uint8, 0.02f, 60};
  const Array x = stored_numbers({1, 7}, u);
  OnnxBuilder b;
  set(qlinear(b, "QLinearLeakyRelu", {{1, 7}}, {u}, out), "alpha", 0.2f);
  expect(b, {x}, quantized(apply(real(x, u), [](float v) { return v < 0 ? 0.2f * v : v; }), out));
}

TEST(OnnxQLinear, SigmoidAndSoftmax) {
  const Stored out = {uint8, 1 / 256.f, 0};
  const Array x = stored_numbers({1, 7}, u);
  OnnxBuilder sigmoid;
  qlinear(sigmoid, "QLinearSigmoid", {{1, 7}}, {u}, out);
  expect(sigmoid, {x}, quantized(apply(real(x, u), [](float v) { return 1 / (1 + std::exp(-v)); }), out));
  OnnxBuilder softmax;
  Node& node = qlinear(softmax, "QLinearSoftmax", {{1, 7}}, {u}, out);
  set(node, "opset", 13);
  Array expected = apply(real(x, u), [](float v) { return std::exp(v); });
  float sum = 0;
  for (const float value : expected.values) sum += value;
  expect(softmax, {x}, quantized(apply(expected, [sum](float v) { return v / sum; }), out));
}

}  // namespace
}  // namespace narrows
