// ONNX models with If, of which the branch that is taken is read in the place of the node.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

/// y = x scaled, or with a scaled number added; both branches call their results and constants alike.
OnnxBuilder branch(const char* op, float number) {
  OnnxBuilder b;
  b.scalar("c", number);
  b.op("Mul", {"c", "two"}, "t");
  b.op(op, {"x", "t"}, "r");
  b.output("r");
  return b;
}

OnnxBuilder conditional(bool condition) {
  OnnxBuilder b;
  b.input("x", {1, 2, 3});
  b.stored("condition", {}, onnx::TensorProto::BOOL, {condition});
  b.scalar("two", 2);
  Node& node = b.op("If", {"condition"}, "y");
  set_branch(node, "then_branch", branch("Mul", 3));
  set_branch(node, "else_branch", branch("Add", 5));
  b.output("y");
  return b;
}

TEST(OnnxIf, ConstantCondition) {
  const Array x = numbers({1, 2, 3});
  expect_near(apply(x, [](float v) { return v * 6; }), run_onnx(conditional(true), {x})[0]);
  expect_near(apply(x, [](float v) { return v + 10; }), run_onnx(conditional(false), {x})[0]);
}

/// What PyTorch makes of torch.squeeze(): a comparison of a size decides.
TEST(OnnxIf, ConditionOnAShape) {
  for (const int channels : {1, 2}) {
    OnnxBuilder b, squeeze, same;
    b.input("x", {1, channels, 3});
    b.integers("one", {1});
    b.op("Shape", {"x"}, "shape");
    b.op("Gather", {"shape", "one"}, "size");
    b.op("Equal", {"size", "one"}, "is_one");
    squeeze.op("Squeeze", {"x", "one"}, "squeezed");
    squeeze.output("squeezed");
    same.op("Identity", {"x"}, "same");
    same.output("same");
    Node& node = b.op("If", {"is_one"}, "y");
    set_branch(node, "then_branch", squeeze);
    set_branch(node, "else_branch", same);
    b.output("y");
    const Shape shape = channels == 1 ? Shape{1, 3} : Shape{1, 2, 3};
    EXPECT_EQ(run_onnx(b, {numbers({1, channels, 3})})[0].shape, shape);
  }
}

TEST(OnnxIf, Conditions) {
  const auto taken = [](const char* op, const Ints& left, const Ints& right) {
    OnnxBuilder b = conditional(true);
    b.integers("left", left);
    b.integers("right", right);
    b.op(op, {"left", "right"}, "compared");
    b.op("Not", {"compared"}, "negated");
    b.node(0).set_input(0, "negated");
    return run_onnx(b, {Array{{1, 2, 3}, {1, 1, 1, 1, 1, 1}}})[0].values[0] ==
           11;  // the else branch: the comparison held
  };
  EXPECT_TRUE(taken("Greater", {3}, {2}));
  EXPECT_FALSE(taken("Greater", {2}, {2}));
  EXPECT_TRUE(taken("GreaterOrEqual", {2}, {2}));
  EXPECT_FALSE(taken("Less", {2}, {2}));
  EXPECT_TRUE(taken("LessOrEqual", {2}, {2}));
  EXPECT_FALSE(taken("LessOrEqual", {3}, {2}));
  EXPECT_FALSE(taken("Equal", {3}, {2}));
  EXPECT_TRUE(taken("And", {1}, {1}));
  EXPECT_FALSE(taken("And", {1}, {0}));
  EXPECT_TRUE(taken("Or", {0}, {1}));
  EXPECT_FALSE(taken("Or", {0}, {0}));
}

/// A branch in a branch, several outputs, and nodes and constants that only branches read.
TEST(OnnxIf, Nested) {
  OnnxBuilder b, outer, inner;
  inner.op("Add", {"r", "later"}, "sum");
  inner.op("Relu", {"x"}, "other");
  inner.output("sum");
  inner.output("other");
  outer.op("Mul", {"x", "two"}, "r");
  Node& nested = outer.op("If", {"condition"}, "first");
  nested.add_output("second");
  set_branch(nested, "then_branch", inner);
  outer.output("first");
  outer.output("second");
  b.input("x", {1, 4});
  b.stored("condition", {1}, onnx::TensorProto::BOOL, {1});
  b.scalar("two", 2);
  Node& node = b.op("If", {"condition"}, "y");
  node.add_output("z");
  set_branch(node, "then_branch", outer);
  b.op("Sigmoid", {"x"}, "later");
  b.output("y");
  b.output("z");
  const Array x = numbers({1, 4});
  const std::vector<Array> results = run_onnx(b, {x});
  expect_near(apply(x, [](float v) { return 2 * v + 1 / (1 + std::exp(-v)); }), results[0]);
  expect_near(apply(x, [](float v) { return std::max(v, 0.f); }), results[1]);
}

TEST(OnnxIf, OnlyTheTakenBranchIsRead) {
  OnnxBuilder b = conditional(true), unknown;
  unknown.op("Mystery", {"x"}, "r");
  unknown.output("r");
  b.node(0).mutable_attribute()->RemoveLast();
  set_branch(b.node(0), "else_branch", unknown);
  run_onnx(b, {numbers({1, 2, 3})});
  b.initializer(0).set_int32_data(0, 0);
  EXPECT_EQ(errors_of_onnx(b), "m: error: 1 operator is not supported: Mystery (op 0)\n" + supported_note());
}

TEST(OnnxBadIf, Branches) {
  OnnxBuilder b = conditional(true);
  onnx::GraphProto& taken = *b.node(0).mutable_attribute(0)->mutable_g();
  taken.mutable_node(1)->set_input(1, "nothing");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Mul 'y/r': error: reads 'nothing', which is written by no operator\n");
  taken.clear_node();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 If 'y': error: then_branch returns 'r', which is written by no operator\n");
  taken.add_input()->set_name("x");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 If 'y': error: then_branch has 1 inputs, expected none\n");
  b.node(0).add_output("z");
  taken.clear_input();
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 If 'y': error: has 2 outputs, but then_branch has 1\n");
  b.node(0).mutable_attribute()->DeleteSubrange(0, 1);
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 If 'y': error: has no then_branch\n");
}

TEST(OnnxBadIf, ConditionOfRunTime) {
  OnnxBuilder b = conditional(true);
  b.op("ArgMax", {"x"}, "index");
  b.node(0).set_input(0, "index");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 If 'y': error: condition 'index': expected a constant, found a value computed at run time\n");
}

TEST(OnnxIf, DamagedFiles) { test_damaged_files(conditional(true), 4000); }

}  // namespace
}  // namespace narrows
