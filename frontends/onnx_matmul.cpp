// ONNX front end: matrix products with constant weights, which become fully_connected.
#include <algorithm>

#include "frontends/onnx_op.h"

namespace narrows::onnx_format {
namespace {

/// Row-major [rows, columns].
struct Matrix {
  int rows = 0, columns = 0;
  std::vector<float> values;
};

Matrix transposed(const Matrix& m) {
  Matrix t{m.columns, m.rows, std::vector<float>(m.values.size())};
  for (int row = 0; row < m.rows; ++row) {
    for (int column = 0; column < m.columns; ++column) {
      t.values[size_t(column) * m.rows + row] = m.values[size_t(row) * m.columns + column];
    }
  }
  return t;
}

/// For each element of a tensor that holds `map` in `order`: its position in a `map` flattened in the model's
/// order.
std::vector<int> flat_positions(const Shape& map, const Order& order) {
  std::vector<int> strides(map.size(), 1);
  for (size_t d = map.size(); d-- > 1;) strides[d - 1] = strides[d] * map[d];
  std::vector<int> positions = {0};
  for (const int dimension : order) {
    std::vector<int> finer;
    for (const int position : positions) {
      for (int i = 0; i < map[dimension]; ++i) finer.push_back(position + i * strides[dimension]);
    }
    positions = std::move(finer);
  }
  return positions;
}

/// A flattened map of batch 1: the product can read the map as it lies and have its weights in that order.
bool is_flattened_map(const Value& value, int columns) {
  return value.shape == Shape{1, columns} && value.shape != value.map && element_count(value.map) == columns;
}

bool check_fit(const NodeReader& r, const Value& left, int columns) {
  if (left.shape.size() >= 2 && left.shape.back() == columns) return true;
  return r.fail(fmt::format("input '{}' with shape {} does not fit weights '{}' with {} rows", r.name(0),
                            to_string(left.shape), r.name(1), columns));
}

std::optional<Matrix> read_matrix(const NodeReader& r) {
  if (!check_rank(r, 1, "weights", 2)) return std::nullopt;
  const auto values = constant_floats(r, 1, "weights");
  if (!values) return std::nullopt;
  return Matrix{r.input(1).shape[0], r.input(1).shape[1], *values};
}

/// The product of input 0 and `weights`, which are [out, in].
Result product(NodeReader& r, Matrix weights, const std::optional<std::vector<float>>& bias) {
  const Value left = r.input(0);
  if (!check_fit(r, left, weights.columns)) return std::nullopt;
  std::optional<int> input = left.tensor;
  if (is_flattened_map(left, weights.columns)) {
    const std::vector<int> positions = flat_positions(left.map, left.order);
    Matrix moved = weights;
    for (size_t i = 0; i < moved.values.size(); ++i) {
      const size_t row = i / weights.columns, column = i % weights.columns;
      moved.values[i] = weights.values[row * weights.columns + positions[column]];
    }
    weights = std::move(moved);
  } else {
    input = in_order(r, left, identity_order(left.shape.size()));
  }
  const std::optional<int> w = add_floats(r, "/weights", {weights.rows, weights.columns}, weights.values);
  if (!input || !w) return std::nullopt;
  std::vector<int> inputs = {*input, *w};
  if (bias) {
    const std::optional<int> b = add_floats(r, "/bias", {weights.rows}, *bias);
    if (!b) return std::nullopt;
    inputs.push_back(*b);
  }
  Shape shape = left.shape;
  shape.back() = weights.rows;
  return emit(r, OpKind::fully_connected, {}, inputs, shape, identity_order(shape.size()));
}

/// One number per column of the result.
std::optional<std::vector<float>> read_gemm_bias(const NodeReader& r, int columns) {
  auto values = constant_floats(r, 2, "bias");
  if (!values) return std::nullopt;
  const Shape& shape = r.input(2).shape;
  const bool row = !shape.empty() && shape.back() == columns && element_count(shape) == columns;
  if (!row && values->size() != 1) {
    return r.refuse(
        fmt::format("bias '{}' has shape {}, expected [{}]", r.name(2), to_string(shape), columns));
  }
  if (values->size() == 1) values->assign(columns, values->front());
  for (float& value : *values) value *= r.real("beta", 1);
  return values;
}

}  // namespace

Result read_matmul(NodeReader& r) {
  const std::optional<Matrix> weights = read_matrix(r);
  if (!weights) return std::nullopt;
  return product(r, transposed(*weights), std::nullopt);
}

Result read_gemm(NodeReader& r) {
  if (!check_rank(r, 0, "input", 2)) return std::nullopt;
  if (r.integer("transA", 0) != 0) return r.refuse("transA 1 is not supported; expected 0");
  std::optional<Matrix> weights = read_matrix(r);
  if (!weights) return std::nullopt;
  if (r.integer("transB", 0) == 0) weights = transposed(*weights);
  for (float& value : weights->values) value *= r.real("alpha", 1);
  std::optional<std::vector<float>> bias;
  if (r.has_input(2)) {
    bias = read_gemm_bias(r, weights->rows);
    if (!bias) return std::nullopt;
  }
  return product(r, std::move(*weights), bias);
}

}  // namespace narrows::onnx_format
