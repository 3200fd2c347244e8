// Sound TFLite models: every operator arrives in the Graph with the right attributes, and the oddities of
// real files do no harm.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Fused = TfliteBuilder::Fused;
using Padding = TfliteBuilder::Padding;
using Ids = std::vector<int>;
namespace format = tflite_format;

/// Reads a model that must be sound; the result holds the promises of graph.h.
Graph read(const std::vector<uint8_t>& bytes) {
  Diagnostics diagnostics("m");
  std::optional<Graph> graph = read_model(bytes, "m", diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  if (!graph) return {};
  EXPECT_EQ(verify(*graph), std::vector<std::string>{});
  return *graph;
}

Graph read(const TfliteBuilder& builder) { return read(builder.finish()); }

/// The only operator of the model.
Op read_op(const TfliteBuilder& builder) {
  const Graph graph = read(builder);
  EXPECT_EQ(graph.ops.size(), 1u);
  return graph.ops.empty() ? Op() : graph.ops[0];
}

TfliteBuilder image(DType type = DType::f32, const Shape& shape = {1, 5, 6, 2}) {
  TfliteBuilder b;
  b.add_input("x", type, shape, per_tensor(0.5f, type == DType::u8 ? 128 : 0));
  return b;
}

TEST(TfliteReader, Conv) {
  const Graph graph = read(small_conv());
  ASSERT_EQ(graph.ops.size(), 1u);
  const Op& op = graph.ops[0];
  EXPECT_EQ(graph.name, "m");
  EXPECT_EQ(graph.inputs, Ids{x});
  EXPECT_EQ(graph.outputs, Ids{y});
  EXPECT_EQ(op.kind, OpKind::conv2d);
  EXPECT_EQ(op.inputs, (Ids{x, w, bias}));
  EXPECT_EQ(op.output, y);
  EXPECT_EQ(op.attr.window.kernel_h, 3);
  EXPECT_EQ(op.attr.window.pad, (narrows::Padding{1, 1, 1, 1}));
  EXPECT_EQ(op.attr.activation, Activation::none);
  ASSERT_EQ(op.origins.size(), 1u);
  EXPECT_EQ(op.origins[0].index, 0);
  EXPECT_EQ(op.origins[0].op, "CONV_2D");
  EXPECT_EQ(op.origins[0].name, "y");
}

TEST(TfliteReader, ConvStrideDilationValid) {
  TfliteBuilder b = image(DType::f32, {1, 9, 8, 2});
  const int weights = b.add_weights("w", DType::f32, {3, 3, 2, 2}, std::vector<float>(36), 0);
  b.subgraph().outputs = {b.conv2d("y", {x, weights}, {1, Padding::VALID, 2}, Fused::RELU6)};
  const Graph graph = read(b);
  const Op& op = graph.ops.at(0);
  EXPECT_EQ(op.inputs, (Ids{x, weights}));  // the absent bias is left out
  EXPECT_EQ(graph.output(op).shape, (Shape{1, 5, 6, 3}));
  EXPECT_EQ(op.attr.window.dilation_w, 2);
  EXPECT_FALSE(op.attr.window.pad.any());
  EXPECT_EQ(op.attr.activation, Activation::relu6);
}

/// An even input with stride 2 has its odd pixel of padding at the end.
TEST(TfliteReader, SamePaddingIsUneven) {
  TfliteBuilder b = image(DType::f32, {1, 6, 7, 2});
  const int weights = b.add_weights("w", DType::f32, {3, 3, 3, 2}, std::vector<float>(54), 0);
  b.subgraph().outputs = {b.conv2d("y", {x, weights}, {2})};
  EXPECT_EQ(read_op(b).attr.window.pad, (narrows::Padding{0, 1, 1, 1}));
}

TEST(TfliteReader, ConvInt8PerChannel) {
  const Graph graph = read(small_conv(DType::i8));
  EXPECT_EQ(graph.tensors[w].quant.scale.size(), 3u);
  EXPECT_EQ(graph.tensors[w].quant.axis, 0);
  EXPECT_EQ(graph.tensors[x].scale(), 0.5f);
  EXPECT_EQ(graph.tensors[bias].type, DType::i32);
}

TEST(TfliteReader, ConvUint8WithWeightZeroPoint) {
  const Graph graph = read(small_conv(DType::u8));
  EXPECT_EQ(graph.tensors[w].quant.scale.size(), 1u);
  EXPECT_NE(graph.tensors[w].zero_point(), 0);
}

TEST(TfliteReader, BiasWithoutScale) {
  TfliteBuilder b = small_conv(DType::i8);
  b.tensor(bias).quantization.reset();
  EXPECT_EQ(read_op(b).inputs.size(), 3u);
}

TEST(TfliteReader, DepthwiseConv) {
  const Graph graph = read(small_depthwise(DType::i8));
  const Op& op = graph.ops.at(0);
  EXPECT_EQ(op.kind, OpKind::depthwise_conv2d);
  EXPECT_EQ(graph.output(op).shape, (Shape{1, 4, 4, 4}));
  EXPECT_EQ(graph.input(op, 1).quant.axis, 3);
}

TEST(TfliteReader, DepthMultiplierLeftOut) {
  TfliteBuilder b = small_depthwise();
  b.options<format::DepthwiseConv2DOptionsT>(0).depth_multiplier = 0;
  EXPECT_EQ(read_op(b).kind, OpKind::depthwise_conv2d);
}

TEST(TfliteReader, FullyConnected) {
  TfliteBuilder b = small_fully_connected(DType::u8);
  b.options<format::FullyConnectedOptionsT>(0).fused_activation_function = Fused::RELU;
  const Op op = read_op(b);
  EXPECT_EQ(op.kind, OpKind::fully_connected);
  EXPECT_EQ(op.attr.activation, Activation::relu);
}

TEST(TfliteReader, FullyConnectedFlattensItsInput) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(x).shape = {1, 1, 2, 3};
  EXPECT_EQ(read_op(b).inputs, (Ids{x, w, bias}));
}

