// ONNX models of signals in one dimension: [1,c,w].
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compiler/passes/passes.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

Array with_row(Array line) {
  line.shape.insert(line.shape.begin() + 2, 1);
  return line;
}

Array without_row(Array map) {
  map.shape.erase(map.shape.begin() + 2);
  return map;
}

/// The filters, which have w columns, as square ones whose other rows are zeros: for reference functions that know no
/// others.
Array squared(const Array& w) {
  const int width = w.shape[2];
  Array square{{w.shape[0], w.shape[1], width, width}, {}};
  for (int filter = 0; filter < w.shape[0] * w.shape[1]; ++filter) {
    for (int row = 0; row < width; ++row) {
      for (int column = 0; column < width; ++column)
        square.values.push_back(row == 0 ? w.values[filter * width + column] : 0.0f);
    }
  }
  return square;
}

/// Two convolutions, the second one depthwise.
OnnxBuilder signal_net() {
  OnnxBuilder b;
  b.input("x", {1, 2, 9});
  b.floats("w", {4, 2, 3}, small_numbers(24));
  b.floats("b", {4}, {1, 2, 3, 4});
  b.floats("d", {4, 1, 3}, small_numbers(12, 1));
  Node& first = b.op("Conv", {"x", "w", "b"}, "y");
  set(first, "kernel_shape", Ints{3});
  set(first, "pads", Ints{2, 0});
  set(first, "strides", Ints{2});
  Node& second = b.op("Conv", {"y", "d"}, "z");
  set(second, "group", 4);
  set(second, "dilations", Ints{2});
  set(second, "auto_pad", "SAME_UPPER");
  b.output("y");
  b.output("z");
  return b;
}

TEST(OnnxLines, Conv) {
  const Array x = numbers({1, 2, 9});
  const Array y = conv_nchw(with_row(x), squared({{4, 2, 3}, small_numbers(24)}), {1, 2, 3, 4}, 1, {2, 1, 0, 2, 2, 0});
  const Array z = conv_nchw(y, squared({{4, 1, 3}, small_numbers(12, 1)}), {}, 4, {1, 2, 0, 2, 4, 2});
  const std::vector<Array> results = run_onnx(signal_net(), {x});
  EXPECT_EQ(results[0].shape, (Shape{1, 4, 5}));
  const auto first_row = [](const Array& map) { return without_row(part(map, 2, 0, 1)); };
  expect_near(first_row(y), results[0]);
  expect_near(first_row(z), results[1]);
}

/// Between the two convolutions there is nothing but what the model has there.
TEST(OnnxLines, NothingIsMovedInside) {
  OnnxBuilder b = signal_net();
  b.op("Relu", {"y"}, "relu");
  b.node(1).set_input(0, "relu");
  b.graph().mutable_output()->DeleteSubrange(0, 1);
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(count_ops(graph, OpKind::transpose), 2) << print(graph);
  EXPECT_EQ(count_ops(graph, OpKind::reshape), 2) << print(graph);
  EXPECT_EQ(count_ops(fuse_activations(graph), OpKind::relu), 0) << print(graph);
}

/// Arithmetic on lines keeps their order, and needs no copies.
TEST(OnnxLines, Arithmetic) {
  OnnxBuilder b = signal_net();
  b.op("Sigmoid", {"y"}, "s");
  b.op("Mul", {"y", "s"}, "m");
  b.node(1).set_input(0, "m");
  b.graph().mutable_output()->DeleteSubrange(0, 1);
  EXPECT_EQ(count_ops(read_onnx_graph(b), OpKind::transpose), 2);
  const Array x = numbers({1, 2, 9});
  const Array y = run_onnx(signal_net(), {x})[0];
  const Array m = apply(y, [](float v) { return v / (1 + std::exp(-v)); });
  const Array z = conv_nchw(with_row(m), squared({{4, 1, 3}, small_numbers(12, 1)}), {}, 4, {1, 2, 0, 2, 4, 2});
  expect_near(without_row(part(z, 2, 0, 1)), run_onnx(b, {x})[0]);
}

/// A map that loses a dimension of one element stays as it lies.
TEST(OnnxLines, Squeezed) {
  OnnxBuilder b;
  b.input("x", {1, 3, 4, 1});
  b.floats("w", {3, 3, 1, 1}, small_numbers(9));
  b.integers("last", {3});
  b.op("Conv", {"x", "w"}, "y");
  b.op("Squeeze", {"y", "last"}, "line");
  b.op("Add", {"line", "line"}, "sum");
  b.op("Unsqueeze", {"sum", "last"}, "map");
  b.op("Conv", {"map", "w"}, "z");
  b.output("z");
  EXPECT_EQ(count_ops(read_onnx_graph(b), OpKind::transpose), 2) << print(read_onnx_graph(b));
  const Array x = numbers({1, 3, 4, 1}), w{{3, 3, 1, 1}, small_numbers(9)};
  const Array y = apply(conv_nchw(x, w, {}, 1, {}), [](float v) { return 2 * v; });
  expect_near(conv_nchw(y, w, {}, 1, {}), run_onnx(b, {x})[0]);
}

