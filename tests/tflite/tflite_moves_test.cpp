// TFLite operators that move, pick and rank elements, and TRANSPOSE_CONV: what they become, and what is refused. What
// they compute is compared with recorded numbers, tests/golden/tflite_runs/.
#include <gtest/gtest.h>

#include "tests/support/bad_model.h"
#include "tests/support/tflite_words.h"

namespace narrows {
namespace {

template <class Options>
TfliteBuilder with_options(TfliteBuilder b, const Options& options) {
  b.op(0).builtin_options.Set(Options(options));
  return b;
}

std::vector<OpKind> kinds(const Graph& graph) {
  std::vector<OpKind> result;
  for (const Op& op : graph.ops) result.push_back(op.kind);
  return result;
}

// ---- moves ---------------------------------------------------------------------------------------

TfliteBuilder depth_to_space(int block) {
  format::DepthToSpaceOptionsT options;
  options.block_size = block;
  return with_options(one_op(Code::DEPTH_TO_SPACE, {1, 2, 3, 8}, {}, {1, 4, 6, 2}), options);
}

TEST(TfliteMoves, Blocks) {
  const Op op = read(depth_to_space(2)).ops.at(0);
  EXPECT_EQ(op.kind, OpKind::depth_to_space);
  EXPECT_EQ(op.attr.window.stride_h, 2);
  EXPECT_EQ(errors_of(depth_to_space(3)),
            "m: op 0 DEPTH_TO_SPACE 'y': error: input 'x' with shape [1,2,3,8] cannot be divided into blocks of 3x3\n");
  EXPECT_EQ(errors_of(depth_to_space(0)),
            "m: op 0 DEPTH_TO_SPACE 'y': error: block size 0 is out of range; expected 1 to 4096\n");
  format::SpaceToDepthOptionsT options;
  options.block_size = 2;
  EXPECT_EQ(errors_of(with_options(one_op(Code::SPACE_TO_DEPTH, {1, 2, 3, 8}, {}, {1, 1, 1, 32}), options)),
            "m: op 0 SPACE_TO_DEPTH 'y': error: input 'x' with shape [1,2,3,8] cannot be divided into blocks of 2x2\n");
}

TEST(TfliteMoves, Tile) {
  const std::vector<OpKind> one = {OpKind::reshape, OpKind::slice, OpKind::reshape};
  EXPECT_EQ(kinds(read(one_op(Code::TILE, {1, 2, 3, 4}, {1, 2, 3, 1}, {1, 4, 9, 4}))), one);
  const std::vector<OpKind> none = {OpKind::reshape};
  EXPECT_EQ(kinds(read(one_op(Code::TILE, {2, 3}, {1, 1}, {2, 3}))), none);
  EXPECT_EQ(
      errors_of(one_op(Code::TILE, {2, 3}, {2}, {4, 3})),
      "m: op 0 TILE 'y': error: multiples 'operand' are [2], expected 2 positive numbers for input 'x' with shape "
      "[2,3]\n");
  EXPECT_EQ(errors_of(one_op(Code::TILE, {2, 3}, {2, 0}, {4, 3})),
            "m: op 0 TILE 'y': error: multiples 'operand' are [2,0], expected 2 positive numbers for input 'x' with "
            "shape [2,3]\n");
  EXPECT_EQ(errors_of(one_op(Code::TILE, {1, 2, 3, 4}, {2, 1, 1, 1}, {2, 2, 3, 4})).substr(0, 70),
            "m: op 0 TILE 'y': error: output 'y' with shape [2,2,3,4] has batch siz");
}

TEST(TfliteMoves, Reverse) {
  const Op op = read(one_op(Code::REVERSE_V2, {2, 3}, {-1}, {2, 3})).ops.at(0);
  EXPECT_EQ(op.attr.begin, (Ids{0, 2}));
  EXPECT_EQ(op.attr.steps, (Ids{1, -1}));
  EXPECT_EQ(errors_of(one_op(Code::REVERSE_V2, {2, 3}, {2}, {2, 3})),
            "m: op 0 REVERSE_V2 'y': error: axis 2 is out of range; expected -2 to 1\n");
}

TfliteBuilder mirror_pad(const std::vector<int32_t>& pads, int mode) {
  TfliteBuilder b = one_op(Code::MIRROR_PAD, {3, 4}, pads, {3, 7});
  b.tensor(1).shape = {2, 2};
  format::MirrorPadOptionsT options;
  options.mode = static_cast<format::MirrorPadMode>(mode);
  return with_options(b, options);
}

TEST(TfliteMoves, MirrorPad) {
  EXPECT_EQ(read(mirror_pad({0, 0, 3, 0}, 0)).ops.at(0).attr.mirror, Mirror::reflect);
  EXPECT_EQ(errors_of(mirror_pad({0, 0, 4, 0}, 0)),
            "m: op 0 MIRROR_PAD 'y': error: padding 4 and 0 of dimension 1 is out of range; expected 0 to 3 with mode "
            "REFLECT\n");
  EXPECT_EQ(errors_of(mirror_pad({0, 4, 4, 0}, 1)),
            "m: op 0 MIRROR_PAD 'y': error: padding 0 and 4 of dimension 0 is out of range; expected 0 to 3 with mode "
            "SYMMETRIC\n");
  EXPECT_EQ(errors_of(mirror_pad({0, 0, 3, 0}, 2)),
            "m: op 0 MIRROR_PAD 'y': error: mode 2 is not supported; supported: REFLECT, SYMMETRIC\n");
}

// ---- picks ---------------------------------------------------------------------------------------

TfliteBuilder gather(const std::vector<int32_t>& indices, int axis, int batch = 0) {
  format::GatherOptionsT options;
  options.axis = axis;
  options.batch_dims = batch;
  const int count = static_cast<int>(indices.size());
  return with_options(one_op(Code::GATHER, {2, 9}, indices, axis == 0 ? Shape{count, 9} : Shape{2, count}), options);
}

TEST(TfliteMoves, Gather) {
  EXPECT_EQ(read(gather({3, 5, 7}, 1)).ops.at(0).kind, OpKind::slice);
  EXPECT_EQ(read(gather({3, 5, 8}, 1)).ops.at(0).kind, OpKind::gather);
  EXPECT_EQ(errors_of(gather({3, 9}, 1)), "m: op 0 GATHER 'y': error: index 9 is out of range; expected 0 to 8\n");
  EXPECT_EQ(errors_of(gather({0, -1}, 0)), "m: op 0 GATHER 'y': error: index -1 is out of range; expected 0 to 1\n");
  EXPECT_EQ(errors_of(gather({3, 4}, 2)), "m: op 0 GATHER 'y': error: axis 2 is out of range; expected -2 to 1\n");
  EXPECT_EQ(errors_of(gather({3, 4, 5}, 1, 1)),
            "m: op 0 GATHER 'y': error: 1 batch dimensions do not fit axis 1, input 'x' with shape [2,9] and indices "
            "'operand' with shape [3]\n");
  EXPECT_EQ(errors_of(one_op(Code::GATHER_ND, {2, 9}, {0, 1, 2}, {1})),
            "m: op 0 GATHER_ND 'y': error: indices 'operand' with shape [3] do not fit input 'x' with shape [2,9]\n");
}

/// The four dimensions are those of the indices.
TEST(TfliteMoves, GatherNdOfWhatIsNoBatchOfMaps) {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1, 24});
  const int cells = b.reshape("cells", in, {2, 3, 2, 2});
  const int picked = b.add_tensor("picked", DType::f32, {1, 2});
  b.add_op(Code::GATHER_ND, {cells, b.add_ints("indices", {1, 3}, {1, 2, 0})}, {picked});
  b.subgraph().outputs = {picked};
  const Graph graph = read(b);
  EXPECT_EQ(kinds(graph), (std::vector<OpKind>{OpKind::reshape, OpKind::gather, OpKind::reshape}));
  EXPECT_EQ(graph.output(graph.ops[0]).shape, (Shape{1, 2, 3, 2, 2}));
  const int other = b.unary(Code::RELU, "other", cells);
  b.subgraph().outputs = {picked, other};
  EXPECT_EQ(
      errors_of(b),
      "m: op 0 RESHAPE 'cells': error: output 'cells' with shape [2,3,2,2] has batch size 2; only batch size 1 is "
      "supported\n");
}

