// Rules of the operators that make one element of many, and of L2_NORMALIZATION.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/graph/rules/op_rules.h"

namespace narrows {
namespace {

/// The output's shape is the input's without `axes`, or with 1 there.
std::string check_axes(const Graph& graph, const Op& op) {
  const Shape& in = graph.input(op, 0).shape;
  const std::vector<int>& axes = op.attr.axes;
  Shape kept, dropped;
  for (size_t d = 0; d < in.size(); ++d) {
    const bool reduced = std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end();
    kept.push_back(reduced ? 1 : in[d]);
    if (!reduced) dropped.push_back(in[d]);
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    const bool in_range = axes[i] >= 0 && axes[i] < static_cast<int>(in.size());
    if (!in_range || (i > 0 && axes[i] <= axes[i - 1])) return "axes must be sorted, each once and in range";
  }
  return graph.output(op).shape == dropped ? "" : wrong_output(graph.output(op), kept);
}

/// Float or 8 bit, as check_types() asks for, or integers.
std::string check_reduced_types(const Graph& graph, const Op& op) {
  if (is_integer(graph.output(op).type)) return same_type(graph.input(op, 0), graph.output(op));
  return check_types(graph, op, 1);
}

}  // namespace

std::string check_mean(const Graph& graph, const Op& op) {
  if (std::string e = check_types(graph, op, 1); !e.empty()) return e;
  return check_axes(graph, op);
}

std::string check_sum(const Graph& graph, const Op& op) {
  if (std::string e = check_reduced_types(graph, op); !e.empty()) return e;
  return check_axes(graph, op);
}

std::string check_extremum(const Graph& graph, const Op& op) {
  if (std::string e = check_reduced_types(graph, op); !e.empty()) return e;
  if (std::string e = same_quantization(graph.input(op, 0), graph.output(op)); !e.empty()) return e;
  return check_axes(graph, op);
}

std::string check_product(const Graph& graph, const Op& op) {
  if (is_8bit(graph.output(op).type)) return "8-bit numbers are not supported";
  return check_sum(graph, op);
}

std::string check_l2_normalization(const Graph& graph, const Op& op) {
  if (graph.input(op, 0).shape.empty()) return "input has no dimension";
  return check_elementwise(graph, op);
}

}  // namespace narrows
