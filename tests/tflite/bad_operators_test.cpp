// Wrong or unsupported uses of the operators without weights.
#include <gtest/gtest.h>

#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Fused = TfliteBuilder::Fused;
namespace format = tflite_format;

/// Makes the i32 operand (id 1) of one_op() a list of pairs.
TfliteBuilder pad_op(Code code, const Shape& input, const std::vector<int32_t>& pads, const Shape& output) {
  TfliteBuilder b = one_op(code, input, pads, output);
  b.tensor(1).shape = {static_cast<int>(pads.size()) / 2, 2};
  return b;
}

TfliteBuilder two_inputs(Code code, DType type, const Shape& a, const Shape& c, const Shape& output) {
  TfliteBuilder b;
  b.add_input("a", type, a, per_tensor(0.5f, 3));
  b.add_input("c", type, c, per_tensor(0.25f, 3));
  b.subgraph().outputs = {b.add_tensor("y", type, output, per_tensor(0.5f, 3))};
  b.add_op(code, {0, 1}, {2});
  return b;
}

TEST(BadBinary, Broadcast) {
  EXPECT_EQ(errors_of(two_inputs(Code::MUL, DType::f32, {1, 2, 2, 3}, {2}, {1, 2, 2, 3})),
            "m: op 0 MUL 'y': error: inputs 'a' with shape [1,2,2,3] and 'c' with shape [2] cannot be broadcast\n");
}

TEST(BadBinary, OutputShape) {
  EXPECT_EQ(warnings_of(two_inputs(Code::SUB, DType::f32, {1, 2, 2, 3}, {3}, {1, 2, 2, 1})),
            stale_shape("tensor 2 'y'", "[1,2,2,1]", "[1,2,2,3]"));
}

TEST(BadBinary, Types) {
  TfliteBuilder b = two_inputs(Code::ADD, DType::u8, {4}, {4}, {4});
  b.tensor(1).type = format::TensorType::FLOAT32;
  EXPECT_EQ(errors_of(b), "m: op 0 ADD 'y': error: input 'c' has type FLOAT32, expected UINT8 as in input 'a'\n");
}

TEST(BadBinary, FusedActivation) {
  TfliteBuilder b = two_inputs(Code::ADD, DType::f32, {4}, {4}, {4});
  b.op(0).builtin_options.Set(format::AddOptionsT());
  b.options<format::AddOptionsT>(0).fused_activation_function = Fused::SIGN_BIT;
  EXPECT_EQ(errors_of(b),
            "m: op 0 ADD 'y': error: fused activation SIGN_BIT is not supported; supported: NONE, RELU, "
            "RELU6, RELU_N1_TO_1\n");
}

TEST(BadUnary, OutputShape) {
  EXPECT_EQ(warnings_of(one_op(Code::RELU6, {4}, {}, {5})), stale_shape("tensor 1 'y'", "[5]", "[4]"));
}

TEST(BadUnary, LogisticQuantization) {
  TfliteBuilder b;
  b.add_input("x", DType::i8, {4}, per_tensor(0.1f, 0));
  b.subgraph().outputs = {b.unary(Code::LOGISTIC, "y", 0)};
  EXPECT_EQ(errors_of(b), "m: op 0 LOGISTIC 'y': error: output 'y' has scale 0.1, expected 0.00390625\n");
}

TEST(BadSoftmax, Beta) {
  TfliteBuilder b = one_op(Code::SOFTMAX, {1, 4}, {}, {1, 4});
  b.op(0).builtin_options.Set(format::SoftmaxOptionsT());
  EXPECT_EQ(errors_of(b), "m: op 0 SOFTMAX 'y': error: beta 0 is not supported; expected a positive number\n");
}

TEST(BadSoftmax, Quantization) {
  TfliteBuilder b;
  b.add_input("x", DType::i8, {1, 4}, per_tensor(0.1f, 0));
  b.subgraph().outputs = {b.softmax("y", 0)};
  b.quantization(1).zero_point = {1};
  EXPECT_EQ(errors_of(b), "m: op 0 SOFTMAX 'y': error: output 'y' has zero point 1, expected -128\n");
  b.quantization(1).zero_point = {-128};
  b.quantization(1).scale = {0.005f};
  EXPECT_EQ(errors_of(b), "m: op 0 SOFTMAX 'y': error: output 'y' has scale 0.005, expected 0.00390625\n");
}