// ---- ranks ---------------------------------------------------------------------------------------

TfliteBuilder top_k(int k) {
  TfliteBuilder b = one_op(Code::TOPK_V2, {2, 9}, {k}, {2, k});
  b.op(0).outputs.push_back(b.add_tensor("places", DType::i32, {2, k}));
  return b;
}

TEST(TfliteMoves, TopK) {
  EXPECT_EQ(read(top_k(4)).ops.at(0).kind, OpKind::top_k);
  EXPECT_EQ(errors_of(top_k(10)),
            "m: op 0 TOPK_V2 'y': error: asks for 10 values of input 'x' with shape [2,9]; expected 1 to its last "
            "dimension\n");
  EXPECT_EQ(errors_of(one_op(Code::TOPK_V2, {2, 9}, {3}, {2, 3})),
            "m: op 0 TOPK_V2 'y': error: has 1 outputs, expected 2\n");
}

TfliteBuilder suppression(float iou, int most) {
  TfliteBuilder b;
  const int boxes = b.add_input("boxes", DType::f32, {20, 4}), scores = b.add_input("scores", DType::f32, {20});
  const int found = b.add_tensor("found", DType::i32, {5}), count = b.add_tensor("count", DType::i32, {});
  b.add_op(
      Code::NON_MAX_SUPPRESSION_V4,
      {boxes, scores, b.add_ints("most", {}, {most}), b.add_floats("iou", {}, {iou}), b.add_floats("least", {}, {0})},
      {found, count});
  b.subgraph().outputs = {found, count};
  return b;
}

