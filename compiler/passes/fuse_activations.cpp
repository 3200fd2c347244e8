// Clamps behind an operator become part of it. TFLite's converter does this already; models that come from
// other tools, and clamps that another pass has exposed, still have operators of their own.
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// The one activation that does the same as `first` and then `second`, where there is one.
std::optional<Activation> compose(Activation first, Activation second) {
  if (first == Activation::none || first == second) return second;
  bool unbounded_and_6 = (first == Activation::relu && second == Activation::relu6) ||
                         (first == Activation::relu6 && second == Activation::relu);
  if (unbounded_and_6) return Activation::relu6;
  return std::nullopt;
}

// relu(op(x))  =>  op(x) with an activation
//
// 8-bit operators clamp the stored value, so both clamps must mean the same real numbers by it: the tensor
// between them and the result have the same representation. `relu` counts as an op here, too.
bool fuse_activation(Graph* graph, int relu_index) {
  const Op& relu = graph->ops[relu_index];
  if (relu.kind != OpKind::relu) return false;
  int between = relu.inputs[0];
  int producer = graph->producer(between);
  if (producer < 0 || !has_single_use(*graph, between)) return false;
  Op& op = graph->ops[producer];
  if (!facts(op.kind).uses(member::activation)) return false;
  if (!same_representation(graph->tensors[between], graph->output(relu))) return false;
  std::optional<Activation> both = compose(op.attr.activation, relu.attr.activation);
  if (!both) return false;
  op.attr.activation = *both;
  merge_into_producer(graph, producer, relu_index);
  return true;
}

}  // namespace

Graph fuse_activations(Graph graph) {
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    if (!fuse_activation(&graph, i)) ++i;
  }
  return graph;
}

}  // namespace narrows
