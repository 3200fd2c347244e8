// Where ONNX values change their order of dimensions, and that no transpose is left where none is needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "compiler/graph/map_layout.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;

ReadOptions nhwc() {
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  return options;
}

Array conv_reference(const Array& x) {
  return conv_nchw(x, {{3, 2, 3, 3}, small_numbers(54)}, small_numbers(3), 1, {1, 1, 1, 1, 1, 1});
}

TEST(OnnxLayout, KeptAtTheEdges) {
  const OnnxBuilder b = small_onnx_conv();
  const Array x = numbers({1, 2, 4, 5});
  expect_near(conv_reference(x), run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b), OpKind::transpose), 2);
}

TEST(OnnxLayout, NhwcAtTheEdges) {
  const OnnxBuilder b = small_onnx_conv();
  const Array x = numbers({1, 2, 4, 5});
  const Array y = run_onnx(b, {transpose(x, {0, 2, 3, 1})}, nhwc())[0];
  expect_near(transpose(conv_reference(x), {0, 2, 3, 1}), y);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
}

std::string edge_layouts(const Graph& graph) {
  return map_layout(graph, graph.inputs[0]) + " " + map_layout(graph, graph.outputs[0]);
}

TEST(OnnxLayout, IsToldByTheGraph) {
  EXPECT_EQ(edge_layouts(read_onnx_graph(small_onnx_conv())), "NCHW NCHW");
  EXPECT_EQ(edge_layouts(read_onnx_graph(small_onnx_conv(), nhwc())), "NHWC NHWC");
}

/// As converters of TensorFlow models write them.
TEST(OnnxLayout, ExplicitTransposesVanish) {
  OnnxBuilder b;
  b.input("x", {1, 4, 5, 2});
  b.floats("w", {3, 2, 3, 3}, small_numbers(54));
  b.floats("b", {3}, small_numbers(3));
  set(b.op("Transpose", {"x"}, "nchw"), "perm", Ints{0, 3, 1, 2});
  set(b.op("Conv", {"nchw", "w", "b"}, "conv"), "pads", Ints{1, 1, 1, 1});
  set(b.op("Transpose", {"conv"}, "y"), "perm", Ints{0, 2, 3, 1});
  b.output("y");
  const Array x = numbers({1, 4, 5, 2});
  const Array expected = transpose(conv_reference(transpose(x, {0, 3, 1, 2})), {0, 2, 3, 1});
  for (const ReadOptions& options : {ReadOptions(), nhwc()}) {
    expect_near(expected, run_onnx(b, {x}, options)[0]);
    EXPECT_EQ(read_onnx_graph(b, options).ops.size(), 1u);
    EXPECT_EQ(edge_layouts(read_onnx_graph(b, options)), "NHWC NHWC");
  }
}

/// A flattened map is in NCHW order; the rows of the matrix are permuted instead.
TEST(OnnxLayout, FlattenBeforeGemm) {
  const Array x = numbers({1, 2, 3, 4}), w = numbers({5, 24}, 1), bias = numbers({5}, 2);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("w", w.shape, w.values);
  b.floats("b", bias.shape, bias.values);
  b.floats("k", {2, 1, 1, 1}, {1, 2});
  set(b.op("Conv", {"x", "k"}, "map"), "group", 2);
  b.op("Flatten", {"map"}, "flat");
  b.op("Relu", {"flat"}, "relu");
  set(b.op("Gemm", {"relu", "w", "b"}, "y"), "transB", 1);
  b.output("y");
  Array flat = conv_nchw(x, {{2, 1, 1, 1}, {1, 2}}, {}, 2, {});
  flat = apply({{1, 24}, flat.values}, [](float v) { return std::max(v, 0.f); });
  const Array expected = combine(matmul(flat, transpose(w, {1, 0})), bias, std::plus<float>());
  expect_near(expected, run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::reshape), 0);
}

