#include "compiler/graph/costs.h"

#include <algorithm>
#include <vector>

namespace narrows {

int64_t multiply_accumulates(const Graph& graph, const Op& op) {
  const int64_t outputs = element_count(graph.output(op).shape);
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::fully_connected: {
      const Shape& weights = graph.input(op, 1).shape;  // [out, ...]: all of a row is read per output
      return outputs * (element_count(weights) / weights.at(0));
    }
    case OpKind::depthwise_conv2d:
      return outputs * op.attr.window.kernel_h * op.attr.window.kernel_w;
    default:
      return 0;
  }
}

int64_t interpreted_steps(const Graph& graph, const Op& op) {
  if (const int64_t macs = multiply_accumulates(graph, op)) return macs;
  const int64_t outputs = element_count(graph.output(op).shape);
  if (op.kind == OpKind::average_pool || op.kind == OpKind::max_pool)
    return outputs * op.attr.window.kernel_h * op.attr.window.kernel_w;
  int64_t steps = outputs;
  for (const int id : op.inputs) steps += element_count(graph.tensors.at(id).shape);
  // Every box that is kept is compared with all others.
  if (op.kind == OpKind::detection_postprocess) {
    const DetectionOptions& o = op.attr.detection;
    steps *= 1 + int64_t{std::max(o.max_detections, o.detections_per_class)};
  }
  return steps;
}

bool FoldedWork::take(const Graph& graph, const Op& op) {
  const int64_t more = interpreted_steps(graph, op), made = graph.output(op).bytes();
  if (more > steps_left || made > bytes_left) return false;
  steps_left -= more;
  bytes_left -= made;
  return true;
}

int64_t parameter_count(const Graph& graph, const Op& op) {
  int64_t count = 0;
  if (op.kind == OpKind::detection_postprocess) return count;  // anchors are no parameters
  for (const int id : op.inputs) {
    const Tensor& tensor = graph.tensors.at(id);
    if (tensor.constant()) count += element_count(tensor.shape);
  }
  return count;
}

int64_t layerwise_bytes(const Graph& graph) {
  // What depends on constants only is computed before any run: dequantized weights, arithmetic on shapes.
  std::vector<bool> known(graph.tensors.size());
  for (size_t t = 0; t < known.size(); ++t) known[t] = graph.tensors[t].constant();
  for (const Op& op : graph.ops)
    known[op.output] = std::all_of(op.inputs.begin(), op.inputs.end(), [&](int t) { return known[t]; });
  // From the step that makes a tensor to the one that reads it for the last time; outputs stay to the end.
  const size_t steps = graph.ops.size();
  std::vector<size_t> last(graph.tensors.size(), 0);
  for (size_t step = 0; step < steps; ++step) {
    last[graph.ops[step].output] = step;
    for (int t : graph.ops[step].inputs) last[t] = step;
  }
  for (int t : graph.outputs) last[t] = steps;
  std::vector<int64_t> freed(steps + 1);  // behind each step
  int64_t alive = 0, peak = 0;
  for (size_t step = 0; step < steps; ++step) {
    const int made = graph.ops[step].output;
    const int64_t bytes = known[made] ? 0 : graph.tensors[made].bytes();
    alive += bytes;
    freed[last[made]] += bytes;
    peak = std::max(peak, alive);
    alive -= freed[step];
  }
  return peak;
}

}  // namespace narrows
