// A resize of a single pixel repeats it. What is done to every element afterwards can be done to the pixel alone.
#include <utility>

#include "compiler/graph/ops.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Each element of the output depends on one of the input, and rounding does not come in between: an interpolated float
/// can be a little off the pixel, which must not decide how it is quantized.
bool treats_elements_alike(const Graph& graph, const Op& op) {
  const bool alike = facts(op.kind).is(trait::elementwise) && op.inputs.size() == 1;
  return alike && is_quantized(graph.input(op, 0)) == is_quantized(graph.output(op));
}

// op(resize(x))  =>  resize(op(x)) where x is one pixel
bool delay_broadcast(Graph* graph, int resize_index) {
  if (!is_broadcast(*graph, graph->ops[resize_index])) return false;
  const int between = graph->ops[resize_index].output;
  if (!has_single_use(*graph, between)) return false;
  const int reader = graph->consumers(between)[0];
  if (!treats_elements_alike(*graph, graph->ops[reader])) return false;
  Op &resize = graph->ops[resize_index], &op = graph->ops[reader];
  Tensor pixel = graph->output(op);
  pixel.name += "/pixel";
  pixel.shape = graph->input(resize, 0).shape;
  const int wide = op.output, x = resize.inputs[0];
  op.inputs = {x};
  op.output = graph->add(std::move(pixel));
  resize.inputs = {op.output};
  resize.output = wide;
  std::swap(resize, op);
  return true;
}

}  // namespace

Graph delay_broadcasts(Graph graph) {
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < static_cast<int>(graph.ops.size()); ++i) changed = delay_broadcast(&graph, i) || changed;
  }
  return graph;
}

}  // namespace narrows
