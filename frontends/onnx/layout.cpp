// ONNX front end: where dimensions stand, and how operators come into the Graph.
#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>

#include "compiler/graph/costs.h"
#include "compiler/interpret/interpret.h"
#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// Constants may grow when operators on them are computed, up to this size.
constexpr int64_t small_constant_bytes = 1 << 20;

bool worth_computing(Reader& reader, const Op& op) {
  const Graph& graph = reader.graph;
  int64_t input_bytes = 0;
  for (const int id : op.inputs) {
    if (!graph.tensors[id].constant()) return false;
    input_bytes += graph.tensors[id].bytes();
  }
  const int64_t output_bytes = graph.output(op).bytes();
  if (output_bytes > small_constant_bytes && output_bytes > input_bytes) return false;
  return reader.folded.take(graph, op);
}

}  // namespace

bool count_constant(const NodeReader& r, int64_t bytes) {
  constexpr int64_t least = int64_t{128} << 20;
  const int64_t most = least + 8 * (r.reader.source_bytes + r.reader.files.bytes);
  r.reader.constant_bytes += bytes;
  if (r.reader.constant_bytes <= most) return true;
  return r.fail(fmt::format("constants that operators make take more than the limit of {} bytes", most));
}

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
    return r.fail(fmt::format("output '{}' has {} dimensions, more than the limit of {}", r.output_name(), shape.size(),
                              max_rank));
  }
  const bool positive = std::all_of(shape.begin(), shape.end(), [](int size) { return size > 0; });
  if (!positive || element_count(shape) * 8 > max_bytes) {
    return r.fail(fmt::format("output '{}' with shape {} is empty or larger than the limit of 2^28 - 1 elements",
                              r.output_name(), to_string(shape)));
  }
  if (constant || shape.size() != 4 || shape[0] == 1) return true;
  return r.fail(fmt::format("output '{}' with shape {} has batch size {}; only batch size 1 is supported",
                            r.output_name(), to_string(shape), shape[0]));
}

namespace {

bool all_known(const Reader& reader, const std::vector<int>& tensors) {
  return std::all_of(tensors.begin(), tensors.end(), [&](int id) { return is_known(reader, id); });
}

Bytes compute(const Graph& graph, const Op& op) {
  std::vector<const Bytes*> operands;
  for (const int id : op.inputs) operands.push_back(&graph.tensors[id].data);
  return interpret_op(graph, op, operands);
}

/// Where the scales of `from` stand after a transpose or reshape to `to`; -1 where they do not stay in one
/// dimension.
int moved_axis(const Tensor& from, const NewOp& op, const Shape& to) {
  const int axis = from.quant.axis;
  if (op.kind == OpKind::transpose) return place_of(op.attr.axes, axis);
  const auto behind = [](const Shape& shape, size_t d) {
    return element_count(Shape(shape.begin() + static_cast<int64_t>(d) + 1, shape.end()));
  };
  for (size_t d = 0; d < to.size(); ++d) {
    const bool same = to[d] == from.shape[axis] && behind(to, d) == behind(from.shape, axis);
    if (same) return static_cast<int>(d);
  }
  return -1;
}

// op(dequantize(c))  =>  dequantize(op(c)), for a transpose or reshape of a constant
Result emit_on_stored(NodeReader& r, const NewOp& op) {
  const int stored = r.reader.stored.at(op.inputs[0]);
  const Tensor& tensor = r.reader.graph.tensors[stored];
  Representation as{tensor.type, tensor.quant};
  if (tensor.quant.scale.size() > 1) as.quant.axis = moved_axis(tensor, op, permuted(op.shape, op.order));
  NewOp move = op;
  if (as.quant.axis < 0) {
    const std::optional<int> floats = add_floats(r, op.suffix, tensor.shape, known_floats(r.reader, op.inputs[0]));
    if (!floats) return std::nullopt;
    move.inputs = {*floats};
    return emit(r, move);
  }
  move.inputs = {stored};
  const Result moved = emit_as(r, as, move);
  if (!moved) return std::nullopt;
  return emit_as(r, {}, {OpKind::dequantize, {}, {moved->tensor}, op.shape, op.order, op.suffix});
}

}  // namespace

bool is_known(const Reader& reader, int tensor) {
  const Tensor& t = reader.graph.tensors[tensor];
  return t.constant() || element_count(t.shape) == 0 || reader.stored.count(tensor) > 0;
}

