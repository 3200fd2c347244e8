// ONNX operators that pick or fill and must be refused.
#include <gtest/gtest.h>

#include "tests/support/onnx_bad_model.h"

namespace narrows {
namespace {

/// x -> y by one operator with the constants of `rest` behind its input.
OnnxBuilder one_op(const std::string& type, const Shape& input, const std::vector<std::string>& rest = {}) {
  OnnxBuilder b;
  std::vector<std::string> inputs = {b.input("x", input)};
  inputs.insert(inputs.end(), rest.begin(), rest.end());
  b.op(type, inputs, "y");
  b.output("y");
  return b;
}

TEST(OnnxBadSelect, Slices) {
  OnnxBuilder b = one_op("Slice", {1, 6}, {"s", "e", "a"});
  b.integers("s", {4});
  b.integers("e", {2});
  b.integers("a", {1});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Slice 'y': error: the slice from 4 to 2 with step 1 of 6 elements is empty\n");
  b.initializer(1).add_int64_data(5);
  b.initializer(1).set_dims(0, 2);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Slice 'y': error: has 1 starts, 2 ends, 1 axes and 1 steps; expected equal numbers\n");
}

TEST(OnnxBadSelect, Splits) {
  OnnxBuilder b = one_op("Split", {1, 6}, {"s"});
  b.node(0).add_output("z");
  b.integers("s", {4, 3});
  set(b.node(0), "axis", 1);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Split 'y': error: split is [4,3]; expected 2 positive sizes that add up to 6\n");
  b.node(0).mutable_input()->RemoveLast();
  for (const char* name : {"u", "v"}) b.node(0).add_output(name);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Split 'y': error: cannot divide 6 elements into 4 outputs\n");
}

TEST(OnnxBadSelect, Picks) {
  OnnxBuilder b = one_op("Gather", {1, 6}, {"i"});
  b.floats("i", {2}, {1, 2});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Gather 'y': error: indices 'i' have type FLOAT, expected INT32 or INT64\n");
  b = one_op("ArgMax", {1, 6});
  set(b.node(0), "select_last_index", 1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 ArgMax 'y': error: select_last_index 1 is not supported; expected 0\n");
  b.node(0).clear_attribute();
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: model output 'y' is declared with type FLOAT, but its operators make INT64\n");
}

TEST(OnnxBadSelect, Fills) {
  OnnxBuilder b = one_op("Expand", {1, 6}, {"s"});
  b.integers("s", {2, 0});
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Expand 'y': error: shape [2,0] has the size 0; expected positive sizes\n");
  b.initializer(0).set_int64_data(1, 5);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Expand 'y': error: shapes [1,6] of 'x' and [2,5] of 's' do not broadcast\n");
  b.node(0).set_op_type("Range");
  for (const int i : {0, 1}) b.node(0).set_input(i, "s");
  b.node(0).add_input("s");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Range 'y': error: expected a single start, limit and delta of at most 32 bits, and a "
            "delta that "
            "is not 0\n");
  b.initializer(0).set_dims(0, 1);
  b.initializer(0).mutable_int64_data()->RemoveLast();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Range 'y': error: the range from 2 to 2 by 2 is empty\n");
  b.integers("two", {1, 2});
  b.integers("three", {1, 2, 3});
  b.node(0).set_op_type("Where");
  b.node(0).set_input(1, "two");
  b.node(0).set_input(2, "three");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Where 'y': error: 's', 'two' and 'three' have 1, 2 and 3 elements\n");
  b.node(0).mutable_input()->RemoveLast();
  b.node(0).set_op_type("Equal");
  b.node(0).set_input(0, "three");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Equal 'y': error: 'three' and 'two' have 3 and 2 elements\n");
}

}  // namespace
}  // namespace narrows