TEST(TfliteReader, FullyConnectedKeepsDimensions) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(x).shape = {1, 1, 2, 6};
  b.tensor(y).shape = {1, 1, 2, 3};
  b.options<format::FullyConnectedOptionsT>(0).keep_num_dims = true;
  EXPECT_EQ(read_op(b).output, y);
}

TEST(TfliteReader, Pools) {
  TfliteBuilder b = image(DType::u8);
  const int pooled = b.pool(Code::AVERAGE_POOL_2D, "a", x, {2, Padding::SAME, 1, 3, 2}, Fused::RELU);
  b.subgraph().outputs = {b.pool(Code::MAX_POOL_2D, "m", pooled, {1, Padding::VALID, 1, 2, 2})};
  const Graph graph = read(b);
  const Op &average = graph.ops.at(0), &maximum = graph.ops.at(1);
  EXPECT_EQ(average.kind, OpKind::average_pool);
  EXPECT_EQ(average.attr.window.kernel_h, 3);
  EXPECT_EQ(average.attr.window.kernel_w, 2);
  EXPECT_EQ(average.attr.window.pad, (narrows::Padding{1, 1, 0, 0}));
  EXPECT_EQ(average.attr.activation, Activation::relu);
  EXPECT_EQ(maximum.kind, OpKind::max_pool);
  EXPECT_FALSE(maximum.attr.window.pad.any());
}

TEST(TfliteReader, BinaryOperatorsBroadcast) {
  TfliteBuilder b = image();
  const int c = b.add_floats("c", {2}, {1, 2});
  int last = x;
  for (const Code code : {Code::ADD, Code::SUB, Code::MUL}) {
    const int out = b.add_tensor("y", DType::f32, {1, 5, 6, 2});
    b.add_op(code, {c, last}, {out});  // options are absent where all of them have their defaults
    last = out;
  }
  b.subgraph().outputs = {last};
  const Graph graph = read(b);
  EXPECT_EQ(graph.ops.at(0).kind, OpKind::add);
  EXPECT_EQ(graph.ops.at(1).kind, OpKind::sub);
  EXPECT_EQ(graph.ops.at(2).kind, OpKind::mul);
  EXPECT_EQ(graph.ops.at(2).inputs.at(0), c);
}

