// Rules of the operators that pick elements: slice, the resizes and arg_max.
#include <fmt/format.h>

#include "compiler/graph/op_rules.h"

namespace narrows {

std::string check_slice(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  const size_t rank = input.shape.size();
  if (std::string e = same_quantization(input, output); !e.empty()) return e;
  if (op.attr.begin.size() != rank || op.attr.steps.size() != rank || output.shape.size() != rank) {
    return "one begin, one step and one output size per dimension are needed";
  }
  for (size_t d = 0; d < rank; ++d) {
    const int64_t first = op.attr.begin[d], step = op.attr.steps[d];
    const int64_t last = first + (output.shape[d] - 1) * step;
    if (step == 0) return fmt::format("step of dimension {} is 0", d);
    if (first < 0 || first >= input.shape[d] || last < 0 || last >= input.shape[d]) {
      return fmt::format("dimension {} is read from {} to {}, it has {} elements", d, first, last, input.shape[d]);
    }
  }
  return "";
}

std::string check_resize(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (std::string e = check_types(graph, op, 1); !e.empty()) return e;
  if (std::string e = same_quantization(input, output); !e.empty()) return e;
  if (input.shape.size() != 4) return fmt::format("input shape {} is not [1,h,w,c]", to_string(input.shape));
  const Shape& out = output.shape;
  if (out.size() == 4 && out[0] == input.shape[0] && out[3] == input.shape[3]) return "";
  return fmt::format("output shape is {}, expected [{},h,w,{}]", to_string(out), input.shape[0], input.shape[3]);
}

std::string check_arg_max(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (!is_activation_type(input)) return fmt::format("input type {} is not f32, u8 or i8", to_string(input.type));
  if (output.type != DType::i32 && output.type != DType::i64) {
    return fmt::format("output type {} is not i32 or i64", to_string(output.type));
  }
  const int axis = op.attr.axis;
  if (axis < 0 || axis >= static_cast<int>(input.shape.size())) return fmt::format("axis {} is out of range", axis);
  Shape expected = input.shape;
  expected.erase(expected.begin() + axis);
  return wrong_output(output, expected);
}

}  // namespace narrows
