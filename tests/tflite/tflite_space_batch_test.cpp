// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around convolutions, and the arithmetic that computes their padding. What
// they compute is compared with recorded numbers, tests/golden/tflite_runs/.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Padding = TfliteBuilder::Padding;
using Ids = std::vector<int>;

/// x [1,5,5,2], in blocks of 2x2 with the paddings and crops, through a convolution of 3x3. Ids: x 0, block 1, pads 2,
/// crops 3, weights 4, cut 5, y 6, joined 7.
TfliteBuilder in_blocks(const Ids& pads = {2, 3, 2, 3}, const Ids& crops = {0, 1, 0, 1}, int stride = 1) {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {1, 5, 5, 2});
  b.add_ints("block", {2}, {2, 2});
  b.add_ints("pads", {2, 2}, pads);
  b.add_ints("crops", {2, 2}, crops);
  b.add_floats("w", {3, 3, 3, 2}, std::vector<float>(54, 0.5f));
  b.add_tensor("cut", DType::f32, {4, 5, 5, 2});
  b.add_op(Code::SPACE_TO_BATCH_ND, {0, 1, 2}, {5});
  b.conv2d("y", {5, 4}, {stride, Padding::VALID});
  b.add_tensor("joined", DType::f32, {1, 5, 5, 3});
  b.add_op(Code::BATCH_TO_SPACE_ND, {6, 1, 3}, {7});
  b.subgraph().outputs = {7};
  return b;
}

TEST(TfliteSpaceBatch, BecomesADilation) {
  const Graph graph = read_sound_model(in_blocks().finish());
  ASSERT_EQ(graph.ops.size(), 3u);
  EXPECT_EQ(graph.ops[0].kind, OpKind::pad);
  EXPECT_EQ(graph.ops[1].kind, OpKind::conv2d);
  EXPECT_EQ(graph.ops[1].attr.window.dilation_h, 2);
  EXPECT_EQ(graph.ops[1].attr.window.dilation_w, 2);
  EXPECT_EQ(graph.ops[2].kind, OpKind::slice);
  EXPECT_EQ(graph.tensors[7].shape, (Shape{1, 5, 5, 3}));
}

TEST(TfliteSpaceBatch, Errors) {
  EXPECT_EQ(errors_of(in_blocks({2, 2, 2, 3})),
            "m: op 0 SPACE_TO_BATCH_ND 'cut': error: the padded map of 9x10 cannot be cut into blocks of 2x2\n");
  EXPECT_EQ(errors_of(in_blocks({2, -3, 2, 3})),
            "m: op 0 SPACE_TO_BATCH_ND 'cut': error: paddings 'pads' are [2,-3,2,3], expected 4 numbers from 0 to "
            "1048576\n");
  EXPECT_EQ(errors_of(in_blocks({2, 3, 2, 3}, {3, 3, 0, 1})),
            "m: op 2 BATCH_TO_SPACE_ND 'joined': error: crops [3,3,0,1] leave nothing of a map of 6x6\n");
  EXPECT_EQ(errors_of(in_blocks({2, 3, 2, 3}, {0, 1, 0, 1}, 2)),
            "m: op 1 CONV_2D 'y': error: stride 2x2 is not supported between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND; "
            "supported: 1x1\n");
  TfliteBuilder b = in_blocks();
  b.op(2).inputs[1] = b.add_ints("other", {2}, {1, 2});
  EXPECT_EQ(
      errors_of(b),
      "m: op 2 BATCH_TO_SPACE_ND 'joined': error: joins blocks of 1x2, which no SPACE_TO_BATCH_ND has made of input "
      "'y'\n");
  b = in_blocks();
  b.op(0).inputs[1] = b.add_ints("none", {2}, {0, 2});
  EXPECT_EQ(errors_of(b),
            "m: op 0 SPACE_TO_BATCH_ND 'cut': error: block shape 'none' is [0,2], expected a height and a width from 1 "
            "to 4096\n");
}

TEST(TfliteSpaceBatch, OtherReaders) {
  TfliteBuilder b = in_blocks();
  b.subgraph().outputs.push_back(b.softmax("s", 5));
  EXPECT_EQ(
      errors_of(b),
      "m: op 3 SOFTMAX 's': error: reads 'cut', which SPACE_TO_BATCH_ND has cut into blocks; supported between that "
      "and BATCH_TO_SPACE_ND: CONV_2D, DEPTHWISE_CONV_2D, RELU, RELU6, RELU_N1_TO_1, and ADD, MUL and SUB with a "
      "constant for each channel\n");
  b = in_blocks();
  b.subgraph().outputs.push_back(6);
  EXPECT_EQ(errors_of(b),
            "m: op 1 CONV_2D 'y': error: writes the model output 'y' in blocks, which no BATCH_TO_SPACE_ND joins\n");
}

