// TFLite models whose inputs have sizes that the file leaves open, and shapes that it does not have.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Sizes = std::map<std::string, int>;
namespace format = tflite_format;

std::string messages_of(const TfliteBuilder& builder, const Sizes& sizes) {
  ReadOptions options;
  options.shapes = sizes;
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model(builder.finish(), "m", diagnostics, options).has_value());
  return diagnostics.str();
}

Graph read(const TfliteBuilder& builder, const Sizes& sizes = {}) {
  ReadOptions options;
  options.shapes = sizes;
  return read_sound_model(builder.finish(), options);
}

/// Operators that work on maps of any size: x [1,height,width,2] -> score [1,4], other.
TfliteBuilder network(int height, int width) {
  TfliteBuilder b;
  const std::vector<float> numbers(72, 0.25f);
  const int in = b.add_input("x", DType::f32, {1, height, width, 2});
  const int w0 = b.add_floats("w0", {4, 3, 3, 2}, numbers);
  const int w1 = b.add_floats("w1", {1, 3, 3, 4}, {numbers.begin(), numbers.begin() + 36});
  const int stem = b.conv2d("stem", {in, w0}, {2});
  const int deep = b.depthwise_conv2d("deep", {stem, w1}, {});
  const int sum = b.add("sum", stem, deep);
  const Shape map = {1, (height + 1) / 2, (width + 1) / 2, 4};
  const int padded = b.add_tensor("padded", DType::f32, {1, map[1] + 2, map[2], 4});
  b.add_op(Code::PAD, {sum, b.add_ints("pads", {4, 2}, {0, 0, 1, 1, 0, 0, 0, 0})}, {padded});
  const int joined = b.add_tensor("joined", DType::f32, {1, map[1] + 2, map[2], 8});
  format::ConcatenationOptionsT join;
  join.axis = -1;
  b.add_op(Code::CONCATENATION, {padded, padded}, {joined}, join);
  const int half = b.add_tensor("half", DType::f32, {1, map[1] + 2, map[2], 4});
  const int other = b.add_tensor("other", DType::f32, {1, map[1] + 2, map[2], 4});
  b.add_op(Code::SPLIT, {b.add_ints("axis", {}, {3}), joined}, {half, other});
  const int mean = b.add_tensor("mean", DType::f32, {1, 4});
  b.add_op(Code::MEAN, {half, b.add_ints("axes", {2}, {1, 2})}, {mean});
  const int score = b.softmax("score", mean);
  b.subgraph().outputs = {score, other};
  return b;
}

TfliteBuilder open(TfliteBuilder b, const std::vector<int>& signature = {-1, -1, -1, 2}) {
  b.tensor(b.subgraph().inputs.at(0)).shape_signature = signature;
  return b;
}

TEST(TfliteSizes, Missing) {
  EXPECT_EQ(messages_of(open(network(1, 1)), {}),
            "m: error: model input 'x' has the shape [-1,-1,-1,2] in the file, where -1 stands for any size; give its "
            "sizes with --shape x[1]=N --shape x[2]=N\n");
  EXPECT_EQ(messages_of(open(network(1, 1)), {{"x[1]", 8}}),
            "m: error: model input 'x' has the shape [-1,-1,-1,2] in the file, where -1 stands for any size; give its "
            "sizes with --shape x[2]=N\n");
}

/// What the operators are is looked at all the same.
TEST(TfliteSizes, MissingInAModelWithOtherProblems) {
  TfliteBuilder b = open(network(1, 1));
  b.add_op(Code::CUMSUM, {0}, {b.add_tensor("g", DType::f32, {1, 1, 1, 2})});
  const std::string text = messages_of(b, {});
  EXPECT_NE(text.find("give its sizes with --shape x[1]=N --shape x[2]=N\n"), std::string::npos) << text;
  EXPECT_NE(text.find("m: error: 1 operator is not supported: CUMSUM (op "), std::string::npos) << text;
}

TEST(TfliteSizes, Given) {
  for (const auto& [height, width] : {std::pair{8, 6}, {5, 9}, {1, 1}, {1, 7}}) {
    SCOPED_TRACE(testing::Message() << height << "x" << width);
    const Graph graph = read(open(network(1, 1)), {{"x[1]", height}, {"x[2]", width}});
    EXPECT_EQ(print(graph, true), print(read(network(height, width)), true));
  }
}

