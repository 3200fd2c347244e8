// Networks against onnxruntime, where its npm package is installed: NARROWS_ONNXRUNTIME names the
// node_modules folder that holds onnxruntime-web.
#include "tests/support/onnx_runtime.h"

#include <gtest/gtest.h>

#include <optional>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Case = OnnxRuntimeCase;

/// The classifier, and what its residual addition makes as a second output.
OnnxBuilder with_map(OnnxBuilder net, int type) {
  const onnx::GraphProto graph = net.graph();
  for (const onnx::NodeProto& node : graph.node()) {
    if (node.op_type() == "Add") net.output(node.output(0) + "_q", type);
    if (node.op_type() == "QLinearAdd") net.output(node.output(0), type);
  }
  return net;
}

std::vector<Case> cases() {
  OnnxNetOptions plain, signed_net, unsigned_net;
  signed_net.activations = onnx::TensorProto::INT8;
  unsigned_net.weights = onnx::TensorProto::UINT8;
  unsigned_net.per_channel = false;
  return {{"qdq", with_map(qdq_classifier(plain), plain.activations)},
          {"qdq_signed", with_map(qdq_classifier(signed_net), signed_net.activations)},
          {"qlinear", with_map(qlinear_classifier(plain), plain.activations)},
          {"qlinear_unsigned", with_map(qlinear_classifier(unsigned_net), unsigned_net.activations)}};
}

/// Every layer may round otherwise; no result is off by more than two steps.
void compare(const OnnxRuntime& runtime, const Case& c, const Bytes& image, Numerics numerics) {
  const Graph graph = read_onnx_graph(c.net);
  const std::vector<Bytes> values = interpret(graph, {image}, numerics);
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    const int id = graph.outputs[i];
    const Bytes expected = runtime.output(c, i);
    const Mismatch mismatch = mismatch_8bit(graph.tensors[id].type, expected, values[id]);
    std::printf("%s, output %d, %s: %d of %d numbers differ from onnxruntime's, by up to %d\n", c.name.c_str(),
                static_cast<int>(i), numerics == Numerics::tflite ? "tflite" : "xnnpack",
                static_cast<int>(mismatch.count), static_cast<int>(expected.size()), mismatch.largest);
    EXPECT_LE(mismatch.largest, 2);
  }
}

TEST_F(OnnxRuntime, QuantizedNetworks) {
  const std::vector<int> values = small_integers(3 * 16 * 16, 0, 256);
  const Bytes image(values.begin(), values.end());
  for (const Case& c : cases()) add(c, image);
  run_all();
  for (const Case& c : cases()) {
    for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) compare(*this, c, image, numerics);
  }
}

/// onnxruntime rounds the activations to 8 bits in front of every layer, which nothing is computed of here.
TEST_F(OnnxRuntime, NetworksQuantizedAtRunTime) {
  const Bytes input = bytes_of(numbers({1, 2, 6, 5}).values);
  const std::vector<Case> all = {{"dynamic_signed", dynamic_classifier(onnx::TensorProto::INT8, 0)},
                                 {"dynamic_unsigned", dynamic_classifier(onnx::TensorProto::UINT8, 119)}};
  for (const Case& c : all) add(c, input);
  run_all();
  for (const Case& c : all) {
    const Graph graph = read_onnx_graph(c.net);
    const Bytes actual = interpret(graph, {input})[graph.outputs[0]];
    const double difference = difference_f32(output(c, 0), actual).relative();
    std::printf("%s: %.2g of the range from onnxruntime's\n", c.name.c_str(), difference);
    EXPECT_LE(difference, 0.02);
  }
}

/// Types and parameters of a convolution between DequantizeLinear and QuantizeLinear.
struct ConvCase {
  int in, weights, out;
  bool per_channel;
  int zero_points;  ///< of the weights: 0 none, 1 one for all, 2 one for each channel
  bool integer_bias;
};

OnnxBuilder quantized_conv(const ConvCase& c) {
  const auto is_unsigned = [](int type) { return type == onnx::TensorProto::UINT8; };
  const Shape shape = {4, 3, 3, 3};
  OnnxBuilder b;
  b.input_of("x", {1, 3, 6, 5}, c.in);
  std::vector<float> scales = {0.02f, 0.015f, 0.01f, 0.03f}, bias_scales;
  if (!c.per_channel) scales.resize(1);
  std::vector<int> zeros = {0};
  if (c.zero_points > 0) zeros = {is_unsigned(c.weights) ? 113 : -3};
  if (c.zero_points > 1) {
    for (int i = 1; i < 4; ++i) zeros.push_back(zeros[0] + 3 * i);
    scales.resize(4, scales[0]);
  }
  // Few enough numbers that they fit in 8 bits without their zero points.
  const std::vector<int> w = small_integers(element_count(shape),
                                            zeros[0] > 100           ? 40
                                            : is_unsigned(c.weights) ? 0
                                                                     : -100,
                                            150);
  for (const float scale : scales) bias_scales.push_back(0.04f * scale);
  const std::string x = b.dequantize("x", 0.04f, is_unsigned(c.in) ? 121 : -7, c.in);
  b.dequantized("w", {shape, c.weights, w, scales, zeros});
  if (c.integer_bias)
    b.dequantized("b", {{4}, onnx::TensorProto::INT32, {400, -300, 1000, 0}, bias_scales});
  else
    b.floats("b", {4}, {0.25f, -0.5f, 0.75f, 0});
  set(b.op("Conv", {x, "w", "b"}, "conv"), "pads", std::vector<int64_t>{1, 1, 0, 0});
  b.output(b.quantize("conv", 0.3f, is_unsigned(c.out) ? 118 : 5, c.out), c.out);
  return b;
}

