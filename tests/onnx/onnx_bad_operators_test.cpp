// ONNX operators that must be refused: attributes, operands, shapes.
#include <gtest/gtest.h>

#include "tests/support/onnx_bad_model.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;

/// x -> y by one operator with the constants of `rest` behind its input.
OnnxBuilder one_op(const std::string& type, const Shape& input, const std::vector<std::string>& rest = {}) {
  OnnxBuilder b;
  std::vector<std::string> inputs = {b.input("x", input)};
  inputs.insert(inputs.end(), rest.begin(), rest.end());
  b.op(type, inputs, "y");
  b.output("y");
  return b;
}

TEST(OnnxBadOperators, Attributes) {
  OnnxBuilder b = small_onnx_conv();
  set(b.node(0), "pads", Ints{0, 0, 0, 0});
  set(b.node(0), "group", 1.f);
  set(b.node(0), "width", 3);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: attribute 'pads' occurs twice\n"
            "m: op 0 Conv 'y': error: attribute 'group' has type FLOAT, expected INT\n"
            "m: op 0 Conv 'y': error: attribute 'width' is not supported\n");
}

TEST(OnnxBadOperators, Counts) {
  OnnxBuilder b = small_onnx_conv();
  b.node(0).clear_output();
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv '': error: has 0 outputs, expected 1\n"
            "m: error: model output 'y' is written by no operator\n");
  b = small_onnx_conv();
  b.node(0).set_input(1, "");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Conv 'y': error: input 1 is absent, but is not optional\n");
}

TEST(OnnxBadOperators, ConvGroups) {
  OnnxBuilder b;
  b.input("x", {1, 4, 3, 3});
  b.floats("w", {4, 2, 1, 1}, small_numbers(8));
  set(b.op("Conv", {"x", "w"}, "y"), "group", 3);
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: group is 3 for 4 channels; supported: divisors of the channels up to 64, and "
            "one group per channel\n");
}

TEST(OnnxBadOperators, ConvShapes) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(0).set_dims(1, 1);
  b.initializer(0).set_dims(3, 6);
  b.initializer(1).set_dims(0, 1);
  b.initializer(1).mutable_raw_data()->resize(4);
  set(b.node(0), "kernel_shape", Ints{3, 3});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: kernel_shape is [3,3], but weights 'w' have shape [3,1,3,6]\n"
            "m: op 0 Conv 'y': error: weights 'w' with shape [3,1,3,6] do not fit input 'x' with 2 channels "
            "and group 1\n"
            "m: op 0 Conv 'y': error: bias 'b' is FLOAT[1], expected FLOAT[3]\n");
}

TEST(OnnxBadOperators, ConvRankAndWeights) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Conv 'y': error: shape of weights 'w' is [3,2,3,3], expected 3 dimensions\n");
  b = small_onnx_conv();
  b.input("v", {3, 2, 3, 3});
  b.graph().mutable_input(1)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_value(1);
  b.node(0).set_input(1, "v");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: weights 'v': expected a constant, found a value computed at run time\n");
}

TEST(OnnxBadOperators, ConvWindow) {
  OnnxBuilder b = small_onnx_conv();
  set(b.node(0), "strides", Ints{0, 2});
  set(b.node(0), "dilations", Ints{1});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: strides is [0,2]; expected 2 values from 1 to 4096\n"
            "m: op 0 Conv 'y': error: dilations is [1]; expected 2 values from 1 to 4096\n");
  b = small_onnx_conv();
  set(b.node(0), "dilations", Ints{4, 1});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: a window of 9x3 does not fit into a map of 4x5 with its padding\n");
  b = small_onnx_conv();
  set(b.node(0), "auto_pad", "SAME");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: auto_pad 'SAME' is not known; expected NOTSET, VALID, "
            "SAME_UPPER or SAME_LOWER\n");
  b.node(0).mutable_attribute()->RemoveLast();
  b.node(0).mutable_attribute(0)->set_ints(2, -1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Conv 'y': error: pads is [1,1,-1,1]; expected 4 values from 0 to 4096\n");
}

TEST(OnnxBadOperators, Pools) {
  OnnxBuilder b = one_op("AveragePool", {1, 2, 5, 5});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 AveragePool 'y': error: has no kernel_shape\n");
  set(b.node(0), "kernel_shape", Ints{2, 2});
  set(b.node(0), "strides", Ints{2, 2});
  set(b.node(0), "ceil_mode", 1);
  set(b.node(0), "auto_pad", "VALID");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 AveragePool 'y': error: ceil_mode 1 is not supported with auto_pad VALID where windows reach "
            "beyond the map; expected 0\n");
  b.node(0).mutable_attribute()->RemoveLast();
  set(b.node(0), "pads", Ints{1, 1, 0, 0});
  b.node(0).mutable_attribute(3)->set_ints(0, 2);
  b.node(0).mutable_attribute(3)->set_ints(2, 1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 AveragePool 'y': error: pads are as large as the kernel of 2x2; expected less\n");
}

TEST(OnnxBadOperators, ClipBounds) {
  OnnxBuilder b = one_op("Clip", {1, 3});
  set(b.node(0), "min", 5.f);
  set(b.node(0), "max", 4.f);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Clip 'y': error: the bounds are 5 and 4; expected the smaller one first\n");
}

TEST(OnnxBadOperators, Arithmetic) {
  OnnxBuilder b = one_op("Add", {1, 3}, {"c"});
  b.floats("c", {2}, {1, 2});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Add 'y': error: shapes [1,3] of 'x' and [2] of 'c' do not broadcast\n");
  b.node(0).set_op_type("Div");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Div 'y': error: shapes [1,3] of 'x' and [2] of 'c' do not broadcast\n");
}

