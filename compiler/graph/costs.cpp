#include "compiler/graph/costs.h"

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

int64_t parameter_count(const Graph& graph, const Op& op) {
  int64_t count = 0;
  if (op.kind == OpKind::detection_postprocess) return count;  // anchors are no parameters
  for (const int id : op.inputs) {
    const Tensor& tensor = graph.tensors.at(id);
    if (tensor.constant()) count += element_count(tensor.shape);
  }
  return count;
}

}  // namespace narrows
