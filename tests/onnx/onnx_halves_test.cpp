// ONNX models with FLOAT16 constants that are cast to FLOAT in front of float operators.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/graph/narrow_weights.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;

std::vector<float> rounded(std::vector<float> values) {
  for (float& value : values) value = from_half(to_half(value));
  return values;
}

std::string widened(OnnxBuilder& b, const std::string& name) {
  set(b.op("Cast", {name}, name + "/float"), "to", static_cast<int>(onnx::TensorProto::FLOAT));
  return name + "/float";
}

/// Conv and MatMul, as small_onnx_conv() but in FLOAT16.
OnnxBuilder model_with_halves() {
  OnnxBuilder b;
  b.input("x", {1, 2, 4, 5});
  const std::string w = widened(b, halves(b, "w", {3, 2, 3, 3}, small_numbers(54)));
  const std::string bias = widened(b, halves(b, "b", {3}, small_numbers(3), /*raw=*/false));
  set(b.op("Conv", {"x", w, bias}, "conv"), "pads", Ints{1, 1, 1, 1});
  b.op("Flatten", {"conv"}, "flat");
  b.op("MatMul", {"flat", widened(b, halves(b, "m", {60, 4}, small_numbers(240)))}, "y");
  b.output("y");
  return b;
}

const std::string warning =
    "m: warning: the model computes in FLOAT16; it is compiled to FLOAT, so that results differ by roundings that are "
    "left out\n";

/// Constants are rounded, what is computed with them is not.
TEST(OnnxHalves, ActivationsAreFloats) {
  const Array x = numbers({1, 2, 4, 5});
  const float low = from_half(to_half(0.1f));
  EXPECT_NE(low, 0.1f);
  const Array conv =
      conv_nchw(x, {{3, 2, 3, 3}, small_numbers(54)}, rounded({0.1f, 0.2f, 0.3f}), 1, {1, 1, 1, 1, 1, 1});
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(model_in_halves().finish(), "m", diagnostics);
  ASSERT_TRUE(graph);
  EXPECT_EQ(diagnostics.str(), warning);
  EXPECT_EQ(to_string(report_weights(*graph, *graph)), "1 of 1 tensors kept in 16 bits");
  const std::vector<Bytes> values = interpret(*graph, {bytes_of(x.values)});
  const Array expected = apply(conv, [&](float v) { return std::min(6.f, std::max(low, v)); });
  EXPECT_LE(difference_f32(bytes_of(expected.values), values[graph->outputs[0]]).relative(), 1e-6);
}

TEST(OnnxHalves, AreTheNumbersThatTheyStandFor) {
  const Array x = numbers({1, 2, 4, 5});
  Array flat =
      conv_nchw(x, {{3, 2, 3, 3}, rounded(small_numbers(54))}, rounded(small_numbers(3)), 1, {1, 1, 1, 1, 1, 1});
  flat.shape = {1, 60};
  expect_near(matmul(flat, {{60, 4}, rounded(small_numbers(240))}), run_onnx(model_with_halves(), {x})[0]);
}

TEST(OnnxHalves, WeightsStayInSixteenBits) {
  const Graph graph = read_onnx_graph(model_with_halves());
  int narrow = 0;
  for (const Op& op : graph.ops) narrow += has_narrow_weights(graph, op);
  EXPECT_EQ(narrow, 2);
  EXPECT_EQ(to_string(report_weights(graph, graph)), "2 of 2 tensors kept in 16 bits");
}

/// Floats stay floats, even those that halves could hold.
TEST(OnnxHalves, OnlyWhereTheFileHasThem) {
  OnnxBuilder b = small_onnx_conv();
  b.initializer(0).set_raw_data(std::string(54 * 4, '\0'));
  const Graph graph = read_onnx_graph(b);
  for (const Op& op : graph.ops) EXPECT_FALSE(has_narrow_weights(graph, op));
}

TEST(OnnxBadHalves, Activations) {
  OnnxBuilder b = small_onnx_conv();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT16);
  const std::string note = "m: note: converters to FLOAT16 can keep inputs and outputs in FLOAT: keep_io_types=True\n";
  EXPECT_EQ(errors_of_onnx(b), "m: error: model input 'x' has type FLOAT16; supported: FLOAT, UINT8, INT8\n" + note);
  b = model_in_halves();
  b.graph().mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT16);
  EXPECT_EQ(
      errors_of_onnx(b),
      "m: error: model output 'y' is declared with type FLOAT16, but its operators make FLOAT\n" + note + warning);
}

TEST(OnnxBadHalves, Size) {
  OnnxBuilder b = model_with_halves();
  b.initializer(1).add_int32_data(0);
  EXPECT_EQ(errors_of_onnx(b), "m: error: initializer 'b' with type FLOAT16 and shape [3] needs 6 bytes, but has 8\n");
}

}  // namespace
}  // namespace narrows
