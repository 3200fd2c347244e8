// Converters leave operators behind that return their input as it is: DeepLab resizes its scores to the size
// that they have, and then to the picture's. Without them, what stands in front and behind can be
// fused.
#include <algorithm>

#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

bool is_identity(const Graph& graph, const Op& op) {
  const Tensor &in = graph.input(op, 0), &out = graph.output(op);
  if (in.shape != out.shape || !same_representation(in, out)) return false;
  switch (op.kind) {
    case OpKind::resize_bilinear:  // every output pixel lies at an input pixel, whatever the sampling
    case OpKind::resize_nearest:
    case OpKind::cast:
      return true;
    case OpKind::slice:
      return std::all_of(op.attr.begin.begin(), op.attr.begin.end(), [](int begin) { return begin == 0; });
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
