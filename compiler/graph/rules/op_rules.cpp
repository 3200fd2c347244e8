// Rules of the operators on single elements, and of those that move them.
#include "compiler/graph/rules/op_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace narrows {

bool is_activation_type(const Tensor& t) { return t.type == DType::f32 || is_8bit(t.type); }
bool per_tensor(const Tensor& t) { return t.quant.scale.size() == 1; }

std::string wrong_output(const Tensor& output, const Shape& expected) {
  if (output.shape == expected) return "";
  return fmt::format("output shape is {}, expected {}", to_string(output.shape), to_string(expected));
}

std::string check_types(const Graph& graph, const Op& op, int activations) {
  const Tensor& output = graph.output(op);
  if (!is_activation_type(output)) {
    return fmt::format("output type {} is not f32, u8 or i8", to_string(output.type));
  }
  for (int i = -1; i < activations; ++i) {
    const Tensor& t = i < 0 ? output : graph.input(op, i);
    if (is_8bit(t.type) != is_8bit(output.type) || !is_activation_type(t)) {
      return fmt::format("types {} and {} do not go together", to_string(t.type), to_string(output.type));
    }
    if (is_8bit(t.type) && !per_tensor(t)) {
      return fmt::format("activation '{}' has a scale per channel", t.name);
    }
  }
  return "";
}

std::string same_type(const Tensor& input, const Tensor& output) {
  if (input.type == output.type) return "";
  return fmt::format("output type is {}, input type {}", to_string(output.type), to_string(input.type));
}

std::string same_quantization(const Tensor& input, const Tensor& output) {
  if (std::string e = same_type(input, output); !e.empty()) return e;
  const Quant &a = input.quant, &b = output.quant;
  if (!is_8bit(input.type) || (a.scale == b.scale && a.zero_point == b.zero_point)) return "";
  return "input and output must have the same scale and zero point";
}

namespace {

/// The shape of the output is what numpy's broadcasting makes of the inputs'.
std::string check_broadcast_shape(const Graph& graph, const Op& op) {
  const Shape &a = graph.input(op, 0).shape, &b = graph.input(op, 1).shape;
  Shape expected(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < expected.size(); ++i) {  // counted from the last dimension
    const int da = i < a.size() ? a[a.size() - 1 - i] : 1, db = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (da != db && da != 1 && db != 1) {
      return fmt::format("shapes {} and {} do not broadcast", to_string(a), to_string(b));
    }
    expected[expected.size() - 1 - i] = std::max(da, db);
  }
  return wrong_output(graph.output(op), expected);
}

}  // namespace

std::string check_broadcast(const Graph& graph, const Op& op) {
  if (is_integer(graph.output(op).type)) {
    for (int i : {0, 1}) {
      if (std::string e = same_type(graph.input(op, i), graph.output(op)); !e.empty()) return e;
    }
  } else if (std::string e = check_types(graph, op, 2); !e.empty()) {
    return e;
  }
  return check_broadcast_shape(graph, op);
}

std::string check_numbers(const Graph& graph, const Op& op) {
  if (is_8bit(graph.output(op).type)) return "8-bit numbers are not supported";
  return check_broadcast(graph, op);
}

std::string check_maximum(const Graph& graph, const Op& op) {
  for (int i : {0, 1}) {
    if (std::string e = same_quantization(graph.input(op, i), graph.output(op)); !e.empty()) return e;
  }
  return check_broadcast(graph, op);
}

std::string check_prelu(const Graph& graph, const Op& op) {
  if (std::string e = check_types(graph, op, 2); !e.empty()) return e;
  if (std::string e = check_broadcast(graph, op); !e.empty()) return e;
  return wrong_output(graph.output(op), graph.input(op, 0).shape);
}

std::string check_pad(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (std::string e = same_type(input, output); !e.empty()) return e;
  if (op.attr.pads.size() != input.shape.size()) return "one pair of pads per dimension is needed";
  if (op.attr.fill != 0 && input.type != DType::f32) return "only floats are padded with another number than zero";
  Shape expected = input.shape;
  for (size_t d = 0; d < expected.size(); ++d) {
    const auto [before, after] = op.attr.pads[d];
    if (before < 0 || after < 0) return "padding must not be negative";
    const int64_t size = static_cast<int64_t>(expected[d]) + before + after;
    if (size > std::numeric_limits<int>::max()) return "padding is too large";
    expected[d] = static_cast<int>(size);
  }
  return wrong_output(output, expected);
}

std::string check_transpose(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (std::string e = same_type(input, output); !e.empty()) return e;
  std::vector<int> sorted = op.attr.axes;
  std::sort(sorted.begin(), sorted.end());
  for (size_t d = 0; d < sorted.size(); ++d) {
    if (sorted[d] != static_cast<int>(d)) return "axes are not a permutation";
  }
  if (sorted.size() != input.shape.size()) return "one axis per dimension is needed";
  Shape expected;
  for (int axis : op.attr.axes) expected.push_back(input.shape[axis]);
  return wrong_output(output, expected);
}

