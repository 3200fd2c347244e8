// ONNX models with QuantizeLinear and DequantizeLinear: what they compute, within a step of the result, and
// that one operator on 8-bit numbers comes of dequantize, op and quantize.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;
constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8, int32 = onnx::TensorProto::INT32;

constexpr Stored unsigned_map = {uint8, 0.03f, 120}, signed_map = {int8, 0.025f, -7};

/// input -> DequantizeLinear -> `op` -> QuantizeLinear -> output
struct OneOp {
  OnnxBuilder b;
  Stored in, out;
  std::string x;

  OneOp(const Shape& shape, const Stored& in_, const Stored& out_, int opset = 13)
      : b(opset),
        in(in_),
        out(out_),
        x((b.input_of("x", shape, in.type), b.dequantize("x", in.scale, in.zero, in.type))) {}

  void finish(const std::string& result) { b.output(b.quantize(result, out.scale, out.zero, out.type), out.type); }

  /// Nothing but `ops` operators with 8-bit results, which lie within `distance` of `expected`.
  void expect(const Array& expected, const std::vector<Array>& inputs, size_t ops, double distance = 1) {
    const Graph graph = read_onnx_graph(b, nhwc());
    EXPECT_EQ(graph.ops.size(), ops) << print(graph);
    for (const Op& op : graph.ops) EXPECT_NE(graph.output(op).type, DType::f32) << print(graph);
    for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack})
      expect_within(quantized(expected, out), run_onnx(b, inputs, {}, numerics)[0], distance);
  }
};

Array real_weights(const Shape& shape, const std::vector<int>& stored, const std::vector<float>& scales,
                   const std::vector<int>& zeros) {
  Array w{shape, {}};
  const size_t pitch = stored.size() / shape[0];
  for (size_t i = 0; i < stored.size(); ++i) {
    const size_t c = i / pitch;
    w.values.push_back(scales[scales.size() > 1 ? c : 0] *
                       static_cast<float>(stored[i] - zeros[zeros.size() > 1 ? c : 0]));
  }
  return w;
}

/// A Conv of any of the types that quantizers write.
struct ConvCase {
  Stored in;
  int weights_type;
  Stored out;
  bool per_channel = false;
  int group = 1;
  bool relu = false;
  bool integer_bias = false;
};

void check_conv(const ConvCase& c) {
  const auto& [in, weights_type, out, per_channel, group, relu, integer_bias] = c;
  SCOPED_TRACE(testing::Message() << in.type << weights_type << out.type << per_channel << group << relu
                                  << integer_bias);
  const Shape map = {1, 4, 6, 5}, shape = {8, 4 / group, 3, 3};
  std::vector<float> scales = {0.01f};
  if (per_channel) scales = {0.01f, 0.02f, 0.015f, 0.005f, 0.01f, 0.03f, 0.001f, 0.02f};
  const std::vector<int> zeros = {weights_type == uint8 ? 119 : 0};
  const std::vector<int> w = small_integers(element_count(shape), weights_type == uint8 ? 0 : -127, 255);
  const std::vector<int> bias = {400, -300, 1000, 0, -2000, 5, 50, 700};
  std::vector<float> bias_scales;
  for (const float scale : scales) bias_scales.push_back(in.scale * scale);
  const Array real_bias = real_weights({8}, bias, bias_scales, {0});

  OneOp net(map, in, out);
  net.b.dequantized("w", {shape, weights_type, w, scales, zeros});
  if (integer_bias)
    net.b.dequantized("b", {{8}, int32, bias, bias_scales});
  else
    net.b.floats("b", {8}, real_bias.values);
  Node& node = net.b.op("Conv", {net.x, "w", "b"}, "conv");
  set(node, "pads", Ints{1, 1, 1, 1});
  if (group != 1) set(node, "group", group);
  if (relu) net.b.op("Relu", {"conv"}, "relu");
  net.finish(relu ? "relu" : "conv");
  const Array x = stored_numbers(map, in);
  Array expected =
      conv_nchw(real(x, in), real_weights(shape, w, scales, zeros), real_bias.values, group, {1, 1, 1, 1, 1, 1});
  if (relu) expected = apply(expected, [](float v) { return std::max(v, 0.f); });
  net.expect(expected, {x}, 1);
}

