// Converters leave operators behind that return their input as it is: DeepLab resizes its scores to the size
// that they have, and then to the picture's. Without them, what stands in front and behind can be
// fused.
#include <algorithm>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Of as many elements: each dimension from the first on, none of them again and again.
bool takes_everything(const Attributes& slice, const Shape& shape) {
  for (size_t d = 0; d < shape.size(); ++d) {
    if (slice.begin[d] != 0 || (shape[d] > 1 && slice.steps[d] != 1)) return false;
  }
  return true;
}

bool is_identity(const Graph& graph, const Op& op) {
  const Tensor &in = graph.input(op, 0), &out = graph.output(op);
  if (in.shape != out.shape || !same_representation(in, out)) return false;
  switch (op.kind) {
    case OpKind::resize_bilinear:  // every output pixel lies at an input pixel, whatever the sampling
    case OpKind::resize_nearest:
    case OpKind::cast:
      return true;
    case OpKind::slice:
      return takes_everything(op.attr, in.shape);
    default:
      return false;
  }
}

// op(identity(x))  =>  op(x), where identity(x) is not a graph output
bool skip(Graph* graph, int index) {
  const Op op = graph->ops[index];
  if (!is_identity(*graph, op) || graph->is_output(op.output)) return false;
  for (int reader : graph->consumers(op.output)) bypass(graph, index, reader);
  remove_if_unused(graph, index);
  return true;
}

}  // namespace

Graph remove_identities(Graph graph) {
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    if (!skip(&graph, i)) ++i;
  }
  return graph;
}

}  // namespace narrows
