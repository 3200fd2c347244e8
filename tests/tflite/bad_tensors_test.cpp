// Models with wrong or unsupported tensors: types, shapes, constants, quantization parameters.
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

TEST(BadTensors, Type) {
  TfliteBuilder b = small_conv();
  b.tensor(x).type = b.tensor(y).type = format::TensorType::INT16;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' and 1 more have type INT16; supported: FLOAT32, UINT8, INT8, INT32, INT64, and "
            "FLOAT16 and BOOL for constants\n"
            "m: note: 16-bit activations (16x8 quantization) are not supported, those of 8 bits are\n");
}

TEST(BadTensors, TypeNewerThanTheSchema) {
  TfliteBuilder b = small_conv();
  b.tensor(x).type = static_cast<format::TensorType>(77);
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has type 77; supported: FLOAT32, UINT8, INT8, INT32, INT64, and FLOAT16 and BOOL "
            "for constants\n");
}

TEST(BadTensors, Variable) {
  TfliteBuilder b = small_conv();
  b.tensor(x).is_variable = true;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' is a variable that keeps its value between runs, which is not supported\n");
}

TEST(BadTensors, Sparse) {
  TfliteBuilder b = small_conv();
  b.tensor(w).sparsity = std::make_unique<format::SparsityParametersT>();
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' is sparse, but its levels and its 216 stored bytes do not fit shape [3,3,3,2]\n");
}

TEST(BadTensors, SizeZero) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape = {1, 0, 4, 2};
  EXPECT_EQ(errors_of(b), "m: error: tensor 0 'x' has shape [1,0,4,2]; size 0 of dimension 1 is not positive\n");
}

TEST(BadTensors, SizeNegative) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape = {1, -2, 4, 2};
  EXPECT_EQ(errors_of(b), "m: error: tensor 0 'x' has shape [1,-2,4,2]; size -2 of dimension 1 is not positive\n");
}

TEST(BadTensors, SizeOverflow) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape = {1, 1 << 30, 1, 1};
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' with shape [1,1073741824,1,1] is larger than the limit of 2^31 - 1 bytes\n");
}

TEST(BadTensors, Rank) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape.assign(9, 1);
  EXPECT_EQ(errors_of(b), "m: error: tensor 0 'x' has 9 dimensions, more than the limit of 8\n");
}

TEST(BadTensors, BufferIndex) {
  TfliteBuilder b = small_conv();
  b.tensor(w).buffer = 9;
  EXPECT_EQ(errors_of(b), "m: error: tensor 1 'w' refers to buffer 9 of 3\n");
}

TEST(BadTensors, BufferSize) {
  TfliteBuilder b = small_conv();
  b.data(w).pop_back();
  b.data(bias).resize(400);
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' with type FLOAT32 and shape [3,3,3,2] needs 216 bytes, but its buffer 1 has "
            "215\n"
            "m: error: tensor 2 'bias' with type FLOAT32 and shape [3] needs 12 bytes, but its buffer 2 has 400\n");
}

TEST(BadTensors, BufferOutsideTheFlatbuffer) {
  TfliteBuilder b = small_conv();
  b.model.buffers[1]->offset = 1u << 30;
  b.model.buffers[1]->size = 216;
  const std::string size = std::to_string(b.finish().size());
  EXPECT_EQ(errors_of(b), "m: error: tensor 1 'w' has its 216 bytes of data at 1073741824 of the file, which has " +
                              size + " bytes\n");
}

TEST(BadTensors, WeightsWithoutData) {
  TfliteBuilder b = small_conv();
  b.data(w).clear();
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: reads tensor 1 'w', which has no data and is not written by any "
            "operator\n");
}

TEST(BadTensors, ConstantsThatShareAHugeBuffer) {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1 << 20});
  std::vector<int> inputs = {in, b.add_constant("c", DType::f32, {1 << 20}, std::vector<uint8_t>(4 << 20))};
  for (int i = 0; i < 600; ++i) {
    inputs.push_back(b.add_tensor("c", DType::f32, {1 << 20}));
    b.tensor(inputs.back()).buffer = 1;
  }
  const int out = b.add_tensor("y", DType::f32, {602 << 20});
  b.tensor(out).shape = {1};
  b.add_op(Code::CONCATENATION, inputs, {out}, format::ConcatenationOptionsT());
  b.subgraph().outputs = {out};
  EXPECT_EQ(errors_of(b), "m: error: the constants take 2520776704 bytes, more than the limit of 2^31 - 1\n");
}

TEST(BadTensors, NamesWithAnyBytes) {
  TfliteBuilder b = small_conv();
  b.tensor(x).name = "a*/'\"\\\n\x01\xc3\xa4" + std::string(200, 'z');
  b.tensor(x).type = format::TensorType::STRING;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 "
            "'a*/"
            "\\x27\\x22\\x5c\\x0a\\x01\\xc3\\xa4zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
            "zzzzzzzz...' has type STRING; supported: FLOAT32, UINT8, INT8, INT32, INT64, and FLOAT16 and BOOL for "
            "constants\n");
}

