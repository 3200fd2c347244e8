// ONNX front end: operators that name dimensions.
#include <algorithm>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// (before, after) for every dimension of the input, in the model's order; nothing after an error.
std::optional<std::vector<std::array<int, 2>>> read_pads(const NodeReader& r, size_t rank) {
  const auto pads = integers_of(r, "pads", 1);
  if (!pads) return std::nullopt;
  std::vector<int64_t> given(rank);
  for (size_t d = 0; d < rank; ++d) given[d] = static_cast<int64_t>(d);
  if (r.has_input(3)) {
    const auto named = constant_integers(r, 3, "axes");
    if (!named) return std::nullopt;
    given = *named;
  }
  std::vector<int> sorted;
  if (!normalise_axes(r, given, rank, sorted)) return std::nullopt;
  const auto legal = [](int64_t v) { return v >= 0 && v < 32768; };
  if (pads->size() != 2 * given.size() || !std::all_of(pads->begin(), pads->end(), legal)) {
    return r.refuse(
        fmt::format("pads is [{}]; expected {} values from 0 to 32767", fmt::join(*pads, ","), 2 * given.size()));
  }
  std::vector<std::array<int, 2>> result(rank, {0, 0});
  for (size_t i = 0; i < given.size(); ++i) {
    int axis = 0;
    if (!normalise_axis(r, given[i], rank, axis)) return std::nullopt;
    result[axis] = {static_cast<int>((*pads)[i]), static_cast<int>((*pads)[given.size() + i])};
  }
  return result;
}

/// What stands in the padding: a number, or with a mirror_pad, elements of the input.
struct Filling {
  OpKind kind = OpKind::pad;
  Mirror mirror = Mirror::reflect;
  float number = 0;
};

std::optional<Filling> read_mode(const NodeReader& r) {
  const std::string mode = r.text("mode", "constant");
  if (mode == "constant") return Filling{};
  if (mode == "reflect") return Filling{OpKind::mirror_pad, Mirror::reflect};
  if (mode == "edge") return Filling{OpKind::mirror_pad, Mirror::edge};
  return r.refuse(fmt::format("mode '{}' is not supported; supported: constant, reflect, edge", printable(mode)));
}

std::optional<float> read_padding_number(const NodeReader& r) {
  if (!r.has_input(2)) return r.real("value", 0);
  const auto values = constant_floats(r, 2, "constant_value");
  if (!values || values->size() == 1) return values ? std::optional(values->front()) : std::nullopt;
  return r.refuse(fmt::format("constant_value '{}' has {} values, expected 1", r.name(2), values->size()));
}

/// What can be mirrored lies inside of the input.
bool check_reflected(const NodeReader& r, const std::vector<std::array<int, 2>>& pads, const Shape& in) {
  for (size_t d = 0; d < in.size(); ++d) {
    const int most = std::max(pads[d][0], pads[d][1]);
    if (most < in[d]) continue;
    return r.fail(
        fmt::format("pads {} pixels of dimension {} of input '{}' with shape {}; with mode reflect, expected "
                    "at most {}",
                    most, d, r.name(0), to_string(in), in[d] - 1));
  }
  return true;
}

bool check_same_shape(const NodeReader& r, int i, int axis) {
  Shape first = r.input(0).shape, other = r.input(i).shape;
  const bool same_type = r.tensor(i).type == r.tensor(0).type;
  if (same_type && other.size() == first.size()) {
    first[axis] = other[axis] = 1;
    if (first == other) return true;
  }
  return r.fail(fmt::format("input '{}' is {}{}, which does not fit {}{} of input '{}' along axis {}", r.name(i),
                            type_name(r.tensor(i).type), to_string(r.input(i).shape), type_name(r.tensor(0).type),
                            to_string(r.input(0).shape), r.name(0), axis));
}

/// Dimension i of the result is dimension perm[i] of the input. Nothing moves: only the names of dimensions
/// change.
Result read_transpose(NodeReader& r) {
  const Result value = settled(r, r.input(0));
  if (!value) return std::nullopt;
  const size_t rank = value->shape.size();
  std::vector<int64_t> perm = r.integers("perm");
  if (!r.has("perm")) {
    for (size_t d = rank; d-- > 0;) perm.push_back(static_cast<int64_t>(d));
  }
  std::vector<int64_t> sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  bool legal = sorted.size() == rank;
  for (size_t d = 0; legal && d < rank; ++d) legal = sorted[d] == static_cast<int64_t>(d);
  if (!legal) return r.refuse(fmt::format("perm [{}] is no permutation of {} dimensions", fmt::join(perm, ","), rank));

  Shape shape;
  Order renamed(rank);  // old dimension -> new dimension
  for (size_t d = 0; d < rank; ++d) {
    shape.push_back(value->shape[perm[d]]);
    renamed[perm[d]] = static_cast<int>(d);
  }
  Order order;
  for (const int dimension : value->order) order.push_back(renamed[dimension]);
  return Value{value->tensor, shape, shape, order};
}

}  // namespace