/// What BiasAdd and activations leave between the two.
TEST(TfliteSpaceBatch, OperatorsOnSinglePixels) {
  TfliteBuilder b = in_blocks();
  const int sum = b.add("sum", 6, b.add_floats("bias", {3}, {1, 2, 3}));
  b.op(2).inputs[0] = b.unary(Code::RELU6, "clamped", sum);
  std::swap(b.subgraph().operators[2], b.subgraph().operators[4]);
  std::swap(b.subgraph().operators[2], b.subgraph().operators[3]);
  const Graph graph = read_sound_model(b.finish());
  EXPECT_EQ(graph.ops.size(), 5u);
  EXPECT_EQ(graph.tensors[7].shape, (Shape{1, 5, 5, 3}));
}

/// The pads of a map whose size comes with --shape: (-size mod 2) behind, as TensorFlow computes it.
TEST(TfliteSpaceBatch, ComputedPadding) {
  TfliteBuilder b = in_blocks();
  b.tensor(0).shape = {1, 1, 1, 2};
  b.tensor(0).shape_signature = {1, -1, -1, 2};
  const int shape = b.add_tensor("shape", DType::i32, {4}), sizes = b.add_tensor("sizes", DType::i32, {2});
  const int negative = b.add_tensor("negative", DType::i32, {2}), rest = b.add_tensor("rest", DType::i32, {2});
  const int behind = b.add_tensor("behind", DType::i32, {2}), pads = b.add_tensor("computed", DType::i32, {2, 2});
  const int two = b.add_ints("two", {1}, {2}), twos = b.add_ints("twos", {2}, {2, 2});
  auto& operators = b.subgraph().operators;
  const size_t first = operators.size();
  b.add_op(Code::SHAPE, {0}, {shape});
  b.add_op(Code::SLICE, {shape, b.add_ints("one", {1}, {1}), two}, {sizes});
  b.add_op(Code::SUB, {b.add_ints("zero", {2}, {0, 0}), sizes}, {negative});
  b.add_op(Code::FLOOR_MOD, {negative, twos}, {rest});
  b.add_op(Code::ADD, {rest, twos}, {behind});
  tflite_format::PackOptionsT pack;
  pack.values_count = 2, pack.axis = 1;
  b.add_op(Code::PACK, {twos, behind}, {pads}, pack);
  b.op(0).inputs[2] = pads;
  std::rotate(operators.begin(), operators.begin() + static_cast<std::ptrdiff_t>(first), operators.end());
  b.data(3) = std::vector<uint8_t>(16, 0);
  for (const int size : {5, 8}) {
    ReadOptions options;
    options.shapes = {{"x[1]", size}, {"x[2]", size}};
    const Graph graph = read_sound_model(b.finish(), options);
    ASSERT_EQ(graph.ops.size(), 3u);
    EXPECT_EQ(graph.ops[0].attr.pads[1], (std::array<int, 2>{2, 2 + size % 2}));
  }
}

TEST(TfliteFloorMod, OfConstants) {
  TfliteBuilder b = one_op(Code::RELU, {1, 6}, {}, {1, 6});
  const int known = b.add_tensor("known", DType::i32, {6});
  b.add_op(Code::FLOOR_MOD,
           {b.add_ints("a", {6}, {7, -7, 7, -7, INT32_MIN, 6}), b.add_ints("b", {6}, {3, 3, -3, -3, -1, 2})}, {known});
  b.subgraph().outputs.push_back(known);
  const Graph graph = read_sound_model(b.finish());
  const auto* values = reinterpret_cast<const int32_t*>(graph.tensors[known].data.data());
  EXPECT_EQ(std::vector<int32_t>(values, values + 6), (std::vector<int32_t>{1, 2, -2, -1, 0, 0}));
  b.data(b.op(1).inputs[1]) = std::vector<uint8_t>(24, 0);
  EXPECT_EQ(errors_of(b), "m: op 1 FLOOR_MOD 'known': error: divisor 'b' is 0 at element 0\n");
}

}  // namespace
}  // namespace narrows