TEST(OnnxBadOperators, BatchNormalization) {
  OnnxBuilder b = one_op("BatchNormalization", {1, 2, 3, 3}, {"s", "b", "m", "v"});
  b.floats("s", {2}, {1, 1});
  b.floats("b", {2}, {1, 1});
  b.floats("m", {2}, {1, 1});
  b.floats("v", {2}, {1, -1});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 BatchNormalization 'y': error: variance 'v' of channel 1 is not positive\n");
  b.initializer(2).set_dims(0, 1);
  b.initializer(2).mutable_raw_data()->resize(4);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 BatchNormalization 'y': error: mean 'm' has shape [1], expected [2]\n");
}

TEST(OnnxBadOperators, MatrixProducts) {
  OnnxBuilder b = one_op("MatMul", {1, 3}, {"w"});
  b.floats("w", {4, 2}, small_numbers(8));
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 MatMul 'y': error: input 'x' with shape [1,3] does not fit weights 'w' with 4 rows\n");
  b.node(0).set_op_type("Gemm");
  set(b.node(0), "transA", 1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Gemm 'y': error: transA 1 is not supported; expected 0\n");
  b = one_op("Gemm", {1, 4}, {"w", "c"});
  b.floats("w", {4, 2}, small_numbers(8));
  b.floats("c", {3}, {1, 2, 3});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Gemm 'y': error: bias 'c' has shape [3], expected [2]\n");
}

TEST(OnnxBadOperators, Reshapes) {
  OnnxBuilder b = one_op("Reshape", {1, 6}, {"s"});
  b.integers("s", {4, -1});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Reshape 'y': error: new shape [4,-1] does not hold the 6 elements of input 'x' with "
            "shape [1,6]\n");
  b.initializer(0).set_int64_data(0, -1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Reshape 'y': error: new shape [-1,-1] is not valid for input 'x' with shape "
            "[1,6]; expected positive sizes, 0 for the input's own, and at most one -1\n");
  b.node(0).set_op_type("Squeeze");
  b.initializer(0).set_int64_data(1, -2);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Squeeze 'y': error: dimension 1 of input 'x' with shape [1,6] cannot be dropped; "
            "expected size 1\n");
  b.initializer(0).set_int64_data(1, 5);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Squeeze 'y': error: axis 5 is out of range; expected -2 to 1\n");
}

TEST(OnnxBadOperators, SqueezeWithTwoKindsOfAxes) {
  OnnxBuilder b = one_op("Squeeze", {1, 6}, {"s"});
  b.integers("s", {0});
  set(b.node(0), "axes", Ints{0});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Squeeze 'y': error: has axes both as an attribute and as input 's'\n");
}

TEST(OnnxBadOperators, Concat) {
  OnnxBuilder b = one_op("Concat", {1, 2, 4, 4}, {"z"});
  b.input("z", {1, 2, 4, 5});
  set(b.node(0), "axis", 1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Concat 'y': error: input 'z' is FLOAT[1,2,4,5], which does not fit "
            "FLOAT[1,2,4,4] of input 'x' along axis 1\n");
}

TEST(OnnxBadOperators, Pad) {
  OnnxBuilder b = one_op("Pad", {1, 6}, {"p", "v"});
  b.integers("p", {0, -1, 0, 0});
  b.scalar("v", 0);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Pad 'y': error: pads is [0,-1,0,0]; expected 4 values from 0 to 32767\n");
  set(b.node(0), "mode", "wrap");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Pad 'y': error: mode 'wrap' is not supported; supported: constant, reflect, edge\n");
}

TEST(OnnxBadOperators, PadWithSeveralValues) {
  OnnxBuilder b = one_op("Pad", {1, 6}, {"p", "v"});
  b.integers("p", {0, 0, 0, 1});
  b.floats("v", {2}, {0, 1});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Pad 'y': error: constant_value 'v' has 2 values, expected 1\n");
}

TEST(OnnxBadOperators, SoftmaxOverFlattenedDimensions) {
  OnnxBuilder b = one_op("Softmax", {1, 2, 3});
  b.model.mutable_opset_import(0)->set_version(11);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Softmax 'y': error: axis 1 of input 'x' with shape [1,2,3] is followed by others; "
            "before operator set 13 only the last one is supported\n");
}

TEST(OnnxBadOperators, IntegersAndFloats) {
  OnnxBuilder b = one_op("Gather", {1, 2, 3}, {"i"});
  b.integers("i", {9});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Gather 'y': error: index 9 is out of range; expected -1 to 0\n");
  b.node(0).set_op_type("ConstantOfShape");
  b.node(0).mutable_input()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 ConstantOfShape 'y': error: input 'x' has type FLOAT; supported: integers that are known at "
            "compile time\n");
  b.node(0).set_op_type("Gather");
  b.node(0).add_input("i");
  b.node(0).set_input(0, "i");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Gather 'y': error: index 9 is out of range; expected -1 to 0\n");
  b.node(0).mutable_input()->RemoveLast();
  b.node(0).set_op_type("Sigmoid");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Sigmoid 'y': error: input 'i' has type INT64; supported: FLOAT\n");
}

TEST(OnnxBadOperators, CastToAnotherType) {
  OnnxBuilder b = one_op("Cast", {1, 2});
  set(b.node(0), "to", static_cast<int>(onnx::TensorProto::DOUBLE));
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Cast 'y': error: to is DOUBLE; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64\n");
}

TEST(OnnxBadOperators, BatchInTheMiddle) {
  OnnxBuilder b = one_op("Reshape", {1, 8}, {"s"});
  b.integers("s", {2, 1, 2, 2});
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Reshape 'y': error: output 'y' with shape [2,1,2,2] has batch size 2; only batch size 1 "
            "is supported\n");
}

}  // namespace
}  // namespace narrows