TEST(TfliteReader, AddWithActivation) {
  TfliteBuilder b = image(DType::i8);
  b.subgraph().outputs = {b.add("y", x, x, Fused::RELU_N1_TO_1, per_tensor(1, 3))};
  const Op op = read_op(b);
  EXPECT_EQ(op.inputs, (Ids{x, x}));
  EXPECT_EQ(op.attr.activation, Activation::relu_n1_to_1);
}

TEST(TfliteReader, Activations) {
  TfliteBuilder b = image();
  int last = x;
  for (const Code code : {Code::RELU, Code::RELU6, Code::RELU_N1_TO_1, Code::LOGISTIC}) last = b.unary(code, "y", last);
  b.subgraph().outputs = {last};
  const Graph graph = read(b);
  EXPECT_EQ(graph.ops.at(0).attr.activation, Activation::relu);
  EXPECT_EQ(graph.ops.at(1).attr.activation, Activation::relu6);
  EXPECT_EQ(graph.ops.at(2).attr.activation, Activation::relu_n1_to_1);
  EXPECT_EQ(graph.ops.at(2).kind, OpKind::relu);
  EXPECT_EQ(graph.ops.at(3).kind, OpKind::logistic);
}

TEST(TfliteReader, SoftmaxAndConversions) {
  TfliteBuilder b = image(DType::f32, {1, 10});
  const int quantized = b.convert("q", x, DType::u8, per_tensor(0.1f, 7));
  const int shifted = b.convert("s", quantized, DType::i8, per_tensor(0.1f, -121));
  const int result = b.softmax("p", shifted, 2);
  b.subgraph().outputs = {b.convert("y", result, DType::f32)};
  const Graph graph = read(b);
  EXPECT_EQ(graph.ops.at(0).kind, OpKind::quantize);
  EXPECT_EQ(graph.ops.at(1).kind, OpKind::quantize);
  EXPECT_EQ(graph.ops.at(2).kind, OpKind::softmax);
  EXPECT_EQ(graph.ops.at(2).attr.beta, 2);
  EXPECT_EQ(graph.ops.at(3).kind, OpKind::dequantize);
}

TEST(TfliteReader, Pad) {
  TfliteBuilder b = one_op(Code::PAD, {1, 4, 4, 2}, {0, 0, 0, 1, 2, 1, 0, 0}, {1, 5, 7, 2});
  b.tensor(1).shape = {4, 2};
  const Op op = read_op(b);
  EXPECT_EQ(op.kind, OpKind::pad);
  EXPECT_EQ(op.inputs, Ids{x});  // the paddings stay in the graph as an unused constant
  EXPECT_EQ(op.attr.pads, (std::vector<std::array<int, 2>>{{0, 0}, {0, 1}, {2, 1}, {0, 0}}));
}

TEST(TfliteReader, PadV2WithZero) {
  TfliteBuilder b = one_op(Code::PADV2, {4}, {1, 1}, {6});
  b.tensor(1).shape = {1, 2};
  b.op(0).inputs.push_back(b.add_floats("zero", {}, {0}));
  EXPECT_EQ(read_op(b).kind, OpKind::pad);
}

TEST(TfliteReader, PadWithInt64) {
  TfliteBuilder b = one_op(Code::PAD, {4}, {1, 0, 2, 0}, {7});
  b.tensor(1).type = format::TensorType::INT64;
  b.tensor(1).shape = {1, 2};
  EXPECT_EQ(read_op(b).attr.pads, (std::vector<std::array<int, 2>>{{1, 2}}));
}