/// As most converters write it.
TEST(TfliteSizes, OpenBatch) {
  EXPECT_EQ(print(read(open(network(8, 6), {-1, 8, 6, 2}))), print(read(network(8, 6))));
  EXPECT_EQ(print(read(open(network(8, 6), {1, 8, 6, 2}))), print(read(network(8, 6))));
  EXPECT_EQ(messages_of(open(network(8, 6), {-1, 8, 6, 2}), {{"x[0]", 2}}),
            "m: error: model input 'x' with shape [2,8,6,2] has batch size 2; only batch size 1 is supported\n"
            "m: note: --shape x[0]=1 compiles the model for one, to be run for each\n");
}

/// A batch that the file has may be given the size 1.
TEST(TfliteSizes, Batch) {
  TfliteBuilder b = network(8, 6);
  b.tensor(b.subgraph().inputs.at(0)).shape[0] = 3;
  EXPECT_EQ(messages_of(b, {}),
            "m: error: model input 'x' with shape [3,8,6,2] has batch size 3; only batch size 1 is supported\n"
            "m: note: --shape x[0]=1 compiles the model for one, to be run for each\n");
  EXPECT_EQ(print(read(b, {{"x[0]", 1}}), true), print(read(network(8, 6)), true));
}

/// Sizes of -1 in the shape itself, without a signature.
TEST(TfliteSizes, NegativeSizes) {
  TfliteBuilder b = network(1, 1);
  b.tensor(b.subgraph().inputs.at(0)).shape = {-1, -1, -1, 2};
  EXPECT_EQ(print(read(b, {{"x[1]", 8}, {"x[2]", 6}}), true), print(read(network(8, 6)), true));
  EXPECT_EQ(messages_of(b, {}),
            "m: error: model input 'x' has the shape [-1,-1,-1,2] in the file, where -1 stands for any size; give its "
            "sizes with --shape x[1]=N --shape x[2]=N\n");
}

/// Sizes that the file has, though any would do.
TEST(TfliteSizes, OpenSizesWithADefault) {
  EXPECT_EQ(print(read(open(network(8, 6)))), print(read(network(8, 6))));
  EXPECT_EQ(print(read(open(network(8, 6)), {{"x[2]", 9}})), print(read(network(8, 9))));
}

TEST(TfliteSizes, OfNothing) {
  EXPECT_EQ(messages_of(network(8, 6), {{"x[1]", 7}}),
            "m: error: --shape x[1]=7: no input of the model has a symbolic dimension of that name\n");
  EXPECT_EQ(messages_of(open(network(8, 6), {-1, 8, 6, 2}), {{"H", 7}}),
            "m: error: --shape H=7: no input of the model has a symbolic dimension of that name\n"
            "m: note: symbolic dimensions: x[0]\n");
}

TEST(TfliteSizes, TooLarge) {
  EXPECT_EQ(messages_of(open(network(1, 1)), {{"x[1]", 999999}, {"x[2]", 999999}}),
            "m: error: model input 'x' with shape [1,999999,999999,2] is larger than the limit of 2^31 - 1 bytes\n");
  TfliteBuilder b = open(network(1, 1));
  const int twice = b.add_tensor("twice", DType::f32, {1, 1, 1, 4});
  format::ConcatenationOptionsT join;
  join.axis = 3;
  b.add_op(Code::CONCATENATION, {0, 0}, {twice}, join);
  const std::string text = messages_of(b, {{"x[1]", 30000}, {"x[2]", 8000}});
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "m: op 8 CONCATENATION 'twice': error: output 'twice' would have shape [1,30000,8000,4], which is empty or "
            "larger than 2^31 - 1 bytes");
}

/// Whatever the sizes, there is an error or a sound graph.
TEST(TfliteSizes, AnySizes) {
  const TfliteBuilder b = open(network(1, 1));
  for (const int height : {1, 2, 3, 32768, 65536, 999999}) {
    for (const int width : {1, 2, 3, 32768, 65536, 999999}) {
      SCOPED_TRACE(testing::Message() << height << "x" << width);
      ReadOptions options;
      options.shapes = {{"x[1]", height}, {"x[2]", width}};
      Diagnostics diagnostics("m");
      const std::optional<Graph> graph = read_model(b.finish(), "m", diagnostics, options);
      EXPECT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
      EXPECT_EQ(graph.has_value(), int64_t{height} * width < 1 << 28);
      if (graph) {
        EXPECT_EQ(verify(*graph), std::vector<std::string>{});
      }
    }
  }
}

