// ONNX operators on maps: what the reader makes of them is NHWC, and computes what their definitions in NCHW
// say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

/// A network of a single Conv, where `edit` completes the node.
void check_conv(const Shape& map, const Shape& weights, int group, const Slide& slide,
                const std::function<void(Node&)>& edit) {
  const Array x = numbers(map), w = numbers(weights, 1), bias = numbers({weights[0]}, 2);
  OnnxBuilder b;
  b.input("x", map);
  b.floats("w", w.shape, w.values);
  b.floats("b", bias.shape, bias.values);
  Node& node = b.op("Conv", {"x", "w", "b"}, "y");
  if (group != 1) set(node, "group", group);
  edit(node);
  b.output("y");
  expect_near(conv_nchw(x, w, bias.values, group, slide), run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, Conv) {
  check_conv({1, 2, 5, 4}, {3, 2, 3, 3}, 1, {}, [](Node&) {});
  check_conv({1, 2, 5, 4}, {3, 2, 3, 3}, 1, {2, 1, 1, 0, 2, 1}, [](Node& node) {
    set(node, "kernel_shape", Ints{3, 3});
    set(node, "strides", Ints{2, 2});
    set(node, "pads", Ints{1, 0, 2, 1});
  });
}

/// The kernel has the size of the weights.
TEST(OnnxMaps, ConvWithoutKernelShape) {
  check_conv({1, 2, 5, 9}, {3, 2, 1, 7}, 1, {}, [](Node&) {});
  check_conv({1, 2, 9, 5}, {4, 1, 7, 2}, 2, {}, [](Node&) {});
  check_conv({1, 3, 6, 5}, {3, 1, 4, 2}, 3, {2, 1, 1, 0, 2, 1}, [](Node& node) {
    set(node, "strides", Ints{2, 2});
    set(node, "pads", Ints{1, 0, 2, 1});
  });
}

TEST(OnnxMaps, DilatedConv) {
  check_conv({1, 2, 6, 7}, {3, 2, 3, 3}, 1, {1, 2, 2, 2, 2, 2}, [](Node& node) {
    set(node, "dilations", Ints{2, 2});
    set(node, "pads", Ints{2, 2, 2, 2});
  });
}

TEST(OnnxMaps, DepthwiseConv) {
  check_conv({1, 3, 5, 4}, {3, 1, 3, 3}, 3, {1, 1, 1, 1, 1, 1}, [](Node& node) {
    set(node, "pads", Ints{1, 1, 1, 1});
  });
  check_conv({1, 3, 5, 4}, {6, 1, 3, 3}, 3, {}, [](Node&) {});  // two outputs per channel
}

TEST(OnnxMaps, PaddingByRule) {
  const Shape map = {1, 2, 6, 6}, weights = {3, 2, 3, 3};  // stride 2 leaves one odd pixel
  check_conv(map, weights, 1, {2, 1, 0, 0, 1, 1}, [](Node& node) {
    set(node, "auto_pad", "SAME_UPPER");
    set(node, "strides", Ints{2, 2});
  });
  check_conv(map, weights, 1, {2, 1, 1, 1, 0, 0}, [](Node& node) {
    set(node, "auto_pad", "SAME_LOWER");
    set(node, "strides", Ints{2, 2});
  });
  check_conv(map, weights, 1, {2}, [](Node& node) {
    set(node, "auto_pad", "VALID");
    set(node, "strides", Ints{2, 2});
  });
}

TEST(OnnxMaps, Pools) {
  const Array x = numbers({1, 2, 6, 5});
  const Slide slide{2, 1, 1, 1, 1, 1};
  for (const char* type : {"AveragePool", "MaxPool"}) {
    OnnxBuilder b;
    b.input("x", x.shape);
    Node& node = b.op(type, {"x"}, "y");
    set(node, "kernel_shape", Ints{3, 3});
    set(node, "strides", Ints{2, 2});
    set(node, "pads", Ints{1, 1, 1, 1});
    b.output("y");
    const bool average = std::string(type) == "AveragePool";
    expect_near(average ? average_pool_nchw(x, 3, slide) : max_pool_nchw(x, 3, slide), run_onnx(b, {x})[0]);
  }
}

TEST(OnnxMaps, MeansOverTheMap) {
  const Array x = numbers({1, 3, 4, 4});
  const Array expected = average_pool_nchw(x, 4, {});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.op("GlobalAveragePool", {"x"}, "kept");
  set(b.op("ReduceMean", {"x"}, "dropped"), "axes", Ints{-2, -1});
  set(b.node(1), "keepdims", 0);
  b.output("kept");
  b.output("dropped");
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(expected, y[0]);
  expect_near({{1, 3}, expected.values}, y[1]);
}

TEST(OnnxMaps, ReduceMeanWithAxesAsInput) {
  const Array x = numbers({1, 3, 4, 4});
  OnnxBuilder b(18);
  b.input("x", x.shape);
  b.integers("axes", {2, 3});
  b.op("ReduceMean", {"x", "axes"}, "y");
  b.output("y");
  expect_near(average_pool_nchw(x, 4, {}), run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, ArithmeticWithConstants) {
  const Array x = numbers({1, 3, 2, 4}), c = numbers({3, 1, 1}, 1), row = numbers({4}, 2);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("c", c.shape, c.values);
  b.floats("row", row.shape, row.values);
  b.scalar("two", 2);
  b.op("Mul", {"x", "c"}, "scaled");
  b.op("Add", {"row", "scaled"}, "shifted");
  b.op("Sub", {"shifted", "two"}, "less");
  b.op("Div", {"less", "two"}, "y");
  b.output("y");
  Array expected = combine(x, c, std::multiplies<float>());
  expected = combine(expected, row, std::plus<float>());
  expected = apply(expected, [](float v) { return (v - 2) / 2; });
  expect_near(expected, run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, AddOfTwoMaps) {
  const Array x = numbers({1, 3, 2, 4}), z = numbers({1, 3, 2, 4}, 1);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.input("z", z.shape);
  b.op("Relu", {"x"}, "r");
  b.op("Add", {"r", "z"}, "y");
  b.output("y");
  const Array r = apply(x, [](float v) { return std::max(v, 0.f); });
  expect_near(combine(r, z, std::plus<float>()), run_onnx(b, {x, z})[0]);
}

TEST(OnnxMaps, BatchNormalization) {
  const Array x = numbers({1, 2, 3, 3});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("scale", {2}, {2, 3});
  b.floats("bias", {2}, {1, -1});
  b.floats("mean", {2}, {0.5f, 0.25f});
  b.floats("variance", {2}, {3.5f, 8.5f});
  set(b.op("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, "y"), "epsilon", 0.5f);
  b.output("y");
  Array expected = x;
  for (int i = 0; i < 18; ++i)
    expected.values[i] = i < 9 ? 2 * (x.values[i] - 0.5f) / 2 + 1 : 3 * (x.values[i] - 0.25f) / 3 - 1;
  expect_near(expected, run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, ClipWithInputsAndWithAttributes) {
  const Array x = numbers({1, 2, 3, 3});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.scalar("zero", 0);
  b.scalar("six", 6);
  b.op("Clip", {"x", "zero", "six"}, "relu6");
  b.op("Clip", {"x", "zero"}, "relu");
  Node& node = b.op("Clip", {"x"}, "unit");
  set(node, "min", -1.f);
  set(node, "max", 1.f);
  for (const char* name : {"relu6", "relu", "unit"}) b.output(name);
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(apply(x, [](float v) { return std::clamp(v, 0.f, 6.f); }), y[0]);
  expect_near(apply(x, [](float v) { return std::max(v, 0.f); }), y[1]);
  expect_near(apply(x, [](float v) { return std::clamp(v, -1.f, 1.f); }), y[2]);
}

TEST(OnnxMaps, Sigmoid) {
  const Array x = numbers({1, 2, 3, 3});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.op("Sigmoid", {"x"}, "y");
  b.output("y");
  expect_near(apply(x, [](float v) { return 1 / (1 + std::exp(-v)); }), run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, ConcatOfChannelsAndPadOfRows) {
  const Array x = numbers({1, 2, 2, 3});
  OnnxBuilder b;
  b.input("x", x.shape);
  b.integers("pads", {0, 0, 1, 0, 0, 0, 0, 2});
  set(b.op("Concat", {"x", "x"}, "both"), "axis", 1);
  b.op("Pad", {"both", "pads"}, "y");
  b.output("y");
  Array expected{{1, 4, 3, 5}, std::vector<float>(60)};
  for (int i = 0; i < 24; ++i) {
    const int c = i / 6, row = i / 3 % 2, column = i % 3;
    expected.values[(c * 3 + row + 1) * 5 + column] = x.values[i % 12];
  }
  expect_near(expected, run_onnx(b, {x})[0]);
}

TEST(OnnxMaps, SoftmaxOverChannels) {
  const Array x = numbers({1, 3, 2, 2});
  OnnxBuilder b;
  b.input("x", x.shape);
  set(b.op("Softmax", {"x"}, "y"), "axis", 1);
  b.output("y");
  Array expected = x;
  for (int pixel = 0; pixel < 4; ++pixel) {
    float sum = 0;
    for (int c = 0; c < 3; ++c) sum += std::exp(x.values[c * 4 + pixel]);
    for (int c = 0; c < 3; ++c) expected.values[c * 4 + pixel] = std::exp(x.values[c * 4 + pixel]) / sum;
  }
  expect_near(expected, run_onnx(b, {x})[0]);
}

}  // namespace
}  // namespace narrows
