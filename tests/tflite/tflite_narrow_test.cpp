// TFLite models with float activations and narrow weights: the hybrid operators of dynamic range models, and float16
// constants behind DEQUANTIZE. Sound ones, and those that must be refused.
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <optional>

#include "compiler/graph/narrow_weights.h"
#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/tflite_words.h"

namespace narrows {
namespace {

/// Gives a float model the 8-bit weights and scales of its quantized twin.
TfliteBuilder hybrid(TfliteBuilder b, const TfliteBuilder& quantized) {
  b.tensor(w).type = quantized.model.subgraphs[0]->tensors[w]->type;
  b.tensor(w).quantization =
      std::make_unique<format::QuantizationParametersT>(*quantized.model.subgraphs[0]->tensors[w]->quantization);
  b.data(w) = quantized.model.buffers[quantized.model.subgraphs[0]->tensors[w]->buffer]->data;
  return b;
}
TfliteBuilder hybrid_conv() { return hybrid(small_conv(), small_conv(DType::i8)); }

TEST(TfliteHybrid, Conv) {
  const Graph graph = read(hybrid_conv());
  ASSERT_EQ(graph.ops.size(), 1u);
  EXPECT_EQ(graph.ops[0].inputs, (Ids{x, w, bias}));
  EXPECT_EQ(graph.tensors[w].type, DType::i8);
  EXPECT_EQ(graph.tensors[w].quant.scale.size(), 3u);
  EXPECT_EQ(graph.tensors[y].type, DType::f32);
}

TEST(TfliteHybrid, Depthwise) {
  const Graph graph = read(hybrid(small_depthwise(), small_depthwise(DType::i8)));
  EXPECT_EQ(graph.tensors[w].quant.scale.size(), 4u);
  EXPECT_EQ(graph.tensors[w].quant.axis, 3);
}

TEST(TfliteHybrid, FullyConnectedWithOneScale) {
  TfliteBuilder b = hybrid(small_fully_connected(), small_fully_connected(DType::i8));
  b.quantization(w).scale = {0.5f};
  b.quantization(w).zero_point = {0};
  const Graph graph = read(b);
  EXPECT_EQ(graph.tensors[w].type, DType::i8);
  EXPECT_EQ(graph.tensors[w].quant.scale, std::vector<float>{0.5f});
}

TEST(TfliteHybrid, FullyConnectedWithAScalePerChannel) {
  const Graph graph = read(hybrid(small_fully_connected(), small_fully_connected(DType::i8)));
  const Tensor& weights = graph.tensors[w];
  ASSERT_EQ(weights.quant.scale.size(), 3u);
  std::vector<float> ones(6, 1), biases(3), sums(3);
  Bytes input(sizeof(float) * ones.size());
  std::memcpy(input.data(), ones.data(), input.size());
  std::memcpy(biases.data(), graph.tensors[bias].data.data(), sizeof(float) * biases.size());
  const Bytes output = interpret(graph, {input})[y];
  std::memcpy(sums.data(), output.data(), output.size());
  const std::vector<float> reals = real_values(weights, weights.data);
  for (int c = 0; c < 3; ++c) {
    const float sum = std::accumulate(reals.begin() + c * 6, reals.begin() + c * 6 + 6, biases[c]);
    EXPECT_NEAR(sums[c], sum, 1e-5) << c;
  }
}

/// Weights may have more than one output channel, what is computed has batch 1; what nobody needs may be anything.
TEST(TfliteHalf, UnneededCopyOfWeights) {
  for (const bool needed : {false, true}) {
    TfliteBuilder b = small_conv(DType::i8);
    const int floats = b.add_tensor("floats", DType::f32, {3, 3, 3, 2});
    b.add_op(Code::DEQUANTIZE, {w}, {floats});
    const int copy = b.add_tensor("copy", DType::f32, {3, 3, 3, 2});
    b.add_op(Code::RELU, {floats}, {copy});
    b.add_op(Code::RELU, {copy}, {b.add_tensor("copy2", DType::f32, {3, 3, 3, 2})});
    if (needed) {
      const int image = b.add_input("image", DType::f32, {1, 3, 3, 2});
      const int sum = b.add_tensor("sum", DType::f32, {3, 3, 3, 2});
      b.add_op(Code::ADD, {image, copy}, {sum});
      b.subgraph().outputs.push_back(sum);
      EXPECT_EQ(errors_of(b),
                "m: op 2 RELU 'copy': error: output 'copy' with shape [3,3,3,2] has batch size 3; only batch size 1 is "
                "supported\n");
    } else {
      EXPECT_EQ(read(b).ops.size(), 1u);
    }
  }
}

/// The values of old models' UINT8 weights are signed.
TEST(TfliteHybrid, OldModels) {
  TfliteBuilder b = hybrid(small_fully_connected(), small_fully_connected(DType::u8));
  b.quantization(w).zero_point = {0};
  b.data(w)[0] = 0xff;
  const Graph graph = read(b);
  const Tensor& weights = graph.input(graph.ops[0], 1);
  EXPECT_EQ(weights.type, DType::i8);
  EXPECT_EQ(real_values(weights, weights.data)[0], -weights.scale());
}

TEST(BadHybrid, ZeroPoint) {
  TfliteBuilder b = hybrid_conv();
  b.quantization(w).scale = {0.01f};
  b.quantization(w).zero_point = {5};
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: weights 'w' have zero point 5, expected 0 with input 'x' of type FLOAT32\n");
  b = hybrid(small_fully_connected(), small_fully_connected(DType::u8));
  b.quantization(w).zero_point = {128};
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: weights 'w' have zero point 128, expected 0 with input 'x' of type "
            "FLOAT32\n");
}

TEST(BadHybrid, ZeroPointOfAChannel) {
  TfliteBuilder b = hybrid_conv();
  b.quantization(w).zero_point[2] = -1;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' has zero point -1 of channel 2; expected 0 where every channel has a scale\n");
}

TEST(BadHybrid, ScaleCount) {
  TfliteBuilder b = hybrid_conv();
  b.quantization(w).scale.resize(2);
  b.quantization(w).zero_point.resize(2);
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 1 'w' has 2 scales; expected 1, or 3 as in dimension 0 of its shape [3,3,3,2]\n");
  b = hybrid_conv();
  b.tensor(w).quantization.reset();
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: tensor 1 'w' has type INT8 but no quantization parameters\n");
}

TEST(BadHybrid, ScaleDimension) {
  TfliteBuilder b = hybrid_conv();
  b.quantization(w).quantized_dimension = 1;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: weights 'w' have scales along dimension 1, expected 0\n");
}

TEST(BadHybrid, Types) {
  TfliteBuilder b = hybrid_conv();
  b.tensor(w).type = format::TensorType::INT32;
  b.data(w).resize(54 * 4);
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: weights 'w' have type INT32, expected FLOAT32, or INT8, as in input 'x'\n");
  b = hybrid_conv();
  b.tensor(bias).type = format::TensorType::INT32;
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: bias 'bias' has type INT32, expected FLOAT32\n");
  b = hybrid_conv();
  b.tensor(y).type = format::TensorType::INT8;
  b.tensor(y).quantization = std::make_unique<format::QuantizationParametersT>(b.quantization(w));
  b.quantization(y).scale.resize(1);
  b.quantization(y).zero_point.resize(1);
  EXPECT_EQ(errors_of(b), "m: op 0 CONV_2D 'y': error: output 'y' has type INT8, expected FLOAT32 as in input 'x'\n");
}

TEST(BadHybrid, WeightsComputedAtRunTime) {
  TfliteBuilder b = hybrid(small_fully_connected(), small_fully_connected(DType::i8));
  b.data(w).clear();
  b.quantization(w).scale = {0.5f};
  b.quantization(w).zero_point = {0};
  b.subgraph().inputs = {x, w};
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: weights 'w': expected a constant, found a value computed at run "
            "time\n");
}