/// Each constant that is made for another size is reported once.
TEST(TfliteSizes, FixedShapes) {
  TfliteBuilder b = open(one_op(Code::RESHAPE, {1, 1, 1, 2}, {1, 2}, {1, 2}));
  const int more = b.add_tensor("more", DType::f32, {1, 2});
  b.add_op(Code::RELU, {b.subgraph().outputs[0]}, {more});
  b.subgraph().outputs = {more};
  EXPECT_EQ(messages_of(b, {{"x[1]", 3}, {"x[2]", 5}}),
            "m: op 0 RESHAPE 'y': error: new shape [1,2] does not hold the 30 elements of input 'x' with shape "
            "[1,3,5,2]\n"
            "m: note: shapes follow from --shape; where constants of the file are made for other sizes, it has to "
            "be exported for these\n");
}

TEST(TfliteSizes, FixedResize) {
  TfliteBuilder b = open(one_op(Code::RESIZE_BILINEAR, {1, 1, 1, 2}, {4, 4}, {1, 4, 4, 2}));
  const int sum = b.add_tensor("sum", DType::f32, {1, 4, 4, 2});
  b.add_op(Code::ADD, {0, b.subgraph().outputs[0]}, {sum});
  b.subgraph().outputs = {sum};
  EXPECT_EQ(read(b, {{"x[1]", 4}, {"x[2]", 4}}).ops.size(), 2u);
  EXPECT_EQ(messages_of(b, {{"x[1]", 3}, {"x[2]", 4}}),
            "m: op 1 ADD 'sum': error: inputs 'x' with shape [1,3,4,2] and 'y' with shape [1,4,4,2] cannot be "
            "broadcast\n"
            "m: note: shapes follow from --shape; where constants of the file are made for other sizes, it has to "
            "be exported for these\n");
}

/// A shape that the model computes follows.
TEST(TfliteSizes, ComputedShape) {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1, 1, 1, 2});
  const int shape = b.add_tensor("shape", DType::i32, {4});
  b.add_op(Code::SHAPE, {in}, {shape});
  const int height = b.add_tensor("height", DType::i32, {});
  format::StridedSliceOptionsT pick;
  pick.shrink_axis_mask = 1;
  const int one = b.add_ints("one", {1}, {1});
  b.add_op(Code::STRIDED_SLICE, {shape, one, b.add_ints("two", {1}, {2}), one}, {height}, pick);
  const int target = b.add_tensor("target", DType::i32, {2});
  format::PackOptionsT pack;
  pack.values_count = 2;
  b.add_op(Code::PACK, {height, b.add_ints("rest", {}, {-1})}, {target}, pack);
  const int rows = b.add_tensor("rows", DType::f32, {1, 2});
  b.add_op(Code::RESHAPE, {in, target}, {rows});
  b.subgraph().outputs = {rows};
  const Graph graph = read(open(b), {{"x[1]", 3}, {"x[2]", 5}});
  EXPECT_EQ(graph.tensors[graph.outputs.at(0)].shape, (Shape{3, 10}));
}

/// Some converters leave out the shapes of everything that operators write.
TEST(TfliteSizes, NoShapes) {
  TfliteBuilder b = network(8, 6);
  for (const auto& op : b.subgraph().operators) {
    for (const int tensor : op->outputs) b.tensor(tensor).shape.clear();
  }
  EXPECT_EQ(print(read(b), true), print(read(network(8, 6)), true));
  std::fill_n(b.data(b.op(3).inputs[1]).begin(), 4, 255);  // the first pad is -1
  EXPECT_EQ(errors_of(b),
            "m: op 3 PAD 'padded': error: padding -1 and 0 of dimension 0 is out of range; expected 0 to 1048576\n");
}

/// Placeholders of 1 where the signature has -1 are nothing to warn of; other shapes are, once for all.
TEST(TfliteSizes, StaleShapes) {
  TfliteBuilder b = network(8, 6);
  const auto outputs = [&](int op) -> int { return b.op(op).outputs[0]; };
  b.tensor(outputs(0)).shape = {1, 1, 1, 4};
  b.tensor(outputs(0)).shape_signature = {1, -1, -1, 4};
  EXPECT_EQ(print(read(b), true), print(read(network(8, 6)), true));
  b.tensor(outputs(1)).shape = {1, 1, 1, 4};
  b.tensor(outputs(2)).shape = {4};
  EXPECT_EQ(
      warnings_of(b),
      "m: warning: tensor 4 'deep' has shape [1,1,1,4] in the file, but [1,4,3,4] is what its operator writes, which "
      "counts; likewise 1 other tensor\n");
}

}  // namespace
}  // namespace narrows