TEST(TfliteReader, MeanAxesAreSortedAndUnique) {
  const TfliteBuilder b = one_op(Code::MEAN, {1, 4, 4, 2}, {-2, 1, 2}, {1, 2});
  EXPECT_EQ(read_op(b).attr.axes, (Ids{1, 2}));
}

TEST(TfliteReader, MeanKeepsDimensions) {
  TfliteBuilder b = one_op(Code::MEAN, {1, 4, 4, 2}, {1, 2}, {1, 1, 1, 2});
  format::ReducerOptionsT options;
  options.keep_dims = true;
  b.op(0).builtin_options.Set(std::move(options));
  EXPECT_EQ(read_op(b).kind, OpKind::mean);
}

TEST(TfliteReader, Concatenation) {
  TfliteBuilder b = image(DType::u8);
  const int out = b.add_tensor("y", DType::u8, {1, 5, 6, 4}, per_tensor(1, 0));  // scales may differ
  format::ConcatenationOptionsT options;
  options.axis = -1;
  b.add_op(Code::CONCATENATION, {x, x}, {out}, std::move(options));
  b.subgraph().outputs = {out};
  const Op op = read_op(b);
  EXPECT_EQ(op.kind, OpKind::concatenation);
  EXPECT_EQ(op.inputs, (Ids{x, x}));
  EXPECT_EQ(op.attr.axis, 3);
}

TEST(TfliteReader, Transpose) {
  const TfliteBuilder b = one_op(Code::TRANSPOSE, {1, 3, 4, 5}, {0, 2, -1, 1}, {1, 4, 5, 3});
  EXPECT_EQ(read_op(b).attr.axes, (Ids{0, 2, 3, 1}));
}

TEST(TfliteReader, ReshapeByOperand) {
  EXPECT_EQ(read_op(one_op(Code::RESHAPE, {1, 1, 1, 6}, {2, -1}, {2, 3})).kind, OpKind::reshape);
}

TEST(TfliteReader, ReshapeByOption) {
  TfliteBuilder b = one_op(Code::RESHAPE, {1, 6}, {}, {3, 2});
  format::ReshapeOptionsT options;
  options.new_shape = {-1, 2};
  b.op(0).builtin_options.Set(std::move(options));
  EXPECT_EQ(read_op(b).inputs, Ids{x});
}

TEST(TfliteReader, Squeeze) {
  TfliteBuilder b = one_op(Code::SQUEEZE, {1, 1, 1, 6}, {}, {1, 6});
  format::SqueezeOptionsT options;
  options.squeeze_dims = {1, -2};
  b.op(0).builtin_options.Set(std::move(options));
  EXPECT_EQ(read_op(b).kind, OpKind::reshape);
  EXPECT_EQ(read_op(one_op(Code::SQUEEZE, {1, 2, 1, 6}, {}, {2, 6})).kind, OpKind::reshape);
}

TEST(TfliteReader, ExpandDims) {
  EXPECT_EQ(read_op(one_op(Code::EXPAND_DIMS, {2, 6}, {-1}, {2, 6, 1})).kind, OpKind::reshape);
}

/// The numbers of a bias count in units of input scale * weight scale, whatever scale the file gives it.
TEST(TfliteReader, BiasScaleThatMeansNothing) {
  for (const TfliteBuilder& sound :
       {small_conv(DType::i8), small_depthwise(DType::i8), small_fully_connected(DType::i8)}) {
    const Graph expected = read(sound);
    for (const float scale : {1e-9f, 1000.0f, 0.0f}) {
      TfliteBuilder b = sound;
      for (float& s : b.quantization(bias).scale) s = scale;
      const Graph graph = read(b);
      ASSERT_EQ(graph.ops.size(), 1u);
      EXPECT_EQ(graph.tensors[bias].data, expected.tensors[bias].data);
      const Bytes input = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                           1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
      const Bytes x_bytes(input.begin(), input.begin() + graph.tensors[x].bytes());
      EXPECT_EQ(interpret(graph, {x_bytes})[y], interpret(expected, {x_bytes})[y]);
    }
  }
}

}  // namespace
}  // namespace narrows
