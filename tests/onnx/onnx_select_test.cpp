// ONNX operators that pick elements, divide maps or clamp them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

ReadOptions nhwc() {
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  return options;
}

TEST(OnnxSelect, SplitOfChannels) {
  const Array x = numbers({1, 6, 2, 3});
  for (const int opset : {11, 13}) {
    OnnxBuilder b(opset);
    b.input("x", x.shape);
    b.integers("pieces", {1, 2, 3});
    const bool attribute = opset < 13;
    Node& node =
        b.op("Split", attribute ? std::vector<std::string>{"x"} : std::vector<std::string>{"x", "pieces"}, "a");
    node.add_output("b");
    node.add_output("c");
    set(node, "axis", 1);
    if (attribute) set(node, "split", Ints{1, 2, 3});
    for (const char* name : {"a", "b", "c"}) b.output(name);
    const std::vector<Array> y = run_onnx(b, {x});
    expect_near(part(x, 1, 0, 1), y[0]);
    expect_near(part(x, 1, 1, 3), y[1]);
    expect_near(part(x, 1, 3, 6), y[2]);
    EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
  }
}

TEST(OnnxSelect, SplitIntoEqualParts) {
  const Array x = numbers({1, 5, 4});
  OnnxBuilder b(18);
  b.input("x", x.shape);
  Node& node = b.op("Split", {"x"}, "a");
  node.add_output("b");
  set(node, "axis", -2);
  set(node, "num_outputs", 2);
  b.output("a");
  b.output("b");
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(part(x, 1, 0, 3), y[0]);
  expect_near(part(x, 1, 3, 5), y[1]);
}

/// The second output is not read, and has no name.
TEST(OnnxSelect, SplitWithAnUnusedOutput) {
  const Array x = numbers({1, 4, 2, 2});
  OnnxBuilder b;
  b.input("x", x.shape);
  Node& node = b.op("Split", {"x"}, "a");
  node.add_output("");
  set(node, "axis", 1);
  b.output("a");
  expect_near(part(x, 1, 0, 2), run_onnx(b, {x})[0]);
}

TEST(OnnxSelect, Slice) {
  const Array x = numbers({1, 3, 6, 5});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.integers("starts", {1, -2});
  b.integers("ends", {int64_t{1} << 62, -100});
  b.integers("axes", {2, -1});
  b.integers("steps", {2, -1});
  b.op("Slice", {"x", "starts", "ends", "axes", "steps"}, "y");
  b.output("y");
  Array expected{{1, 3, 3, 4}, {}};
  for (int c = 0; c < 3; ++c) {
    for (int row = 1; row < 6; row += 2) {
      for (int column = 3; column >= 0; --column) expected.values.push_back(x.values[(c * 6 + row) * 5 + column]);
    }
  }
  expect_near(expected, run_onnx(b, {x})[0]);
}

TEST(OnnxSelect, SliceOfOldVersions) {
  const Array x = numbers({1, 4, 2, 2});
  OnnxBuilder b(9);
  b.input("x", x.shape);
  Node& node = b.op("Slice", {"x"}, "y");
  set(node, "starts", Ints{0, 1});
  set(node, "ends", Ints{1, 3});
  b.output("y");
  expect_near(part(x, 1, 1, 3), run_onnx(b, {x})[0]);
}

TEST(OnnxSelect, GatherOfOneIndex) {
  const Array x = numbers({1, 3, 2, 2});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.graph().add_initializer()->set_name("last");
  b.initializer(0).set_data_type(onnx::TensorProto::INT64);
  b.initializer(0).add_int64_data(-1);
  set(b.op("Gather", {"x", "last"}, "y"), "axis", 1);
  b.output("y");
  const Array channel = part(x, 1, 2, 3);
  expect_near({{1, 2, 2}, channel.values}, run_onnx(b, {x})[0]);
}

