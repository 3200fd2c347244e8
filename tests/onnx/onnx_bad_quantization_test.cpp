// Quantized ONNX operators that must be refused.
#include <gtest/gtest.h>

#include "tests/support/onnx_bad_model.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
constexpr int uint8 = onnx::TensorProto::UINT8, int8 = onnx::TensorProto::INT8, int32 = onnx::TensorProto::INT32;

/// x [1,4] of INT8 -> DequantizeLinear -> y; initializer 0 is the scale, 1 the zero point.
OnnxBuilder dequantize() {
  OnnxBuilder b;
  b.input_of("x", {1, 4}, int8);
  b.scalar("s", 0.5f);
  b.stored("z", {}, int8, {3});
  b.op("DequantizeLinear", {"x", "s", "z"}, "y");
  b.output("y");
  return b;
}

TEST(OnnxBadQuantization, Parameters) {
  OnnxBuilder b = dequantize();
  b.initializer(0).set_float_data(0, -1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: scale 's' has the element -1; expected positive numbers\n");
  b = dequantize();
  b.initializer(1).set_data_type(uint8);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 DequantizeLinear 'y': error: zero point 'z' is UINT8[], expected 1 INT8\n");
  b.node(0).set_op_type("QuantizeLinear");
  b.initializer(1).set_data_type(int32);
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 QuantizeLinear 'y': error: zero point 'z' has type INT32; supported: UINT8, INT8\n");
  b = dequantize();
  b.input("t", {});
  b.node(0).set_input(1, "t");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: scale 't': expected a constant, found a value computed at run "
            "time\n");
  b.node(0).set_input(1, "s");
  b.node(0).set_input(2, "x");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: zero point 'x': expected a constant, found a value "
            "computed at run "
            "time\n");
}

TEST(OnnxBadQuantization, ScalesPerChannel) {
  OnnxBuilder b = dequantize();
  b.floats("several", {4}, {1, 2, 3, 4});
  b.node(0).set_input(1, "several");
  b.node(0).set_input(2, "");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: has 4 scales for a value computed at run time; supported: 1\n");
  set(b.node(0), "axis", 0);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: scale 'several' has 4 elements for a value with shape [1,4]; "
            "expected 1, or one for each element along axis 0\n");
}

TEST(OnnxBadQuantization, Types) {
  OnnxBuilder b = dequantize();
  b.node(0).set_op_type("Relu");
  b.node(0).mutable_input()->DeleteSubrange(1, 2);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Relu 'y': error: input 'x' has type INT8; supported: FLOAT\n");
  b = dequantize();
  b.input("r", {1, 4});
  b.node(0).set_input(0, "r");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: input 'r' has type FLOAT; supported: UINT8, INT8, INT32\n");
  b.integers("i", {1, 2});
  b.node(0).set_input(0, "i");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: input 'i' has type INT64; supported: UINT8, INT8, INT32\n");
  b.stored("b", {2}, int32, {1, 2});
  b.stored("one", {}, int32, {1});
  b.node(0).set_input(0, "b");
  b.node(0).set_input(2, "one");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 DequantizeLinear 'y': error: zero point 'one' is not 0, as it must be for INT32\n");
}

/// What is stored may be 8 bits wide, but the file says it is something else.
TEST(OnnxBadQuantization, OutputType) {
  OnnxBuilder b = dequantize();
  b.output("x", uint8);
  EXPECT_EQ(errors_of_onnx(b), "m: error: model output 'x' is declared with type UINT8, but its operators make INT8\n");
}

TEST(OnnxBadQuantization, PadValue) {
  OnnxBuilder b;
  b.input_of("x", {1, 4}, int8);
  b.integers("p", {0, 0, 0, 1});
  b.scalar("v", 0);
  b.op("Pad", {"x", "p", "v"}, "y");
  b.output("y", int8);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Pad 'y': error: constant_value 'v' is FLOAT[], expected INT8[]\n");
}

/// x [1,2,3,3] -> QLinearConv with weights [4,2,1,1] -> y.
OnnxBuilder qlinear_conv() {
  OnnxBuilder b;
  b.input_of("x", {1, 2, 3, 3}, uint8);
  b.scalar("s", 0.5f);
  b.stored("z", {}, uint8, {3});
  b.stored("w", {4, 2, 1, 1}, uint8, small_integers(8, 0, 255));
  b.stored("b", {4}, int32, {1, 2, 3, 4});
  b.op("QLinearConv", {"x", "s", "z", "w", "s", "z", "s", "z", "b"}, "y");
  b.output("y", uint8);
  return b;
}

TEST(OnnxBadQuantization, QLinearConv) {
  OnnxBuilder b = qlinear_conv();
  b.initializer(2).set_dims(1, 1);
  b.initializer(2).set_dims(2, 2);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 QLinearConv 'y': error: weights 'w' with shape [4,1,2,1] do not fit input 'x' with 2 "
            "channels and "
            "group 1\n");
  b = qlinear_conv();
  b.initializer(3).set_dims(0, 2);
  b.initializer(3).mutable_int32_data()->Truncate(2);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 QLinearConv 'y': error: bias 'b' is INT32[2], expected INT32[4]\n");
  b = qlinear_conv();
  b.initializer(0).set_float_data(0, 1e-30f);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 QLinearConv 'y': error: scales 1e-30 of 's' and 1e-30 of 's' multiply to 0, which is "
            "too small "
            "or too large\n");
  b = qlinear_conv();
  b.integers("i", {1});
  b.node(0).set_input(3, "i");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 QLinearConv 'y': error: input 'i' has type INT64; supported: UINT8, INT8\n");
  b.node(0).set_input(0, "s");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 QLinearConv 'y': error: input 's' has type FLOAT; supported: UINT8, INT8\n");
}

TEST(OnnxBadQuantization, OperatorsOfOnnxruntime) {
  OnnxBuilder b;
  b.input_of("x", {1, 2, 3, 3}, uint8);
  b.scalar("s", 0.5f);
  b.stored("z", {}, uint8, {3});
  OnnxBuilder::Node& node = b.op("QLinearGlobalAveragePool", {"x", "s", "z", "s", "z"}, "y");
  node.set_domain("com.microsoft");
  set(node, "channels_last", 1);
  b.output("y", uint8);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 com.microsoft.QLinearGlobalAveragePool 'y': error: channels_last 1 is not supported; "
            "expected 0\n");
  node.set_op_type("QLinearConcat");
  node.clear_attribute();
  node.clear_input();
  for (const char* name : {"s", "z", "x", "s", "z", "x"}) node.add_input(name);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 com.microsoft.QLinearConcat 'y': error: has 6 inputs, expected 2 and 3 for each operand\n");
  node.add_input("");
  node.add_input("z");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 com.microsoft.QLinearConcat 'y': error: input 6 is absent, but is not optional\n");
  // Without its domain it is another operator.
  node.clear_domain();
  EXPECT_EQ(first_error_of_onnx(b), "m: error: 1 operator is not supported: QLinearConcat (op 0)");
}

}  // namespace
}  // namespace narrows