TEST(BadQuantize, Types) {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {4});
  b.add_tensor("y", DType::f32, {4});
  b.add_op(Code::QUANTIZE, {0}, {1});
  b.add_tensor("z", DType::f32, {4});
  b.add_op(Code::DEQUANTIZE, {0}, {2});
  b.subgraph().outputs = {1, 2};
  EXPECT_EQ(errors_of(b),
            "m: op 0 QUANTIZE 'y': error: output 'y' has type FLOAT32; supported: UINT8, INT8\n"
            "m: op 1 DEQUANTIZE 'z': error: input 'x' has type FLOAT32; supported: UINT8, INT8, FLOAT16\n");
}

TEST(BadPad, Negative) {
  EXPECT_EQ(errors_of(pad_op(Code::PAD, {4}, {0, -1}, {3})),
            "m: op 0 PAD 'y': error: padding 0 and -1 of dimension 0 is out of range; expected 0 to 1048576\n");
}

TEST(BadPad, Huge) {
  EXPECT_EQ(errors_of(pad_op(Code::PAD, {4}, {2147483647, 2147483647}, {3})),
            "m: op 0 PAD 'y': error: padding 2147483647 and 2147483647 of dimension 0 is out of range; "
            "expected 0 to 1048576\n");
}

TEST(BadPad, PaddingsShape) {
  EXPECT_EQ(errors_of(pad_op(Code::PAD, {4, 4}, {1, 1}, {6, 6})),
            "m: op 0 PAD 'y': error: paddings 'operand' have shape [1,2], expected [2,2] for input 'x' with "
            "shape [4,4]\n");
}

TEST(BadPad, OutputShape) {
  EXPECT_EQ(warnings_of(pad_op(Code::PAD, {4}, {1, 2}, {6})), stale_shape("tensor 2 'y'", "[6]", "[7]"));
}

TEST(BadPad, PaddingsComputedAtRunTime) {
  TfliteBuilder b = pad_op(Code::PAD, {4}, {1, 2}, {7});
  b.data(1).clear();
  b.subgraph().inputs = {0, 1};
  EXPECT_EQ(errors_of(b),
            "m: op 0 PAD 'y': error: paddings 'operand': expected a constant, found a value computed at run "
            "time\n");
}

TEST(BadPad, Value) {
  TfliteBuilder b = pad_op(Code::PADV2, {4}, {1, 2}, {7});
  b.op(0).inputs.push_back(b.add_ints("value", {}, {1}));
  EXPECT_EQ(
      errors_of(b),
      "m: op 0 PADV2 'y': error: padding value 'value' has type INT32 and shape [], expected one constant of type "
      "FLOAT32\n");
  b.tensor(0).type = b.tensor(b.op(0).outputs[0]).type = format::TensorType::INT32;
  EXPECT_EQ(errors_of(b),
            "m: op 0 PADV2 'y': error: padding value 'value' is not zero; with type INT32, only padding with zero is "
            "supported\n");
}

TEST(BadConcatenation, Shapes) {
  TfliteBuilder b = two_inputs(Code::CONCATENATION, DType::f32, {1, 2, 3}, {1, 3, 3}, {1, 2, 6});
  b.op(0).builtin_options.Set(format::ConcatenationOptionsT());
  b.options<format::ConcatenationOptionsT>(0).axis = -1;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONCATENATION 'y': error: input 'c' with shape [1,3,3] does not fit input 'a' with "
            "shape [1,2,3]; expected equal shapes outside axis 2\n");
}

TEST(BadConcatenation, Axis) {
  TfliteBuilder b = two_inputs(Code::CONCATENATION, DType::f32, {2}, {2}, {4});
  b.op(0).builtin_options.Set(format::ConcatenationOptionsT());
  b.options<format::ConcatenationOptionsT>(0).axis = 1;
  EXPECT_EQ(errors_of(b), "m: op 0 CONCATENATION 'y': error: axis 1 is out of range; expected -1 to 0\n");
}

TEST(BadConcatenation, Int8Scales) {
  TfliteBuilder b = two_inputs(Code::CONCATENATION, DType::i8, {2}, {2}, {4});
  b.op(0).builtin_options.Set(format::ConcatenationOptionsT());
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONCATENATION 'y': error: output 'y' has scale 0.5 and zero point 3, expected 0.25 and "
            "3 as in input 'c'\n");
}

