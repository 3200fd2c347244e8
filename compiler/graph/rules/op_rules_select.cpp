// Rules of the operators that pick or move elements.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "compiler/graph/rules/op_rules.h"

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

std::string check_depth_to_space(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (std::string e = same_quantization(input, output); !e.empty()) return e;
  const Shape& in = input.shape;
  const Window& w = op.attr.window;
  if (in.size() != 4 || in[0] != 1) return fmt::format("input shape {} is not [1,h,w,c]", to_string(in));
  const int64_t rows = w.stride_h, columns = w.stride_w;
  if (rows < 1 || columns < 1 || in[3] % (rows * columns) != 0)
    return fmt::format("{} channels cannot become blocks of {} x {} pixels", in[3], rows, columns);
  if (std::min({w.pad.top, w.pad.bottom, w.pad.left, w.pad.right}) < 0) return "what is cut off must not be negative";
  const int64_t height = rows * in[1] - w.pad.top - w.pad.bottom, width = columns * in[2] - w.pad.left - w.pad.right;
  if (height < 1 || width < 1 || std::max(height, width) > INT32_MAX) return "nothing is left of the blocks";
  return wrong_output(output,
                      {1, static_cast<int>(height), static_cast<int>(width), in[3] / static_cast<int>(rows * columns)});
}

std::string check_mirror_pad(const Graph& graph, const Op& op) {
  const Tensor& input = graph.input(op, 0);
  if (std::string e = same_quantization(input, graph.output(op)); !e.empty()) return e;
  if (std::string e = check_pad(graph, op); !e.empty()) return e;
  for (size_t d = 0; d < op.attr.pads.size(); ++d) {
    const int most = std::max(op.attr.pads[d][0], op.attr.pads[d][1]);
    const int room =
        op.attr.mirror == Mirror::edge ? most : input.shape[d] - (op.attr.mirror == Mirror::reflect ? 1 : 0);
    if (most > room) return fmt::format("padding of dimension {} is {}, at most {} can be mirrored", d, most, room);
  }
  return op.attr.fill == 0 ? "" : "mirrored padding has no number to fill with";
}

std::string check_gather(const Graph& graph, const Op& op) {
  const Tensor &data = graph.input(op, 0), &indices = graph.input(op, 1);
  if (std::string e = same_quantization(data, graph.output(op)); !e.empty()) return e;
  if (!is_integer(indices.type)) return fmt::format("indices have type {}, not i32 or i64", to_string(indices.type));
  const Shape &from = data.shape, &at = indices.shape;
  const int batch = op.attr.batch_dims, axis = op.attr.axis;
  if (at.empty() || batch < 0 || batch > axis || batch >= static_cast<int>(at.size()))
    return fmt::format("{} batch dimensions do not fit axis {} and indices {}", batch, axis, to_string(at));
  if (at.back() < 1 || at.back() > static_cast<int>(from.size()) - axis)
    return fmt::format("{} indices do not fit the dimensions of {} from {} on", at.back(), to_string(from), axis);
  if (!std::equal(from.begin(), from.begin() + batch, at.begin()))
    return fmt::format("the first {} dimensions of {} and {} differ", batch, to_string(from), to_string(at));
  Shape expected(from.begin(), from.begin() + axis);
  expected.insert(expected.end(), at.begin() + batch, at.end() - 1);
  expected.insert(expected.end(), from.begin() + axis + at.back(), from.end());
  return wrong_output(graph.output(op), expected);
}

std::string check_top_k(const Graph& graph, const Op& op) {
  const Tensor &input = graph.input(op, 0), &output = graph.output(op);
  if (!is_activation_type(input) && !is_integer(input.type))
    return fmt::format("input type {} is not f32, u8, i8, i32 or i64", to_string(input.type));
  if (!is_integer(output.type)) return fmt::format("output type {} is not i32 or i64", to_string(output.type));
  if (input.shape.empty() || output.shape.size() != input.shape.size()) return "input and output differ in rank";
  Shape expected = input.shape;
  expected.back() = output.shape.back();
  if (expected.back() > input.shape.back())
    return fmt::format("{} of {} values are asked for", expected.back(), input.shape.back());
  return wrong_output(output, expected);
}

}  // namespace narrows
