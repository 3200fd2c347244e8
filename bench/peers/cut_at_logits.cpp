#include <algorithm>

#include "bench/peers/network.h"
#include "compiler/passes/passes.h"

namespace narrows {
namespace {

bool follows_logits(OpKind kind) {
  switch (kind) {
    case OpKind::softmax:
    case OpKind::logistic:
    case OpKind::reshape:
    case OpKind::concatenation:
    case OpKind::slice:
    case OpKind::detection_postprocess:
      return true;
    default:
      return false;
  }
}

/// Appends the tensors before the cut from which `tensor` is made, each once.
void find_logits(const Graph& graph, int tensor, std::vector<int>& logits) {
  const int producer = graph.producer(tensor);
  if (producer >= 0 && follows_logits(graph.ops[producer].kind)) {
    for (const int id : graph.ops[producer].inputs) find_logits(graph, id, logits);
    return;
  }
  const bool known = std::find(logits.begin(), logits.end(), tensor) != logits.end();
  if (!known && !graph.tensors[tensor].constant()) logits.push_back(tensor);
}

}  // namespace

Graph cut_at_logits(Graph graph) {
  std::vector<int> logits;
  for (const int id : graph.outputs) find_logits(graph, id, logits);
  graph.outputs = logits;
  return remove_dead(std::move(graph));
}

}  // namespace narrows
