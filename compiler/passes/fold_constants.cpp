// Computes at compile time what does not depend on the model's input: transposed or dequantized weights,
// arithmetic on shapes of the source model.
#include "compiler/graph/costs.h"
#include "compiler/interpret/interpret.h"
#include "compiler/passes/passes.h"

namespace narrows {
namespace {

/// A broadcast or a padding can make much of little. Up to this size that is not worth a thought; above it,
/// constants must not grow, except weights that become floats.
constexpr int64_t small_constant_bytes = 1 << 20;

// op(c0, c1 ...)  =>  a constant
bool fold_op(Graph* graph, const Op& op, FoldedWork* work) {
  int64_t input_bytes = 0;
  for (int id : op.inputs) {
    const Tensor& input = graph->tensors[id];
    if (!input.constant()) return false;
    input_bytes += input.bytes();
  }
  int64_t output_bytes = graph->output(op).bytes();
  const bool grows = output_bytes > input_bytes && op.kind != OpKind::dequantize;
  if (output_bytes > small_constant_bytes && grows) return false;
  if (!work->take(*graph, op)) return false;

  std::vector<const Bytes*> inputs;
  for (int id : op.inputs) inputs.push_back(&graph->tensors[id].data);
  graph->tensors[op.output].data = interpret_op(*graph, op, inputs);
  return true;
}

}  // namespace

Graph fold_constants(Graph graph) {
  std::vector<Op> kept;
  FoldedWork work;
  for (const Tensor& t : graph.tensors) work.add_source(static_cast<int64_t>(t.data.size()));
  for (const Op& op : graph.ops) {
    if (!fold_op(&graph, op, &work)) kept.push_back(op);
  }
  graph.ops = std::move(kept);
  return graph;
}

}  // namespace narrows