// ---- float16 -----------------------------------------------------------------------------------

/// Ids of float16_conv().
constexpr int half_w = 1, half_bias = 2, wide_w = 3, wide_bias = 4;

/// CONV_2D whose weights and bias are FLOAT16 constants behind DEQUANTIZE.
TfliteBuilder float16_conv() {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {1, 4, 4, 2});
  b.add_constant("w", DType::f16, {3, 3, 3, 2}, std::vector<uint8_t>(54 * 2, 0x3c));
  b.add_constant("bias", DType::f16, {3}, {0x00, 0x3c, 0x00, 0xc0, 0x00, 0x00});
  b.convert("w/float", half_w, DType::f32);
  b.convert("bias/float", half_bias, DType::f32);
  b.subgraph().outputs = {b.conv2d("y", {x, wide_w, wide_bias}, {})};
  return b;
}

TEST(TfliteFloat16, BehindDequantize) {
  const Graph graph = read(float16_conv());
  ASSERT_EQ(graph.ops.size(), 3u);
  EXPECT_EQ(graph.ops[0].kind, OpKind::dequantize);
  EXPECT_EQ(graph.tensors[half_w].type, DType::f16);
  EXPECT_EQ(graph.tensors[wide_w].type, DType::f32);
  EXPECT_EQ(graph.ops[2].inputs, (Ids{x, wide_w, wide_bias}));
}

