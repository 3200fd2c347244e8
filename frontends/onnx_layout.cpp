// ONNX front end: where dimensions stand, and how operators come into the Graph.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "compiler/interpret.h"
#include "frontends/messages.h"
#include "frontends/onnx_op.h"

namespace narrows::onnx_format {
namespace {

/// Constants may grow when operators on them are computed, up to this size.
constexpr int64_t small_constant_bytes = 1 << 20;

bool worth_computing(const Graph& graph, const Op& op) {
  int64_t input_bytes = 0;
  for (const int id : op.inputs) {
    if (!graph.tensors[id].constant()) return false;
    input_bytes += graph.tensors[id].bytes();
  }
  const int64_t output_bytes = graph.output(op).bytes();
  return output_bytes <= small_constant_bytes || output_bytes <= input_bytes;
}

/// All constants together; a small file can ask for many copies of one.
bool count_constant(const NodeReader& r, int64_t bytes) {
  r.reader.constant_bytes += bytes;
  if (r.reader.constant_bytes <= max_bytes) return true;
  return r.fail(fmt::format("constants take more than the limit of {} bytes", max_bytes));
}

}  // namespace

Order identity_order(size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Shape permuted(const Shape& shape, const Order& order) {
  Shape result;
  for (const int dimension : order) result.push_back(shape[dimension]);
  return result;
}

bool keeps_bytes(const Shape& shape, const Order& order) {
  int last = -1;
  for (const int dimension : order) {
    if (shape[dimension] == 1) continue;
    if (dimension < last) return false;
    last = dimension;
  }
  return true;
}

bool check_size(const NodeReader& r, const Shape& shape, bool constant) {
  if (shape.size() > max_rank) {
    return r.fail(fmt::format("output '{}' has {} dimensions, more than the limit of {}", r.output_name(),
                              shape.size(), max_rank));
  }
  const bool positive = std::all_of(shape.begin(), shape.end(), [](int size) { return size > 0; });
  if (!positive || element_count(shape) * 8 > max_bytes) {
    return r.fail(
        fmt::format("output '{}' with shape {} is empty or larger than the limit of 2^28 - 1 elements",
                    r.output_name(), to_string(shape)));
  }
  if (constant || shape.size() != 4 || shape[0] == 1) return true;
  return r.fail(fmt::format("output '{}' with shape {} has batch size {}; only batch size 1 is supported",
                            r.output_name(), to_string(shape), shape[0]));
}

Result emit(NodeReader& r, OpKind kind, const Attributes& attr, const std::vector<int>& inputs,
            const Shape& shape, const Order& order, const char* suffix) {
  Graph& graph = r.reader.graph;
  const bool constant =
      std::all_of(inputs.begin(), inputs.end(), [&](int id) { return graph.tensors[id].constant(); });
  Tensor output;
  output.name = r.output_name() + suffix;
  output.type = graph.tensors[inputs[0]].type;
  output.shape = permuted(shape, order);
  if (!check_size(r, output.shape, constant)) return std::nullopt;

  Op op;
  op.kind = kind;
  op.attr = attr;
  op.inputs = inputs;
  op.origins = {r.source.origin};
  op.output = graph.add(std::move(output));
  if (worth_computing(graph, op)) {
    if (!count_constant(r, graph.output(op).bytes())) return std::nullopt;
    std::vector<const Bytes*> operands;
    for (const int id : inputs) operands.push_back(&graph.tensors[id].data);
    Bytes data = interpret_op(graph, op, operands);
    graph.tensors[op.output].data = std::move(data);
  } else {
    if (constant && !check_size(r, graph.output(op).shape, false)) return std::nullopt;
    graph.ops.push_back(op);
  }
  return Value{op.output, shape, shape, order};
}

Result settled(NodeReader& r, const Value& value) {
  if (value.shape == value.map) return value;
  const Value before{value.tensor, value.map, value.map, value.order};
  std::optional<int> tensor = value.tensor;
  if (!keeps_bytes(value.map, value.order)) tensor = in_order(r, before, identity_order(value.map.size()));
  if (!tensor) return std::nullopt;
  const Order order = identity_order(value.shape.size());
  const auto key = std::make_tuple(*tensor, value.shape, order);
  if (const auto known = r.reader.copies.find(key); known != r.reader.copies.end())
    return Value{known->second, value.shape, value.shape, order};
  const Result result = emit(r, OpKind::reshape, {}, {*tensor}, value.shape, order, "/reshaped");
  if (result) r.reader.copies[key] = result->tensor;
  return result;
}

std::optional<int> in_order(NodeReader& r, const Value& given, const Order& order) {
  const Result value = settled(r, given);
  if (!value) return std::nullopt;
  if (value->order == order) return value->tensor;
  const auto key = std::make_tuple(value->tensor, value->shape, order);
  if (const auto known = r.reader.copies.find(key); known != r.reader.copies.end()) return known->second;

  Attributes attr;
  for (const int dimension : order) {
    const auto at = std::find(value->order.begin(), value->order.end(), dimension);
    attr.axes.push_back(static_cast<int>(at - value->order.begin()));
  }
  const bool moves = !keeps_bytes(r.reader.graph.tensors[value->tensor].shape, attr.axes);
  const Result result =
      moves ? emit(r, OpKind::transpose, attr, {value->tensor}, value->shape, order, "/transposed")
            : emit(r, OpKind::reshape, {}, {value->tensor}, value->shape, order, "/reshaped");
  if (!result) return std::nullopt;
  r.reader.copies[key] = result->tensor;
  return result->tensor;
}

std::optional<int> add_floats(NodeReader& r, const char* suffix, const Shape& shape,
                              const std::vector<float>& values) {
  Tensor tensor;
  tensor.name = r.output_name() + suffix;
  tensor.shape = shape;
  tensor.data.resize(values.size() * sizeof(float));
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  if (!count_constant(r, tensor.bytes())) return std::nullopt;
  return r.reader.graph.add(std::move(tensor));
}

Result integers_value(NodeReader& r, const Shape& shape, const std::vector<int64_t>& values) {
  if (!check_size(r, shape, true)) return std::nullopt;
  Tensor tensor;
  tensor.name = r.output_name();
  tensor.type = DType::i64;
  tensor.shape = shape;
  tensor.data.resize(values.size() * sizeof(int64_t));
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  if (!count_constant(r, tensor.bytes())) return std::nullopt;
  return plain_value(r.reader, std::move(tensor));
}

}  // namespace narrows::onnx_format