Result read_concat(NodeReader& r) {
  if (!r.has("axis")) return r.refuse("has no axis");
  Shape shape = r.input(0).shape;
  int axis = 0;
  if (!normalise_axis(r, r.integer("axis", 0), shape.size(), axis)) return std::nullopt;
  int64_t size = 0;
  Order order;
  for (int i = 0; i < r.input_count(); ++i) {
    if (!r.has_input(i)) return r.refuse(fmt::format("input {} is absent, but is not optional", i));
    if (!check_elements(r, i) || !check_same_shape(r, i, axis)) return std::nullopt;
    size += r.input(i).shape[axis];
    // The order comes from a map, if there is any, otherwise from the first input that is more than a constant.
    const bool whole = r.input(i).shape == r.input(i).map && !is_known(r.reader, r.input(i).tensor);
    if (whole && (order.empty() || r.input(i).order == channels_last())) order = r.input(i).order;
  }
  if (order.empty()) order = identity_order(shape.size());
  if (size > max_bytes) return r.refuse(fmt::format("the result has {} elements along axis {}", size, axis));
  shape[axis] = static_cast<int>(size);
  const Quant quant = r.tensor(0).quant;  // what is joined are stored numbers
  std::vector<int> inputs;
  for (int i = 0; i < r.input_count(); ++i) {
    const Result value = is_8bit(r.tensor(i).type) ? reinterpreted(r, r.input(i), quant) : r.input(i);
    const std::optional<int> tensor = value ? in_order(r, *value, order) : std::nullopt;
    if (!tensor) return std::nullopt;
    inputs.push_back(*tensor);
  }
  Attributes attr;
  attr.axis = place_of(order, axis);
  return emit(r, {OpKind::concatenation, attr, inputs, shape, order});
}

namespace {

/// Without a number or elements to fill with, pads with what stands for zero.
Result pad(NodeReader& r, const Value& given, const Filling& filling) {
  const Result value = settled(r, given);
  if (!value) return std::nullopt;
  const auto pads = read_pads(r, value->shape.size());
  if (!pads) return std::nullopt;
  const bool reflects = filling.kind == OpKind::mirror_pad && filling.mirror == Mirror::reflect;
  if (reflects && !check_reflected(r, *pads, value->shape)) return std::nullopt;
  // Padding mostly stands before a convolution, which can absorb it if the map is in its order.
  const Order order = value->shape.size() == 4 ? channels_last() : value->order;
  const std::optional<int> input = in_order(r, *value, order);
  if (!input) return std::nullopt;
  Attributes attr;
  Shape shape;
  for (size_t d = 0; d < value->shape.size(); ++d) {
    const auto [before, after] = (*pads)[d];
    if (int64_t{value->shape[d]} + before + after > max_bytes)
      return r.refuse(fmt::format("the result is too large along dimension {}", d));
    shape.push_back(value->shape[d] + before + after);
  }
  for (const int dimension : order) attr.pads.push_back((*pads)[dimension]);
  attr.mirror = filling.mirror;
  attr.fill = filling.number;
  return emit(r, {filling.kind, attr, {*input}, shape, order});
}

Result read_pad(NodeReader& r) {
  std::optional<Filling> filling = read_mode(r);
  if (!filling) return std::nullopt;
  const std::optional<float> number = filling->kind == OpKind::pad ? read_padding_number(r) : 0.0f;
  if (!number) return std::nullopt;
  filling->number = *number;
  return pad(r, r.input(0), *filling);
}

/// The file says with which stored number; for as long as it takes, that is the zero point.
Result bytes_pad(NodeReader& r) {
  const std::optional<Filling> filling = read_mode(r);
  if (!filling) return std::nullopt;
  if (filling->kind == OpKind::mirror_pad) return pad(r, r.input(0), *filling);
  Quant quant = r.tensor(0).quant;
  const Quant own = quant;
  quant.zero_point = {0};
  if (r.has_input(2)) {
    const Tensor& value = r.tensor(2);
    if (!check_constant(r, 2, "constant_value")) return std::nullopt;
    if (value.type != r.tensor(0).type || value.data.size() != 1) {
      return r.refuse(fmt::format("constant_value '{}' is {}{}, expected {}[]", r.name(2), type_name(value.type),
                                  to_string(value.shape), type_name(r.tensor(0).type)));
    }
    quant.zero_point[0] = value.type == DType::u8 ? int{value.data[0]} : int{static_cast<int8_t>(value.data[0])};
  }
  const Result value = reinterpreted(r, r.input(0), quant);
  const Result padded = value ? pad(r, *value, *filling) : std::nullopt;
  return padded ? reinterpreted(r, *padded, own) : std::nullopt;
}

constexpr Row rows[] = {
    {"Concat", 1, many, 1, read_concat, integers_concat, read_concat, {{"axis", type::integer}}, 0},
    {"Pad",
     1,
     4,
     1,
     read_pad,
     nullptr,
     bytes_pad,
     {{"mode", type::text}, {"pads", type::integers}, {"value", type::real}}},
    {"Transpose", 1, 1, 1, read_transpose, read_transpose, read_transpose, {{"perm", type::integers}}},
};

}  // namespace

const Table<Row> dimensions_rows = rows;

}  // namespace narrows::onnx_format
