// ONNX front end: matrix products with constant weights, which become fully_connected.
#include <algorithm>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// A flattened map of batch 1: the product can read the map as it lies and have its weights in that order.
bool is_flattened_map(const Value& value, int columns) {
  return value.shape == Shape{1, columns} && value.shape != value.map && element_count(value.map) == columns &&
         value.map.size() < max_rank;
}

bool check_fit(const NodeReader& r, const Value& left, int columns) {
  if (left.shape.size() >= 2 && left.shape.back() == columns) return true;
  return r.fail(fmt::format("input '{}' with shape {} does not fit weights '{}' with {} rows", r.name(0),
                            to_string(left.shape), r.name(1), columns));
}

/// The constant input 1, a matrix, as [out, in].
std::optional<int> read_weights(NodeReader& r, bool transposed) {
  if (!check_rank(r, 1, "weights", 2) || !check_constant(r, 1, "weights") || !check_float(r, 1, "weights"))
    return std::nullopt;
  return in_order(r, r.input(1), transposed ? Order{0, 1} : Order{1, 0});
}

/// Weights [out, in] for a flattened `map`, whose columns are to stand as the elements of the map do.
std::optional<int> follow_map(NodeReader& r, int weights, const Shape& map, const Order& map_order) {
  const Shape matrix = r.reader.graph.tensors[weights].shape;
  Shape shape = {matrix[0]};
  shape.insert(shape.end(), map.begin(), map.end());
  Order order = {0};
  for (const int dimension : map_order) order.push_back(dimension + 1);
  const Result split = emit(r, {OpKind::reshape, {}, {weights}, shape, identity_order(shape.size()), "/weights"});
  const std::optional<int> moved = split ? in_order(r, *split, order) : std::nullopt;
  if (!moved) return std::nullopt;
  const Result joined = emit(r, {OpKind::reshape, {}, {*moved}, matrix, identity_order(2), "/weights"});
  return joined ? std::optional<int>(joined->tensor) : std::nullopt;
}

/// The product of input 0 and `weights`, which are [out, in].
Result product(NodeReader& r, int weights, std::optional<int> bias) {
  const Value left = r.input(0);
  const Shape matrix = r.reader.graph.tensors[weights].shape;
  if (!check_fit(r, left, matrix[1])) return std::nullopt;
  const bool flattened = is_flattened_map(left, matrix[1]);
  const std::optional<int> w = flattened ? follow_map(r, weights, left.map, left.order) : weights;
  const std::optional<int> input = flattened ? left.tensor : in_order(r, left, identity_order(left.shape.size()));
  if (!input || !w) return std::nullopt;
  std::vector<int> inputs = {*input, *w};
  if (bias) inputs.push_back(*bias);
  Shape shape = left.shape;
  shape.back() = matrix[0];
  return emit(r, {OpKind::fully_connected, {}, inputs, shape, identity_order(shape.size())});
}

/// One number per column of the result.
std::optional<int> read_gemm_bias(NodeReader& r, int columns) {
  auto values = constant_floats(r, 2, "bias");
  if (!values) return std::nullopt;
  const Shape& shape = r.input(2).shape;
  const bool row = !shape.empty() && shape.back() == columns && element_count(shape) == columns;
  if (!row && values->size() != 1) {
    r.refuse(fmt::format("bias '{}' has shape {}, expected [{}]", r.name(2), to_string(shape), columns));
    return std::nullopt;
  }
  const float beta = r.real("beta", 1);
  if (beta == 1 && shape == Shape{columns}) return r.input(2).tensor;  // perhaps quantized
  if (values->size() == 1) values->assign(columns, values->front());
  for (float& value : *values) value *= beta;
  return add_floats(r, "/bias", {columns}, *values);
}

}  // namespace

Result read_matmul(NodeReader& r) {
  const std::optional<int> weights = read_weights(r, /*transposed=*/false);
  return weights ? product(r, *weights, std::nullopt) : std::nullopt;
}

namespace {

Result read_gemm(NodeReader& r) {
  if (!check_rank(r, 0, "input", 2)) return std::nullopt;
  if (r.integer("transA", 0) != 0) return r.refuse("transA 1 is not supported; expected 0");
  std::optional<int> weights = read_weights(r, r.integer("transB", 0) != 0);
  if (!weights) return std::nullopt;
  const Shape matrix = r.reader.graph.tensors[*weights].shape;
  if (const float alpha = r.real("alpha", 1); alpha != 1) {
    std::vector<float> values = known_floats(r.reader, *weights);
    for (float& value : values) value *= alpha;
    weights = add_floats(r, "/weights", matrix, values);
    if (!weights) return std::nullopt;
  }
  std::optional<int> bias;
  if (r.has_input(2)) {
    bias = read_gemm_bias(r, matrix[0]);
    if (!bias) return std::nullopt;
  }
  return product(r, *weights, bias);
}

constexpr Row rows[] = {
    {"Gemm",
     2,
     3,
     1,
     read_gemm,
     nullptr,
     nullptr,
     {{"alpha", type::real}, {"beta", type::real}, {"transA", type::integer}, {"transB", type::integer}}},
    {"MatMul", 2, 2, 1, read_matmul, nullptr, nullptr, {}},
};

}  // namespace

const Table<Row> matmul_rows = rows;

}  // namespace narrows::onnx_format
