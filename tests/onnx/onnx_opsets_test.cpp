// Operator sets 19 to 23: what they leave as it was is read, what they add is refused where it is used.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

void set_opset(OnnxBuilder& b, int version) { b.model.mutable_opset_import(0)->set_version(version); }

/// Operators that the sets from 19 on have new versions of.
OnnxBuilder revised_operators(int opset) {
  OnnxBuilder b(opset);
  b.input("x", {1, 2, 6, 5});
  b.floats("w", {4, 2, 3, 3}, small_numbers(72));
  b.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  b.integers("flat", {0, -1});
  b.integers("last", {-1});
  set(b.op("Cast", {"x"}, "f"), "to", onnx::TensorProto::FLOAT);
  b.op("Pad", {"f", "pads"}, "padded");
  b.op("Conv", {"padded", "w"}, "c");
  b.op("HardSwish", {"c"}, "h");
  Node& pool = b.op("AveragePool", {"h"}, "p");
  set(pool, "kernel_shape", Ints{2, 2});
  set(pool, "strides", Ints{2, 2});
  set(pool, "dilations", Ints{1, 1});
  b.op("GlobalAveragePool", {"p"}, "g");
  b.op("Identity", {"g"}, "i");
  b.op("Reshape", {"i", "flat"}, "r");
  b.op("Unsqueeze", {"r", "last"}, "u");
  b.op("Squeeze", {"u", "last"}, "s");
  set(b.op("Transpose", {"s"}, "t"), "perm", Ints{1, 0});
  b.op("Flatten", {"t"}, "y");
  b.output("y");
  return b;
}

TEST(OnnxOpsets, SameResults) {
  const Array x = numbers({1, 2, 6, 5});
  const Array expected = run_onnx(revised_operators(18), {x})[0];
  for (int opset = 19; opset <= 23; ++opset) {
    SCOPED_TRACE(opset);
    expect_near(expected, run_onnx(revised_operators(opset), {x})[0]);
  }
}

TEST(OnnxOpsets, QuantizedNetworks) {
  for (OnnxBuilder b : {qdq_segmenter(), qlinear_classifier()}) {
    const std::string before = print(read_onnx_graph(b), true);
    set_opset(b, 23);
    EXPECT_EQ(print(read_onnx_graph(b), true), before);
  }
}

TEST(OnnxOpsets, Newer) {
  OnnxBuilder b = small_onnx_conv();
  set_opset(b, 24);
  EXPECT_EQ(errors_of_onnx(b), "m: error: the model uses version 24 of the operator set ai.onnx; supported: 7 to 23\n");
}

TEST(OnnxOpsets, OutputTypeOfQuantize) {
  OnnxBuilder b(21);
  b.input("x", {1, 4});
  b.scalar("scale", 0.5f);
  set(b.op("QuantizeLinear", {"x", "scale"}, "y"), "output_dtype", onnx::TensorProto::INT8);
  b.output("y", onnx::TensorProto::INT8);
  const Array x{{1, 4}, {-100, -1, 0.5f, 100}};
  expect_near({{1, 4}, {-128, -2, 1, 127}}, run_onnx(b, {x})[0]);

  b.node(0).mutable_attribute(0)->set_i(22);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 QuantizeLinear 'y': error: output_dtype is INT4; supported: UINT8, INT8\n");
  b.node(0).mutable_attribute(0)->set_i(onnx::TensorProto::INT8);
  b.stored("zero", {}, onnx::TensorProto::UINT8, {3});
  b.node(0).add_input("zero");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 QuantizeLinear 'y': error: output_dtype is INT8, but zero point 'zero' has type UINT8\n");
}