/// Over channels, from the order in which they lie next to each other.
TEST(OnnxSelect, ArgMax) {
  const Array x = numbers({1, 5, 3, 4});
  for (const int keep : {0, 1}) {
    OnnxBuilder b;
    b.input("x", x.shape);
    Node& node = b.op("ArgMax", {"x"}, "y");
    set(node, "axis", 1);
    set(node, "keepdims", keep);
    b.output("y", onnx::TensorProto::INT64);
    Array expected{keep ? Shape{1, 1, 3, 4} : Shape{1, 3, 4}, {}};
    for (int pixel = 0; pixel < 12; ++pixel) {
      int best = 0;
      for (int c = 1; c < 5; ++c) {
        if (x.values[c * 12 + pixel] > x.values[best * 12 + pixel]) best = c;
      }
      expected.values.push_back(static_cast<float>(best));
    }
    expect_near(expected, run_onnx(b, {x})[0]);
    const Graph graph = read_onnx_graph(b, nhwc());
    EXPECT_EQ(count_ops(graph, OpKind::transpose), 0);
    EXPECT_EQ(graph.tensors[graph.outputs[0]].type, DType::i64);
  }
}

TEST(OnnxSelect, ArgMaxAsAnotherType) {
  const Array x = numbers({1, 5});
  OnnxBuilder b;
  b.input("x", x.shape);
  set(b.op("ArgMax", {"x"}, "index"), "axis", 1);
  set(b.op("Cast", {"index"}, "y"), "to", static_cast<int>(onnx::TensorProto::INT32));
  b.output("y", onnx::TensorProto::INT32);
  const float best = std::max_element(x.values.begin(), x.values.end()) - x.values.begin();
  expect_near({{1, 1}, {best}}, run_onnx(b, {x})[0]);
}

