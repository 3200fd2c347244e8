#include "compiler/interpret/interpret.h"

#include <fmt/format.h>

#include "compiler/interpret/kernels.h"

namespace narrows {
namespace {

Bytes dispatch(const interpreter::Call& call) {
  switch (call.op.kind) {
    case OpKind::conv2d:
      return interpreter::conv2d(call);
    case OpKind::depthwise_conv2d:
      return interpreter::depthwise_conv2d(call);
    case OpKind::fully_connected:
      return interpreter::fully_connected(call);
    case OpKind::add:
      return interpreter::add(call);
    case OpKind::sub:
      return interpreter::sub(call);
    case OpKind::mul:
      return interpreter::mul(call);
    case OpKind::maximum:
      return interpreter::maximum(call);
    case OpKind::minimum:
      return interpreter::minimum(call);
    case OpKind::pad:
      return interpreter::pad(call);
    case OpKind::average_pool:
      return interpreter::average_pool(call);
    case OpKind::max_pool:
      return interpreter::max_pool(call);
    case OpKind::mean:
      return interpreter::mean(call);
    case OpKind::reshape:
      return *call.in.at(0);
    case OpKind::softmax:
      return interpreter::softmax(call);
    case OpKind::logistic:
      return interpreter::logistic(call);
    case OpKind::hard_swish:
      return interpreter::hard_swish(call);
    case OpKind::relu:
      return interpreter::relu(call);
    case OpKind::concatenation:
      return interpreter::concatenation(call);
    case OpKind::transpose:
      return interpreter::transpose(call);
    case OpKind::slice:
      return interpreter::slice(call);
    case OpKind::resize_bilinear:
      return interpreter::resize_bilinear(call);
    case OpKind::resize_nearest:
      return interpreter::resize_nearest(call);
    case OpKind::arg_max:
      return interpreter::arg_max(call);
    case OpKind::cast:
      return interpreter::cast(call);
    case OpKind::quantize:
      return interpreter::quantize(call);
    case OpKind::dequantize:
      return interpreter::dequantize(call);
    case OpKind::detection_postprocess:
      return interpreter::detection_postprocess(call);
  }
  return {};
}

void check_size(const Tensor& tensor, const Bytes& bytes) {
  NARROWS_CHECK(static_cast<int64_t>(bytes.size()) == tensor.bytes(),
                fmt::format("tensor '{}' has {} bytes, not {}", tensor.name, tensor.bytes(), bytes.size()));
}

}  // namespace

Bytes interpret_op(const Graph& graph, const Op& op, const std::vector<const Bytes*>& inputs, Numerics numerics) {
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