/// The types in which an operator computes and of its result may be named, where they are what they are anyway.
TEST(OnnxOpsets, TypesOfQuantization) {
  OnnxBuilder b(23);
  b.input("x", {1, 4});
  b.scalar("scale", 0.5f);
  set(b.op("QuantizeLinear", {"x", "scale"}, "q"), "precision", onnx::TensorProto::FLOAT);
  set(b.op("DequantizeLinear", {"q", "scale"}, "y"), "output_dtype", onnx::TensorProto::FLOAT);
  b.output("y");
  const Array x{{1, 4}, {-100, 0.2f, 0.5f, 200}};
  expect_near({{1, 4}, {0, 0, 0.5f, 127.5f}}, run_onnx(b, {x})[0]);

  set(b.op("QuantizeLinear", {"x", "scale"}, "other"), "precision", onnx::TensorProto::BFLOAT16);
  b.node(1).mutable_attribute(0)->set_i(onnx::TensorProto::DOUBLE);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 1 DequantizeLinear 'y': error: output_dtype is DOUBLE; supported: FLOAT, FLOAT16\n"
            "m: op 2 QuantizeLinear 'other': error: precision is BFLOAT16; supported: FLOAT, FLOAT16\n");
}

TEST(OnnxOpsets, BlocksOfScales) {
  OnnxBuilder b(21);
  b.input("x", {1, 4});
  b.scalar("scale", 0.5f);
  set(b.op("QuantizeLinear", {"x", "scale"}, "q"), "block_size", 2);
  b.stored("w", {1, 4}, onnx::TensorProto::INT8, {1, 2, 3, 4});
  set(b.op("DequantizeLinear", {"w", "scale"}, "d"), "block_size", 2);
  b.op("Add", {"x", "d"}, "y");
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 QuantizeLinear 'q': error: block_size 2 is not supported; expected 0\n"
            "m: op 1 DequantizeLinear 'd': error: block_size 2 is not supported; expected 0\n");
}

TEST(OnnxOpsets, NewTypes) {
  OnnxBuilder b = small_onnx_conv();
  set_opset(b, 21);
  b.initializer(0).set_data_type(22);
  set(b.op("Cast", {"x"}, "f8"), "to", 17);
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: initializer 'w' has type INT4; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64, BOOL\n"
            "m: op 1 Cast 'f8': error: to is FLOAT8E4M3FN; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64\n");
}

/// How far values outside of the range of FLOAT8 go does not matter to other types.
TEST(OnnxOpsets, Saturate) {
  OnnxBuilder b = revised_operators(19);
  set(b.node(0), "saturate", 0);
  EXPECT_EQ(run_onnx(b, {numbers({1, 2, 6, 5})})[0].shape, (Shape{4, 1}));
}

TEST(OnnxOpsets, NewOptions) {
  OnnxBuilder b = revised_operators(19);
  b.node(4).mutable_attribute(2)->set_ints(0, 2);
  set(b.node(1), "mode", "wrap");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 1 Pad 'padded': error: mode 'wrap' is not supported; supported: constant, reflect, edge\n");
  b.node(1).mutable_attribute()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b), "m: op 4 AveragePool 'p': error: dilations are [2,1]; supported: [1,1]\n");
}

/// The result of `scales` that do not come out even is centred.
TEST(OnnxOpsets, SymmetricResize) {
  const Array x = numbers({1, 2, 4, 5});
  OnnxBuilder b(19);
  b.input("x", x.shape);
  b.floats("scales", {4}, {1, 1, 2, 0.4f});
  Node& node = b.op("Resize", {"x", "", "scales"}, "y");
  set(node, "mode", "linear");
  set(node, "coordinate_transformation_mode", "half_pixel_symmetric");
  b.output("y");
  const auto at = [](int i, int in, int out) { return (i + 0.5) * in / out - 0.5; };
  expect_near(resize_linear_nchw(x, 8, 2, at), run_onnx(b, {x})[0]);
  const float uneven[] = {1, 1, 2, 0.5f};
  b.initializer(0).set_raw_data(uneven, sizeof uneven);
  EXPECT_NE(errors_of_onnx(b).find("coordinate_transformation_mode 'half_pixel_symmetric' from 4x5 to 8x2"),
            std::string::npos);
}

/// A pool of x [1,1,5,7] that rounds up.
OnnxBuilder rounded_up(const char* type, int opset, int kernel, int stride, const Ints& pads) {
  OnnxBuilder b(opset);
  b.input("x", {1, 1, 5, 7});
  Node& node = b.op(type, {"x"}, "y");
  set(node, "kernel_shape", Ints{kernel, kernel});
  set(node, "strides", Ints{stride, stride});
  set(node, "pads", pads);
  set(node, "ceil_mode", 1);
  b.output("y");
  return b;
}

