// ONNX constants without elements: what exporters write for an input that is absent, and for the shape of a scalar.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;
using Node = OnnxBuilder::Node;

/// Resize of x [1,2,4,5] with all four inputs; in the model's own file, `sizes` or `scales` have no elements.
OnnxBuilder resize_with_empty(const std::vector<float>& scales, const Ints& sizes) {
  OnnxBuilder b(11);
  b.input("x", {1, 2, 4, 5});
  b.floats("roi", {0}, {});
  b.floats("scales", {static_cast<int>(scales.size())}, scales);
  b.integers("sizes", sizes);
  Node& node = b.op("Resize", {"x", "roi", "scales", "sizes"}, "y");
  set(node, "coordinate_transformation_mode", "asymmetric");
  set(node, "nearest_mode", "floor");
  b.output("y");
  return b;
}

TEST(OnnxEmpty, Resize) {
  const Array x = numbers({1, 2, 4, 5});
  const auto at = [](int i, int in, int out) { return double(i) * in / out; };
  const auto down = [](double v) { return std::floor(v); };
  const Array expected = resize_nearest_nchw(x, 8, 10, at, down);
  expect_near(expected, run_onnx(resize_with_empty({1, 1, 2, 2}, {}), {x})[0]);
  expect_near(expected, run_onnx(resize_with_empty({}, {1, 2, 8, 10}), {x})[0]);
  EXPECT_EQ(errors_of_onnx(resize_with_empty({}, {})), "m: op 0 Resize 'y': error: expected either scales or sizes\n");
}

/// Exporters make the constant by a node, and share it by another.
TEST(OnnxEmpty, ResizeOfNodes) {
  OnnxBuilder b = resize_with_empty({1, 1, 2, 2}, {});
  b.graph().mutable_initializer()->DeleteSubrange(0, 1);
  const Node resize = b.node(0);
  b.graph().clear_node();
  Node& constant = b.op("Constant", {}, "none");
  onnx::AttributeProto& value = *constant.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  value.mutable_t()->add_dims(0);
  b.op("Identity", {"none"}, "roi");
  *b.graph().add_node() = resize;
  EXPECT_EQ(run_onnx(b, {numbers({1, 2, 4, 5})})[0].shape, (Shape{1, 2, 8, 10}));
}

TEST(OnnxEmpty, ConstantList) {
  for (const char* name : {"value_ints", "value_floats"}) {
    OnnxBuilder b;
    b.input("x", {1, 1});
    onnx::AttributeProto& list = *b.op("Constant", {}, "none").add_attribute();
    list.set_name(name);
    list.set_type(name[6] == 'i' ? onnx::AttributeProto::INTS : onnx::AttributeProto::FLOATS);
    b.op("Reshape", {"x", "none"}, "y");
    b.output("y");
    if (name[6] == 'i')
      EXPECT_EQ(run_onnx(b, {numbers({1, 1})})[0].shape, Shape{});
    else
      EXPECT_EQ(errors_of_onnx(b),
                "m: op 1 Reshape 'y': error: shape 'none' has type FLOAT, expected INT32 or INT64\n");
  }
}

TEST(OnnxEmpty, ShapeOfAScalar) {
  OnnxBuilder b;
  b.input("x", {1, 1});
  b.integers("scalar", {});
  b.op("Reshape", {"x", "scalar"}, "y");
  b.op("ConstantOfShape", {"scalar"}, "zero");
  b.op("Add", {"y", "zero"}, "sum");
  b.op("Expand", {"sum", "scalar"}, "z");
  b.output("z");
  const Array x = numbers({1, 1});
  expect_near({{}, x.values}, run_onnx(b, {x})[0]);
}

/// All axes where none is named.
TEST(OnnxEmpty, Axes) {
  OnnxBuilder b(18);
  b.input("x", {1, 1, 2, 3});
  b.integers("none", {});
  set(b.op("ReduceMean", {"x", "none"}, "mean"), "keepdims", 1);
  b.op("Squeeze", {"mean", "none"}, "y");
  b.output("y");
  const Array x = numbers({1, 1, 2, 3});
  float sum = 0;
  for (const float value : x.values) sum += value;
  expect_near({{}, {sum / 6}}, run_onnx(b, {x})[0]);
}

