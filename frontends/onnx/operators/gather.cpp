// ONNX front end: operators that pick elements by indices: Gather, GatherND, GatherElements. Known indices with equal
// distances make a slice.
#include <algorithm>
#include <cstring>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Integers = std::vector<int64_t>;

/// The indices in input 1, counted from the front; nothing where they are computed at run time. `sizes` has the number
/// of places for each of the last dimension of the indices. False after an error.
bool read_indices(const NodeReader& r, const Shape& sizes, std::optional<Integers>& known) {
  const Tensor& tensor = r.tensor(1);
  if (!is_integer(tensor.type)) {
    return r.fail(fmt::format("indices '{}' have type {}, expected INT32 or INT64", r.name(1), type_name(tensor.type)));
  }
  if (!tensor.constant()) return true;
  known.emplace(static_cast<size_t>(element_count(tensor.shape)));
  for (size_t i = 0; i < known->size(); ++i) {
    int32_t narrow = 0;
    int64_t& index = (*known)[i];
    std::memcpy(tensor.type == DType::i64 ? static_cast<void*>(&index) : &narrow,
                &tensor.data[i * size_of(tensor.type)], size_of(tensor.type));
    if (tensor.type == DType::i32) index = narrow;
    const int64_t size = sizes[i % sizes.size()];
    if (index < -size || index >= size)
      return r.fail(fmt::format("index {} is out of range; expected {} to {}", index, -size, size - 1));
    if (index < 0) index += size;
  }
  return true;
}

/// A constant of the Graph, or what input 1 is at run time, as a tensor of the shape.
std::optional<int> indices_of(NodeReader& r, const std::optional<Integers>& known, const Shape& shape) {
  if (!known) {
    const std::optional<int> tensor = in_order(r, r.input(1), identity_order(r.input(1).shape.size()));
    return tensor ? flattened(r, *tensor, shape, "/indices") : std::nullopt;
  }
  Tensor tensor;
  tensor.name = r.output_name() + "/indices";
  tensor.type = DType::i32;
  tensor.shape = shape;
  tensor.data.resize(known->size() * sizeof(int32_t));
  for (size_t i = 0; i < known->size(); ++i) {
    const auto index = static_cast<int32_t>((*known)[i]);
    std::memcpy(&tensor.data[i * sizeof(index)], &index, sizeof(index));
  }
  return r.reader.graph.add(std::move(tensor));
}

bool is_progression(const Integers& values) {
  for (size_t i = 2; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != values[1] - values[0]) return false;
  }
  return true;
}

/// Elements of dimension `axis` in a row, however many dimensions the indices have.
Result pick(NodeReader& r, const Value& value, int axis, const std::optional<Integers>& known) {
  const auto count = static_cast<int>(element_count(r.input(1).shape));
  if (known && is_progression(*known)) {
    std::vector<Cut> cuts;
    for (const int size : value.shape) cuts.push_back({0, 1, size});
    const int64_t step = count > 1 ? (*known)[1] - (*known)[0] : 1;
    cuts[axis] = {static_cast<int>(known->front()), static_cast<int>(step), count};
    return emit_slice(r, value, cuts, "/picked");
  }
  const std::optional<int> indices = indices_of(r, known, {count, 1});
  if (!indices) return std::nullopt;
  Attributes attr;
  attr.axis = place_of(value.order, axis);
  Shape shape = value.shape;
  shape[axis] = count;
  return emit(r, {OpKind::gather, attr, {value.tensor, *indices}, shape, value.order, "/picked"});
}

/// `value` with dimension `axis` divided as `parts` says.
Result with_divided(NodeReader& r, const Value& value, int axis, const Shape& parts) {
  const int more = static_cast<int>(parts.size()) - 1;
  Shape shape(value.shape.begin(), value.shape.begin() + axis);
  shape.insert(shape.end(), parts.begin(), parts.end());
  shape.insert(shape.end(), value.shape.begin() + axis + 1, value.shape.end());
  Order order;
  for (const int dimension : value.order) {
    if (dimension != axis) order.push_back(dimension > axis ? dimension + more : dimension);
    for (int part = 0; dimension == axis && part <= more; ++part) order.push_back(axis + part);
  }
  return emit(r, {OpKind::reshape, {}, {value.tensor}, shape, order});
}

}  // namespace

Result read_gather(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  int axis = 0;
  std::optional<Integers> known;
  if (!normalise_axis(r, r.integer("axis", 0), value->shape.size(), axis)) return std::nullopt;
  if (!read_indices(r, {value->shape[axis]}, known)) return std::nullopt;
  const Shape at = r.input(1).shape;
  const Result picked = pick(r, *value, axis, known);
  if (!picked) return std::nullopt;
  if (at.empty()) return without(r, *picked, axis);
  return at.size() == 1 ? picked : with_divided(r, *picked, axis, at);
}

