#include "compiler/passes/rewrite.h"

#include <algorithm>

#include "compiler/graph/narrow_weights.h"

namespace narrows {

bool has_single_use(const Graph& graph, int tensor) {
  return graph.consumers(tensor).size() == 1 && !graph.is_output(tensor);
}

bool same_representation(const Tensor& a, const Tensor& b) {
  return a.type == b.type && a.quant.scale == b.quant.scale && a.quant.zero_point == b.quant.zero_point;
}

std::optional<float> scalar(const Tensor& t) {
  if (!t.constant() || t.type != DType::f32 || element_count(t.shape) != 1) return std::nullopt;
  return real_values(t, t.data)[0];
}

void merge_into_producer(Graph* graph, int first, int second) {
  Op& op = graph->ops[first];
  const Op& merged = graph->ops[second];
  op.output = merged.output;
  op.origins.insert(op.origins.end(), merged.origins.begin(), merged.origins.end());
  graph->ops.erase(graph->ops.begin() + second);
}

void bypass(Graph* graph, int first, int second) {
  const Op& skipped = graph->ops[first];
  Op& op = graph->ops[second];
  std::replace(op.inputs.begin(), op.inputs.end(), skipped.output, skipped.inputs[0]);
  op.origins.insert(op.origins.begin(), skipped.origins.begin(), skipped.origins.end());
}

void remove_if_unused(Graph* graph, int op) {
  int output = graph->ops[op].output;
  if (graph->consumers(output).empty() && !graph->is_output(output)) graph->ops.erase(graph->ops.begin() + op);
}

}  // namespace narrows
