// Keeps what the graph outputs need. The other passes leave tensors without readers and ops without readers
// behind, and count on this one.
#include <algorithm>

#include "compiler/passes/passes.h"

namespace narrows {
namespace {

/// Ops that a graph output depends on, in execution order.
std::vector<Op> needed_ops(const Graph& graph) {
  std::vector<bool> needed(graph.tensors.size());
  for (int id : graph.outputs) needed[id] = true;
  std::vector<Op> ops;
  for (auto op = graph.ops.rbegin(); op != graph.ops.rend(); ++op) {
    if (!needed[op->output]) continue;
    for (int id : op->inputs) needed[id] = true;
    ops.push_back(*op);
  }
  std::reverse(ops.begin(), ops.end());
  return ops;
}

}  // namespace

Graph remove_dead(Graph graph) {
  Graph kept;
  kept.name = graph.name;
  kept.ops = needed_ops(graph);

  std::vector<int> new_ids(graph.tensors.size(), -1);
  auto keep = [&](int id) {
    if (new_ids[id] < 0) new_ids[id] = kept.add(std::move(graph.tensors[id]));
    return new_ids[id];
  };
  for (int id : graph.inputs) kept.inputs.push_back(keep(id));
  for (Op& op : kept.ops) {
    for (int& id : op.inputs) id = keep(id);
    op.output = keep(op.output);
  }
  for (int id : graph.outputs) kept.outputs.push_back(keep(id));
  return kept;
}

}  // namespace narrows
