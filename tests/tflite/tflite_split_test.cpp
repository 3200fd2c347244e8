// How the TFLite front end reads SPLIT_V, UNPACK, BROADCAST_TO and arithmetic on shapes.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Ids = std::vector<int32_t>;
namespace format = tflite_format;

Graph read(const TfliteBuilder& builder) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_tflite(builder.finish(), "m", diagnostics);
  NARROWS_CHECK(graph.has_value(), diagnostics.str());
  EXPECT_EQ(verify(*graph), std::vector<std::string>());
  return *graph;
}

// ---- SPLIT_V and UNPACK --------------------------------------------------------------------------

TfliteBuilder split_v(const Ids& sizes, const std::vector<Shape>& outputs) {
  TfliteBuilder b;
  const int input = b.add_input("x", DType::u8, {1, 6, 2}, per_tensor(0.5f, 3));
  const int list = b.add_ints("sizes", {static_cast<int>(sizes.size())}, sizes);
  const int axis = b.add_ints("axis", {}, {1});
  for (const Shape& shape : outputs)
    b.subgraph().outputs.push_back(b.add_tensor("y", DType::u8, shape, per_tensor(0.5f, 3)));
  b.add_op(Code::SPLIT_V, {input, list, axis}, b.subgraph().outputs, format::SplitVOptionsT());
  return b;
}

TEST(TfliteSplitV, BecomesSlices) {
  const Graph graph = read(split_v({1, -1, 2}, {{1, 1, 2}, {1, 3, 2}, {1, 2, 2}}));
  ASSERT_EQ(graph.ops.size(), 3u);
  EXPECT_EQ(graph.ops[0].attr.begin, (Ids{0, 0, 0}));
  EXPECT_EQ(graph.ops[1].attr.begin, (Ids{0, 1, 0}));
  EXPECT_EQ(graph.ops[2].attr.begin, (Ids{0, 4, 0}));
}

TEST(TfliteSplitV, Errors) {
  const std::vector<Shape> two = {{1, 3, 2}, {1, 3, 2}};
  const std::string at = "m: op 0 SPLIT_V 'y': error: ";
  const std::string parts = "dimension 1 of input 'x' with shape [1,6,2] cannot be split into parts of ";
  EXPECT_EQ(errors_of(split_v({3, 2}, two)), at + parts + "[3,2]\n");
  EXPECT_EQ(errors_of(split_v({-1, -1}, two)), at + parts + "[-1,-1]\n");
  EXPECT_EQ(errors_of(split_v({7, -1}, two)), at + parts + "[7,-1]\n");
  EXPECT_EQ(errors_of(split_v({0, 6}, two)), at + parts + "[0,6]\n");
  EXPECT_EQ(errors_of(split_v({INT32_MAX, -INT32_MAX}, two)), at + parts + "[2147483647,-2147483647]\n");
  EXPECT_EQ(errors_of(split_v({2, 2, 2}, two)), at + "splits into 3 parts, but has 2 outputs\n");
  EXPECT_EQ(warnings_of(split_v({2, 4}, two)),
            "m: warning: tensor 3 'y' has shape [1,3,2] in the file, but [1,2,2] is what its operator writes, which "
            "counts; likewise 1 other tensor\n");
}

TfliteBuilder unpack(int num, int axis, const Shape& output) {
  TfliteBuilder b;
  const int input = b.add_input("x", DType::f32, {3, 2});
  for (int i = 0; i < 2; ++i) b.subgraph().outputs.push_back(b.add_tensor("y", DType::f32, output));
  format::UnpackOptionsT options;
  options.num = num, options.axis = axis;
  b.add_op(Code::UNPACK, {input}, b.subgraph().outputs, std::move(options));
  return b;
}

TEST(TfliteUnpack, BecomesSlicesAndReshapes) {
  const Graph graph = read(unpack(2, -1, {3}));
  ASSERT_EQ(graph.ops.size(), 4u);
  EXPECT_EQ(graph.ops[2].kind, OpKind::slice);
  EXPECT_EQ(graph.ops[2].attr.begin, (Ids{0, 1}));
  EXPECT_EQ(graph.ops[3].kind, OpKind::reshape);
  EXPECT_EQ(graph.ops[3].output, graph.outputs[1]);
}

