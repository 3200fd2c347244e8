// ONNX models that quantize activations while they run, which are computed in float with weights of 8 bits.
#include <gtest/gtest.h>

#include "compiler/graph/narrow_weights.h"
#include "compiler/passes/passes.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;
constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8;

Array real(const Shape& shape, const std::vector<int>& stored, const std::vector<float>& scales, int zero) {
  Array w{shape, {}};
  for (size_t i = 0; i < stored.size(); ++i)
    w.values.push_back(scales[i % scales.size()] * static_cast<float>(stored[i] - zero));
  return w;
}

/// What onnxruntime's quantize_dynamic() makes of Conv, Relu, Flatten and Gemm.
TEST(OnnxDynamic, Network) {
  const Array x = numbers({1, 2, 6, 5});
  for (const auto& [type, zero] : {std::pair(int8, 0), std::pair(uint8, 128), std::pair(uint8, 119)}) {
    SCOPED_TRACE(zero);
    const OnnxBuilder b = dynamic_classifier(type, zero);
    const std::vector<int> w = small_integers(54, type == uint8 ? 0 : -127, 255);
    const std::vector<int> m = small_integers(90 * 4, type == uint8 ? 0 : -127, 255, 1);
    Array conv = conv_nchw(x, real({3, 2, 3, 3}, w, {0.01f}, zero), {0.5f, -0.5f, 0.25f}, 1, {1, 1, 1, 1, 1, 1});
    conv = apply(conv, [](float v) { return std::max(v, 0.f); });
    conv.shape = {1, 90};
    const std::vector<float> scales = {0.02f, 0.01f, 0.015f, 0.005f};
    const Array product = matmul(conv, real({90, 4}, m, scales, zero));
    expect_near(combine(product, {{4}, {1, 2, 3, 4}}, [](float a, float c) { return a + c; }), run_onnx(b, {x})[0]);
    const Graph graph = read_onnx_graph(b), folded = fold_batch_norm(graph);
    for (const OpKind kind : {OpKind::mul, OpKind::add}) EXPECT_EQ(count_ops(folded, kind), 0) << print(folded);
    int narrow = 0;
    for (const Op& op : folded.ops) narrow += has_narrow_weights(folded, op);
    EXPECT_EQ(narrow, zero == 119 ? 0 : 2);
  }
}

/// One input of two convolutions, grouped and with a zero point for each channel; the factors in another order.
TEST(OnnxDynamic, OneInputOfTwo) {
  const Array x = numbers({1, 4, 5, 5});
  OnnxBuilder b;
  b.input("x", x.shape);
  Node& quantize = b.op("DynamicQuantizeLinear", {"x"}, "q");
  quantize.add_output("s");
  quantize.add_output("z");
  const std::vector<int> w = small_integers(36, 0, 255), v = small_integers(8, -100, 200, 1);
  b.stored("w", {4, 1, 3, 3}, uint8, w);
  b.stored("wz", {4}, uint8, {100, 110, 120, 130});
  b.stored("v", {2, 4, 1, 1}, int8, v);
  b.scalar("ws", 0.5f);
  set(b.op("ConvInteger", {"q", "w", "z", "wz"}, "a"), "group", 4);
  set(b.op("Cast", {"a"}, "af"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
  b.op("Mul", {"s", "af"}, "as");
  b.op("Mul", {"ws", "as"}, "y");
  b.op("ConvInteger", {"q", "v", "z"}, "b");
  set(b.op("Cast", {"b"}, "bf"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
  b.op("Mul", {"bf", "s"}, "y2");
  b.output("y");
  b.output("y2");
  Array weights{{4, 1, 3, 3}, {}};
  for (size_t i = 0; i < w.size(); ++i) weights.values.push_back(0.5f * (w[i] - (100 + 10 * static_cast<int>(i / 9))));
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(conv_nchw(x, weights, {}, 4, {}), y[0]);
  expect_near(conv_nchw(x, real({2, 4, 1, 1}, v, {1}, 0), {}, 1, {}), y[1]);
}

/// Whatever would show the scale is refused.
TEST(OnnxBadDynamic, UsesOfTheScale) {
  const OnnxBuilder sound = dynamic_classifier(int8, 0);
  OnnxBuilder b = sound;
  b.op("Relu", {"x_q_s"}, "r");
  b.op("Add", {"conv_f", "conv_f"}, "t");
  b.op("Mul", {"conv_f", "x_q_z"}, "u");
  b.op("Mul", {"x_q_s", "flat_q_s"}, "v");
  set(b.op("Cast", {"conv_i"}, "c"), "to", static_cast<int>(onnx::TensorProto::INT32));
  b.op("DequantizeLinear", {"x_q", "x_q_s", "x_q_z"}, "d");
  const auto message = [](int index, const char* op, const char* name, const char* input) {
    return "m: op " + std::to_string(index) + " " + op + " '" + name + "': error: input '" + input +
           "' comes of DynamicQuantizeLinear; supported for such: ConvInteger, MatMulInteger, and the product of what "
           "these make with the scale\n";
  };
  const int n = sound.model.graph().node_size();
  EXPECT_EQ(errors_of_onnx(b),
            message(n, "Relu", "r", "x_q_s") + message(n + 1, "Add", "t", "conv_f") +
                message(n + 2, "Mul", "u", "conv_f") + message(n + 3, "Mul", "v", "x_q_s") +
                message(n + 4, "Cast", "c", "conv_i") + "m: op " + std::to_string(n + 5) +
                " DequantizeLinear 'd': error: input 'x_q' has type FLOAT; supported: UINT8, INT8, INT32\n");
}

TEST(OnnxBadDynamic, Outputs) {
  OnnxBuilder b = dynamic_classifier(int8, 0);
  b.output("conv_f");
  EXPECT_EQ(
      errors_of_onnx(b),
      "m: error: model output 'conv_f' comes of DynamicQuantizeLinear and depends on its scale, which is known at "
      "run time only\n");
}

TEST(OnnxBadDynamic, Operands) {
  OnnxBuilder b = dynamic_classifier(int8, 0);
  for (Node& node : *b.graph().mutable_node()) {
    if (node.op_type() == "ConvInteger") node.set_input(2, "");
  }
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 1 ConvInteger 'conv_i': error: input 2 is not the zero point of 'x_q'; expected that of the same "
            "DynamicQuantizeLinear\n");
  b.node(1).set_input(0, "x");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 1 ConvInteger 'conv_i': error: input 'x' is not what DynamicQuantizeLinear makes, which is all that "
            "is supported\n");
}

TEST(OnnxDynamic, DamagedFiles) { test_damaged_files(dynamic_classifier(uint8, 119), 4000); }

}  // namespace
}  // namespace narrows