TEST(OnnxQdq, Conv) {
  const Stored wide = {uint8, 0.1f, 128}, narrow = {int8, 0.1f, 3};
  check_conv({unsigned_map, uint8, wide, false, 1, false, true});
  check_conv({unsigned_map, int8, wide, true, 1, true, true});
  check_conv({unsigned_map, int8, wide, true, 4, true, false});
  check_conv({signed_map, int8, narrow, true, 4, false, true});
  check_conv({signed_map, int8, narrow, false, 1, true, false});
  check_conv({unsigned_map, int8, narrow, true, 1, false, true});
  check_conv({signed_map, uint8, wide, false, 4, false, true});
}

/// Channels without weights to speak of, whose biases a quantizer clamped to 32 bits.
TEST(OnnxQdq, DeadChannels) {
  const Shape map = {1, 2, 4, 4}, shape = {5, 2, 1, 1};
  const std::vector<float> scales = {0.01f, 1e-8f, 1.2e-7f, 1e-10f, 0.02f};
  const std::vector<int> w = {50, -40, 0, 0, 1, -2, 0, 0, 127, 3};
  const std::vector<int> bias = {400, INT32_MAX, -1073741952, INT32_MIN, -300};
  std::vector<float> bias_scales;
  for (const float scale : scales) bias_scales.push_back(unsigned_map.scale * scale);
  const Stored out = {uint8, 0.1f, 100};
  OneOp net(map, unsigned_map, out);
  net.b.dequantized("w", {shape, int8, w, scales});
  net.b.dequantized("b", {{5}, int32, bias, bias_scales});
  net.b.op("Conv", {net.x, "w", "b"}, "conv");
  net.finish("conv");
  const Array x = stored_numbers(map, unsigned_map), real_bias = real_weights({5}, bias, bias_scales, {0});
  net.expect(conv_nchw(real(x, unsigned_map), real_weights(shape, w, scales, {0}), real_bias.values, 1, {}), {x}, 1);
}

TEST(OnnxQdq, GroupedConv) {
  const Shape map = {1, 4, 4, 4}, shape = {4, 2, 3, 3};
  const Stored out = {int8, 0.1f, 3};
  const std::vector<float> scales = {0.01f, 0.02f, 0.015f, 0.005f};
  const std::vector<int> w = small_integers(72, -127, 255);
  OneOp net(map, signed_map, out);
  net.b.dequantized("w", {shape, int8, w, scales});
  set(net.b.op("Conv", {net.x, "w"}, "conv"), "group", 2);
  net.finish("conv");
  const Array x = stored_numbers(map, signed_map);
  net.expect(conv_nchw(real(x, signed_map), real_weights(shape, w, scales, {0}), {}, 2, {}), {x}, 5);
}

/// The map is flattened between the two, in the order of NCHW.
TEST(OnnxQdq, FlattenAndGemm) {
  const Stored out = {uint8, 0.2f, 100};
  for (const bool per_channel : {false, true}) {
    const std::vector<float> scales =
        per_channel ? std::vector<float>{0.01f, 0.02f, 0.005f} : std::vector<float>{0.01f};
    const std::vector<int> w = small_integers(3 * 24, -127, 255);
    OneOp net({1, 2, 3, 4}, unsigned_map, out);
    net.b.dequantized("w", {{3, 24}, int8, w, scales});
    net.b.floats("b", {3}, {0.5f, -1, 2});
    net.b.op("Flatten", {net.x}, "flat");
    set(net.b.op("Gemm", {"flat", "w", "b"}, "y"), "transB", 1);
    net.finish("y");
    const Array x = stored_numbers({1, 2, 3, 4}, unsigned_map);
    const Array product =
        matmul({{1, 24}, real(x, unsigned_map).values}, transpose(real_weights({3, 24}, w, scales, {0}), {1, 0}));
    // The input is NHWC, so that the matrix is permuted and nothing else is left.
    net.expect(combine(product, {{3}, {0.5f, -1, 2}}, std::plus<float>()), {x}, 1);
  }
}