TEST(OnnxSelect, GroupedConv) {
  const Array x = numbers({1, 6, 4, 4}), w = numbers({9, 2, 3, 3}, 1), bias = numbers({9}, 2);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("w", w.shape, w.values);
  b.floats("b", bias.shape, bias.values);
  Node& node = b.op("Conv", {"x", "w", "b"}, "y");
  set(node, "group", 3);
  set(node, "pads", Ints{1, 1, 1, 1});
  b.output("y");
  expect_near(conv_nchw(x, w, bias.values, 3, {1, 1, 1, 1, 1, 1}), run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
}

TEST(OnnxSelect, ClipWithAnyBounds) {
  const Array x = numbers({1, 2, 3, 3});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.scalar("low", -0.5f);
  b.scalar("high", 0.75f);
  b.op("Clip", {"x", "low", "high"}, "both");
  b.op("Clip", {"x", "", "high"}, "upper");
  b.op("Clip", {"x", "low"}, "lower");
  for (const char* name : {"both", "upper", "lower"}) b.output(name);
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(apply(x, [](float v) { return std::clamp(v, -0.5f, 0.75f); }), y[0]);
  expect_near(apply(x, [](float v) { return std::min(v, 0.75f); }), y[1]);
  expect_near(apply(x, [](float v) { return std::max(v, -0.5f); }), y[2]);
}

float hard_sigmoid(float v, float alpha, float beta) { return std::clamp(alpha * v + beta, 0.f, 1.f); }

TEST(OnnxSelect, HardActivations) {
  const Array x = apply(numbers({1, 2, 3, 3}), [](float v) { return 4 * v; });
  OnnxBuilder b(14);
  b.input("x", x.shape);
  b.op("HardSwish", {"x"}, "swish");
  set(b.op("HardSigmoid", {"x"}, "sigmoid"), "alpha", 0.25f);
  b.scalar("three", 3);
  b.scalar("zero", 0);
  b.scalar("six", 6);
  b.op("Add", {"x", "three"}, "shifted");  // as exporters without HardSwish write it
  b.op("Clip", {"shifted", "zero", "six"}, "clipped");
  b.op("Mul", {"x", "clipped"}, "product");
  b.op("Div", {"product", "six"}, "written_out");
  for (const char* name : {"swish", "sigmoid", "written_out"}) b.output(name);
  const std::vector<Array> y = run_onnx(b, {x});
  const Array swish = apply(x, [](float v) { return v * hard_sigmoid(v, 1 / 6.f, 0.5f); });
  expect_near(swish, y[0]);
  expect_near(apply(x, [](float v) { return hard_sigmoid(v, 0.25f, 0.5f); }), y[1]);
  expect_near(swish, y[2]);
}

TEST(OnnxSelect, MaxAndMin) {
  const Array x = numbers({1, 2, 3, 3}), z = numbers({1, 2, 3, 3}, 1), c = numbers({2, 1, 1}, 2);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.input("z", z.shape);
  b.floats("c", c.shape, c.values);
  b.op("Max", {"x", "z", "c"}, "max");
  b.op("Min", {"x", "z"}, "min");
  b.output("max");
  b.output("min");
  const std::vector<Array> y = run_onnx(b, {x, z});
  const auto larger = [](float p, float q) { return std::max(p, q); };
  expect_near(combine(combine(x, z, larger), c, larger), y[0]);
  expect_near(combine(x, z, [](float p, float q) { return std::min(p, q); }), y[1]);
}

TEST(OnnxSelect, GlobalMaxPool) {
  const Array x = numbers({1, 3, 4, 4});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.op("GlobalMaxPool", {"x"}, "y");
  b.output("y");
  expect_near(max_pool_nchw(x, 4, {}), run_onnx(b, {x})[0]);
}

/// As SSD heads are written: no element moves.
TEST(OnnxSelect, HeadsOfADetector) {
  OnnxBuilder b;
  b.input("x", {1, 2, 4, 5});
  b.floats("w", {6, 2, 1, 1}, small_numbers(12));
  b.integers("rows", {1, -1, 3});
  b.op("Conv", {"x", "w"}, "map");
  set(b.op("Transpose", {"map"}, "pixels"), "perm", Ints{0, 2, 3, 1});
  b.op("Reshape", {"pixels", "rows"}, "scores");
  set(b.op("Concat", {"scores", "scores"}, "y"), "axis", 1);
  b.output("y");
  const Array x = numbers({1, 2, 4, 5});
  const Array map = conv_nchw(x, {{6, 2, 1, 1}, small_numbers(12)}, {}, 1, {});
  std::vector<float> twice = transpose(map, {0, 2, 3, 1}).values;
  twice.insert(twice.end(), twice.begin(), twice.end());
  expect_near({{1, 80, 3}, twice}, run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
}

/// As PyTorch writes x.expand(1, 2, 3, 4) and the like.
TEST(OnnxSelect, ExpandByShapeArithmetic) {
  const Array x = numbers({1, 2, 1, 1});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.integers("four", {4});
  b.integers("minus", {-1});
  b.integers("wanted", {-1, 2, 3, 4});
  onnx::AttributeProto& one = *b.op("ConstantOfShape", {"four"}, "ones").add_attribute();
  one.set_name("value");
  one.set_type(onnx::AttributeProto::TENSOR);
  one.mutable_t()->set_data_type(onnx::TensorProto::INT64);
  one.mutable_t()->add_dims(1);
  one.mutable_t()->add_int64_data(1);
  b.op("Mul", {"ones", "minus"}, "unknown");
  b.op("Equal", {"wanted", "unknown"}, "open");
  b.op("Where", {"open", "ones", "wanted"}, "shape");
  b.op("Expand", {"x", "shape"}, "y");
  b.output("y");
  Array expected{{1, 2, 3, 4}, {}};
  for (int i = 0; i < 24; ++i) expected.values.push_back(x.values[i / 12]);
  expect_near(expected, run_onnx(b, {x})[0]);
}

TEST(OnnxSelect, RangeAsShape) {
  OnnxBuilder b;
  b.input("x", {1, 6});
  b.integers("start", {1});
  b.integers("limit", {4});
  b.integers("delta", {1});
  b.op("Range", {"start", "limit", "delta"}, "shape");
  b.op("Reshape", {"x", "shape"}, "y");
  b.output("y");
  const Array x = numbers({1, 6});
  expect_near({{1, 2, 3}, x.values}, run_onnx(b, {x})[0]);
}

}  // namespace
}  // namespace narrows