TEST(BadTensors, Batch) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape[0] = b.tensor(y).shape[0] = 8;
  EXPECT_EQ(errors_of(b),
            "m: error: model input 'x' with shape [8,4,4,2] has batch size 8; only batch size 1 is supported\n"
            "m: note: --shape x[0]=1 compiles the model for one, to be run for each\n");
}

TEST(BadTensors, BatchMadeByAnOperator) {
  TfliteBuilder b = one_op(Code::RESHAPE, {8}, {2, 2, 2, 1}, {2, 2, 2, 1});
  b.subgraph().outputs = {b.unary(Code::RELU, "z", 2)};
  EXPECT_EQ(errors_of(b),
            "m: op 0 RESHAPE 'y': error: output 'y' with shape [2,2,2,1] has batch size 2; only batch size 1 "
            "is supported\n");
}

// ---- quantization parameters -------------------------------------------------------------------

TEST(BadTensors, QuantizationMissing) {
  TfliteBuilder b = small_conv(DType::i8);
  b.tensor(x).quantization.reset();
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: tensor 0 'x' has type INT8 but no quantization parameters\n");
}

/// Reported once, at the first operator that needs them.
TEST(BadTensors, QuantizationMissingForSome) {
  TfliteBuilder b;
  b.add_input("x", DType::u8, {1, 4});
  const int moved = b.add_tensor("moved", DType::u8, {4, 1});
  b.add_op(Code::TRANSPOSE, {0, b.add_ints("order", {2}, {1, 0})}, {moved});
  const int real = b.add_tensor("real", DType::f32, {4, 1});
  b.add_op(Code::DEQUANTIZE, {moved}, {real});
  const int clamped = b.add_tensor("clamped", DType::u8, {4, 1}, per_tensor(0.5f, 0));
  b.add_op(Code::RELU, {moved}, {clamped});
  b.subgraph().outputs = {moved, real, clamped};
  EXPECT_EQ(errors_of(b),
            "m: op 1 DEQUANTIZE 'real': error: tensor 1 'moved' has type UINT8 but no quantization parameters\n");
}

TEST(BadTensors, QuantizationHasRangeOnly) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(x).scale.clear();
  b.quantization(x).zero_point.clear();
  b.quantization(x).min = {0};
  b.quantization(x).max = {6};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: tensor 0 'x' has type UINT8 but no quantization parameters\n");
}

TEST(BadTensors, ScaleNotPositive) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(x).scale = {0};
  b.quantization(w).scale = {-1};
  b.quantization(y).scale = {std::numeric_limits<float>::infinity()};
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has scale 0; expected a positive number\n"
            "m: error: tensor 1 'w' has scale -1; expected a positive number\n"
            "m: error: tensor 3 'y' has scale inf; expected a positive number\n");
}

TEST(BadTensors, ScaleNotANumberOrDenormal) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(x).scale = {std::numeric_limits<float>::quiet_NaN()};
  b.quantization(w).scale[1] = 1e-40f;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has scale nan; expected a positive number\n"
            "m: error: tensor 1 'w' has scale 1e-40 of channel 1; expected a positive number\n");
}

TEST(BadTensors, ZeroPointRange) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(x).zero_point = {256};
  b.quantization(y).zero_point = {-1};
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has zero point 256; expected 0 to 255\n"
            "m: error: tensor 3 'y' has zero point -1; expected 0 to 255\n");
}

TEST(BadTensors, ZeroPointOfInt8) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(x).zero_point = {int64_t{1} << 40};
  EXPECT_EQ(errors_of(b), "m: error: tensor 0 'x' has zero point 1099511627776; expected -128 to 127\n");
}

TEST(BadTensors, ZeroPointCount) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(x).zero_point.clear();
  b.quantization(w).zero_point.pop_back();
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has 1 scales but 0 zero points\n"
            "m: error: tensor 1 'w' has 3 scales but 2 zero points\n");
}

TEST(BadTensors, ZeroPointPerChannel) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(w).zero_point[2] = 1;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' has zero point 1 of channel 2; expected 0 where every channel has a scale\n");
}

TEST(BadTensors, ScaleCount) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(w).scale.pop_back();
  b.quantization(w).zero_point.pop_back();
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' has 2 scales; expected 1, or 3 as in dimension 0 of its shape [3,3,3,2]\n");
}

TEST(BadTensors, ScalesOfUint8) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(w).scale = {1, 1, 1};
  b.quantization(w).zero_point = {0, 0, 0};
  EXPECT_EQ(errors_of(b), "m: error: tensor 1 'w' has type UINT8 and 3 scales; expected one\n");
}

TEST(BadTensors, QuantizedDimension) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(w).quantized_dimension = 4;
  EXPECT_EQ(errors_of(b), "m: error: tensor 1 'w' is quantized along dimension 4, but has shape [3,3,3,2]\n");
}

TEST(BadTensors, ScalesOfAnActivation) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(y).scale = {1, 1, 1};
  b.quantization(y).zero_point = {0, 0, 0};
  b.quantization(y).quantized_dimension = 3;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: output 'y' has 3 scales, expected 1\n");
}

}  // namespace
}  // namespace narrows