TEST(OnnxLayout, ReshapeBeforeMatMul) {
  const Array x = numbers({1, 2, 3, 4}), w = numbers({24, 5}, 1);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.integers("shape", {0, -1});
  b.floats("w", w.shape, w.values);
  set(b.op("MaxPool", {"x"}, "map"), "kernel_shape", Ints{1, 1});
  b.op("Reshape", {"map", "shape"}, "flat");
  b.op("MatMul", {"flat", "w"}, "y");
  b.output("y");
  expect_near(matmul({{1, 24}, x.values}, w), run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
}

/// Nothing can be done without the elements in NCHW order here.
TEST(OnnxLayout, FlattenedMapAsOutput) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().clear_output();
  b.op("Flatten", {"y"}, "flat");
  b.output("flat");
  const Array x = numbers({1, 2, 4, 5});
  expect_near({{1, 60}, conv_reference(x).values}, run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 1);
}

/// 1x1 maps are in both orders at once.
TEST(OnnxLayout, FlattenAfterGlobalPool) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().clear_output();
  b.op("GlobalAveragePool", {"y"}, "pooled");
  b.op("Flatten", {"pooled"}, "flat");
  b.output("flat");
  const Array x = numbers({1, 2, 4, 5});
  Array mean{{1, 3}, {}};
  const Array y = conv_reference(x);
  for (int c = 0; c < 3; ++c) {
    float sum = 0;
    for (int i = 0; i < 20; ++i) sum += y.values[c * 20 + i];
    mean.values.push_back(sum / 20);
  }
  expect_near(mean, run_onnx(b, {x})[0]);
  EXPECT_EQ(count_ops(read_onnx_graph(b, nhwc()), OpKind::transpose), 0);
}

/// A reshape that splits channels, as a channel shuffle has it, has to move elements.
TEST(OnnxLayout, ChannelShuffle) {
  OnnxBuilder b;
  b.input("x", {1, 4, 2, 3});
  b.integers("split", {1, 2, 2, 2, 3});
  b.integers("join", {1, 4, 2, 3});
  set(b.op("MaxPool", {"x"}, "map"), "kernel_shape", Ints{1, 1});
  b.op("Reshape", {"map", "split"}, "groups");
  set(b.op("Transpose", {"groups"}, "swapped"), "perm", Ints{0, 2, 1, 3, 4});
  b.op("Reshape", {"swapped", "join"}, "y");
  b.output("y");
  const Array x = numbers({1, 4, 2, 3});
  const Array shuffled = transpose({{1, 2, 2, 2, 3}, x.values}, {0, 2, 1, 3, 4});
  expect_near({x.shape, shuffled.values}, run_onnx(b, {x})[0]);
}

/// The weights may have been transposed by operators of the model.
TEST(OnnxLayout, TransposedWeights) {
  const Array x = numbers({1, 6}), w = numbers({4, 6}, 1);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("w", w.shape, w.values);
  b.op("Transpose", {"w"}, "t");
  b.op("MatMul", {"x", "t"}, "y");
  b.output("y");
  expect_near(matmul(x, transpose(w, {1, 0})), run_onnx(b, {x})[0]);
  EXPECT_EQ(read_onnx_graph(b).ops.size(), 1u);
}

TEST(OnnxLayout, ShapeArithmetic) {
  OnnxBuilder b;
  b.input("x", {1, 2, 3, 4});
  b.integers("zero", {0});
  b.integers("one", {1});
  b.integers("minus", {-1});
  b.op("Shape", {"x"}, "shape");
  b.op("Gather", {"shape", "zero"}, "batch");
  b.op("Slice", {"shape", "one", "minus"}, "middle");
  b.op("Mul", {"middle", "one"}, "same");
  b.op("Cast", {"minus"}, "rest");
  set(b.node(4), "to", static_cast<int>(onnx::TensorProto::INT64));
  set(b.op("Concat", {"batch", "same", "rest"}, "to"), "axis", 0);
  b.op("Reshape", {"x", "to"}, "y");
  b.output("y");
  const Array x = numbers({1, 2, 3, 4});
  expect_near(x, run_onnx(b, {x})[0]);
}