TEST(OnnxLines, Pools) {
  const Array x = numbers({1, 2, 7});
  OnnxBuilder b(19);
  b.input("x", x.shape);
  Node& average = b.op("AveragePool", {"x"}, "a");
  set(average, "kernel_shape", Ints{3});
  set(average, "pads", Ints{2, 0});
  set(average, "count_include_pad", 1);
  Node& most = b.op("MaxPool", {"x"}, "m");
  set(most, "kernel_shape", Ints{2});
  set(most, "strides", Ints{2});
  set(most, "ceil_mode", 1);
  b.op("GlobalAveragePool", {"x"}, "ga");
  b.op("GlobalMaxPool", {"x"}, "gm");
  for (const char* name : {"a", "m", "ga", "gm"}) b.output(name);
  Array a{{1, 2, 7}, {}}, m{{1, 2, 4}, {}}, ga{{1, 2, 1}, {}}, gm{{1, 2, 1}, {}};
  for (int c = 0; c < 2; ++c) {
    const float* line = &x.values[static_cast<size_t>(c) * 7];
    const auto at = [&](int i) { return i < 0 ? 0.0f : line[i]; };
    for (int i = 0; i < 7; ++i) a.values.push_back((at(i) + at(i - 1) + at(i - 2)) / 3);
    for (int i = 0; i < 7; i += 2) m.values.push_back(i == 6 ? line[6] : std::max(line[i], line[i + 1]));
    float sum = 0;
    for (int i = 0; i < 7; ++i) sum += line[i];
    ga.values.push_back(sum / 7);
    gm.values.push_back(*std::max_element(line, line + 7));
  }
  const std::vector<Array> results = run_onnx(b, {x});
  expect_near(a, results[0]);
  expect_near(m, results[1]);
  expect_near(ga, results[2]);
  expect_near(gm, results[3]);
}

/// Weights with a scale for each channel stay as they are stored.
TEST(OnnxLines, Quantized) {
  const Stored in = {onnx::TensorProto::UINT8, 0.05f, 100}, out = {onnx::TensorProto::INT8, 0.2f, 3};
  const std::vector<int> w = small_integers(18, -127, 255);
  const std::vector<float> scales = {0.01f, 0.02f, 0.03f};
  OnnxBuilder b;
  b.input_of("x", {1, 2, 8}, in.type);
  b.dequantized("w", {{3, 2, 3}, onnx::TensorProto::INT8, w, scales});
  b.op("Conv", {b.dequantize("x", in.scale, in.zero, in.type), "w"}, "y");
  b.output(b.quantize("y", out.scale, out.zero, out.type), out.type);
  Array weights{{3, 2, 3}, {}};
  for (size_t i = 0; i < w.size(); ++i) weights.values.push_back(scales[i / 6] * static_cast<float>(w[i]));
  const Array x = stored_numbers({1, 2, 8}, in);
  const Array y = conv_nchw(with_row(real(x, in)), squared(weights), {}, 1, {1, 1, 0, 0, 2, 0});
  expect_within(quantized(without_row(part(y, 2, 0, 1)), out), run_onnx(b, {x})[0], 1);
  const Graph graph = read_onnx_graph(b);
  for (const Op& op : graph.ops) EXPECT_NE(graph.output(op).type, DType::f32) << print(graph);
}

TEST(OnnxBadLines, Attributes) {
  OnnxBuilder b = signal_net();
  b.node(0).mutable_attribute(1)->add_ints(1);
  b.node(1).mutable_attribute(1)->add_ints(1);
  b.node(1).set_input(0, "x");
  b.initializer(2).set_dims(0, 2);
  b.initializer(2).mutable_raw_data()->resize(24);
  b.node(1).mutable_attribute(0)->set_i(2);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: pads is [2,0,1]; expected 2 values from 0 to 4096\n"
            "m: op 1 Conv 'z': error: dilations is [2,1]; expected 1 value from 1 to 4096\n");
  b = signal_net();
  b.initializer(0).add_dims(1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Conv 'y': error: shape of weights 'w' is [4,2,3,1], expected 3 dimensions\n");
}

TEST(OnnxLines, DamagedFiles) { test_damaged_files(signal_net(), 3000); }

}  // namespace
}  // namespace narrows
