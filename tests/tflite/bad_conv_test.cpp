// Wrong or unsupported convolutions, and what all operators with weights have in common.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Fused = TfliteBuilder::Fused;
using Padding = TfliteBuilder::Padding;
namespace format = tflite_format;

using ConvOptions = format::Conv2DOptionsT;
using DepthwiseOptions = format::DepthwiseConv2DOptionsT;

TEST(BadConv, OptionsMissing) {
  TfliteBuilder b = small_conv();
  b.op(0).builtin_options.Reset();
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: has no options, expected Conv2DOptions\n");
}

TEST(BadConv, OptionsOfAnotherOperator) {
  TfliteBuilder b = small_conv();
  b.op(0).builtin_options.Set(DepthwiseOptions());
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: has DepthwiseConv2DOptions, expected Conv2DOptions\n");
}

TEST(BadConv, StrideAndDilation) {
  TfliteBuilder b = small_conv();
  b.options<ConvOptions>(0).stride_h = 0;
  b.options<ConvOptions>(0).dilation_w_factor = -1;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: stride 0x1 is out of range; expected 1 to 4096\n"
            "m: op 0 CONV_2D 'y': error: dilation 1x-1 is out of range; expected 1 to 4096\n");
}

TEST(BadConv, StrideHuge) {
  TfliteBuilder b = small_conv();
  b.options<ConvOptions>(0).stride_w = 2147483647;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: stride 1x2147483647 is out of range; expected 1 to 4096\n");
}

TEST(BadConv, DilatedKernelHuge) {
  TfliteBuilder b = small_conv();
  b.tensor(w).shape = {3, 1, 9, 2};
  b.options<ConvOptions>(0).dilation_w_factor = 4096;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: the dilated kernel covers 1x32769 pixels, more than the limit of 32767\n");
}

TEST(BadConv, PaddingKind) {
  TfliteBuilder b = small_conv();
  b.options<ConvOptions>(0).padding = static_cast<Padding>(2);
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: padding 2 is not supported; supported: SAME, VALID\n");
}

TEST(BadConv, FusedActivation) {
  TfliteBuilder b = small_conv();
  b.options<ConvOptions>(0).fused_activation_function = Fused::TANH;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: fused activation TANH is not supported; supported: NONE, RELU, "
            "RELU6, RELU_N1_TO_1\n");
}

TEST(BadConv, FusedActivationOutOfRange) {
  TfliteBuilder b = small_depthwise();
  b.options<DepthwiseOptions>(0).fused_activation_function = static_cast<Fused>(-7);
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: fused activation -7 is not supported; supported: NONE, "
            "RELU, RELU6, RELU_N1_TO_1\n");
}

TEST(BadConv, KernelDoesNotFit) {
  TfliteBuilder b = small_conv();
  b.options<ConvOptions>(0).padding = Padding::VALID;
  b.options<ConvOptions>(0).dilation_h_factor = 2;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: a window of 5x3 does not fit into an input of 4x4 with padding VALID\n");
}

TEST(BadConv, InputRank) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape = {4, 4, 2};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: shape of input 'x' is [4,4,2], expected 4 dimensions\n");
}

TEST(BadConv, GroupedWeights) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape = {1, 4, 4, 4};
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: weights 'w' with shape [3,3,3,2] have 2 input channels, expected 4 "
            "as in input 'x' with shape [1,4,4,4]\n");
}

TEST(BadConv, OutputShape) {
  TfliteBuilder b = small_conv();
  b.tensor(y).shape = {1, 4, 4, 4};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 3 'y'", "[1,4,4,4]", "[1,4,4,3]"));
}

TEST(BadConv, OutputType) {
  TfliteBuilder b = small_conv(DType::u8);
  b.tensor(y).type = format::TensorType::INT8;
  b.quantization(y).zero_point = {0};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: output 'y' has type INT8, expected UINT8 as in input 'x'\n");
}

