// ONNX models whose file says nothing of shapes, or what is no longer so.
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

/// The file states `shape` for a value; sizes of 0 have none, those below are written as numbers.
void declare(onnx::ValueInfoProto& info, const std::string& name, const Shape& shape) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->clear_dim();
  for (const int size : shape) {
    auto& dimension = *type.mutable_shape()->add_dim();
    if (size != 0) dimension.set_dim_value(size);
  }
}

/// Reads the model, which must succeed; what is said of it.
std::string warnings_of(const OnnxBuilder& b, const Shape& output) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(b.finish(), "m", diagnostics);
  EXPECT_TRUE(graph);
  if (graph) {
    EXPECT_EQ(graph->tensors[graph->outputs[0]].shape, output);
  }
  return diagnostics.str();
}

TEST(OnnxShapes, StaleOutput) {
  OnnxBuilder b = small_onnx_conv();
  declare(*b.graph().mutable_output(0), "y", {1, 2, 4, 5});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}),
            "m: warning: model output 'y' is declared with shape [1,2,4,5], but its operators make [1,3,4,5]\n");
  declare(*b.graph().mutable_output(0), "y", {1, 0, 20});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}),
            "m: warning: model output 'y' is declared with shape [1,?,20], but its operators make [1,3,4,5]\n");
  declare(*b.graph().mutable_output(0), "y", {-1, 3, 0, 5});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}), "");
}

TEST(OnnxShapes, StaleValues) {
  OnnxBuilder b = small_onnx_conv();
  b.op("Relu", {"y"}, "r");
  b.op("Sigmoid", {"r"}, "s");
  b.graph().clear_output();
  b.output("s");
  declare(*b.graph().add_value_info(), "r", {1, 3, -1, 5});
  declare(*b.graph().add_value_info(), "w", {3, 2, 3, 3});
  declare(*b.graph().add_value_info(), "nobody", {7});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}), "");
  declare(*b.graph().add_value_info(), "y", {1, 1, 1, 3});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}),
            "m: warning: a value is declared with another shape than the operators make: 'y' with [1,1,1,3] instead of "
            "[1,3,4,5]\n");
  declare(*b.graph().mutable_value_info(0), "r", {4});
  EXPECT_EQ(warnings_of(b, {1, 3, 4, 5}),
            "m: warning: 2 values are declared with another shape than the operators make: first 'r' with [4] instead "
            "of [1,3,4,5]\n");
}

/// Some exporters write -1 where there is no size.
TEST(OnnxShapes, SizesOfMinusOne) {
  OnnxBuilder b = small_onnx_conv();
  declare(*b.graph().mutable_input(0), "x", {-1, 2, -1, 5});
  declare(*b.graph().mutable_output(0), "y", {-1, 3, -1, 5});
  EXPECT_EQ(errors_of_onnx(b),
            "m: error: dimension 2 of model input 'x' has no size in the file; give it with --shape x[2]=N\n");
  ReadOptions options;
  options.shapes["x[2]"] = 4;
  EXPECT_EQ(run_onnx(b, {numbers({1, 2, 4, 5})}, options)[0].shape, (Shape{1, 3, 4, 5}));
}

/// Files of old list every constant among the inputs.
TEST(OnnxShapes, ConstantsAmongTheInputs) {
  OnnxBuilder b = small_onnx_conv();
  b.input("w", {3, 2, 3, 3});
  b.input("b", {3});
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(graph.inputs.size(), 1u);
  const Array x = numbers({1, 2, 4, 5});
  expect_near(run_onnx(small_onnx_conv(), {x})[0], run_onnx(b, {x})[0]);
}

TEST(OnnxShapes, InputWithoutAnyShape) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  ReadOptions options;
  options.shapes = {{"x[0]", 1}, {"x[1]", 2}, {"x[2]", 6}, {"x[3]", 7}};
  EXPECT_EQ(run_onnx(b, {numbers({1, 2, 6, 7})}, options)[0].shape, (Shape{1, 3, 6, 7}));
  options.shapes = {{"x[0]", 1}, {"x[2]", 6}};
  EXPECT_EQ(errors_of_onnx(b, options),
            "m: error: --shape x[2]=6: no input of the model has a symbolic dimension of that name\n"
            "m: note: symbolic dimensions: x[0], x[1]\n"
            "m: op 0 Conv 'y': error: shape of input 'x' is [1], expected 4 dimensions\n");
}

}  // namespace
}  // namespace narrows