TEST(TfliteMoves, Suppression) {
  EXPECT_EQ(read(suppression(0.5f, 5)).ops.at(0).attr.detection.max_detections, 5);
  EXPECT_EQ(errors_of(suppression(0.5f, 0)),
            "m: op 0 NON_MAX_SUPPRESSION_V4 'found': error: the most boxes are 0; expected 1 to 1048576\n");
  TfliteBuilder b = suppression(0.5f, 5);
  b.tensor(1).shape = {19};
  EXPECT_EQ(errors_of(b),
            "m: op 0 NON_MAX_SUPPRESSION_V4 'found': error: boxes 'boxes' and scores 'scores' have shapes [20,4] and "
            "[19], expected [n,4] and [n]\n");
}

// ---- TRANSPOSE_CONV ------------------------------------------------------------------------------

TfliteBuilder transpose_conv(const std::vector<int32_t>& shape, int stride) {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1, 3, 4, 2});
  const int weights = b.add_floats("w", {3, 3, 3, 2}, std::vector<float>(54, 0.5f));
  const int out = b.add_tensor("y", DType::f32, shape);
  format::TransposeConvOptionsT options;
  options.stride_h = options.stride_w = stride;
  b.add_op(Code::TRANSPOSE_CONV, {b.add_ints("shape", {4}, shape), weights, in}, {out}, options);
  b.subgraph().outputs = {out};
  return b;
}

/// Version 4 has activations, which the convolution takes.
TEST(TfliteTransposeConv, BecomesAConvolution) {
  TfliteBuilder b = transpose_conv({1, 6, 8, 3}, 2);
  b.options<format::TransposeConvOptionsT>(0).fused_activation_function = TfliteBuilder::Fused::RELU6;
  const Graph graph = read(b);
  ASSERT_EQ(kinds(graph), (std::vector<OpKind>{OpKind::conv2d, OpKind::depth_to_space}));
  EXPECT_EQ(graph.ops[0].attr.activation, Activation::relu6);
  EXPECT_EQ(graph.output(graph.ops[0]).shape, (Shape{1, 3, 4, 12}));
  EXPECT_FALSE(graph.ops[1].attr.window.pad.any());
  EXPECT_EQ(kinds(read(transpose_conv({1, 3, 4, 3}, 1))), std::vector<OpKind>{OpKind::conv2d});
}

/// Weights of 16 bits stay that.
TEST(TfliteTransposeConv, NarrowWeights) {
  TfliteBuilder b = transpose_conv({1, 6, 8, 3}, 2);
  const int half = b.add_constant("half", DType::f16, {3, 3, 3, 2}, std::vector<uint8_t>(108, 0x38));
  const int widened = b.convert("widened", half, DType::f32);
  std::swap(b.subgraph().operators[0], b.subgraph().operators[1]);
  b.op(1).inputs[1] = widened;
  const Graph graph = read(b);
  const Op &conv = graph.ops[graph.ops.size() - 2], &widen = graph.ops.at(graph.producer(conv.inputs[1]));
  EXPECT_EQ(conv.kind, OpKind::conv2d);
  EXPECT_EQ(graph.output(widen).shape, (Shape{12, 2, 2, 2}));
  EXPECT_EQ(graph.input(widen, 0).type, DType::f16);
}

TEST(TfliteTransposeConv, Errors) {
  EXPECT_EQ(errors_of(transpose_conv({1, 6, 8, 4}, 2)),
            "m: op 0 TRANSPOSE_CONV 'y': error: output shape 'shape' is [1,6,8,4], expected [1,h,w,3]\n");
  EXPECT_EQ(errors_of(transpose_conv({1, 6, 8, 3}, 0)),
            "m: op 0 TRANSPOSE_CONV 'y': error: stride 0x0 is out of range; expected 1 to 4096\n");
  TfliteBuilder b = transpose_conv({1, 6, 8, 3}, 2);
  b.tensor(0).shape = {1, 3, 4, 5};
  EXPECT_EQ(
      errors_of(b),
      "m: op 0 TRANSPOSE_CONV 'y': error: weights 'w' with shape [3,3,3,2] have 2 input channels, expected 5 as in "
      "input 'x' with shape [1,3,4,5]\n");
}

}  // namespace
}  // namespace narrows