TEST(OnnxEmpty, SliceOfNothing) {
  OnnxBuilder b;
  b.input("x", {1, 4});
  b.integers("none", {});
  b.integers("one", {1});
  b.integers("three", {3});
  b.op("Slice", {"x", "none", "none"}, "same");
  b.op("Slice", {"same", "one", "three", "one", "none"}, "y");
  b.output("y");
  expect_near(part(numbers({1, 4}), 1, 1, 3), run_onnx(b, {numbers({1, 4})})[0]);
}

TEST(OnnxEmpty, PartOfAList) {
  OnnxBuilder b;
  b.input("x", {2, 3});
  b.integers("none", {});
  b.integers("six", {6});
  set(b.op("Concat", {"none", "six", "none"}, "shape"), "axis", 0);
  b.op("Reshape", {"x", "shape"}, "y");
  b.output("y");
  expect_near({{6}, numbers({2, 3}).values}, run_onnx(b, {numbers({2, 3})})[0]);
}

TEST(OnnxEmpty, NobodyReadsIt) {
  OnnxBuilder b = small_onnx_conv();
  b.floats("none", {0, 3}, {});
  EXPECT_EQ(read_onnx_graph(b).ops.size(), 3u);
}

TEST(OnnxEmpty, WhereElementsAreNeeded) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(1) = {};
  b.initializer(1).set_name("b");
  b.initializer(1).set_data_type(onnx::TensorProto::FLOAT);
  b.initializer(1).add_dims(0);
  b.integers("none", {});
  b.floats("flat", {1, 2, 4, 0}, {});
  set(b.op("Pad", {"x", "none"}, "p"), "mode", "constant");
  b.op("Gather", {"x", "none"}, "g");
  b.op("Add", {"none", "none"}, "s");
  set(b.op("Concat", {"x", "flat"}, "c"), "axis", 3);
  b.op("Relu", {"b"}, "r");
  EXPECT_EQ(errors_of_onnx(b),
            "m: op 0 Conv 'y': error: input 2 'b' is FLOAT[0], a constant without elements; expected at least one\n"
            "m: op 1 Pad 'p': error: input 1 'none' is INT64[0], a constant without elements; expected at least one\n"
            "m: op 2 Gather 'g': error: input 1 'none' is INT64[0], a constant without elements; expected at least "
            "one\n"
            "m: op 3 Add 's': error: input 0 'none' is INT64[0], a constant without elements; expected at least one\n"
            "m: op 4 Concat 'c': error: input 1 'flat' is FLOAT[1,2,4,0], a constant without elements; expected at "
            "least one\n"
            "m: op 5 Relu 'r': error: input 0 'b' is FLOAT[0], a constant without elements; expected at least one\n");
}

TEST(OnnxEmpty, Output) {
  OnnxBuilder b = small_onnx_conv();
  b.floats("none", {0}, {});
  b.op("Identity", {"none"}, "z");
  b.output("z");
  EXPECT_EQ(errors_of_onnx(b), "m: error: model output 'z' depends on no model input\n");
}

/// Whatever constant of a model has no elements, there is an error or a sound graph.
TEST(OnnxEmpty, EveryConstant) {
  for (const OnnxBuilder& sound : {qdq_segmenter(), qlinear_classifier(), resize_with_empty({1, 1, 2, 2}, {})}) {
    for (int i = 0; i < sound.model.graph().initializer_size(); ++i) {
      OnnxBuilder b = sound;
      onnx::TensorProto& tensor = b.initializer(i);
      SCOPED_TRACE(tensor.name());
      onnx::TensorProto empty;
      empty.set_name(tensor.name());
      empty.set_data_type(tensor.data_type());
      for (int d = 0; d < std::max(1, tensor.dims_size()); ++d) empty.add_dims(d == 0 ? 0 : tensor.dims(d));
      tensor = empty;
      Diagnostics diagnostics("m");
      const std::optional<Graph> graph = read_model(b.finish(), "m", diagnostics);
      ASSERT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
      if (graph) {
        EXPECT_EQ(verify(*graph), std::vector<std::string>{});
      }
    }
  }
}

}  // namespace
}  // namespace narrows