TEST(OnnxQdq, MatMulAndAdd) {
  const Stored out = {int8, 0.2f, 0};
  const std::vector<int> w = small_integers(30, -127, 255);  // [6,5], scales per column
  const std::vector<float> scales = {0.01f, 0.02f, 0.005f, 0.01f, 0.03f};
  OneOp net({2, 6}, signed_map, out);
  net.b.dequantized("w", {{6, 5}, int8, w, scales, {0}, 1});
  net.b.floats("b", {5}, {1, 2, -3, 0.5f, 0});
  net.b.op("MatMul", {net.x, "w"}, "product");
  net.b.op("Add", {"b", "product"}, "y");
  net.finish("y");
  Array weights{{6, 5}, {}};
  for (int i = 0; i < 30; ++i) weights.values.push_back(scales[i % 5] * static_cast<float>(w[i]));
  const Array x = stored_numbers({2, 6}, signed_map);
  net.expect(combine(matmul(real(x, signed_map), weights), {{5}, {1, 2, -3, 0.5f, 0}}, std::plus<float>()), {x}, 1);
}

void check_binary(const char* type, const Stored& a, const Stored& c, const Stored& out,
                  const std::function<float(float, float)>& f) {
  SCOPED_TRACE(type);
  OneOp net({1, 3, 4, 4}, a, out);
  net.b.input_of("z", {1, 3, 4, 4}, c.type);
  const std::string z = net.b.dequantize("z", c.scale, c.zero, c.type);
  net.b.op(type, {net.x, z}, "y");
  net.finish("y");
  const Array x = stored_numbers({1, 3, 4, 4}, a), y = stored_numbers({1, 3, 4, 4}, c, 1);
  net.expect(combine(real(x, a), real(y, c), f), {x, y}, 1);
}

TEST(OnnxQdq, Arithmetic) {
  const Stored wide = {uint8, 0.06f, 128};
  check_binary("Add", unsigned_map, unsigned_map, wide, std::plus<float>());
  check_binary("Add", signed_map, unsigned_map, wide, std::plus<float>());
  check_binary("Sub", signed_map, signed_map, {int8, 0.05f, 4}, std::minus<float>());
  check_binary("Mul", unsigned_map, signed_map, {int8, 0.1f, 0}, std::multiplies<float>());
  check_binary("Max", unsigned_map, unsigned_map, unsigned_map, [](float p, float q) { return std::max(p, q); });
}

TEST(OnnxQdq, Activations) {
  const struct {
    const char* type;
    Stored out;
    float (*f)(float);
    double distance;
  } cases[] = {
      {"Relu", {uint8, 0.02f, 0}, [](float v) { return std::max(v, 0.f); }, 1},
      {"Sigmoid", {uint8, 1 / 256.f, 0}, [](float v) { return 1 / (1 + std::exp(-v)); }, 1},
      {"HardSwish", {uint8, 0.02f, 10}, [](float v) { return v * std::clamp(v / 6 + 0.5f, 0.f, 1.f); }, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.type);
    OneOp net({1, 3, 4, 4}, unsigned_map, c.out, 14);
    net.b.op(c.type, {net.x}, "y");
    net.finish("y");
    const Array x = stored_numbers({1, 3, 4, 4}, unsigned_map);
    net.expect(apply(real(x, unsigned_map), c.f), {x}, 1, c.distance);
  }
}

/// Bounds that no activation has are compared with as stored numbers.
TEST(OnnxQdq, ClipWithAnyBounds) {
  const Stored out = {uint8, 0.03f, 60};
  OneOp net({1, 3, 4, 4}, unsigned_map, out);
  net.b.scalar("low", -1.2f);
  net.b.scalar("high", 1.5f);
  net.b.op("Clip", {net.x, "low", "high"}, "y");
  net.finish("y");
  const Array x = stored_numbers({1, 3, 4, 4}, unsigned_map);
  net.expect(apply(real(x, unsigned_map), [](float v) { return std::clamp(v, -1.2f, 1.5f); }), {x}, 3);
}