TEST(TfliteUnpack, Errors) {
  EXPECT_EQ(errors_of(unpack(3, 0, {2})),
            "m: op 0 UNPACK 'y': error: unpacks 3 values of dimension 0 of input 'x' with shape [3,2], but has 2 "
            "outputs\n");
  EXPECT_EQ(warnings_of(unpack(2, 1, {2})),
            "m: warning: tensor 1 'y' has shape [2] in the file, but [3] is what its operator writes, which counts; "
            "likewise 1 other tensor\n");
  EXPECT_EQ(errors_of(unpack(2, 2, {3})), "m: op 0 UNPACK 'y': error: axis 2 is out of range; expected -2 to 1\n");
}

// ---- BROADCAST_TO --------------------------------------------------------------------------------

TEST(TfliteBroadcastTo, Values) {
  const Graph graph = read(one_op(Code::BROADCAST_TO, {2, 1, 1}, {1, 2, 3, 2}, {1, 2, 3, 2}));
  const float in[] = {1, 2};
  Bytes bytes(sizeof(in));
  std::memcpy(bytes.data(), in, sizeof(in));
  const std::vector<Bytes> values = interpret(graph, {bytes});
  std::vector<float> out(12);
  std::memcpy(out.data(), values[graph.outputs[0]].data(), 48);
  EXPECT_EQ(out, (std::vector<float>{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}));
}

TEST(TfliteBroadcastTo, Errors) {
  const std::string at = "m: op 0 BROADCAST_TO 'y': error: input 'x' with shape [2,1] cannot be broadcast to ";
  EXPECT_EQ(errors_of(one_op(Code::BROADCAST_TO, {2, 1}, {3, 1}, {3, 1})), at + "[3,1]\n");
  EXPECT_EQ(errors_of(one_op(Code::BROADCAST_TO, {2, 1}, {2}, {2})), at + "[2]\n");
  EXPECT_EQ(errors_of(one_op(Code::BROADCAST_TO, {2, 1}, {2, INT32_MAX}, {2, 4})), at + "[2,2147483647]\n");
  EXPECT_EQ(errors_of(one_op(Code::BROADCAST_TO, {1, 2, 1}, {3, 1, 2, 2}, {3, 1, 2, 2})),
            "m: op 0 BROADCAST_TO 'y': error: output 'y/broadcast' with shape [3,1,2,2] has batch size 3; only batch "
            "size 1 is supported\n");
}

// ---- shapes --------------------------------------------------------------------------------------

/// As converters write a reshape that keeps an unknown batch: its shape is put together at run time.
TfliteBuilder reshape_by_shape(int channels) {
  TfliteBuilder b;
  const int x = b.add_input("x", DType::f32, {1, 2, 3, 4});
  const int shape = b.add_tensor("shape", DType::i32, {4});
  const int batch = b.add_tensor("batch", DType::i32, {});
  const int all = b.add_tensor("all", DType::i32, {3});
  b.subgraph().outputs = {b.add_tensor("y", DType::f32, {1, 6, 4})};
  b.add_op(Code::SHAPE, {x}, {shape});
  format::StridedSliceOptionsT slice;
  slice.shrink_axis_mask = 1;
  b.add_op(Code::STRIDED_SLICE,
           {shape, b.add_ints("begin", {1}, {0}), b.add_ints("end", {1}, {1}), b.add_ints("strides", {1}, {1})},
           {batch}, std::move(slice));
  format::PackOptionsT pack;
  pack.values_count = 3;
  b.add_op(Code::PACK, {batch, b.add_ints("cells", {}, {-1}), b.add_ints("channels", {}, {channels})}, {all},
           std::move(pack));
  b.add_op(Code::RESHAPE, {x, all}, b.subgraph().outputs);
  return b;
}

TEST(TfliteShape, ArithmeticIsDoneWhenTheModelIsRead) {
  const Graph graph = read(reshape_by_shape(4));
  ASSERT_EQ(graph.ops.size(), 1u);
  EXPECT_EQ(graph.ops[0].kind, OpKind::reshape);
}

TEST(TfliteShape, Errors) {
  EXPECT_EQ(errors_of(reshape_by_shape(5)),
            "m: op 3 RESHAPE 'y': error: new shape [1,-1,5] does not hold the 24 elements of input 'x' with shape "
            "[1,2,3,4]\n");
  TfliteBuilder b = reshape_by_shape(4);
  b.tensor(1).shape = {3};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 1 'shape'", "[3]", "[4]"));
}

}  // namespace
}  // namespace narrows
