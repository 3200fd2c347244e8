#include "compiler/interpret.h"

#include <fmt/format.h>

#include "compiler/interpret/kernels.h"

namespace narrows {
namespace {

Bytes dispatch(const Call& call) {
  switch (call.op.kind) {
    case OpKind::conv2d:
      return conv2d(call);
    case OpKind::depthwise_conv2d:
      return depthwise_conv2d(call);
    case OpKind::fully_connected:
      return fully_connected(call);
    case OpKind::add:
      return add(call);
    case OpKind::sub:
      return sub(call);
    case OpKind::mul:
      return mul(call);
    case OpKind::maximum:
      return maximum(call);
    case OpKind::minimum:
      return minimum(call);
    case OpKind::pad:
      return pad(call);
    case OpKind::average_pool:
      return average_pool(call);
    case OpKind::max_pool:
      return max_pool(call);
    case OpKind::mean:
      return mean(call);
    case OpKind::reshape:
      return *call.in.at(0);
    case OpKind::softmax:
      return softmax(call);
    case OpKind::logistic:
      return logistic(call);
    case OpKind::hard_swish:
      return hard_swish(call);
    case OpKind::relu:
      return relu(call);
    case OpKind::concatenation:
      return concatenation(call);
    case OpKind::transpose:
      return transpose(call);
    case OpKind::slice:
      return slice(call);
    case OpKind::resize_bilinear:
      return resize_bilinear(call);
    case OpKind::resize_nearest:
      return resize_nearest(call);
    case OpKind::arg_max:
      return arg_max(call);
    case OpKind::cast:
      return cast(call);
    case OpKind::quantize:
      return quantize(call);
    case OpKind::dequantize:
      return dequantize(call);
    case OpKind::detection_postprocess:
      return detection_postprocess(call);
  }
  return {};
}

void check_size(const Tensor& tensor, const Bytes& bytes) {
  NARROWS_CHECK(static_cast<int64_t>(bytes.size()) == tensor.bytes(),
                fmt::format("tensor '{}' has {} bytes, not {}", tensor.name, tensor.bytes(), bytes.size()));
}

}  // namespace

Bytes interpret_op(const Graph& graph, const Op& op, const std::vector<const Bytes*>& inputs,
                   Numerics numerics) {
  NARROWS_CHECK(inputs.size() == op.inputs.size(), "every input of the operator is given");
  for (size_t i = 0; i < inputs.size(); ++i) check_size(graph.input(op, static_cast<int>(i)), *inputs[i]);
  Bytes result = dispatch({graph, op, inputs, numerics});
  check_size(graph.output(op), result);
  return result;
}

std::vector<Bytes> interpret(const Graph& graph, const std::vector<Bytes>& inputs, Numerics numerics) {
  NARROWS_CHECK(inputs.size() == graph.inputs.size(), "every graph input is given");
  std::vector<Bytes> values(graph.tensors.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    check_size(graph.tensors.at(graph.inputs[i]), inputs[i]);
    values[graph.inputs[i]] = inputs[i];
  }
  for (const Op& op : graph.ops) {
    std::vector<const Bytes*> operands;
    for (int id : op.inputs) {
      const Tensor& tensor = graph.tensors.at(id);
      operands.push_back(tensor.constant() ? &tensor.data : &values[id]);
    }
    values[op.output] = interpret_op(graph, op, operands, numerics);
  }
  for (int id : graph.outputs) {
    if (graph.tensors[id].constant()) values[id] = graph.tensors[id].data;
  }
  return values;
}

}  // namespace narrows