TEST(OnnxQdq, Pools) {
  const Array x = stored_numbers({1, 2, 6, 6}, unsigned_map);
  const Array r = real(x, unsigned_map);
  for (const char* type : {"AveragePool", "MaxPool"}) {
    OneOp net({1, 2, 6, 6}, unsigned_map, unsigned_map);
    set(net.b.op(type, {net.x}, "y"), "kernel_shape", Ints{3, 3});
    net.finish("y");
    const bool average = std::string(type) == "AveragePool";
    net.expect(average ? average_pool_nchw(r, 3, {}) : max_pool_nchw(r, 3, {}), {x}, 1, average ? 1 : 0);
  }
  const Stored other = {int8, 0.011f, 3};
  for (const bool global : {false, true}) {
    OneOp net({1, 2, 6, 6}, unsigned_map, other);
    Node& node = net.b.op(global ? "GlobalAveragePool" : "AveragePool", {net.x}, "y");
    if (!global) set(node, "kernel_shape", Ints{6, 6});
    net.finish("y");
    net.expect(average_pool_nchw(r, 6, {}), {x}, 1);
  }
}

/// A smaller window with another scale has no 8-bit operator: right, if slow.
TEST(OnnxQdq, AveragePoolToAnotherScaleStaysInFloat) {
  const Stored other = {uint8, 0.02f, 100};
  OneOp net({1, 2, 6, 6}, unsigned_map, other);
  set(net.b.op("AveragePool", {net.x}, "y"), "kernel_shape", Ints{3, 3});
  net.finish("y");
  const Array x = stored_numbers({1, 2, 6, 6}, unsigned_map);
  expect_within(quantized(average_pool_nchw(real(x, unsigned_map), 3, {}), other), run_onnx(net.b, {x})[0], 1);
  EXPECT_EQ(count_ops(read_onnx_graph(net.b), OpKind::dequantize), 1);
  EXPECT_EQ(count_ops(read_onnx_graph(net.b), OpKind::quantize), 1);
}

/// An operand with another scale is requantized before.
void check_concat(const Stored& first, const Stored& second, size_t ops) {
  OneOp net({1, 2, 3, 3}, first, first);
  net.b.input_of("z", {1, 3, 3, 3}, second.type);
  const std::string z = net.b.dequantize("z", second.scale, second.zero, second.type);
  set(net.b.op("Concat", {net.x, z}, "y"), "axis", 1);
  net.finish("y");
  const Array x = stored_numbers({1, 2, 3, 3}, first), y = stored_numbers({1, 3, 3, 3}, second, 1);
  Array expected = real(x, first);
  const Array tail = real(y, second);
  expected.shape[1] = 5;
  expected.values.insert(expected.values.end(), tail.values.begin(), tail.values.end());
  net.expect(expected, {x, y}, ops);
}

TEST(OnnxQdq, Concat) {
  check_concat(unsigned_map, unsigned_map, 1);
  check_concat(unsigned_map, {uint8, 0.02f, 100}, 2);
  check_concat(signed_map, {int8, 0.02f, 10}, 2);
  check_concat(unsigned_map, signed_map, 2);
}

double half_pixel(int i, int in, int out) { return (i + 0.5) * in / out - 0.5; }

