// ONNX front end: QuantizeLinear and DequantizeLinear, which become quantize and dequantize of the Graph.
//
// 8-bit tensors of a Graph say what their stored numbers mean, those of an ONNX model do not: the operators
// that read them do. A tensor gets the parameters of the operator that makes it, or for inputs of the model
// those of the first one that reads it (ends.cpp); where another operator has others, a reshape to the
// same shape relabels the numbers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

std::vector<int32_t> stored_integers(const Tensor& tensor) {
  std::vector<int32_t> values;
  for (size_t i = 0; i < tensor.data.size(); i += size_of(tensor.type)) {
    int32_t value = tensor.type == DType::u8 ? int32_t{tensor.data[i]} : int32_t{static_cast<int8_t>(tensor.data[i])};
    if (tensor.type == DType::i32) std::memcpy(&value, &tensor.data[i], sizeof value);
    values.push_back(value);
  }
  return values;
}

bool check_scales(const NodeReader& r, int i, const std::vector<float>& scales) {
  for (const float scale : scales) {
    if (!std::isnormal(scale) || scale < 0)
      return r.fail(fmt::format("scale '{}' has the element {}; expected positive numbers", r.name(i), scale));
  }
  return true;
}

bool check_axis(const NodeReader& r, int i, size_t count, const Shape& shape, int axis) {
  const bool fits = axis < static_cast<int>(shape.size()) && shape[axis] == static_cast<int>(count);
  return fits || r.fail(fmt::format("scale '{}' has {} elements for a value with shape {}; expected 1, or one "
                                    "for each element along axis {}",
                                    r.name(i), count, to_string(shape), axis));
}

bool same(const Quant& a, const Quant& b) {
  return a.scale == b.scale && a.zero_point == b.zero_point && (a.scale.size() == 1 || a.axis == b.axis);
}

/// The axis of QuantizeLinear and DequantizeLinear, which only means something where there are several
/// scales.
bool read_axis(const NodeReader& r, int& axis) {
  const bool several = r.has_input(1) && element_count(r.input(1).shape) > 1;
  axis = 0;
  return !several || normalise_axis(r, r.integer("axis", 1), r.input(0).shape.size(), axis);
}

/// Scales of blocks along an axis, since operator set 21.
bool check_block_size(const NodeReader& r) {
  const int64_t size = r.integer("block_size", 0);
  return size == 0 || r.fail(fmt::format("block_size {} is not supported; expected 0", size));
}

/// Since operator set 23, attributes say in which type an operator computes.
bool check_float_type(const NodeReader& r, const char* attribute) {
  const auto given = static_cast<int>(r.integer(attribute, 0));
  if (given == format::TensorProto::FLOAT16) r.reader.computes_in_halves = true;
  return given == 0 || given == format::TensorProto::FLOAT || given == format::TensorProto::FLOAT16 ||
         r.fail(fmt::format("{} is {}; supported: FLOAT, FLOAT16", attribute, type_name(given)));
}

/// The type of the result of QuantizeLinear: the zero point's, or since operator set 21 what an attribute says.
std::optional<DType> result_type(const NodeReader& r) {
  const auto given = static_cast<int>(r.integer("output_dtype", 0));
  const std::optional<DType> known = dtype(given);
  if (given != 0 && (!known || !is_8bit(*known)))
    return r.refuse(fmt::format("output_dtype is {}; supported: UINT8, INT8", type_name(given)));
  if (!r.has_input(2)) return known ? known : DType::u8;
  const std::optional<DType> type = quantized_type(r, 2);
  if (!type || !known || known == type) return type;
  return r.refuse(fmt::format("output_dtype is {}, but zero point '{}' has type {}", type_name(given), r.name(2),
                              type_name(*type)));
}

/// A constant is quantized at once, by the rules of ONNX: halves go to even numbers.
Result quantized_constant(NodeReader& r, DType type, const Quant& quant) {
  const auto values = constant_floats(r, 0, "input");
  if (!values) return std::nullopt;
  Tensor tensor;
  tensor.name = r.output_name();
  tensor.type = type;
  tensor.shape = r.input(0).shape;
  tensor.quant = quant;
  int64_t inner = 1;  // elements between two neighbours along the quantized dimension
  for (size_t d = quant.axis + 1; d < tensor.shape.size(); ++d) inner *= tensor.shape[d];
  const float lowest = type == DType::u8 ? 0.0f : -128.0f;
  for (size_t i = 0; i < values->size(); ++i) {
    const size_t channel = i / inner % quant.scale.size();
    const float rounded = std::nearbyint((*values)[i] / quant.scale[channel]);
    const float moved = rounded + static_cast<float>(quant.zero_point[channel]);
    const float clamped = moved >= lowest ? std::min(moved, lowest + 255) : lowest;  // also what is no number
    tensor.data.push_back(static_cast<uint8_t>(static_cast<int>(clamped)));
  }
  return plain_value(r.reader, std::move(tensor));
}

}  // namespace

std::optional<DType> quantized_type(const NodeReader& r, int i) {
  if (!r.has_input(i) || is_8bit(r.tensor(i).type)) return r.has_input(i) ? r.tensor(i).type : DType::u8;
  r.fail(fmt::format("zero point '{}' has type {}; supported: UINT8, INT8", r.name(i), type_name(r.tensor(i).type)));
  return std::nullopt;
}

