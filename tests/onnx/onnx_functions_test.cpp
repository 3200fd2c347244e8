// ONNX models with functions of their own, whose bodies are read in the place of each call.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

/// A function of the model, in the domain "layers".
onnx::FunctionProto& add_function(OnnxBuilder& b, const std::string& name, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs, const OnnxBuilder& body) {
  onnx::FunctionProto& function = *b.model.add_functions();
  function.set_domain("layers");
  function.set_name(name);
  for (const std::string& input : inputs) function.add_input(input);
  for (const std::string& output : outputs) function.add_output(output);
  *function.mutable_node() = body.model.graph().node();
  return function;
}

Node& call(OnnxBuilder& b, const std::string& name, const std::vector<std::string>& inputs, const std::string& output) {
  Node& node = b.op(name, inputs, output);
  node.set_domain("layers");
  return node;
}

/// The node's attribute is the one of its call that is called `name`.
void refer(Node& node, const std::string& attribute, const std::string& name,
           onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& added = *node.add_attribute();
  added.set_name(attribute);
  added.set_type(type);
  added.set_ref_attr_name(name);
}

/// A convolution, its activation as a function in the function, called twice with other strides.
OnnxBuilder with_functions() {
  OnnxBuilder b, conv, activation;
  Node& node = conv.op("Conv", {"x", "weight", "bias"}, "t");
  set(node, "pads", Ints{1, 1, 1, 1});
  refer(node, "strides", "stride", onnx::AttributeProto::INTS);
  call(conv, "activation", {"t"}, "result");
  activation.op("Relu", {"v"}, "t");
  activation.op("HardSwish", {"t"}, "result");
  add_function(b, "conv", {"x", "weight", "bias"}, {"result"}, conv).add_attribute("stride");
  add_function(b, "activation", {"v"}, {"result"}, activation);
  b.input("x", {1, 2, 5, 5});
  b.floats("w", {2, 2, 3, 3}, small_numbers(36));
  b.floats("b", {2}, {0.5f, -0.25f});
  set(call(b, "conv", {"x", "w", "b"}, "t"), "stride", Ints{2, 2});
  call(b, "conv", {"t", "w"}, "y").set_name("last");
  b.output("y");
  return b;
}

TEST(OnnxFunctions, AreReadInPlace) {
  const Array x = numbers({1, 2, 5, 5}), w{{2, 2, 3, 3}, small_numbers(36)};
  const auto activated = [](const Array& a) {
    return apply(a, [](float v) { return v <= 0 ? 0 : v * std::min(1.f, std::max(0.f, v / 6 + 0.5f)); });
  };
  const Array first = activated(conv_nchw(x, w, {0.5f, -0.25f}, 1, {2, 1, 1, 1, 1, 1}));
  const Array expected = activated(conv_nchw(first, w, {}, 1, {1, 1, 1, 1, 1, 1}));
  expect_near(expected, run_onnx(with_functions(), {x})[0]);
  const Graph graph = read_onnx_graph(with_functions());
  EXPECT_EQ(count_ops(graph, OpKind::conv2d), 2);
  for (const Op& op : graph.ops) {
    if (op.kind != OpKind::conv2d) continue;
    EXPECT_EQ(op.origins[0].name, op.origins[0].index == 0 ? "t/t" : "last/t");
  }
}

/// Adds a field that the schema does not know, as a tool that knows it writes it.
void add_field(google::protobuf::Message& message, int number, const std::string& bytes) {
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(number, bytes);
}

TEST(OnnxFunctions, DefaultsOfAttributes) {
  OnnxBuilder b, body;
  refer(body.op("LeakyRelu", {"v"}, "r"), "alpha", "slope", onnx::AttributeProto::FLOAT);
  onnx::AttributeProto slope;
  slope.set_name("slope");
  slope.set_type(onnx::AttributeProto::FLOAT);
  slope.set_f(0.5f);
  add_field(add_function(b, "leaky", {"v"}, {"r"}, body), 11, slope.SerializeAsString());
  b.input("x", {1, 4});
  call(b, "leaky", {"x"}, "t");
  set(call(b, "leaky", {"t"}, "y"), "slope", 0.25f);
  b.output("y");
  expect_near({{1, 4}, {-1, 2, -0.5f, 0}}, run_onnx(b, {Array{{1, 4}, {-8, 2, -4, 0}}})[0]);
}