std::vector<float> known_floats(const Reader& reader, int tensor) {
  const auto stored = reader.stored.find(tensor);
  Bytes computed;
  if (stored != reader.stored.end()) {
    Op op;
    op.kind = OpKind::dequantize;
    op.inputs = {stored->second};
    op.output = tensor;
    computed = compute(reader.graph, op);
  }
  const Bytes& bytes = computed.empty() ? reader.graph.tensors[tensor].data : computed;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

int place_of(const Order& order, int dimension) {
  return static_cast<int>(std::find(order.begin(), order.end(), dimension) - order.begin());
}

Result emit_as(NodeReader& r, const Representation& as, const NewOp& asked) {
  Graph& graph = r.reader.graph;
  Op op;
  op.kind = asked.kind;
  op.attr = asked.attr;
  op.inputs = asked.inputs;
  op.origins = {r.source.origin};
  const bool moves = op.kind == OpKind::transpose || op.kind == OpKind::reshape;
  if (moves && r.reader.stored.count(op.inputs[0])) return emit_on_stored(r, asked);

  const bool constant = all_known(r.reader, op.inputs);
  Tensor output;
  output.name = r.output_name() + asked.suffix;
  output.type = as.type;
  output.quant = as.quant;
  output.shape = permuted(asked.shape, asked.order);
  if (!check_size(r, output.shape, constant)) return std::nullopt;
  op.output = graph.add(std::move(output));
  if (op.kind == OpKind::dequantize && constant) {
    r.reader.stored[op.output] = op.inputs[0];
    graph.ops.push_back(op);
  } else if (worth_computing(r.reader, op)) {
    if (!count_constant(r, graph.output(op).bytes())) return std::nullopt;
    Bytes data = compute(graph, op);
    graph.tensors[op.output].data = std::move(data);
  } else {
    if (constant && !check_size(r, graph.output(op).shape, /*constant=*/false)) return std::nullopt;
    graph.ops.push_back(op);
  }
  return Value{op.output, asked.shape, asked.shape, asked.order};
}

Result emit(NodeReader& r, const NewOp& op) {
  const Tensor& first = r.reader.graph.tensors[op.inputs[0]];
  return emit_as(r, {first.type, first.quant}, op);
}

Result emit_unary(NodeReader& r, const Representation& as, const UnaryOp& op, const Value& value, const char* suffix) {
  const Result result = emit_as(r, as, {op.kind, op.attr, {value.tensor}, value.map, value.order, suffix});
  if (!result) return std::nullopt;
  return Value{result->tensor, value.shape, value.map, value.order};
}

namespace {

/// The dimensions of more than one element.
std::vector<int> long_dimensions(const Shape& shape) {
  std::vector<int> result;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] > 1) result.push_back(static_cast<int>(d));
  }
  return result;
}

/// Where `value` only gains or loses dimensions of one element: the order of its dimensions in which nothing moves.
std::optional<Order> carried_order(const Value& value) {
  const std::vector<int> from = long_dimensions(value.map), to = long_dimensions(value.shape);
  if (permuted(value.map, from) != permuted(value.shape, to)) return std::nullopt;
  Order order;
  for (size_t d = 0; d < value.shape.size(); ++d) {
    if (value.shape[d] == 1) order.push_back(static_cast<int>(d));
  }
  for (const int dimension : value.order) {
    const auto found = std::find(from.begin(), from.end(), dimension);
    if (found != from.end()) order.push_back(to[found - from.begin()]);
  }
  return order;
}

}  // namespace

Result settled(NodeReader& r, const Value& value) {
  if (value.shape == value.map) return value;
  const Value before{value.tensor, value.map, value.map, value.order};
  const bool stays = keeps_bytes(value.map, value.order);
  const std::optional<Order> carried = stays ? std::nullopt : carried_order(value);
  std::optional<int> tensor = value.tensor;
  if (!stays && !carried) tensor = in_order(r, before, identity_order(value.map.size()));
  if (!tensor) return std::nullopt;
  const Order order = carried.value_or(identity_order(value.shape.size()));
  const auto key = std::make_tuple(*tensor, value.shape, order);
  if (const auto known = r.reader.copies.find(key); known != r.reader.copies.end())
    return Value{known->second, value.shape, value.shape, order};
  const Result result = emit(r, {OpKind::reshape, {}, {*tensor}, value.shape, order, "/reshaped"});
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
    attr.axes.push_back(place_of(value->order, dimension));
  }
  const bool moves = !keeps_bytes(r.reader.graph.tensors[value->tensor].shape, attr.axes);
  const Result result = moves ? emit(r, {OpKind::transpose, attr, {value->tensor}, value->shape, order, "/transposed"})
                              : emit(r, {OpKind::reshape, {}, {value->tensor}, value->shape, order, "/reshaped"});
  if (!result) return std::nullopt;
  r.reader.copies[key] = result->tensor;
  return result->tensor;
}

std::optional<int> add_floats(NodeReader& r, const char* suffix, const Shape& shape, const std::vector<float>& values) {
  Tensor tensor;
  tensor.name = r.output_name() + suffix;
  tensor.shape = shape;
  if (!count_constant(r, tensor.bytes())) return std::nullopt;
  tensor.data.resize(values.size() * sizeof(float));
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return r.reader.graph.add(std::move(tensor));
}

Result floats_value(NodeReader& r, const char* suffix, const Shape& shape, const std::vector<float>& values) {
  const std::optional<int> tensor = add_floats(r, suffix, shape, values);
  if (!tensor) return std::nullopt;
  return Value{*tensor, shape, shape, identity_order(shape.size())};
}

Result integers_value(NodeReader& r, const Shape& shape, const std::vector<int64_t>& values) {
  if (!check_size(r, shape, /*constant=*/true)) return std::nullopt;
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
