// ONNX front end: operators that rank elements: TopK, ArgMin.
#include <algorithm>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// A value as rows [n,size] along one of its dimensions.
struct Rows {
  int tensor, count, size;
  Order order;  ///< of the value's dimensions in the tensor: the one along the rows stands last
};

std::optional<Rows> rows_along(NodeReader& r, const Value& given, int axis) {
  const Result value = settled(r, given);
  if (!value) return std::nullopt;
  Rows rows{-1, static_cast<int>(element_count(value->shape) / value->shape[axis]), value->shape[axis], {}};
  for (const int dimension : value->order) {
    if (dimension != axis) rows.order.push_back(dimension);
  }
  rows.order.push_back(axis);
  const std::optional<int> moved = in_order(r, *value, rows.order);
  const std::optional<int> flat = moved ? flattened(r, *moved, {rows.count, rows.size}, "/rows") : std::nullopt;
  if (!flat) return std::nullopt;
  rows.tensor = *flat;
  return rows;
}

/// Where in each row the first `k` numbers stand.
Result emit_top_k(NodeReader& r, const Rows& rows, int k, bool smallest) {
  Attributes attr;
  attr.smallest = smallest;
  return emit_as(r, {DType::i64, {}},
                 {OpKind::top_k, attr, {rows.tensor}, {rows.count, k}, identity_order(2), "/indices"});
}

/// Of old operator sets an attribute.
std::optional<int64_t> read_k(const NodeReader& r) {
  if (r.has("k")) return r.integer("k", 0);
  if (!r.has_input(1)) return r.refuse("has neither an input nor an attribute for k");
  const auto values = constant_integers(r, 1, "k");
  if (!values || values->size() == 1) return values ? std::optional(values->front()) : std::nullopt;
  return r.refuse(fmt::format("k '{}' has {} values, expected 1", r.name(1), values->size()));
}

/// Values and indices, which are INT64.
Result read_top_k(NodeReader& r) {
  const Shape in = r.input(0).shape;
  int axis = 0;
  const auto k = read_k(r);
  if (!k || !normalise_axis(r, r.integer("axis", -1), in.size(), axis)) return std::nullopt;
  if (*k < 1 || *k > in[axis]) {
    return r.refuse(fmt::format("asks for {} values along axis {} of input '{}' with shape {}", *k, axis, r.name(0),
                                to_string(in)));
  }
  const auto count = static_cast<int>(*k);
  Shape shape = in;
  shape[axis] = count;
  const std::optional<Rows> rows = rows_along(r, r.input(0), axis);
  if (!rows) return std::nullopt;
  const Result top = emit_top_k(r, *rows, count, r.integer("largest", 1) == 0);
  const std::optional<int> places = top ? flattened(r, top->tensor, {rows->count, count, 1}, "/places") : std::nullopt;
  if (!places) return std::nullopt;
  Attributes attr;
  attr.axis = attr.batch_dims = 1;
  const Result picked =
      emit(r, {OpKind::gather, attr, {rows->tensor, *places}, {rows->count, count}, identity_order(2), "/picked"});
  if (!picked) return std::nullopt;
  const Result values = emit(r, {OpKind::reshape, {}, {picked->tensor}, shape, rows->order});
  r.output = 1;
  const Result indices = emit(r, {OpKind::reshape, {}, {top->tensor}, shape, rows->order});
  r.output = 0;
  if (!values || !indices) return std::nullopt;
  r.further = {*indices};
  return values;
}

Result read_arg_min(NodeReader& r) {
  const Shape in = r.input(0).shape;
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", 0), in.size(), axis)) return std::nullopt;
  if (r.integer("select_last_index", 0) != 0) return r.refuse("select_last_index 1 is not supported; expected 0");
  const std::optional<Rows> rows = rows_along(r, r.input(0), axis);
  const Result index = rows ? emit_top_k(r, *rows, 1, /*smallest=*/true) : std::nullopt;
  if (!index) return std::nullopt;
  Shape shape = in;
  shape[axis] = 1;
  const bool keep = r.integer("keepdims", 1) != 0;
  const Result kept = emit(r, {OpKind::reshape, {}, {index->tensor}, shape, rows->order, keep ? "" : "/kept"});
  return kept && !keep ? without(r, *kept, axis) : kept;
}

constexpr Row rows[] = {
    {"ArgMin",
     1,
     1,
     1,
     read_arg_min,
     nullptr,
     read_arg_min,
     {{"axis", type::integer}, {"keepdims", type::integer}, {"select_last_index", type::integer}}},
    {"TopK",
     1,
     2,
     2,
     read_top_k,
     read_top_k,
     read_top_k,
     {{"axis", type::integer}, {"k", type::integer}, {"largest", type::integer}, {"sorted", type::integer}}},
};

}  // namespace

const Table<Row> rank_rows = rows;

}  // namespace narrows::onnx_format
