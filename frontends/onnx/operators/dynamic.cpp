// ONNX front end: models that quantize activations while they run, as onnxruntime's quantize_dynamic() writes them:
//
//   q, s, z = DynamicQuantizeLinear(x)      x is about s * (q - z)
//   y = Cast(ConvInteger(q, w, z, wz)) * (s * ws)
//
// Each result of DynamicQuantizeLinear depends on s, which nobody knows before the model runs; y does not, apart from
// the rounding of q. So nothing is rounded: y = conv(x, ws * (w - wz)) is computed in float with weights of 8 bits.
// For that, the reader keeps for every value how often it has to be multiplied by s to be what ONNX makes (Unit).
#include <algorithm>
#include <initializer_list>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

bool is_one_of(const std::string& text, std::initializer_list<const char*> list) {
  return std::any_of(list.begin(), list.end(), [&](const char* name) { return text == name; });
}

/// Operators that leave every element what it is.
bool keeps_elements(const NodeReader& r) {
  const std::string& op = r.source.origin.op;
  if (op == "Cast") return r.integer("to", 0) == format::TensorProto::FLOAT;
  return is_one_of(op, {"Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"});
}

const Unit& unit_of(const NodeReader& r, int i) {
  static const Unit none;
  return r.has_input(i) ? r.input(i).unit : none;
}

/// Whether input `i` is the zero point that goes with `unit`.
bool is_zero_point_of(const NodeReader& r, int i, const Unit& unit) {
  return unit_of(r, i).scale == unit.scale && unit_of(r, i).power == 0;
}

bool is_marked(const Unit& unit) { return unit.scale >= 0; }

/// -1 where there is none.
int first_marked(const NodeReader& r) {
  for (int i = 0; i < r.input_count(); ++i) {
    if (is_marked(unit_of(r, i))) return i;
  }
  return -1;
}

/// The unit of a product; nothing for a product with a zero point, or of two scales.
std::optional<Unit> product(const Unit& a, const Unit& b) {
  if (!is_marked(a) || !is_marked(b)) {
    const Unit unit = is_marked(a) ? a : b;
    return unit.power != 0 ? std::optional(unit) : std::nullopt;
  }
  if (a.scale != b.scale || a.power == 0 || b.power == 0) return std::nullopt;
  const int power = a.power + b.power;
  return power == 0 ? Unit{} : Unit{a.scale, power};
}

}  // namespace

bool has_units(const NodeReader& r) { return first_marked(r) >= 0; }

std::optional<Unit> unit_of_result(const NodeReader& r) {
  const Unit first = unit_of(r, 0), second = unit_of(r, 1);
  const int marked = first_marked(r);
  const std::string& op = r.source.origin.op;
  if (marked == 0 && !is_marked(second) && keeps_elements(r)) return first;
  if (is_one_of(op, {"ConvInteger", "MatMulInteger"})) return first;  // their readers look at the others
  const std::optional<Unit> unit = op == "Mul" ? product(first, second) : std::nullopt;
  if (unit) return unit;
  r.fail(
      fmt::format("input '{}' comes of DynamicQuantizeLinear; supported for such: ConvInteger, MatMulInteger, and the "
                  "product of what these make with the scale",
                  r.name(marked)));
  return std::nullopt;
}

namespace {

/// Numbers stay as they are.
Result read_dynamic_quantize(NodeReader& r) {
  const int scale = r.reader.run_time_scales++;
  Result stored = r.input(0);
  r.output = 1;
  Result one = floats_value(r, "", {}, {1});
  if (!one) return std::nullopt;
  Tensor zero;
  zero.name = printable(r.node().output(0)) + "/zero_point";
  zero.type = DType::u8;
  zero.quant = plain_numbers();
  zero.data = {0};
  Value zero_point = plain_value(r.reader, std::move(zero));
  stored->unit = {scale, -1};
  one->unit = {scale, 1};
  zero_point.unit = {scale, 0};
  r.further = {*one, zero_point};
  return stored;
}

/// Weights without their scale, which a Mul brings in; zero points in input 3: one, or one for each element along
/// `axis`.
std::optional<Operand> read_weights(NodeReader& r, int axis) {
  const DType type = r.tensor(1).type;
  const Shape shape = r.input(1).shape;
  if (!check_constant(r, 1, "weights")) return std::nullopt;
  if (!is_8bit(type) || static_cast<int>(shape.size()) <= axis) {
    r.fail(fmt::format("weights '{}' are {}{}; supported: UINT8 and INT8 of at least {} dimensions", r.name(1),
                       type_name(type), to_string(shape), axis + 1));
    return std::nullopt;
  }
  const int64_t zeros = r.has_input(3) ? element_count(r.input(3).shape) : 1;
  if (zeros != 1 && zeros != shape[axis]) {
    r.fail(fmt::format("zero point '{}' has {} elements; expected 1 or {}", r.name(3), zeros, shape[axis]));
    return std::nullopt;
  }
  const auto zero_points = read_zero_points(r, 3, type, static_cast<size_t>(zeros));
  if (!zero_points) return std::nullopt;
  const Quant quant{std::vector<float>(zero_points->size(), 1.0f), *zero_points, zeros > 1 ? axis : 0};
  const Result value = emit_dequantize(r, r.input(1), quant, "/real_weights");
  return value ? std::optional<Operand>({r.name(1), *value}) : std::nullopt;
}

/// `read` of real numbers.
Result compute(NodeReader& r, Result (*read)(NodeReader&), int axis) {
  const Unit& unit = unit_of(r, 0);
  if (unit.power != -1)
    return r.refuse(
        fmt::format("input '{}' is not what DynamicQuantizeLinear makes, which is all that is supported", r.name(0)));
  if (!is_zero_point_of(r, 2, unit))
    return r.refuse(fmt::format(
        "input 2 is not the zero point of '{}'; expected that of the same DynamicQuantizeLinear", r.name(0)));
  const auto weights = read_weights(r, axis);
  if (!weights) return std::nullopt;
  NodeReader inner{r.reader, r.source, {}, 0, {{r.name(0), r.input(0)}, *weights}, ""};
  return read(inner);
}

Result read_conv_integer(NodeReader& r) { return compute(r, read_conv, 0); }
Result read_matmul_integer(NodeReader& r) { return compute(r, read_matmul, 1); }

constexpr Row rows[] = {
    convolution_row({"ConvInteger", 2, 4, 1, read_conv_integer, nullptr, nullptr}),
    {"DynamicQuantizeLinear", 1, 1, 3, read_dynamic_quantize, nullptr, nullptr, {}},
    {"MatMulInteger", 2, 4, 1, read_matmul_integer, nullptr, nullptr, {}},
};

}  // namespace

const Table<Row> dynamic_rows = rows;

}  // namespace narrows::onnx_format
