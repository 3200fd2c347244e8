// ONNX models of which only parts are quantized, or whose parameters and stored numbers take unusual ways.
#include <gtest/gtest.h>

#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Node = OnnxBuilder::Node;
constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8;

/// Weights that the model quantizes itself, and a float input and output.
TEST(OnnxQdq, FloatWeightsAndEdges) {
  const Array x = numbers({1, 2, 4, 4}), w = numbers({3, 2, 3, 3}, 1);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("w", w.shape, w.values);
  const std::string in = b.dequantize(b.quantize("x", 0.0125f, 125, uint8), 0.0125f, 125, uint8);
  const std::string weights = b.dequantize(b.quantize("w", 0.011f, 0, int8), 0.011f, 0, int8);
  b.op("Conv", {in, weights}, "conv");
  b.op("Relu", {"conv"}, "relu");
  b.output(b.dequantize(b.quantize("relu", 0.05f, 0, uint8), 0.05f, 0, uint8));
  const Array conv = conv_nchw(rounded(x, 0.0125f, 125, DType::u8), rounded(w, 0.011f, 0, DType::i8), {}, 1, {});
  expect_within(rounded(conv, 0.05f, 0, DType::u8), run_onnx(b, {x})[0], 0.0501);
  const Graph graph = read_onnx_graph(b, nhwc());
  ASSERT_EQ(graph.ops.size(), 3u) << print(graph);
  EXPECT_EQ(graph.ops[0].kind, OpKind::quantize);
  EXPECT_EQ(graph.ops[1].kind, OpKind::conv2d);
  EXPECT_EQ(graph.output(graph.ops[1]).type, DType::u8);
  EXPECT_EQ(graph.ops[2].kind, OpKind::dequantize);
}

/// A picture as bytes: cast and scaled by the model itself.
TEST(OnnxQdq, BytesThatAreCast) {
  OnnxBuilder b;
  b.input_of("x", {1, 3, 2, 2}, uint8);
  b.scalar("largest", 255);
  set(b.op("Cast", {"x"}, "floats"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
  b.op("Div", {"floats", "largest"}, "y");
  b.output("y");
  const Array x = stored_numbers({1, 3, 2, 2}, {uint8, 1, 0});
  expect_near(apply(x, [](float v) { return v / 255; }), run_onnx(b, {x})[0]);
}

/// Bytes that have two meanings.
TEST(OnnxQdq, OneInputTwoScales) {
  OnnxBuilder b;
  b.input_of("x", {1, 4}, int8);
  b.op("Identity", {"x"}, "same");
  b.output(b.dequantize("x", 0.5f, 3, int8));
  b.output(b.dequantize("same", 0.25f, -1, int8));
  const Array x = stored_numbers({1, 4}, {int8, 1, 0});
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(dequantized(x, 0.5f, 3), y[0]);
  expect_near(dequantized(x, 0.25f, -1), y[1]);
}

/// PyTorch writes parameters as Constant nodes.
TEST(OnnxQdq, ParametersAsConstantNodes) {
  OnnxBuilder b;
  b.input_of("x", {1, 4}, int8);
  onnx::AttributeProto& scale = *b.op("Constant", {}, "scale").add_attribute();
  scale.set_name("value");
  scale.set_type(onnx::AttributeProto::TENSOR);
  scale.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  scale.mutable_t()->add_float_data(0.5f);
  b.op("DequantizeLinear", {"x", "scale"}, "y");
  b.output("y");
  const Array x = stored_numbers({1, 4}, {int8, 1, 0});
  expect_near(dequantized(x, 0.5f, 0), run_onnx(b, {x})[0]);
  EXPECT_EQ(read_onnx_graph(b).ops.size(), 1u);
}

/// Boxes and scores as a detector makes them, or as they are stored.
OnnxBuilder detections(bool stored) {
  OnnxBuilder b;
  const int type = stored ? uint8 : onnx::TensorProto::FLOAT;
  std::string boxes = b.input_of("e", {1, 3, 4}, type), scores = b.input_of("s", {1, 3, 3}, type);
  if (stored) {
    boxes = b.dequantize(boxes, 0.05f, 100, uint8);
    scores = b.dequantize(scores, 1 / 256.f, 0, uint8);
  }
  finish_with_detections(b, boxes, scores);
  return b;
}

TEST(OnnxQdq, DetectionsOfStoredNumbers) {
  const Array e = stored_numbers({1, 3, 4}, {uint8, 1, 0}), s = stored_numbers({1, 3, 3}, {uint8, 1, 0}, 1);
  const std::vector<Array> expected =
      run_onnx(detections(/*stored=*/false), {dequantized(e, 0.05f, 100), dequantized(s, 1 / 256.f, 0)});
  const std::vector<Array> actual = run_onnx(detections(/*stored=*/true), {e, s});
  for (size_t i = 0; i < 4; ++i) expect_near(expected[i], actual[i]);
  EXPECT_EQ(count_ops(read_onnx_graph(detections(/*stored=*/true)), OpKind::dequantize), 0);
}

/// Operators on stored numbers: the pad value is one of them, whatever the zero point.
TEST(OnnxQdq, StoredNumbersMoved) {
  OnnxBuilder b;
  b.input_of("x", {1, 2, 2, 2}, uint8);
  b.integers("pads", {0, 0, 1, 0, 0, 0, 0, 0});
  b.stored("seven", {}, uint8, {7});
  b.op("Pad", {"x", "pads", "seven"}, "padded");
  b.output(b.dequantize("padded", 0.5f, 3, uint8));
  const Array x = stored_numbers({1, 2, 2, 2}, {uint8, 1, 0});
  Array expected{{1, 2, 3, 2}, {}};
  for (int i = 0; i < 12; ++i) {
    const int row = i / 2 % 3, c = i / 6;
    expected.values.push_back(row == 0 ? 2.f : 0.5f * (x.values[(c * 2 + row - 1) * 2 + i % 2] - 3));
  }
  expect_near(expected, run_onnx(b, {x})[0]);
}

}  // namespace
}  // namespace narrows