TEST(BadConcatenation, FusedActivation) {
  TfliteBuilder b = two_inputs(Code::CONCATENATION, DType::f32, {2}, {2}, {4});
  b.op(0).builtin_options.Set(format::ConcatenationOptionsT());
  b.options<format::ConcatenationOptionsT>(0).fused_activation_function = Fused::RELU;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONCATENATION 'y': error: a fused activation is not supported here; supported: NONE\n");
}

TEST(BadTranspose, AxisTwice) {
  EXPECT_EQ(errors_of(one_op(Code::TRANSPOSE, {2, 3}, {1, -1}, {3, 3})),
            "m: op 0 TRANSPOSE 'y': error: permutation 'operand' names dimension 1 twice\n");
}

TEST(BadTranspose, PermutationLength) {
  EXPECT_EQ(errors_of(one_op(Code::TRANSPOSE, {2, 3}, {1}, {3, 2})),
            "m: op 0 TRANSPOSE 'y': error: permutation 'operand' has 1 values, expected 2 for input 'x' with "
            "shape [2,3]\n");
}

TEST(BadMean, Axis) {
  EXPECT_EQ(errors_of(one_op(Code::MEAN, {1, 4, 4, 2}, {1, 4}, {1, 2})),
            "m: op 0 MEAN 'y': error: axis 4 is out of range; expected -4 to 3\n");
}

TEST(BadMean, OutputShape) {
  EXPECT_EQ(warnings_of(one_op(Code::MEAN, {1, 4, 4, 2}, {1, 2}, {1, 1, 1, 2})),
            stale_shape("tensor 2 'y'", "[1,1,1,2]", "[1,2]"));
}

TEST(BadMean, AxesType) {
  TfliteBuilder b = one_op(Code::MEAN, {1, 4, 4, 2}, {1, 2}, {1, 2});
  b.tensor(1).type = format::TensorType::FLOAT32;
  EXPECT_EQ(errors_of(b), "m: op 0 MEAN 'y': error: type of axes 'operand' is FLOAT32, expected INT32 or INT64\n");
}

TEST(BadReshape, ElementCount) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, {7}, {7})),
            "m: op 0 RESHAPE 'y': error: new shape [7] does not hold the 6 elements of input 'x' with shape "
            "[2,3]\n");
}

TEST(BadReshape, NotDivisible) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, {4, -1}, {4, 2})),
            "m: op 0 RESHAPE 'y': error: new shape [4,-1] does not hold the 6 elements of input 'x' with "
            "shape [2,3]\n");
}

TEST(BadReshape, TwoUnknownSizes) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, {-1, -1}, {6, 1})),
            "m: op 0 RESHAPE 'y': error: new shape [-1,-1] is not valid; expected positive sizes and at most "
            "one -1\n");
}

TEST(BadReshape, SizeOverflow) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, {2147483647, 2147483647, 2147483647}, {6})),
            "m: op 0 RESHAPE 'y': error: new shape [2147483647,2147483647,2147483647] is not valid; expected "
            "positive sizes and at most one -1\n");
}

TEST(BadReshape, OutputShape) {
  EXPECT_EQ(warnings_of(one_op(Code::RESHAPE, {2, 3}, {3, 2}, {6})), stale_shape("tensor 2 'y'", "[6]", "[3,2]"));
}

TEST(BadReshape, NoShape) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, {}, {6})),
            "m: op 0 RESHAPE 'y': error: has neither a shape operand nor a shape option\n");
}

TEST(BadReshape, TooManyDimensions) {
  EXPECT_EQ(errors_of(one_op(Code::RESHAPE, {2, 3}, std::vector<int32_t>(17, 1), {6})),
            "m: op 0 RESHAPE 'y': error: the number of values in shape 'operand' is 17, more than the limit "
            "of 16\n");
}

TEST(BadSqueeze, SizeNotOne) {
  TfliteBuilder b = one_op(Code::SQUEEZE, {1, 2, 3}, {}, {1, 3});
  b.op(0).builtin_options.Set(format::SqueezeOptionsT());
  b.options<format::SqueezeOptionsT>(0).squeeze_dims = {-2};
  EXPECT_EQ(errors_of(b),
            "m: op 0 SQUEEZE 'y': error: dimension 1 of input 'x' with shape [1,2,3] cannot be dropped; "
            "expected size 1\n");
}

TEST(BadExpandDims, Axis) {
  EXPECT_EQ(errors_of(one_op(Code::EXPAND_DIMS, {2, 3}, {3}, {2, 3, 1})),
            "m: op 0 EXPAND_DIMS 'y': error: axis 3 is out of range; expected -3 to 2\n");
}

}  // namespace
}  // namespace narrows
