#include "compiler/cli/map_layout.h"

#include <algorithm>

namespace narrows {
namespace {

const std::vector<int> to_back = {0, 2, 3, 1}, to_front = {0, 3, 1, 2};

/// True for operators that may stand between the edge of a model and the one that moves its channels, because they do the same
/// wherever channels are.
bool keeps_layout(OpKind kind) {
  switch (kind) {
    case OpKind::add:
    case OpKind::sub:
    case OpKind::mul:
    case OpKind::maximum:
    case OpKind::minimum:
    case OpKind::relu:
    case OpKind::logistic:
    case OpKind::hard_swish:
    case OpKind::pad:
    case OpKind::slice:
    case OpKind::concatenation:
    case OpKind::cast:
    case OpKind::quantize:
    case OpKind::dequantize:
      return true;
    default:
      return false;
  }
}

/// Whether `op` takes NCHW (`order` is to_back) or NHWC (to_front) to the other. Where there is one channel or one pixel, a
/// reshape does as well as a transpose.
bool moves(const Graph& graph, const Op& op, const std::vector<int>& order) {
  if (op.kind == OpKind::transpose) return op.attr.axes == order;
  const Shape& from = graph.input(op, 0).shape;
  const Shape& to = graph.output(op).shape;
  if (op.kind != OpKind::reshape || from.size() != 4 || to.size() != 4 || from == to) return false;
  for (int i = 0; i < 4; ++i) {
    if (to[i] != from[order[i]]) return false;
  }
  const int channels = order == to_back ? from[1] : to[1];
  return channels == 1 || element_count(to) == channels;
}

/// Walks from an edge of the graph towards its inside, as far as the layout stays, and tells whether some operator moves the
/// channels there. Branches meet again: no tensor is visited twice.
class Walk {
 public:
  explicit Walk(const Graph& graph) : graph_(graph), seen_(graph.tensors.size(), false) {}

  bool forward(int tensor) {
    if (is_new(tensor)) {
      for (const int reader : graph_.consumers(tensor)) {
        const Op& op = graph_.ops[reader];
        if (moves(graph_, op, to_back) || (keeps_layout(op.kind) && forward(op.output))) return true;
      }
    }
    return false;
  }

  bool backward(int tensor) {
    const int producer = graph_.producer(tensor);
    if (!is_new(tensor) || producer < 0) return false;
    const Op& op = graph_.ops[producer];
    if (moves(graph_, op, to_front)) return true;
    return keeps_layout(op.kind) && std::any_of(op.inputs.begin(), op.inputs.end(), [&](int id) { return backward(id); });
  }

 private:
  bool is_new(int tensor) {
    const bool seen = seen_[tensor];
    seen_[tensor] = true;
    return !seen;
  }

  const Graph& graph_;
  std::vector<bool> seen_;
};

MapShape map_of(const Shape& s, bool planes) {
  return planes ? MapShape{s[2], s[3], s[1], true} : MapShape{s[1], s[2], s[3], false};
}

bool is_map(const Tensor& tensor) { return tensor.shape.size() == 4 && tensor.shape[0] == 1; }

}  // namespace

std::optional<MapShape> input_map(const Graph& graph, int tensor) {
  if (!is_map(graph.tensors.at(tensor))) return std::nullopt;
  return map_of(graph.tensors[tensor].shape, Walk(graph).forward(tensor));
}

std::optional<MapShape> output_map(const Graph& graph, int tensor) {
  if (!is_map(graph.tensors.at(tensor))) return std::nullopt;
  return map_of(graph.tensors[tensor].shape, Walk(graph).backward(tensor));
}

}  // namespace narrows
