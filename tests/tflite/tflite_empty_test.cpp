// TFLite constants without elements: what writers leave in the place of an operand that is absent, and the shape of a
// scalar.
#include <gtest/gtest.h>

#include <optional>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/tflite_words.h"

namespace narrows {
namespace {

TEST(TfliteEmpty, Bias) {
  for (TfliteBuilder b : {small_conv(), small_depthwise(DType::u8), small_fully_connected(DType::i8)}) {
    b.tensor(bias).shape = {0};
    b.data(bias).clear();
    const Graph graph = read(b);
    ASSERT_EQ(graph.ops.size(), 1u);
    EXPECT_EQ(graph.ops[0].inputs, (std::vector<int>{x, w}));
  }
}

TEST(TfliteEmpty, ShapeOfAScalar) {
  TfliteBuilder b = one_op(Code::RESHAPE, {1, 1}, {1}, {});
  b.tensor(1).shape = {0};
  b.data(1).clear();
  EXPECT_EQ(read(b).ops.at(0).inputs, std::vector<int>{0});
  b.tensor(0).shape = {1, 2};
  EXPECT_EQ(errors_of(b),
            "m: op 0 RESHAPE 'y': error: new shape [] does not hold the 2 elements of input 'x' with shape [1,2]\n");
}

/// Old files have the option [0] for a scalar.
TEST(TfliteEmpty, OptionOfAScalar) {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {1, 1});
  b.subgraph().outputs = {b.add_tensor("y", DType::f32, {})};
  format::ReshapeOptionsT options;
  options.new_shape = {0};
  b.add_op(Code::RESHAPE, {0}, {1}, options);
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteEmpty, NobodyReadsIt) {
  TfliteBuilder b = small_conv();
  b.add_tensor("none", DType::f32, {1, 0});
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteEmpty, WhereElementsAreNeeded) {
  TfliteBuilder b = one_op(Code::MEAN, {1, 4, 4, 3}, {1, 2}, {1, 3});
  b.tensor(1).shape = {0};
  b.data(1).clear();
  const int none = b.add_tensor("none", DType::i8, {0, 3});
  const int sum = b.add_tensor("sum", DType::f32, {1, 3});
  b.add_op(Code::CONCATENATION, {2, none}, {sum}, format::ConcatenationOptionsT());
  EXPECT_EQ(errors_of(b),
            "m: op 0 MEAN 'y': error: input 1 'operand' is a constant of shape [0] without elements; expected at least "
            "one\n"
            "m: op 1 CONCATENATION 'sum': error: input 1 'none' is a constant of shape [0,3] without elements; "
            "expected at least one\n");
}

/// What operators write has the shape that follows from their inputs, whatever the file says.
TEST(TfliteEmpty, Computed) {
  for (const Shape& shape : {Shape{1, 0}, Shape{-1, 4}, Shape{1, 65536, 65536, 65536}, Shape(9, 1)}) {
    TfliteBuilder b = one_op(Code::RELU, {1, 4}, {}, {1, 4});
    b.tensor(1).shape = shape;
    EXPECT_EQ(warnings_of(b), "") << to_string(shape);
  }
}

}  // namespace
}  // namespace narrows
