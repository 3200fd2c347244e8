// ONNX front end: operators that make one element of many, over any dimensions.
#include <algorithm>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {

// The dimensions of the result stand as those of the input do.
Result emit_reduction(NodeReader& r, OpKind kind, const Value& given, const Reduced& reduced, const char* suffix) {
  const Result value = settled(r, given);
  if (!value) return std::nullopt;
  const std::vector<int>& axes = reduced.axes;
  const auto is_reduced = [&](int dimension) { return std::find(axes.begin(), axes.end(), dimension) != axes.end(); };
  Attributes attr;
  Shape shape;
  Order order;
  std::vector<int> place(value->shape.size(), -1);  // of a dimension in the result
  for (size_t d = 0; d < value->shape.size(); ++d) {
    const bool gone = is_reduced(static_cast<int>(d));
    if (gone && reduced.dimensions == Dimensions::dropped) continue;
    place[d] = static_cast<int>(shape.size());
    shape.push_back(gone ? 1 : value->shape[d]);
  }
  for (size_t i = 0; i < value->order.size(); ++i) {
    const int dimension = value->order[i];
    if (is_reduced(dimension)) attr.axes.push_back(static_cast<int>(i));
    if (place[dimension] >= 0) order.push_back(place[dimension]);
  }
  return emit(r, {kind, attr, {value->tensor}, shape, order, suffix});
}

namespace {

/// Which dimensions the node reduces, and whether they stay; none at all where that is what it asks for.
std::optional<Reduced> read_axes(const NodeReader& r) {
  const auto given = r.has_elements(1) || !r.has_input(1) ? integers_of(r, "axes", 1) : std::vector<int64_t>();
  const size_t rank = r.input(0).shape.size();
  Reduced reduced;
  reduced.dimensions = r.integer("keepdims", 1) != 0 ? Dimensions::kept : Dimensions::dropped;
  if (!given || !normalise_axes(r, *given, rank, reduced.axes)) return std::nullopt;
  if (given->empty() && r.integer("noop_with_empty_axes", 0) == 0) reduced.axes = identity_order(rank);
  return reduced;
}

template <OpKind kind>
Result read_reduction(NodeReader& r) {
  const std::optional<Reduced> reduced = read_axes(r);
  if (!reduced) return std::nullopt;
  if (reduced->axes.empty()) return r.input(0);
  return emit_reduction(r, kind, r.input(0), *reduced);
}

/// The sum of what `function` makes of the elements.
Result sum_of(NodeReader& r, Function function, const char* suffix = "") {
  const std::optional<Reduced> reduced = read_axes(r);
  const Result parts = reduced ? emit_function(r, function, r.input(0), "/parts") : std::nullopt;
  if (!parts || reduced->axes.empty()) return parts;
  return emit_reduction(r, OpKind::sum, *parts, *reduced, suffix);
}

Result read_sum_square(NodeReader& r) { return sum_of(r, Function::square); }
Result read_l1(NodeReader& r) { return sum_of(r, Function::abs); }

Result read_l2(NodeReader& r) {
  const Result sum = sum_of(r, Function::square, "/sum");
  return sum ? emit_function(r, Function::sqrt, *sum) : std::nullopt;
}

/// Axes are an attribute in older operator sets.
constexpr Row reduction_row(Row row) {
  constexpr Attribute attributes[] = {
      {"axes", type::integers}, {"keepdims", type::integer}, {"noop_with_empty_axes", type::integer}};
  int i = 0;
  for (const Attribute& attribute : attributes) row.attributes[i++] = attribute;
  row.first_empty = 1;
  return row;
}

constexpr auto read_sum = read_reduction<OpKind::sum>, read_largest = read_reduction<OpKind::reduce_max>,
               read_least = read_reduction<OpKind::reduce_min>, read_product = read_reduction<OpKind::reduce_prod>;

constexpr Row rows[] = {
    reduction_row({"ReduceL1", 1, 2, 1, read_l1, nullptr, nullptr}),
    reduction_row({"ReduceL2", 1, 2, 1, read_l2, nullptr, nullptr}),
    reduction_row({"ReduceMax", 1, 2, 1, read_largest, read_largest, read_largest}),
    reduction_row({"ReduceMean", 1, 2, 1, read_reduction<OpKind::mean>, nullptr, nullptr}),
    reduction_row({"ReduceMin", 1, 2, 1, read_least, read_least, read_least}),
    reduction_row({"ReduceProd", 1, 2, 1, read_product, read_product, nullptr}),
    reduction_row({"ReduceSum", 1, 2, 1, read_sum, read_sum, nullptr}),
    reduction_row({"ReduceSumSquare", 1, 2, 1, read_sum_square, nullptr, nullptr}),
};

}  // namespace

const Table<Row> reduce_rows = rows;

}  // namespace narrows::onnx_format