TEST(TfliteFloat16, BehindCast) {
  TfliteBuilder b = float16_conv();
  b.model.operator_codes[0]->builtin_code = Code::CAST;
  b.model.operator_codes[0]->deprecated_builtin_code = static_cast<int8_t>(Code::CAST);
  EXPECT_EQ(read(b).ops[0].kind, OpKind::dequantize);
  b.tensor(wide_bias).type = format::TensorType::INT32;
  EXPECT_EQ(errors_of(b),
            "m: op 1 CAST 'bias/float': error: output 'bias/float' has type INT32, expected FLOAT32 for input 'bias' "
            "of type FLOAT16\n"
            "m: op 2 CONV_2D 'y': error: bias 'bias/float' has type INT32, expected FLOAT32\n");
}

TEST(BadFloat16, Activations) {
  TfliteBuilder b = small_conv();
  b.tensor(x).type = b.tensor(y).type = format::TensorType::FLOAT16;
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 0 'x' has type FLOAT16 and is computed at run time; only constants may have that type\n"
            "m: error: tensor 3 'y' has type FLOAT16 and is computed at run time; only constants may have that "
            "type\n");
}

TEST(BadFloat16, WithoutDequantize) {
  TfliteBuilder b = small_conv();
  b.tensor(w).type = format::TensorType::FLOAT16;
  b.data(w).resize(54 * 2);
  EXPECT_EQ(errors_of(b),
            "m: op 0 CONV_2D 'y': error: weights 'w' have type FLOAT16, expected FLOAT32, or INT8, as in input 'x'\n");
}

TEST(BadFloat16, Size) {
  TfliteBuilder b = float16_conv();
  b.data(half_bias).resize(5);
  EXPECT_EQ(errors_of(b),
            "m: error: tensor 2 'bias' with type FLOAT16 and shape [3] needs 6 bytes, but its buffer 2 has 5\n"
            "m: op 2 CONV_2D 'y': error: bias 'bias/float': expected a constant, found a value computed at run time\n");
}

TEST(BadFloat16, Result) {
  TfliteBuilder b = float16_conv();
  b.tensor(wide_w).shape = {3, 3, 3, 1};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 3 'w/float'", "[3,3,3,1]", "[3,3,3,2]"));
}

}  // namespace
}  // namespace narrows