TEST(OnnxFunctions, Overloads) {
  OnnxBuilder b, relu, sigmoid;
  relu.op("Relu", {"v"}, "r");
  sigmoid.op("Sigmoid", {"v"}, "r");
  add_field(add_function(b, "act", {"v"}, {"r"}, relu), 13, "relu");
  add_field(add_function(b, "act", {"v"}, {"r"}, sigmoid), 13, "sigmoid");
  b.input("x", {1, 2});
  add_field(call(b, "act", {"x"}, "t"), 8, "sigmoid");
  add_field(call(b, "act", {"t"}, "y"), 8, "relu");
  b.output("y");
  expect_near({{1, 2}, {0.5f, 0.5f}}, run_onnx(b, {Array{{1, 2}, {0, 0}}})[0]);
  EXPECT_EQ(read_onnx_graph(b).ops[0].kind, OpKind::logistic);
}

/// What PyTorch's exporter makes of operators: constants in the body, a type that follows another value, a branch.
TEST(OnnxFunctions, WithABranch) {
  OnnxBuilder b, body, plain, scaled;
  body.op("Shape", {"other"}, "shape");
  body.op("Size", {"shape"}, "rank");
  onnx::AttributeProto& zero = *body.op("Constant", {}, "zero").add_attribute();
  zero.set_name("value_int");
  zero.set_type(onnx::AttributeProto::INT);
  body.op("Equal", {"rank", "zero"}, "is_scalar");
  plain.op("Identity", {"v"}, "branch_result");
  plain.output("branch_result");
  refer(scaled.op("Constant", {}, "alpha"), "value_float", "alpha", onnx::AttributeProto::FLOAT);
  scaled.op("CastLike", {"alpha", "v"}, "factor");
  scaled.op("Mul", {"v", "factor"}, "branch_result");
  scaled.output("branch_result");
  Node& node = body.op("If", {"is_scalar"}, "r");
  set_branch(node, "then_branch", plain);
  set_branch(node, "else_branch", scaled);
  add_function(b, "scaled", {"v", "other"}, {"r"}, body).add_attribute("alpha");
  b.input("x", {1, 2});
  b.scalar("scalar", 1);
  set(call(b, "scaled", {"x", "x"}, "t"), "alpha", 3.f);
  set(call(b, "scaled", {"t", "scalar"}, "y"), "alpha", 5.f);
  b.output("y");
  expect_near({{1, 2}, {6, -3}}, run_onnx(b, {Array{{1, 2}, {2, -1}}})[0]);
}

/// The names in a function are its own; those of the model may be the same.
TEST(OnnxFunctions, NamesThatMeetOthers) {
  OnnxBuilder b, body;
  body.op("Relu", {"x"}, "y");
  body.op("Sigmoid", {"y"}, "t");
  add_function(b, "f", {"x"}, {"t"}, body);
  b.input("v", {1, 2});
  call(b, "f", {"v"}, "t");
  b.op("Neg", {"v"}, "unused");
  b.node(1).set_op_type("HardSwish");
  b.op("Identity", {"unused"}, "t/y");
  b.op("Add", {"t", "t/y"}, "y");
  b.output("y");
  expect_near({{1, 2}, {0.5f - 1 / 3.f, 0.5f}}, run_onnx(b, {Array{{1, 2}, {-1, 0}}})[0]);
}

TEST(OnnxFunctions, OfAnotherOperatorSet) {
  OnnxBuilder b, body;  // set 13
  set(body.op("Squeeze", {"v"}, "r"), "axes", Ints{0});
  onnx::FunctionProto& function = add_function(b, "f", {"v"}, {"r"}, body);
  function.add_opset_import()->set_version(12);
  b.input("x", {1, 2});
  call(b, "f", {"x"}, "y");
  b.output("y");
  EXPECT_EQ(run_onnx(b, {numbers({1, 2})})[0].shape, Shape{2});
  function.mutable_opset_import(0)->set_version(99);
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 layers.f 'y': error: function 'f' uses version 99 of the operator set ai.onnx; supported: 7 to "
            "23\n");
}

