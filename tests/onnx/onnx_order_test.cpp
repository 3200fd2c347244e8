// ONNX models whose nodes do not stand in the order in which they can be computed.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

OnnxBuilder reversed(OnnxBuilder b) {
  auto& nodes = *b.graph().mutable_node();
  std::reverse(nodes.pointer_begin(), nodes.pointer_end());
  return b;
}

TEST(OnnxOrder, Reversed) {
  const OnnxBuilder b = qdq_segmenter();
  const onnx::TensorShapeProto& shape = b.model.graph().input(0).type().tensor_type().shape();
  const Shape map = {1, static_cast<int>(shape.dim(1).dim_value()), static_cast<int>(shape.dim(2).dim_value()),
                     static_cast<int>(shape.dim(3).dim_value())};
  const Array x = stored_numbers(map, {onnx::TensorProto::UINT8, 1, 0});
  const std::vector<Array> expected = run_onnx(b, {x}), actual = run_onnx(reversed(b), {x});
  ASSERT_EQ(expected.size(), actual.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(expected[i].values, actual[i].values);
}

/// What a tool appended stands at its place; messages count nodes as the file does.
TEST(OnnxOrder, AppendedNode) {
  OnnxBuilder b = small_onnx_conv();
  b.node(0).set_input(0, "scaled");
  b.scalar("half", 0.5f);
  b.op("Mul", {"x", "half"}, "scaled");
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(graph.ops.front().kind, OpKind::mul);
  EXPECT_EQ(graph.ops.front().origins.front().index, 1);
  const Array x = numbers({1, 2, 4, 5});
  const Array expected = conv_nchw(apply(x, [](float v) { return v / 2; }), {{3, 2, 3, 3}, small_numbers(54)},
                                   small_numbers(3), 1, {1, 1, 1, 1, 1, 1});
  expect_near(expected, run_onnx(b, {x})[0]);
}

/// Nodes that do not depend on one another stay in the order of the file.
TEST(OnnxOrder, OrderOfTheFile) {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.op("Sigmoid", {"r"}, "s");
  b.op("HardSwish", {"x"}, "h");
  b.op("Relu", {"x"}, "r");
  b.op("Relu", {"h"}, "t");
  for (const char* name : {"s", "t"}) b.output(name);
  std::vector<int> order;
  for (const Op& op : read_onnx_graph(b).ops) order.push_back(op.origins.front().index);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 0, 3}));
}

TEST(OnnxOrder, ManyNodes) {
  OnnxBuilder b;
  std::string name = b.input("x", {1, 1});
  for (int i = 0; i < 20000; ++i) {
    b.op("Identity", {name}, "t" + std::to_string(i));
    name = "t" + std::to_string(i);
  }
  b.output(name);
  EXPECT_EQ(read_onnx_graph(reversed(b)).ops.size(), 1u);
}

/// What waits for a cycle says nothing, what does not is looked at.
TEST(OnnxOrder, Cycle) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Relu", {"second"}, "before");
  b.op("Add", {"y", "third"}, "first");
  b.op("Relu", {"first"}, "second").set_name("named");
  b.op("Relu", {"second"}, "third");
  b.op("Relu", {"y", "y"}, "other");
  b.output("before");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 3 Relu 'named': error: reads what depends on its own result: it waits for op 2 Add 'first', that "
            "for op 4 Relu 'third'\n"
            "m: op 5 Relu 'other': error: has 2 inputs, expected 1\n");
}

TEST(OnnxOrder, CycleOfOne) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Add", {"y", "z"}, "z");
  b.output("z");
  EXPECT_EQ(errors_of_onnx(b), "m: op 1 Add 'z': error: reads what it writes itself\n");
}

TEST(OnnxOrder, LongCycle) {
  OnnxBuilder b = small_onnx_conv();
  for (int i = 0; i < 30; ++i) b.op("Relu", {"r" + std::to_string((i + 29) % 30)}, "r" + std::to_string(i));
  const std::string text = errors_of_onnx(b);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("op 23 Relu 'r22', that for 21 more\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace narrows