TEST(OnnxQdq, ResizeAndArgMax) {
  for (const Stored& as : {unsigned_map, signed_map}) {
    OneOp net({1, 5, 3, 4}, as, as);
    net.b.integers("sizes", {1, 5, 9, 12});
    set(net.b.op("Resize", {net.x, "", "", "sizes"}, "large"), "mode", "linear");
    const std::string large =
        net.b.dequantize(net.b.quantize("large", as.scale, as.zero, as.type), as.scale, as.zero, as.type);
    set(net.b.op("ArgMax", {large}, "index"), "axis", 1);
    net.b.output("large_q", as.type);
    net.b.output("index", onnx::TensorProto::INT64);
    const Array x = stored_numbers({1, 5, 3, 4}, as);
    const std::vector<Array> y = run_onnx(net.b, {x});
    if (HasFailure()) return;
    // TFLite places the pixels of int8 maps in steps of 1/1024.
    const int distance = as.type == int8 ? 2 : 1;
    expect_within(quantized(resize_linear_nchw(real(x, as), 9, 12, half_pixel), as), y[0], distance);
    for (int pixel = 0; pixel < 108; ++pixel) {
      int best = 0;
      for (int c = 1; c < 5; ++c) {
        if (y[0].values[c * 108 + pixel] > y[0].values[best * 108 + pixel]) best = c;
      }
      EXPECT_EQ(y[1].values[pixel], best);
    }
    const Graph graph = read_onnx_graph(net.b, nhwc());
    for (const Op& op : graph.ops) EXPECT_NE(graph.output(op).type, DType::f32) << print(graph);
    EXPECT_EQ(count_ops(graph, OpKind::transpose), 0);
  }
}

/// Operators that copy stand anywhere between the two; the numbers stay 8 bits wide.
TEST(OnnxQdq, CopiesInBetween) {
  const Stored out = {uint8, 0.2f, 100};
  OneOp net({1, 4, 4, 4}, unsigned_map, out);
  net.b.dequantized("w", {{4, 4, 1, 1}, int8, small_integers(16, -127, 255), {0.01f}});
  net.b.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  net.b.integers("rows", {1, -1, 2});
  net.b.op("Pad", {net.x, "pads"}, "padded");
  net.b.op("Conv", {"padded", "w"}, "conv");
  set(net.b.op("Transpose", {"conv"}, "pixels"), "perm", Ints{0, 2, 3, 1});
  net.b.op("Reshape", {"pixels", "rows"}, "rows_of_2");
  Node& split = net.b.op("Split", {"rows_of_2"}, "first");
  split.add_output("second");
  set(split, "axis", 2);
  net.b.output(net.b.quantize("first", out.scale, out.zero, uint8), uint8);
  net.b.output(net.b.quantize("second", out.scale, out.zero, uint8), uint8);
  const Graph graph = read_onnx_graph(net.b, nhwc());
  EXPECT_EQ(count_ops(graph, OpKind::transpose), 0) << print(graph);
}

TEST(OnnxQdq, SoftmaxOverRows) {
  const Stored out = {uint8, 1 / 256.f, 0};
  OneOp net({3, 7}, unsigned_map, out);
  net.b.op("Softmax", {net.x}, "y");
  net.finish("y");
  const Array x = stored_numbers({3, 7}, unsigned_map);
  Array expected = apply(real(x, unsigned_map), [](float v) { return std::exp(v); });
  for (int row = 0; row < 3; ++row) {
    float sum = 0;
    for (int i = 0; i < 7; ++i) sum += expected.values[row * 7 + i];
    for (int i = 0; i < 7; ++i) expected.values[row * 7 + i] /= sum;
  }
  net.expect(expected, {x}, 1);
}

/// 8-bit weights of an operator whose input is not quantized are those of a float operator.
TEST(OnnxQdq, OnlyWeightsQuantized) {
  const Array x = numbers({1, 2, 4, 4});
  const std::vector<int> w = small_integers(54, -127, 255);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.dequantized("w", {{3, 2, 3, 3}, int8, w, {0.01f, 0.02f, 0.03f}});
  b.op("Conv", {"x", "w"}, "y");
  b.output("y");
  expect_near(conv_nchw(x, real_weights({3, 2, 3, 3}, w, {0.01f, 0.02f, 0.03f}, {0}), {}, 1, {}), run_onnx(b, {x})[0]);
  EXPECT_EQ(read_onnx_graph(b, nhwc()).ops.size(), 1u);
}

}  // namespace
}  // namespace narrows
