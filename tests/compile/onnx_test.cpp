// Quantized ONNX networks as emitted code against the interpreter, and that nothing but 8-bit operators is
// left of them.
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/emitted.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

ReadOptions nhwc() {
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  return options;
}

void expect_8_bits(const Graph& graph) {
  for (const Op& op : graph.ops) EXPECT_NE(graph.output(op).type, DType::f32) << print(graph);
  EXPECT_EQ(count_ops(graph, OpKind::quantize), 0) << print(graph);
  EXPECT_EQ(count_ops(graph, OpKind::dequantize), 0) << print(graph);
  EXPECT_EQ(count_ops(graph, OpKind::transpose), 0) << print(graph);
}

void test_all(const std::string& target, Numerics numerics) {
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  OnnxNetOptions signed_net;
  signed_net.activations = onnx::TensorProto::INT8;
  OnnxNetOptions unsigned_weights;
  unsigned_weights.weights = onnx::TensorProto::UINT8;
  unsigned_weights.per_channel = false;
  for (const OnnxBuilder& net : {qdq_classifier(), qdq_segmenter(signed_net), qlinear_classifier(unsigned_weights)}) {
    const Graph graph = read_onnx_graph(net, nhwc());
    expect_8_bits(graph);
    expect_as_interpreted(graph, numerics, *machine);
  }
}

/// 8-bit weights of float convolutions, with their scales from operators behind them.
TEST(OnnxCode, NetworkQuantizedAtRunTime) {
  const std::optional<Machine> machine = find_machine("host");
  if (!machine) GTEST_SKIP() << "cannot build or run code";
  for (const int zero : {128, 119})
    expect_as_interpreted(read_onnx_graph(dynamic_classifier(onnx::TensorProto::UINT8, zero)), Numerics::tflite,
                          *machine);
}

/// Padding that counts in a mean, what rounding up adds to it, and a signal in one dimension.
TEST(OnnxCode, PoolsAndLines) {
  const std::optional<Machine> machine = find_machine("host");
  if (!machine) GTEST_SKIP() << "cannot build or run code";
  OnnxBuilder b(19);
  b.input("x", {1, 3, 6, 9});
  OnnxBuilder::Node& pool = b.op("AveragePool", {"x"}, "a");
  set(pool, "kernel_shape", std::vector<int64_t>{3, 3});
  set(pool, "strides", std::vector<int64_t>{2, 2});
  set(pool, "pads", std::vector<int64_t>{1, 2, 0, 1});
  set(pool, "ceil_mode", 1);
  set(pool, "count_include_pad", 1);
  b.integers("line", {1, 9, 6});
  b.floats("w", {6, 9, 3}, small_numbers(162));
  b.op("Reshape", {"a", "line"}, "l");
  set(b.op("Conv", {"l", "w"}, "y"), "pads", std::vector<int64_t>{2, 0});
  b.output("a");
  b.output("y");
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(graph.tensors[graph.outputs[0]].shape, (Shape{1, 3, 3, 6}));
  expect_as_interpreted(graph, Numerics::tflite, *machine);
}

TEST(OnnxCode, Host) { test_all("host", Numerics::tflite); }
TEST(OnnxCode, HostXnnpack) { test_all("host", Numerics::xnnpack); }
TEST(OnnxCode, Arm64) { test_all("arm64-linux", Numerics::tflite); }

}  // namespace
}  // namespace narrows
