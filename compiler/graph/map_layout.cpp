// A search from the tensor along operators whose input and output have corresponding dimensions, until one is reached
// whose dimensions have names.
#include "compiler/graph/map_layout.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>

#include "compiler/graph/ops.h"

namespace narrows {
namespace {

/// Dimension i of one tensor is dimension order[i] of another.
using Order = std::array<int, 4>;

constexpr Order same = {0, 1, 2, 3};

Order inverse(const Order& order) {
  Order result{};
  for (int i = 0; i < 4; ++i) result[order[i]] = i;
  return result;
}

/// Where the output's dimensions stand in the input, if the order of elements stays as it is: front ends transpose
/// maps of one pixel or one channel by a reshape.
std::optional<Order> order_of_reshape(const Shape& in, const Shape& out) {
  for (const Order& order : {same, Order{0, 2, 3, 1}, Order{0, 3, 1, 2}}) {
    Shape moved, in_longer, out_longer;
    for (const int i : order) moved.push_back(in[i]);
    std::copy_if(in.begin(), in.end(), std::back_inserter(in_longer), [](int size) { return size > 1; });
    std::copy_if(out.begin(), out.end(), std::back_inserter(out_longer), [](int size) { return size > 1; });
    if (moved == out && in_longer == out_longer) return order;
  }
  return std::nullopt;
}

/// Dimension i of the output is dimension order[i] of the operator's input `in`.
std::optional<Order> order_through(const Graph& graph, const Op& op, int in) {
  const Shape &from = graph.tensors[in].shape, &to = graph.output(op).shape;
  if (from.size() != 4 || to.size() != 4) return std::nullopt;
  if (facts(op.kind).is(trait::keeps_dimensions)) return same;
  if (op.kind == OpKind::reshape) return order_of_reshape(from, to);
  if (op.kind != OpKind::transpose) return std::nullopt;
  Order order{};
  std::copy_n(op.attr.axes.begin(), 4, order.begin());
  return order;
}

/// The names that the operator gives the dimensions of one of its tensors.
std::string named_by(const Op& op, int tensor) {
  if (facts(op.kind).is(trait::on_maps) && (tensor == op.output || tensor == op.inputs[0])) return "NHWC";
  const bool mean = op.kind == OpKind::mean && tensor == op.inputs[0];
  if (mean && op.attr.axes == std::vector<int>{1, 2}) return "NHWC";
  if (mean && op.attr.axes == std::vector<int>{2, 3}) return "NCHW";
  return "";
}

/// A tensor, dimension i of which is dimension order[i] of the one that is asked about.
struct Reached {
  int tensor;
  Order order;
};

std::string names_of(const Reached& reached, const std::string& letters) {
  std::string names(4, ' ');
  for (int i = 0; i < 4; ++i) names[reached.order[i]] = letters[i];
  return names;
}

Order chained(const Order& outer, const Order& inner) {
  Order result{};
  for (int i = 0; i < 4; ++i) result[i] = outer[inner[i]];
  return result;
}

std::vector<Reached> neighbours(const Graph& graph, const Op& op, const Reached& from) {
  std::vector<Reached> list;
  for (const int in : op.inputs) {
    if (graph.tensors[in].constant() || (in != from.tensor && op.output != from.tensor)) continue;
    const std::optional<Order> order = order_through(graph, op, in);
    if (!order) continue;
    if (in == from.tensor) list.push_back({op.output, chained(from.order, *order)});
    if (op.output == from.tensor) list.push_back({in, chained(from.order, inverse(*order))});
  }
  return list;
}

/// By tensor: the operators that read or write it.
std::vector<std::vector<int>> ops_of_tensors(const Graph& graph) {
  std::vector<std::vector<int>> ops(graph.tensors.size());
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    for (const int in : graph.ops[i].inputs) ops[in].push_back(static_cast<int>(i));
    ops[graph.ops[i].output].push_back(static_cast<int>(i));
  }
  return ops;
}

}  // namespace

std::string map_layout(const Graph& graph, int tensor) {
  if (graph.tensors[tensor].shape.size() != 4) return "";
  const std::vector<std::vector<int>> ops_at = ops_of_tensors(graph);
  std::vector<Reached> queue = {{tensor, same}};
  std::set<int> seen = {tensor};
  for (size_t i = 0; i < queue.size(); ++i) {
    const Reached at = queue[i];
    for (const int op : ops_at[at.tensor]) {
      const std::string letters = named_by(graph.ops[op], at.tensor);
      if (!letters.empty()) return names_of(at, letters);
    }
    for (const int op : ops_at[at.tensor]) {
      for (const Reached& next : neighbours(graph, graph.ops[op], at)) {
        if (seen.insert(next.tensor).second) queue.push_back(next);
      }
    }
  }
  return "";
}

int map_size(const Shape& shape, const std::string& layout, char letter) { return shape[layout.find(letter)]; }

}  // namespace narrows
