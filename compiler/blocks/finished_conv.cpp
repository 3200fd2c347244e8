#include "compiler/blocks/finished_conv.h"

#include <algorithm>

#include "compiler/graph/ops.h"

namespace narrows {

std::vector<FinishedConv> convolutions_of(const Graph& graph, const Block& block) {
  std::vector<FinishedConv> list;
  for (const int i : block.ops) {
    const Op& op = graph.ops.at(i);
    if (is_convolution(op)) {
      list.push_back({&op});
    } else if (!list.empty() && facts(op.kind).is(trait::finishes)) {
      list.back().unary = &op;
    } else if (!list.empty() && op.kind == OpKind::add) {
      list.back().add = &op;
    }
    // What stands before the first convolution is computed while rows are loaded; a pool has a kernel of its own.
  }
  return list;
}

std::string unary_text(const Graph& graph, const Block& block) {
  std::vector<OpKind> kinds;
  std::string text;
  for (const FinishedConv& conv : convolutions_of(graph, block)) {
    if (!conv.unary || std::count(kinds.begin(), kinds.end(), conv.unary->kind)) continue;
    kinds.push_back(conv.unary->kind);
    text += std::string(", ") + to_string(conv.unary->kind);
  }
  return text;
}

bool can_finish(const Graph& graph, int tensor, const Op& op) {
  if (!facts(op.kind).is(trait::finishes) || op.inputs[0] != tensor) return false;
  if (op.kind == OpKind::lookup) return true;
  const int channels = graph.output(op).shape.back();
  return std::all_of(op.inputs.begin() + 1, op.inputs.end(), [&](int id) {
    const Tensor& t = graph.tensors[id];
    const int64_t count = element_count(t.shape);
    return t.constant() && (count == 1 || (count == channels && t.shape.back() == channels));
  });
}

}  // namespace narrows