TEST(BadConv, InputType) {
  TfliteBuilder b = small_conv();
  b.tensor(x).type = format::TensorType::INT32;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: input 'x' has type INT32; supported: FLOAT32, UINT8, INT8\n");
}

TEST(BadConv, WeightsType) {
  TfliteBuilder b = small_conv(DType::u8);
  b.tensor(w).type = format::TensorType::INT8;
  b.quantization(w).zero_point = {0};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: weights 'w' have type INT8, expected UINT8 as in input 'x'\n");
}

TEST(BadConv, WeightsComputedAtRunTime) {
  TfliteBuilder b = small_conv();
  b.data(w).clear();
  b.tensor(w).shape = {3, 1, 1, 2};
  b.subgraph().inputs = {x, w};
  EXPECT_EQ(errors_of(b),
            "m: error: model input 'w' with shape [3,1,1,2] has batch size 3; only batch size 1 is supported\n"
            "m: note: --shape w[0]=1 compiles the model for one, to be run for each\n"
            "m: op 0 CONV_2D 'y': error: weights 'w': expected a constant, found a value computed at run time\n");
}

TEST(BadConv, WeightsZeroPoint) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(w).scale = {0.01f};
  b.quantization(w).zero_point = {5};
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: weights 'w' have zero point 5, expected 0 with type INT8\n");
}

TEST(BadConv, WeightsScaleDimension) {
  TfliteBuilder b = small_conv(DType::i8);
  b.quantization(w).quantized_dimension = 1;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: weights 'w' have scales along dimension 1, expected 0\n");
}

TEST(BadConv, BiasType) {
  TfliteBuilder b = small_conv(DType::i8);
  b.tensor(bias).type = format::TensorType::FLOAT32;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: bias 'bias' has type FLOAT32, expected INT32\n");
}

TEST(BadConv, BiasLength) {
  TfliteBuilder b = small_depthwise();
  b.tensor(bias).shape = {3};
  b.data(bias).resize(12);
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: bias 'bias' has shape [3], expected one value for each of "
            "4 output "
            "channels\n");
}

TEST(BadConv, BiasScale) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(bias).scale[0] *= 30;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: bias 'bias' has scale 0.04411765, expected input scale * weight "
            "scale = 0.00147059\n");
}

TEST(BadConv, BiasScaleIsNoNumber) {
  TfliteBuilder b = small_depthwise(DType::u8);
  b.quantization(bias).scale[0] = std::nanf("");
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: bias 'bias' has scale nan, expected input scale * weight scale = "
            "0.00147059\n");
}

/// With one scale for all weights.
TEST(BadConv, BiasScaleOfFullyConnected) {
  TfliteBuilder b = small_fully_connected(DType::i8);
  for (const int id : {w, bias}) {
    b.quantization(id).scale.resize(1);
    b.quantization(id).zero_point.resize(1);
  }
  b.quantization(bias).scale[0] *= 1000;
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: bias 'bias' has scale 1.476378, expected input scale * weight scale "
            "= 0.00147638\n");
}

TEST(BadConv, BiasScaleCount) {
  TfliteBuilder b = small_conv(DType::u8);
  b.quantization(bias).scale.assign(3, 1);
  b.quantization(bias).zero_point.assign(3, 0);
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: bias 'bias' has 3 scales, but weights 'w' have 1\n");
}

TEST(BadConv, WindowAndBiasAreBothReported) {
  TfliteBuilder b = small_conv();
  b.tensor(bias).shape = {2};
  b.data(bias).resize(8);
  b.options<ConvOptions>(0).stride_h = -2;
  b.options<ConvOptions>(0).fused_activation_function = Fused::SIGN_BIT;
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: bias 'bias' has shape [2], expected one value for each of 3 output "
            "channels\n"
            "m: op 0 CONV_2D 'y': error: fused activation SIGN_BIT is not supported; supported: NONE, RELU, "
            "RELU6, RELU_N1_TO_1\n"
            "m: op 0 CONV_2D 'y': error: stride -2x1 is out of range; expected 1 to 4096\n");
}

}  // namespace
}  // namespace narrows
