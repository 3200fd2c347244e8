// A mean over the whole map is a pool with one window. As a pool it can be computed while the rows of the map
// are made.
#include "compiler/passes/passes.h"

namespace narrows {
namespace {

/// verify() allows no larger window.
constexpr int max_window = (1 << 15) - 1;

bool is_mean_of_map(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::mean || op.attr.axes != std::vector<int>{1, 2}) return false;
  const Tensor& map = graph.input(op, 0);
  return map.type == DType::f32 && map.shape.size() == 4 && map.shape[0] == 1 && map.shape[1] <= max_window &&
         map.shape[2] <= max_window;
}

Op global_pool(const Op& mean, const Shape& map) {
  Op pool;
  pool.kind = OpKind::average_pool;
  pool.attr.window.kernel_h = map[1];
  pool.attr.window.kernel_w = map[2];
  pool.inputs = mean.inputs;
  pool.output = mean.output;
  pool.origins = mean.origins;
  return pool;
}

// mean(x, axes = [1,2])  =>  average_pool(x, window = height x width), where the axes are kept
//                        =>  reshape(average_pool(x, window = height x width)), where they are dropped
void append_pool(Graph* graph, const Op& mean, std::vector<Op>* ops) {
  const Shape map = graph->input(mean, 0).shape;
  Op pool = global_pool(mean, map);
  if (graph->output(mean).shape.size() == 4) {
    ops->push_back(pool);
    return;
  }
  Tensor pooled = graph->output(mean);
  pooled.name += "/pool";
  pooled.shape = {map[0], 1, 1, map[3]};
  pool.output = graph->add(pooled);
  Op reshape;
  reshape.kind = OpKind::reshape;
  reshape.inputs = {pool.output};
  reshape.output = mean.output;
  reshape.origins = mean.origins;
  ops->push_back(pool);
  ops->push_back(reshape);
}

}  // namespace

Graph mean_to_global_pool(Graph graph) {
  std::vector<Op> ops;
  for (const Op& op : graph.ops) {
    if (is_mean_of_map(graph, op)) {
      append_pool(&graph, op, &ops);
    } else {
      ops.push_back(op);
    }
  }
  graph.ops = std::move(ops);
  return graph;
}

}  // namespace narrows