namespace {

Result read_gather_nd(NodeReader& r) {
  const Shape data = r.input(0).shape, at = r.input(1).shape;
  const int64_t batch = r.integer("batch_dims", 0);
  const int64_t most = std::min(data.size(), at.size()) - (at.empty() ? 0 : 1);
  const bool legal = batch >= 0 && batch <= most && !at.empty() && at.back() >= 1 &&
                     at.back() <= static_cast<int64_t>(data.size()) - batch &&
                     std::equal(at.begin(), at.begin() + batch, data.begin());
  if (!legal) {
    return r.refuse(fmt::format("indices '{}' with shape {} do not fit input '{}' with shape {} and batch_dims {}",
                                r.name(1), to_string(at), r.name(0), to_string(data), batch));
  }
  std::optional<Integers> known;
  const Shape places(data.begin() + batch, data.begin() + batch + at.back());
  const std::optional<int> tensor = in_order(r, r.input(0), identity_order(data.size()));
  if (!tensor || !read_indices(r, places, known)) return std::nullopt;
  const std::optional<int> indices = indices_of(r, known, at);
  if (!indices) return std::nullopt;
  Attributes attr;
  attr.axis = attr.batch_dims = static_cast<int>(batch);
  Shape shape(at.begin(), at.end() - 1);
  shape.insert(shape.end(), data.begin() + batch + at.back(), data.end());
  return emit(r, {OpKind::gather, attr, {*tensor, *indices}, shape, identity_order(shape.size())});
}

/// Rows [n,size] of a value whose dimension `axis` stands last, `size` elements of it.
std::optional<int> rows_along(NodeReader& r, const Value& value, int axis) {
  Order order = identity_order(value.shape.size());
  order.erase(order.begin() + axis);
  order.push_back(axis);
  const std::optional<int> tensor = in_order(r, value, order);
  const int size = value.shape[axis];
  const auto count = static_cast<int>(element_count(value.shape) / size);
  return tensor ? flattened(r, *tensor, {count, size}, "/rows") : std::nullopt;
}

/// Of each row along the axis, as many elements as there are indices: gather(rows of data, rows of indices).
Result read_gather_elements(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const Shape at = r.input(1).shape;
  const size_t rank = value->shape.size();
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", 0), rank, axis)) return std::nullopt;
  bool fits = at.size() == rank;
  std::vector<Cut> cuts;  // the part of the data that has indices
  for (size_t d = 0; fits && d < rank; ++d) {
    const bool along = static_cast<int>(d) == axis;
    fits = along || at[d] <= value->shape[d];
    cuts.push_back({0, 1, along ? value->shape[d] : at[d]});
  }
  if (!fits) {
    return r.refuse(fmt::format("indices '{}' with shape {} do not fit input '{}' with shape {}", r.name(1),
                                to_string(at), r.name(0), to_string(value->shape)));
  }
  std::optional<Integers> known;
  if (!read_indices(r, {value->shape[axis]}, known)) return std::nullopt;
  const std::optional<int> all = indices_of(r, known, at);
  const Result part = emit_slice(r, *value, cuts, "/part");
  if (!all || !part) return std::nullopt;
  const std::optional<int> data = rows_along(r, *part, axis);
  const std::optional<int> rows = rows_along(r, {*all, at, at, identity_order(rank)}, axis);
  if (!data || !rows) return std::nullopt;
  const int count = at[axis], lines = static_cast<int>(element_count(at) / count);
  const std::optional<int> indices = flattened(r, *rows, {lines, count, 1}, "/places");
  if (!indices) return std::nullopt;
  Attributes attr;
  attr.axis = attr.batch_dims = 1;
  const Result picked =
      emit(r, {OpKind::gather, attr, {*data, *indices}, {lines, count}, identity_order(2), "/picked"});
  Order order = identity_order(rank);
  order.erase(order.begin() + axis);
  order.push_back(axis);
  return picked ? emit(r, {OpKind::reshape, {}, {picked->tensor}, at, order}) : std::nullopt;
}

constexpr Row rows[] = {
    {"Gather", 2, 2, 1, read_gather, integers_gather, read_gather, {{"axis", type::integer}}},
    {"GatherElements",
     2,
     2,
     1,
     read_gather_elements,
     read_gather_elements,
     read_gather_elements,
     {{"axis", type::integer}}},
    {"GatherND", 2, 2, 1, read_gather_nd, read_gather_nd, read_gather_nd, {{"batch_dims", type::integer}}},
};

}  // namespace

const Table<Row> gather_rows = rows;

}  // namespace narrows::onnx_format