/// As PyTorch writes x.view(x.size(0), -1): numbers without dimensions become lists.
TEST(OnnxLayout, FlattenByShapeArithmetic) {
  OnnxBuilder b(11);
  b.input("x", {0, 2, 3, 4}, {"batch"});
  onnx::AttributeProto& value = *b.op("Constant", {}, "index").add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(onnx::TensorProto::INT64);
  value.mutable_t()->add_int64_data(0);
  b.integers("rest", {-1});
  b.op("Shape", {"x"}, "shape");
  b.op("Gather", {"shape", "index"}, "size");
  set(b.op("Unsqueeze", {"size"}, "list"), "axes", Ints{0});
  set(b.op("Concat", {"list", "rest"}, "to"), "axis", 0);
  b.op("Reshape", {"x", "to"}, "y");
  b.output("y");
  const Array x = numbers({1, 2, 3, 4});
  expect_near({{1, 24}, x.values}, run_onnx(b, {x})[0]);
}

TEST(OnnxLayout, SqueezeAndUnsqueeze) {
  for (const int opset : {11, 13}) {
    OnnxBuilder b(opset);
    b.input("x", {1, 3, 1, 1});
    b.integers("axes", {2, 3});
    if (opset >= 13) {
      b.op("Squeeze", {"x", "axes"}, "flat");
      b.op("Unsqueeze", {"flat", "axes"}, "y");
    } else {
      set(b.op("Squeeze", {"x"}, "flat"), "axes", Ints{2, 3});
      set(b.op("Unsqueeze", {"flat"}, "y"), "axes", Ints{2, 3});
    }
    b.output("flat");
    b.output("y");
    const Array x = numbers({1, 3, 1, 1});
    const std::vector<Array> y = run_onnx(b, {x});
    expect_near({{1, 3}, x.values}, y[0]);
    expect_near(x, y[1]);
  }
}

TEST(OnnxLayout, IdentityDropoutAndConstant) {
  OnnxBuilder b;
  b.input("x", {1, 3});
  onnx::AttributeProto& value = *b.op("Constant", {}, "c").add_attribute();
  value.set_name("value_floats");
  value.set_type(onnx::AttributeProto::FLOATS);
  for (const float f : {1.f, 2.f, 3.f}) value.add_floats(f);
  b.op("Dropout", {"x"}, "d").add_output("mask");
  b.op("Identity", {"d"}, "i");
  b.op("Add", {"i", "c"}, "y");
  b.output("y");
  b.output("i");  // the input itself: needs a place of its own
  const Array x = numbers({1, 3});
  const std::vector<Array> y = run_onnx(b, {x});
  expect_near(combine(x, {{3}, {1, 2, 3}}, std::plus<float>()), y[0]);
  expect_near(x, y[1]);
}

TEST(OnnxLayout, GemmScalesAndBroadcasts) {
  const Array x = numbers({2, 4}), w = numbers({4, 3}, 1);
  OnnxBuilder b;
  b.input("x", x.shape);
  b.floats("w", w.shape, w.values);
  b.floats("c", {1}, {3});
  OnnxBuilder::Node& node = b.op("Gemm", {"x", "w", "c"}, "y");
  set(node, "alpha", 2.f);
  set(node, "beta", 0.5f);
  b.output("y");
  expect_near(apply(matmul(x, w), [](float v) { return 2 * v + 1.5f; }), run_onnx(b, {x})[0]);
}

TEST(OnnxLayout, SymbolicDimensions) {
  OnnxBuilder b;
  b.input("x", {0, 2, 0, 0}, {"batch", "", "height", ""});
  b.op("Relu", {"x"}, "y");
  b.output("y");
  ReadOptions options;
  options.shapes = {{"height", 3}, {"x[3]", 4}};
  EXPECT_EQ(read_onnx_graph(b, options).tensors[0].shape, (Shape{1, 2, 3, 4}));
}

}  // namespace
}  // namespace narrows
