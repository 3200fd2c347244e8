// ONNX front end: operators that pick elements: Slice, Split, ArgMax.
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Integers = std::vector<int64_t>;

std::vector<Cut> whole(const Shape& shape) {
  std::vector<Cut> cuts;
  for (const int size : shape) cuts.push_back({0, 1, size});
  return cuts;
}

/// Python's rules: negative places count from the end, what lies outside is moved to the edge. False where
/// nothing is left.
bool place_cut(int64_t start, int64_t end, int64_t step, int64_t size, Cut& cut) {
  const auto from_front = [size](int64_t i) { return i < 0 ? std::max(i, -size - 1) + size : i; };
  const int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1;
  start = std::clamp(from_front(start), int64_t{0}, most);
  end = std::clamp(from_front(end), least, most);
  step = std::clamp(step, -size, size);
  const int64_t span = step > 0 ? end - start : start - end;
  if (span <= 0) return false;
  cut = {static_cast<int>(start), static_cast<int>(step), static_cast<int>((span - 1) / std::abs(step) + 1)};
  return true;
}

/// Starts, ends, axes and steps of Slice, one each per sliced dimension.
struct Bounds {
  Integers starts, ends, axes, steps;
};
std::optional<Bounds> read_bounds(const NodeReader& r, size_t rank) {
  const auto starts = integers_of(r, "starts", 1), ends = integers_of(r, "ends", 2), axes = integers_of(r, "axes", 3);
  auto steps = r.has_input(4) ? constant_integers(r, 4, "steps") : Integers();
  if (!starts || !ends || !axes || !steps) return std::nullopt;
  Bounds b{*starts, *ends, *axes, *steps};
  if (b.axes.empty()) {
    b.axes.resize(std::min(b.starts.size(), rank));
    std::iota(b.axes.begin(), b.axes.end(), 0);
  }
  if (b.steps.empty()) b.steps.assign(b.axes.size(), 1);
  const size_t count = b.starts.size();
  if (b.ends.size() == count && b.axes.size() == count && b.steps.size() == count) return b;
  r.fail(fmt::format("has {} starts, {} ends, {} axes and {} steps; expected equal numbers", count, b.ends.size(),
                     b.axes.size(), b.steps.size()));
  return std::nullopt;
}

/// Sizes of the pieces of Split along a dimension of `size`.
std::optional<Integers> read_pieces(const NodeReader& r, int size) {
  const auto given = integers_of(r, "split", 1);
  if (!given) return std::nullopt;
  const auto count = static_cast<int64_t>(r.node().output_size());
  Integers pieces = *given;
  if (pieces.empty()) {
    const int64_t piece = (size + count - 1) / count;
    for (int64_t i = 0; i < count; ++i) pieces.push_back(std::min(piece, size - i * piece));
    const bool even = r.reader.opset < 18 ? size % count == 0 : r.integer("num_outputs", count) == count;
    if (even && pieces.back() > 0) return pieces;
    r.fail(fmt::format("cannot divide {} elements into {} outputs", size, count));
    return std::nullopt;
  }
  const bool positive = std::all_of(pieces.begin(), pieces.end(), [&](int64_t p) { return p > 0 && p <= size; });
  const bool complete = positive && std::accumulate(pieces.begin(), pieces.end(), int64_t{0}) == size;
  if (complete && static_cast<int64_t>(pieces.size()) == count) return pieces;
  r.fail(
      fmt::format("split is [{}]; expected {} positive sizes that add up to {}", fmt::join(pieces, ","), count, size));
  return std::nullopt;
}

}  // namespace

Result emit_slice(NodeReader& r, const Value& value, const std::vector<Cut>& cuts, const char* suffix) {
  Attributes attr;
  Shape shape;
  bool all = true;
  for (size_t d = 0; d < cuts.size(); ++d) {
    shape.push_back(cuts[d].size);
    all = all && cuts[d].step == 1 && cuts[d].size == value.shape[d];
  }
  if (all) return value;
  for (const int dimension : value.order) {
    attr.begin.push_back(cuts[dimension].begin);
    attr.steps.push_back(cuts[dimension].step);
  }
  return emit(r, {OpKind::slice, attr, {value.tensor}, shape, value.order, suffix});
}