namespace {

/// Where the smallest stored value lies, seen from the zero point: equal for tensors that a shift by 128
/// tells apart.
int32_t offset_of(const Tensor& t) { return t.zero_point() + (t.type == DType::i8 ? 128 : 0); }

}  // namespace

std::string check_concatenation(const Graph& graph, const Op& op) {
  const int count = static_cast<int>(op.inputs.size());
  const Tensor& output = graph.output(op);
  const int axis = op.attr.axis;
  if (axis < 0 || axis >= static_cast<int>(output.shape.size())) return fmt::format("axis {} is out of range", axis);
  if (is_activation_type(output)) {
    if (std::string e = check_types(graph, op, count); !e.empty()) return e;
  }
  Shape expected = output.shape;
  int64_t size = 0;
  for (int i = 0; i < count; ++i) {
    const Tensor& input = graph.input(op, i);
    if (!is_8bit(output.type) && input.type != output.type) return same_type(input, output);
    if (input.type == DType::i8 && (input.scale() != output.scale() || offset_of(input) != offset_of(output))) {
      return "int8 inputs and the output must have the same scale and zero point";
    }
    Shape other = input.shape;
    if (other.size() != expected.size()) return fmt::format("input {} has shape {}", i, to_string(other));
    size += other[axis];
    other[axis] = expected[axis];
    if (other != expected) return fmt::format("input {} has shape {}", i, to_string(input.shape));
  }
  if (size != expected[axis]) return fmt::format("inputs have {} elements along axis {}", size, axis);
  return "";
}

std::string check_elementwise(const Graph& graph, const Op& op) {
  if (std::string e = check_types(graph, op, 1); !e.empty()) return e;
  return wrong_output(graph.output(op), graph.input(op, 0).shape);
}

std::string check_unary(const Graph& graph, const Op& op) {
  if (op.attr.function == Function::none) return "function is missing";
  const bool has_alpha = op.attr.function == Function::elu || op.attr.function == Function::thresholded_relu;
  if (!std::isfinite(op.attr.alpha) || (!has_alpha && op.attr.alpha != 1)) return "alpha is not one of the function";
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (!is_integer(output.type)) return check_elementwise(graph, op);
  const bool exact =
      op.attr.function == Function::abs || op.attr.function == Function::neg || op.attr.function == Function::sign;
  if (!exact) return fmt::format("{} is not for integers", to_string(op.attr.function));
  if (std::string e = same_type(input, output); !e.empty()) return e;
  return wrong_output(output, input.shape);
}

std::string check_softmax(const Graph& graph, const Op& op) {
  if (graph.input(op, 0).shape.empty()) return "input has no dimension";
  if (!std::isfinite(op.attr.beta) || op.attr.beta <= 0) return "beta must be positive";
  return check_elementwise(graph, op);
}

std::string check_float_function(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (input.type != DType::f32) return fmt::format("input type {} is not f32", to_string(input.type));
  if (std::string e = same_type(input, output); !e.empty()) return e;
  return wrong_output(output, input.shape);
}

std::string check_lookup(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &table = graph.input(op, 1), &output = graph.output(op);
  if (!is_quantized(input) || !per_tensor(input)) return "the input is not quantized with one scale";
  if (!table.constant() || table.shape != Shape{256}) return "the table is not a constant of 256 elements";
  if (std::string e = same_quantization(table, output); !e.empty()) return "table and output: " + e;
  return wrong_output(output, input.shape);
}

std::string check_relu(const Graph& graph, const Op& op) {
  if (op.attr.activation == Activation::none) return "activation is missing";
  return check_elementwise(graph, op);
}

std::string check_reshape(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (element_count(input.shape) != element_count(output.shape)) {
    return fmt::format("shapes {} and {} differ in size", to_string(input.shape), to_string(output.shape));
  }
  return same_type(input, output);
}

std::string check_quantize(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  const bool to_8bit = op.kind == OpKind::quantize;
  const Tensor& quantized = to_8bit ? output : input;
  // The bias of an 8-bit convolution has 32 bits.
  const bool bias = !to_8bit && input.type == DType::i32 && input.constant() && input.has_scales();
  if (bias) return output.type == DType::f32 ? wrong_output(output, input.shape) : "output type is not f32";
  const bool from_half = !to_8bit && input.type == DType::f16;
  if ((!is_8bit(quantized.type) && !from_half) || (to_8bit ? !is_activation_type(input) : output.type != DType::f32)) {
    return fmt::format("cannot go from {} to {}", to_string(input.type), to_string(output.type));
  }
  if (to_8bit && (!per_tensor(output) || (is_8bit(input.type) && !per_tensor(input)))) {
    return "one scale per tensor is needed";
  }
  return wrong_output(output, input.shape);
}

std::string check_cast(const Graph& graph, const Op& op) {
  if (graph.input(op, 0).type == DType::f16) return "dequantize converts f16";
  return wrong_output(graph.output(op), graph.input(op, 0).shape);
}

}  // namespace narrows