std::optional<std::vector<int32_t>> read_zero_points(const NodeReader& r, int i, DType type, size_t count) {
  if (!r.has_input(i)) return std::vector<int32_t>(count, 0);
  const Tensor& tensor = r.tensor(i);
  if (!tensor.constant()) {
    check_constant(r, i, "zero point");
    return std::nullopt;
  }
  if (tensor.type != type || element_count(tensor.shape) != static_cast<int64_t>(count)) {
    r.refuse(fmt::format("zero point '{}' is {}{}, expected {} {}", r.name(i), type_name(tensor.type),
                         to_string(tensor.shape), count, type_name(type)));
    return std::nullopt;
  }
  std::vector<int32_t> values = stored_integers(tensor);
  const bool zero = std::all_of(values.begin(), values.end(), [](int32_t value) { return value == 0; });
  if (type != DType::i32 || zero) return values;
  r.refuse(fmt::format("zero point '{}' is not 0, as it must be for INT32", r.name(i)));
  return std::nullopt;
}

std::optional<Quant> read_parameters(const NodeReader& r, int i, DType type, const Shape& shape, int axis) {
  const auto scales = constant_floats(r, i, "scale");
  if (!scales || !check_scales(r, i, *scales)) return std::nullopt;
  if (scales->size() > 1 && !check_axis(r, i, scales->size(), shape, axis)) return std::nullopt;
  const auto zero_points = read_zero_points(r, i + 1, type, scales->size());
  if (!zero_points) return std::nullopt;
  return Quant{*scales, *zero_points, scales->size() > 1 ? axis : 0};
}

Result reinterpreted(NodeReader& r, const Value& given, Quant quant) {
  const bool per_axis = quant.scale.size() > 1;
  const Result value = per_axis ? settled(r, given) : Result(given);
  if (!value) return std::nullopt;
  if (per_axis) quant.axis = place_of(value->order, quant.axis);
  const Tensor& tensor = r.reader.graph.tensors[value->tensor];
  if (same(tensor.quant, quant)) return value;
  return emit_unary(r, {tensor.type, quant}, {OpKind::reshape}, *value, "/relabelled");
}

Result emit_dequantize(NodeReader& r, const Value& value, const Quant& quant, const char* suffix) {
  if (quant.scale.size() > 1 && !r.reader.graph.tensors[value.tensor].constant()) {
    return r.refuse(fmt::format("has {} scales for a value computed at run time; supported: 1", quant.scale.size()));
  }
  const Result stored = reinterpreted(r, value, quant);
  return stored ? emit_unary(r, {}, {OpKind::dequantize}, *stored, suffix) : std::nullopt;
}

Result emit_quantize(NodeReader& r, const Value& value, DType type, const Quant& quant) {
  if (quant.scale.size() > 1) {
    return r.refuse(fmt::format("has {} scales for a value computed at run time; supported: 1", quant.scale.size()));
  }
  return emit_unary(r, {type, quant}, {OpKind::quantize}, value);
}

namespace {

Result read_quantize(NodeReader& r) {
  int axis = 0;
  const std::optional<DType> type = result_type(r);
  if (!type || !check_block_size(r) || !check_float_type(r, "precision") || !read_axis(r, axis)) return std::nullopt;
  const auto quant = read_parameters(r, 1, *type, r.input(0).shape, axis);
  if (!quant) return std::nullopt;
  if (is_known(r.reader, r.input(0).tensor)) return quantized_constant(r, *type, *quant);
  return emit_quantize(r, r.input(0), *type, *quant);
}

Result read_dequantize(NodeReader& r) {
  const DType type = r.tensor(0).type;
  if (type == DType::i32 && !check_constant(r, 0, "INT32 input")) return std::nullopt;
  if (!is_8bit(type) && type != DType::i32) {
    return r.refuse(fmt::format("input '{}' has type {}; supported: UINT8, INT8, INT32", r.name(0), type_name(type)));
  }
  int axis = 0;
  if (!check_block_size(r) || !check_float_type(r, "output_dtype") || !read_axis(r, axis)) return std::nullopt;
  const auto quant = read_parameters(r, 1, type, r.input(0).shape, axis);
  return quant ? emit_dequantize(r, r.input(0), *quant) : std::nullopt;
}

constexpr Row rows[] = {
    {"DequantizeLinear",
     2,
     3,
     1,
     nullptr,
     read_dequantize,
     read_dequantize,
     {{"axis", type::integer}, {"block_size", type::integer}, {"output_dtype", type::integer}}},
    {"QuantizeLinear",
     2,
     3,
     1,
     read_quantize,
     nullptr,
     nullptr,
     {{"axis", type::integer},
      {"block_size", type::integer},
      {"output_dtype", type::integer},
      {"precision", type::integer},
      {"saturate", type::integer}}},
    {"com.microsoft.DequantizeLinear", 2, 3, 1, nullptr, read_dequantize, read_dequantize, {{"axis", type::integer}}},
    {"com.microsoft.QuantizeLinear", 2, 3, 1, read_quantize, nullptr, nullptr, {{"axis", type::integer}}},
};

}  // namespace

const Table<Row> quantization_rows = rows;

}  // namespace narrows::onnx_format
