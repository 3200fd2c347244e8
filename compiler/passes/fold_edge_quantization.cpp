// Full-integer TF2 models keep int8 inside but are converted with uint8 inputs and outputs, for cameras and
// for callers of older models; a QUANTIZE operator stands at each edge. Moving the zero point by 128 together
// with every stored value changes no real number, so the operators behind the input can read uint8 and the
// one in front of the output can write it.
#include <algorithm>

#include "compiler/graph/ops.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Zero point seen from the smallest stored value.
int zero_point_offset(const Tensor& t) { return t.zero_point() + (t.type == DType::i8 ? 128 : 0); }

/// The op only flips the highest bit of every byte.
bool only_changes_sign(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::quantize) return false;
  const Tensor &from = graph.input(op, 0), &to = graph.output(op);
  return is_quantized(from) && is_quantized(to) && from.type != to.type && from.scale() == to.scale() &&
         zero_point_offset(from) == zero_point_offset(to);
}

/// Types at 8-bit tensors of `op` may differ. Operators that copy or average stored values cannot; between 8-bit
/// tensors, quantize is among them, as XNNPACK only takes it where the types are equal.
bool computes_with_real_values(const Graph& graph, const Op& op) {
  if (op.kind == OpKind::quantize) return graph.input(op, 0).type == DType::f32;
  return facts(op.kind).is(trait::either_8bit_type);
}

/// `op` may read any 8-bit type in the place of `tensor`. Weights may not change: which arithmetic a model
/// wants is told by their type.
bool may_read_either_type(const Graph& graph, const Op& op, int tensor) {
  if (!computes_with_real_values(graph, op)) return false;
  return !is_convolution(op) || std::find(op.inputs.begin() + 1, op.inputs.end(), tensor) == op.inputs.end();
}

// op(quantize(x))  =>  op(x), where x is a graph input and no other kind of op reads quantize(x)
bool fold_at_input(Graph* graph, int index) {
  const Op& quantize = graph->ops[index];
  const std::vector<int>& inputs = graph->inputs;
  bool at_input = std::find(inputs.begin(), inputs.end(), quantize.inputs[0]) != inputs.end();
  if (!at_input || !only_changes_sign(*graph, quantize) || graph->is_output(quantize.output)) return false;
  std::vector<int> readers = graph->consumers(quantize.output);
  for (int reader : readers) {
    if (!may_read_either_type(*graph, graph->ops[reader], quantize.output)) return false;
  }
  for (int reader : readers) bypass(graph, index, reader);
  remove_if_unused(graph, index);
  return true;
}

// y = quantize(op(x))  =>  y = op(x), where y is a graph output
bool fold_at_output(Graph* graph, int index) {
  const Op& quantize = graph->ops[index];
  int between = quantize.inputs[0], producer = graph->producer(between);
  if (producer < 0 || !graph->is_output(quantize.output) || !only_changes_sign(*graph, quantize)) return false;
  const Op& op = graph->ops[producer];
  bool foldable = computes_with_real_values(*graph, op) && has_single_use(*graph, between);
  if (foldable) merge_into_producer(graph, producer, index);
  return foldable;
}

}  // namespace

Graph fold_edge_quantization(Graph graph) {
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    if (!fold_at_input(&graph, i) && !fold_at_output(&graph, i)) ++i;
  }
  return graph;
}

}  // namespace narrows