TEST(OnnxOpsets, WindowsThatReachBeyondTheMap) {
  const Array x = numbers({1, 1, 5, 7});
  const auto check = [&](int kernel, int stride, const Ints& pads, const Slide& slide) {
    SCOPED_TRACE(testing::Message() << kernel << " " << stride);
    for (const int opset : {11, 22}) {
      const Array average = run_onnx(rounded_up("AveragePool", opset, kernel, stride, pads), {x})[0];
      expect_near(average_pool_nchw(x, kernel, slide), average);
      const Array largest = run_onnx(rounded_up("MaxPool", opset, kernel, stride, pads), {x})[0];
      expect_near(max_pool_nchw(x, kernel, slide), largest);
    }
  };
  check(2, 2, {0, 0, 0, 0}, {2, 1, 0, 0, 1, 1});
  check(3, 2, {1, 1, 1, 1}, {2, 1, 1, 1, 1, 1});  // comes out even
  check(3, 3, {0, 0, 0, 0}, {3, 1, 0, 0, 1, 2});
  // One more window of 3 rows would begin in row 6 of 5, in the padding: there is none.
  check(3, 3, {0, 0, 2, 0}, {3, 1, 0, 0, 2, 2});
}

/// Padding of the file counts, what rounding up adds does not.
TEST(OnnxOpsets, WindowsThatCountTheirPadding) {
  const Array x = numbers({1, 1, 5, 7});
  const auto check = [&](int kernel, const Slide& pads, const Slide& up, const Slide& down) {
    const int stride = up.stride;
    OnnxBuilder b = rounded_up("AveragePool", 19, kernel, stride, {pads.top, pads.left, pads.bottom, pads.right});
    set(b.node(0), "count_include_pad", 1);
    SCOPED_TRACE(testing::Message() << kernel << " " << stride << " " << pads.top << pads.left);
    const Array around = padded_nchw(x, pads);
    expect_near(average_pool_nchw(around, kernel, up), run_onnx(b, {x})[0]);
    b.node(0).mutable_attribute(3)->set_i(0);  // ceil_mode
    expect_near(average_pool_nchw(around, kernel, down), run_onnx(b, {x})[0]);
  };
  // 5x7 pixels with their padding; what rounding up adds to that.
  check(2, {}, {2, 1, 0, 0, 1, 1}, {2});
  check(3, {1, 1, 1, 1, 1, 1}, {2}, {2});
  check(3, {1, 1, 0, 0, 2, 0}, {3, 1, 0, 0, 0, 2}, {3});
  check(4, {1, 1, 2, 1, 1, 0}, {3, 1, 0, 0, 2, 2}, {3});
}

/// In 8 bits, zeros are zero points.
TEST(OnnxOpsets, StoredWindowsThatCountTheirPadding) {
  const Stored as = {onnx::TensorProto::UINT8, 0.05f, 100};
  OnnxBuilder b;
  b.input_of("x", {1, 3, 5, 7}, as.type);
  Node& node = b.op("AveragePool", {b.dequantize("x", as.scale, as.zero, as.type)}, "pool");
  set(node, "kernel_shape", Ints{3, 3});
  set(node, "pads", Ints{1, 1, 1, 1});
  set(node, "count_include_pad", 1);
  b.output(b.quantize("pool", as.scale, as.zero, as.type), as.type);
  const Array x = stored_numbers({1, 3, 5, 7}, as);
  const Array expected = average_pool_nchw(padded_nchw(real(x, as), {1, 1, 1, 1, 1, 1}), 3, {});
  expect_within(quantized(expected, as), run_onnx(b, {x})[0], 1);
  const Graph graph = read_onnx_graph(b, nhwc());
  EXPECT_EQ(graph.ops.size(), 2u) << print(graph);
  for (const Op& op : graph.ops) EXPECT_EQ(graph.output(op).type, DType::u8) << print(graph);
}

}  // namespace
}  // namespace narrows
