// ONNX front end: operators that move no elements: they only give them another shape, or nothing at all.
#include <algorithm>
#include <cstring>
#include <optional>

#include "compiler/graph/narrow_weights.h"
#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// `value` as an array of `shape`. Nothing is computed here; a reshape that changes the order of elements in
/// memory is left to whoever reads the value.
Result reshaped(NodeReader& r, const Value& value, const Shape& shape) {
  if (!check_size(r, shape, /*constant=*/true)) return std::nullopt;
  if (shape == value.shape) return value;
  if (shape == value.map) return Value{value.tensor, shape, shape, value.order};
  const Value waiting{value.tensor, shape, value.map, value.order};
  const bool moves = !keeps_bytes(value.map, value.order);
  return moves ? Result(waiting) : settled(r, waiting);
}

/// 0 stands for the size of the same dimension of the input, a single -1 for what the others leave.
bool resolve(const NodeReader& r, const std::vector<int64_t>& requested, const Shape& in, Shape& shape) {
  const int64_t count = element_count(in);
  const bool copy_zeros = r.integer("allowzero", 0) == 0;
  int64_t known = 1;
  int unknown = -1;
  for (size_t i = 0; i < requested.size(); ++i) {
    int64_t size = requested[i];
    if (size == 0 && copy_zeros && i < in.size()) size = in[i];
    if (size == -1 && unknown < 0) {
      unknown = static_cast<int>(i);
      size = 1;
    }
    if (size < 1 || size > max_bytes || (known *= size) > max_bytes) {
      return r.fail(
          fmt::format("new shape [{}] is not valid for input '{}' with shape {}; expected positive sizes, 0 "
                      "for the input's own, and at most one -1",
                      fmt::join(requested, ","), r.name(0), to_string(in)));
    }
    shape.push_back(static_cast<int>(size));
  }
  const bool fits = unknown < 0 ? known == count : count % known == 0;
  if (fits && unknown >= 0) shape[unknown] = static_cast<int>(count / known);
  if (fits) return true;
  return r.fail(fmt::format("new shape [{}] does not hold the {} elements of input '{}' with shape {}",
                            fmt::join(requested, ","), count, r.name(0), to_string(in)));
}

template <typename T>
Tensor constant(DType type, const Shape& shape, const std::vector<T>& values) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape = shape;
  tensor.data.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return tensor;
}

std::optional<Tensor> constant_of(const NodeReader& r) {
  const format::AttributeProto& attribute = r.node().attribute(0);
  const std::string& name = attribute.name();
  if (name == "value") return read_value(r, attribute.t());
  if (name == "value_float") return constant<float>(DType::f32, {}, {attribute.f()});
  if (name == "value_int") return constant<int64_t>(DType::i64, {}, {attribute.i()});
  const int count = std::max(attribute.floats_size(), attribute.ints_size());
  if (name == "value_floats")
    return constant<float>(DType::f32, {count}, {attribute.floats().begin(), attribute.floats().end()});
  return constant<int64_t>(DType::i64, {count}, {attribute.ints().begin(), attribute.ints().end()});
}

Result read_identity(NodeReader& r) { return r.input(0); }

}  // namespace

namespace {

/// Between the types that tensors have at run time. 8-bit numbers are taken as they are stored.
Result cast(NodeReader& r, DType type) {
  if (type == r.tensor(0).type) return r.input(0);
  const Representation as{type, is_8bit(type) ? plain_numbers() : Quant()};
  return emit_unary(r, as, {OpKind::cast}, r.input(0));
}

/// Constants are rounded; what is computed at run time stays in FLOAT (halves.cpp).
Result cast_to_half(NodeReader& r) {
  if (r.tensor(0).type != DType::f32) return cast(r, DType::f32);
  if (!is_known(r.reader, r.input(0).tensor)) {
    r.reader.computes_in_halves = true;
    return r.input(0);
  }
  auto values = constant_floats(r, 0, "input");
  if (!values) return std::nullopt;
  for (float& value : *values) value = from_half(to_half(value));
  return floats_value(r, "", r.input(0).shape, *values);
}

}  // namespace

Result read_cast(NodeReader& r) {
  const auto to = static_cast<int>(r.integer("to", 0));
  if (to == format::TensorProto::FLOAT16) return cast_to_half(r);
  const std::optional<DType> type = dtype(to);
  if (!type) {
    return r.refuse(fmt::format("to is {}; supported: FLOAT, FLOAT16, UINT8, INT8, INT32, INT64", type_name(to)));
  }
  return cast(r, *type);
}

