#include "tests/fuzz/random_graph.h"

#include <algorithm>

#include "tests/fuzz/graph_writer.h"

namespace narrows {
namespace {

/// Drops tensors that were made for operators that could not be appended.
void drop_unused(Graph* graph) {
  std::vector<int> ids(graph->tensors.size(), -1);
  Graph kept;
  kept.name = graph->name;
  const auto keep = [&](int id) {
    if (ids[id] < 0) ids[id] = kept.add(graph->tensors[id]);
    return ids[id];
  };
  for (const int id : graph->inputs) kept.inputs.push_back(keep(id));
  for (Op op : graph->ops) {
    for (int& id : op.inputs) id = keep(id);
    op.output = keep(op.output);
    kept.ops.push_back(op);
  }
  for (const int id : graph->outputs) kept.outputs.push_back(keep(id));
  *graph = std::move(kept);
}

/// What nobody reads, and some of the rest: inputs and what others read too.
void choose_outputs(GraphWriter& w) {
  Graph& g = w.graph;
  for (const Op& op : g.ops) {
    if (g.consumers(op.output).empty() || w.dice.one_in(10)) g.outputs.push_back(op.output);
  }
  if (w.dice.one_in(20)) g.outputs.push_back(g.inputs[0]);
  if (w.dice.one_in(20)) g.outputs.push_back(g.outputs[0]);
}

}  // namespace

Graph random_graph(uint64_t seed, DType type, int ops) {
  GraphWriter w(seed, type);
  w.graph.name = "random";
  const std::vector<Maker> makers = {make_conv,
                                     make_conv,
                                     make_conv,
                                     make_depthwise,
                                     make_depthwise,
                                     make_inverted_residual,
                                     make_inverted_residual,
                                     make_binary,
                                     make_binary,
                                     make_binary,
                                     make_unary,
                                     make_unary,
                                     make_prelu,
                                     make_pool,
                                     make_reduction,
                                     make_function,
                                     make_pad,
                                     make_resize,
                                     make_reshape,
                                     make_transpose,
                                     make_slice,
                                     make_concatenation,
                                     make_concatenation,
                                     make_arg_max,
                                     make_conversion,
                                     make_fully_connected};
  for (int inputs = w.dice.between(1, 2); inputs > 0; --inputs) {
    w.input({1, w.size(), w.size(), w.dice.one_in(3) ? 3 : w.channels()});
  }
  // Some of what is tried does not fit the tensors that there are.
  for (int tries = 0; tries < 20 * ops && static_cast<int>(w.graph.ops.size()) < ops; ++tries) w.dice.pick(makers)(w);
  choose_outputs(w);
  if (w.graph.outputs.empty()) w.graph.outputs = {w.graph.inputs[0]};
  drop_unused(&w.graph);
  return w.graph;
}

}  // namespace narrows
