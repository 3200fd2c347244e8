#include "compiler/interpret/interpret.h"

#include <fmt/format.h>

#include "compiler/graph/ops.h"
#include "compiler/interpret/kernels.h"

namespace narrows {
namespace {

Bytes same_bytes(const interpreter::Call& call) { return *call.in.at(0); }

using Kernel = Bytes (*)(const interpreter::Call&);

/// By OpKind; null for an operator that no file has a row for.
std::vector<Kernel> join_evaluators() {
  using namespace interpreter;
  std::vector<Kernel> kernels(all_ops().size());
  kernels[static_cast<size_t>(OpKind::reshape)] = same_bytes;
  for (const Table<Evaluator>& rows :
       {activation_evaluators, arg_max_evaluators, conv_evaluators, detection_evaluators, division_evaluators,
        elementwise_evaluators, function_evaluators, hard_swish_evaluators, l2_normalization_evaluators,
        mean_evaluators, pool_evaluators, quantize_evaluators, reduce_evaluators, resize_evaluators, shape_evaluators,
        softmax_evaluators, suppression_evaluators, move_evaluators}) {
    for (const Evaluator& row : rows) kernels[static_cast<size_t>(row.kind)] = row.evaluate;
  }
  return kernels;
}

Kernel kernel_of(OpKind kind) {
  static const std::vector<Kernel> kernels = join_evaluators();
  const Kernel kernel = kernels.at(static_cast<size_t>(kind));
  NARROWS_CHECK(kernel, fmt::format("the interpreter has a kernel for {}", to_string(kind)));
  return kernel;
}

void check_size(const Tensor& tensor, const Bytes& bytes) {
  NARROWS_CHECK(static_cast<int64_t>(bytes.size()) == tensor.bytes(),
                fmt::format("tensor '{}' has {} bytes, not {}", tensor.name, tensor.bytes(), bytes.size()));
}

}  // namespace

Bytes interpret_op(const Graph& graph, const Op& op, const std::vector<const Bytes*>& inputs, Numerics numerics) {
  NARROWS_CHECK(inputs.size() == op.inputs.size(), "every input of the operator is given");
  for (size_t i = 0; i < inputs.size(); ++i) check_size(graph.input(op, static_cast<int>(i)), *inputs[i]);
  Bytes result = kernel_of(op.kind)({graph, op, inputs, numerics});
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