/// Signed and unsigned numbers, mixed; zero points of all kinds.
TEST_F(OnnxRuntime, QuantizedConvolutions) {
  const int types[] = {onnx::TensorProto::UINT8, onnx::TensorProto::INT8};
  const std::vector<int> values = small_integers(90, 0, 256);
  const Bytes input(values.begin(), values.end());
  std::vector<Case> all;
  for (int i = 0; i < 96; ++i) {
    const ConvCase c = {types[i % 2], types[i / 2 % 2], types[i / 4 % 2], i / 8 % 2 != 0, i / 16 % 3, i / 48 != 0};
    all.push_back({"conv" + std::to_string(i), quantized_conv(c)});
  }
  for (const Case& c : all) add(c, input);
  run_all();
  for (const Case& c : all) {
    SCOPED_TRACE(c.name);
    const Graph graph = read_onnx_graph(c.net);
    EXPECT_EQ(count_ops(graph, OpKind::dequantize), 0) << print(graph);
    const int id = graph.outputs[0];
    const Mismatch mismatch =
        mismatch_8bit(graph.tensors[id].type, output(c, 0), interpret(graph, {input}, Numerics::xnnpack)[id]);
    EXPECT_LE(mismatch.largest, 1);
    EXPECT_LE(mismatch.count, 1);
  }
}

/// A pool of x [1,2,6,7].
OnnxBuilder pool(const char* type, int kernel, int stride, const std::vector<int64_t>& pads) {
  OnnxBuilder b(19);
  b.input("x", {1, 2, 6, 7});
  OnnxBuilder::Node& node = b.op(type, {"x"}, "y");
  set(node, "kernel_shape", std::vector<int64_t>{kernel, kernel});
  set(node, "strides", std::vector<int64_t>{stride, stride});
  set(node, "pads", pads);
  b.output("y");
  return b;
}

/// Windows that reach into padding and beyond it, counted or not.
TEST_F(OnnxRuntime, Pools) {
  const Array x = numbers({1, 2, 6, 7});
  std::vector<Case> all;
  for (int i = 0; i < 3 * 3 * 3; ++i) {
    const int kernel = 2 + i / 9, stride = 1 + i / 3 % 3;
    for (int variant = 0; variant < 6; ++variant) {
      const auto pad = [&](int seed) { return (i * 7 + seed * 5 + variant) % kernel; };
      OnnxBuilder b = pool(variant < 4 ? "AveragePool" : "MaxPool", kernel, stride, {pad(0), pad(1), pad(2), pad(3)});
      set(b.node(0), "ceil_mode", variant % 2);
      if (variant < 4) set(b.node(0), "count_include_pad", variant / 2);
      all.push_back({"pool" + std::to_string(i) + "_" + std::to_string(variant), b});
    }
  }
  for (const Case& c : all) add(c, bytes_of(x.values));
  run_all();
  for (const Case& c : all) {
    SCOPED_TRACE(c.name);
    const Bytes expected = output(c, 0), actual = bytes_of(run_onnx(c.net, {x})[0].values);
    ASSERT_EQ(expected.size(), actual.size());
    EXPECT_LE(difference_f32(expected, actual).relative(), 1e-6);
  }
}

/// onnxruntime rounds every result to FLOAT16.
TEST_F(OnnxRuntime, ModelInHalves) {
  const Bytes input = bytes_of(numbers({1, 2, 4, 5}).values);
  const Case c = {"halves", model_in_halves()};
  add(c, input);
  run_all();
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(c.net.finish(), "m", diagnostics);
  ASSERT_TRUE(graph) << diagnostics.str();
  const double difference = difference_f32(output(c, 0), interpret(*graph, {input})[graph->outputs[0]]).relative();
  std::printf("FLOAT16: %.2g of the range from onnxruntime's\n", difference);
  EXPECT_LE(difference, 1e-3);
}

}  // namespace
}  // namespace narrows