/// A fault in a function shows once, an unsupported operator as often as it is used.
TEST(OnnxBadFunctions, Bodies) {
  OnnxBuilder b = with_functions();
  b.model.mutable_functions(0)->mutable_node(0)->set_input(1, "w");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 Conv 't/t': error: reads 't/w', which is written by no operator\n");
  b = with_functions();
  b.model.mutable_functions(1)->mutable_node(0)->set_op_type("Mystery");
  EXPECT_EQ(errors_of_onnx(b), "m: error: 1 operator is not supported: Mystery (op 0)\n" + supported_note());
}

TEST(OnnxBadFunctions, Calls) {
  OnnxBuilder b = with_functions();
  b.node(0).add_input("x");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 layers.conv 't': error: has 4 inputs, but function 'conv' has 3\n");
  b.node(0).mutable_input()->RemoveLast();
  b.node(0).add_output("u");
  EXPECT_EQ(errors_of_onnx(b), "m: op 0 layers.conv 't': error: has 2 outputs, but function 'conv' has 1\n");
  b = with_functions();
  *b.model.add_functions() = b.model.functions(0);
  EXPECT_EQ(errors_of_onnx(b), "m: error: function 'layers.conv' occurs twice\n");
}

TEST(OnnxBadFunctions, Recursion) {
  OnnxBuilder b, body;
  call(body, "f", {"v"}, "r");
  add_function(b, "f", {"v"}, {"r"}, body);
  b.input("x", {1, 2});
  call(b, "f", {"x"}, "y");
  b.output("y");
  const std::string text = errors_of_onnx(b);
  EXPECT_NE(text.find("function 'f' stands in 50 others; expected functions that do not call themselves, and at most "
                      "50\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

/// An attribute of the call that every node of the body takes.
TEST(OnnxBadFunctions, LargeAttributes) {
  OnnxBuilder b, body;
  for (int i = 0; i < 1000; ++i)
    refer(body.op("Constant", {}, "c" + std::to_string(i)), "value_ints", "list", onnx::AttributeProto::INTS);
  body.op("Relu", {"v"}, "r");
  add_function(b, "f", {"v"}, {"r"}, body);
  b.input("x", {1, 2});
  set(call(b, "f", {"x"}, "y"), "list", Ints(1 << 20, 1));
  b.output("y");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 layers.f 'y': error: functions and branches come to more than the limit of 100000 operators and "
            "268435456 bytes\n");
}

/// Names do not grow with the depth.
TEST(OnnxFunctions, LongNames) {
  OnnxBuilder b, last;
  const std::string name(5000, 'n');
  last.op("Relu", {"v"}, name);
  add_function(b, "f30", {"v"}, {name}, last);
  for (int i = 0; i < 30; ++i) {
    OnnxBuilder body;
    call(body, "f" + std::to_string(i + 1), {"v"}, name);
    add_function(b, "f" + std::to_string(i), {"v"}, {name}, body);
  }
  b.input("x", {1, 2});
  call(b, "f0", {"x"}, name);
  call(b, "f0", {name}, name + "2");
  b.op("Sigmoid", {name + "2"}, "y");
  b.output("y");
  const Graph graph = read_onnx_graph(b);
  ASSERT_EQ(graph.ops.size(), 3u);
  EXPECT_LT(graph.ops[0].origins[0].name.size(), 400u);
}

TEST(OnnxFunctions, DamagedFiles) { test_damaged_files(with_functions(), 4000); }

/// A kilobyte that stands for 2^40 operators.
TEST(OnnxBadFunctions, Doubling) {
  OnnxBuilder b, last;
  last.op("Relu", {"v"}, "r");
  add_function(b, "f40", {"v"}, {"r"}, last);
  for (int i = 0; i < 40; ++i) {
    OnnxBuilder body;
    call(body, "f" + std::to_string(i + 1), {"v"}, "t");
    call(body, "f" + std::to_string(i + 1), {"t"}, "r");
    add_function(b, "f" + std::to_string(i), {"v"}, {"r"}, body);
  }
  b.input("x", {1, 2});
  call(b, "f0", {"x"}, "y");
  b.output("y");
  const std::string text = errors_of_onnx(b);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("functions and branches come to more than the limit of 100000 operators and 268435456 bytes\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace narrows