namespace {

Result read_cast_like(NodeReader& r) { return cast(r, r.tensor(1).type); }

/// Sizes fit all integer types.
Result integers_cast_like(NodeReader& r) {
  const DType type = r.tensor(1).type;
  const bool integer = type == DType::i32 || type == DType::i64;
  return integer && r.tensor(0).constant() ? r.input(0) : cast(r, type);
}

/// The number of elements.
Result read_size(NodeReader& r) { return integers_value(r, {}, {element_count(r.input(0).shape)}); }

Result read_constant(NodeReader& r) {
  if (r.node().attribute_size() != 1)
    return r.refuse(fmt::format("has {} values, expected 1", r.node().attribute_size()));
  std::optional<Tensor> tensor = constant_of(r);
  if (!tensor) return std::nullopt;
  tensor->name = r.output_name();
  return plain_value(r.reader, std::move(*tensor));
}

/// Every shape is known when a model is read.
Result read_shape(NodeReader& r) {
  const Shape& shape = r.input(0).shape;
  const auto rank = static_cast<int64_t>(shape.size());
  const auto place = [rank](int64_t i) { return std::clamp(i < 0 ? i + rank : i, int64_t{0}, rank); };
  const int64_t start = place(r.integer("start", 0)), end = place(r.integer("end", rank));
  if (start >= end) {  // of a single number, for one
    Tensor none;
    none.name = r.output_name();
    none.type = DType::i64;
    none.shape = {0};
    return plain_value(r.reader, std::move(none));
  }
  return integers_value(r, {static_cast<int>(end - start)}, {shape.begin() + start, shape.begin() + end});
}

Result read_reshape(NodeReader& r) {
  const auto requested = constant_integers(r, 1, "shape");
  Shape shape;
  const Value value = r.input(0);
  if (!requested || !resolve(r, *requested, value.shape, shape)) return std::nullopt;
  return reshaped(r, value, shape);
}

Result read_flatten(NodeReader& r) {
  const Value value = r.input(0);
  const auto rank = static_cast<int64_t>(value.shape.size());
  int64_t axis = r.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return r.refuse(fmt::format("axis {} is out of range; expected {} to {}", axis, -rank, rank));
  if (axis < 0) axis += rank;
  const Shape left(value.shape.begin(), value.shape.begin() + axis);
  const Shape right(value.shape.begin() + axis, value.shape.end());
  return reshaped(r, value, {static_cast<int>(element_count(left)), static_cast<int>(element_count(right))});
}

Result read_squeeze(NodeReader& r) {
  const Value value = r.input(0);
  const Shape& in = value.shape;
  const auto given = integers_of(r, "axes", 1);
  std::vector<int> axes;
  if (!given || !normalise_axes(r, *given, in.size(), axes)) return std::nullopt;
  Shape shape;
  for (size_t d = 0; d < in.size(); ++d) {
    const bool named = std::find(axes.begin(), axes.end(), static_cast<int>(d)) != axes.end();
    if (named && in[d] != 1) {
      return r.refuse(fmt::format("dimension {} of input '{}' with shape {} cannot be dropped; expected size 1", d,
                                  r.name(0), to_string(in)));
    }
    if (!named && (!axes.empty() || in[d] != 1)) shape.push_back(in[d]);
  }
  return reshaped(r, value, shape);
}

Result read_unsqueeze(NodeReader& r) {
  const Value value = r.input(0);
  const auto given = integers_of(r, "axes", 1);
  if (!given) return std::nullopt;
  if (given->empty() || given->size() + value.shape.size() > max_rank)
    return r.refuse(fmt::format("has {} axes, expected 1 to {}", given->size(), max_rank - value.shape.size()));
  std::vector<int> axes;
  if (!normalise_axes(r, *given, value.shape.size() + given->size(), axes)) return std::nullopt;
  Shape shape = value.shape;
  for (const int axis : axes) shape.insert(shape.begin() + axis, 1);
  return reshaped(r, value, shape);
}

constexpr Row rows[] = {
    {"Cast", 1, 1, 1, read_cast, integers_cast, read_cast, {{"saturate", type::integer}, {"to", type::integer}}},
    {"CastLike", 2, 2, 1, read_cast_like, integers_cast_like, read_cast_like, {{"saturate", type::integer}}},
    {"Constant",
     0,
     0,
     1,
     read_constant,
     nullptr,
     nullptr,
     {{"value", type::tensor},
      {"value_float", type::real},
      {"value_floats", type::reals},
      {"value_int", type::integer},
      {"value_ints", type::integers}}},
    {"Dropout", 1, 3, 2, read_identity, nullptr, nullptr, {{"ratio", type::real}, {"seed", type::integer}}},
    {"Flatten", 1, 1, 1, read_flatten, read_flatten, read_flatten, {{"axis", type::integer}}},
    {"Identity", 1, 1, 1, read_identity, read_identity, read_identity, {}, 0},
    {"Reshape", 2, 2, 1, read_reshape, read_reshape, read_reshape, {{"allowzero", type::integer}}, 1},
    {"Shape", 1, 1, 1, read_shape, read_shape, read_shape, {{"end", type::integer}, {"start", type::integer}}, 0},
    {"Size", 1, 1, 1, read_size, read_size, read_size, {}, 0},
    {"Squeeze", 1, 2, 1, read_squeeze, read_squeeze, read_squeeze, {{"axes", type::integers}}, 1},
    {"Unsqueeze", 1, 2, 1, read_unsqueeze, read_unsqueeze, read_unsqueeze, {{"axes", type::integers}}},
};

}  // namespace

const Table<Row> shape_rows = rows;

}  // namespace narrows::onnx_format
