// The converters' float16 and weight-only quantization store weights in fewer bits and dequantize them in the graph.
// Folded as constants they would take their full size again; kernels can widen them as they load them instead.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/ops.h"
#include "compiler/interpret/interpret.h"
#include "compiler/passes/passes.h"

namespace narrows {
namespace {

/// The dimension of `to` that is dimension `axis` of `from`, -1 if none is.
int moved_axis(const Op& op, const Shape& from, const Shape& to, int axis) {
  if (op.kind == OpKind::transpose) {
    const auto& axes = op.attr.axes;
    return static_cast<int>(std::find(axes.begin(), axes.end(), axis) - axes.begin());
  }
  const auto before = [](const Shape& shape, int end) {
    return element_count(Shape(shape.begin(), shape.begin() + end));
  };
  for (int d = 0; d < static_cast<int>(to.size()); ++d) {
    if (to[d] == from[axis] && before(to, d) == before(from, axis)) return d;
  }
  return -1;
}

/// What the transpose or reshape `op` makes of constant `t`; nothing where the scales do not follow.
std::optional<Tensor> moved(const Graph& graph, const Op& op, Tensor t) {
  Graph alone;
  Tensor result = t;
  result.shape = graph.output(op).shape;
  if (t.quant.scale.size() > 1) {
    result.quant.axis = moved_axis(op, t.shape, result.shape, t.quant.axis);
    if (result.quant.axis < 0) return std::nullopt;
  }
  alone.tensors = {std::move(t), result};
  Op only = op;
  only.inputs = {0}, only.output = 1;
  result.data = interpret_op(alone, only, {&alone.tensors[0].data});
  return result;
}

/// uint8 around 128 is int8 around 0.
void make_signed(Tensor* t) {
  const auto& zeros = t->quant.zero_point;
  const bool around_128 = std::all_of(zeros.begin(), zeros.end(), [](int32_t zero) { return zero == 128; });
  if (t->type != DType::u8 || !around_128) return;
  t->type = DType::i8;
  for (uint8_t& byte : t->data) byte ^= 0x80;
  t->quant.zero_point.assign(zeros.size(), 0);
}

/// Kernels widen halves that are finite, and 8-bit weights without zero points whose scales can be applied behind the
/// sum.
bool can_be_kept(const Tensor& t, OpKind kind) {
  if (t.type == DType::f16) {
    const std::vector<float> values = real_values(t, t.data);
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
  }
  return t.type == DType::i8 && is_symmetric(t) && (t.quant.scale.size() == 1 || t.quant.axis == channel_axis(kind));
}

/// The narrow constant behind the weights of `op`, in their shape.
std::optional<Tensor> narrow_weights(const Graph& graph, const Op& op) {
  std::vector<const Op*> moves;
  int source = op.inputs[1], producer = graph.producer(source);
  while (producer >= 0) {
    const Op& before = graph.ops[producer];
    source = before.inputs[0];
    if (before.kind == OpKind::dequantize) break;
    if (before.kind != OpKind::transpose && before.kind != OpKind::reshape) return std::nullopt;
    moves.push_back(&before);
    producer = graph.producer(source);
  }
  if (producer < 0 || !graph.tensors[source].constant()) return std::nullopt;
  std::optional<Tensor> narrow = graph.tensors[source];
  make_signed(&*narrow);
  for (auto move = moves.rbegin(); move != moves.rend() && narrow; ++move)
    narrow = moved(graph, **move, std::move(*narrow));
  if (narrow && !can_be_kept(*narrow, op.kind)) narrow.reset();
  return narrow;
}

}  // namespace

// conv(x, dequantize(c))  =>  conv(x, c)
Graph keep_weights(Graph graph) {
  std::map<int, int> narrow_of;  // weights -> what they were made of, for operators that share weights
  for (Op& op : graph.ops) {
    if (!is_convolution(op) || graph.input(op, 0).type != DType::f32) continue;
    const auto known = narrow_of.find(op.inputs[1]);
    if (known != narrow_of.end() && can_be_kept(graph.tensors[known->second], op.kind)) {
      op.inputs[1] = known->second;
    } else if (auto narrow = narrow_weights(graph, op)) {
      op.inputs[1] = narrow_of[op.inputs[1]] = graph.add(std::move(*narrow));
    }
  }
  return graph;
}

}  // namespace narrows