Result without(NodeReader& r, const Value& value, int axis) {
  Shape shape = value.shape;
  shape.erase(shape.begin() + axis);
  Order order;
  for (const int dimension : value.order) {
    if (dimension != axis) order.push_back(dimension > axis ? dimension - 1 : dimension);
  }
  return emit(r, {OpKind::reshape, {}, {value.tensor}, shape, order});
}

Result read_slice(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const size_t rank = value->shape.size();
  const auto bounds = read_bounds(r, rank);
  std::vector<int> each_once;
  if (!bounds || !normalise_axes(r, bounds->axes, rank, each_once)) return std::nullopt;
  std::vector<Cut> cuts = whole(value->shape);
  for (size_t i = 0; i < bounds->axes.size(); ++i) {
    int axis = 0;
    if (!normalise_axis(r, bounds->axes[i], rank, axis)) return std::nullopt;
    const int64_t start = bounds->starts[i], end = bounds->ends[i], step = bounds->steps[i];
    if (step != 0 && place_cut(start, end, step, value->shape[axis], cuts[axis])) continue;
    return r.refuse(fmt::format("the slice from {} to {} with step {} of {} elements is empty", start, end, step,
                                value->shape[axis]));
  }
  return emit_slice(r, *value, cuts);
}

namespace {

Result read_split(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", 0), value->shape.size(), axis)) return std::nullopt;
  const auto pieces = read_pieces(r, value->shape[axis]);
  if (!pieces) return std::nullopt;
  std::vector<Value> parts;
  std::vector<Cut> cuts = whole(value->shape);
  int begin = 0;
  for (const int64_t piece : *pieces) {
    cuts[axis] = {begin, 1, static_cast<int>(piece)};
    r.output = static_cast<int>(parts.size());
    const Result part = emit_slice(r, *value, cuts);
    if (!part) return std::nullopt;
    parts.push_back(*part);
    begin += static_cast<int>(piece);
  }
  r.further.assign(parts.begin() + 1, parts.end());
  return parts.front();
}

}  // namespace

namespace {

Result read_arg_max(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const size_t rank = value->shape.size();
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", 0), rank, axis)) return std::nullopt;
  if (r.integer("select_last_index", 0) != 0) return r.refuse("select_last_index 1 is not supported; expected 0");
  Attributes attr;
  attr.axis = place_of(value->order, axis);
  Shape shape = value->shape;
  shape.erase(shape.begin() + axis);
  Order order;
  for (const int dimension : value->order) {
    if (dimension != axis) order.push_back(dimension > axis ? dimension - 1 : dimension);
  }
  const bool keep = r.integer("keepdims", 1) != 0;
  const Result index =
      emit_as(r, {DType::i64, {}}, {OpKind::arg_max, attr, {value->tensor}, shape, order, keep ? "/index" : ""});
  if (!index || !keep) return index;
  Shape kept = value->shape;
  kept[axis] = 1;
  return emit(r, {OpKind::reshape, {}, {index->tensor}, kept, value->order});
}

constexpr Row rows[] = {
    {"ArgMax",
     1,
     1,
     1,
     read_arg_max,
     nullptr,
     read_arg_max,
     {{"axis", type::integer}, {"keepdims", type::integer}, {"select_last_index", type::integer}}},
    {"Slice",
     1,
     5,
     1,
     read_slice,
     integers_slice,
     read_slice,
     {{"axes", type::integers}, {"ends", type::integers}, {"starts", type::integers}},
     1},
    {"Split",
     1,
     2,
     many,
     read_split,
     nullptr,
     read_split,
     {{"axis", type::integer}, {"num_outputs", type::integer}, {"split", type::integers}}},
};

}  // namespace

const Table<Row> select_rows = rows;

}  // namespace narrows::onnx_format
