// ONNX front end: functions of single elements, and Pow.
#include <cmath>
#include <optional>

#include "compiler/graph/ops.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {

Result emit_function(NodeReader& r, Function function, const Value& value, const char* suffix, float alpha) {
  Attributes attr;
  attr.function = function;
  attr.alpha = alpha;
  const Representation same = {r.reader.graph.tensors[value.tensor].type, {}};
  return emit_unary(r, same, {OpKind::unary, attr}, value, suffix);
}

Result emit_scaled(NodeReader& r, const Value& value, float factor, const char* suffix) {
  const Result constant = floats_value(r, "/factor", {}, {factor});
  return constant ? emit_binary(r, OpKind::mul, value, *constant, suffix) : std::nullopt;
}

namespace {

template <Function function>
Result read_function(NodeReader& r) {
  return emit_function(r, function, r.input(0));
}

/// alpha of Elu and its relatives; nothing after an error.
std::optional<float> read_alpha(const NodeReader& r, float otherwise) {
  const float alpha = r.real("alpha", otherwise);
  if (std::isfinite(alpha)) return alpha;
  return r.refuse(fmt::format("alpha is {}; expected a finite number", alpha));
}

template <Function function>
Result read_with_alpha(NodeReader& r) {
  const std::optional<float> alpha = read_alpha(r, 1);
  return alpha ? emit_function(r, function, r.input(0), "", *alpha) : std::nullopt;
}

// elu(x / alpha) * alpha
Result read_celu(NodeReader& r) {
  const std::optional<float> alpha = read_alpha(r, 1);
  if (!alpha) return std::nullopt;
  if (*alpha == 1) return emit_function(r, Function::elu, r.input(0));
  if (!std::isnormal(*alpha)) return r.refuse(fmt::format("alpha is {}; expected another number than 0", *alpha));
  const Result scaled = emit_scaled(r, r.input(0), 1 / *alpha, "/scaled");
  const Result elu = scaled ? emit_function(r, Function::elu, *scaled, "/elu") : std::nullopt;
  return elu ? emit_scaled(r, *elu, *alpha) : std::nullopt;
}

// elu(x) * gamma
Result read_selu(NodeReader& r) {
  const std::optional<float> alpha = read_alpha(r, 1.67326319217681884765625f);
  const float gamma = r.real("gamma", 1.05070102214813232421875f);
  if (!alpha) return std::nullopt;
  const Result elu = emit_function(r, Function::elu, r.input(0), "/elu", *alpha);
  return elu ? emit_scaled(r, *elu, gamma) : std::nullopt;
}

Result read_gelu(NodeReader& r) {
  const std::string approximate = r.text("approximate", "none");
  if (approximate == "none") return emit_function(r, Function::gelu, r.input(0));
  if (approximate == "tanh") return emit_function(r, Function::gelu_tanh, r.input(0));
  return r.refuse(fmt::format("approximate is '{}'; supported: none, tanh", approximate));
}

/// The one exponent of a constant, which may be an integer.
std::optional<float> one_exponent(const NodeReader& r) {
  const Tensor& tensor = r.tensor(1);
  if (!is_known(r.reader, r.input(1).tensor) || element_count(tensor.shape) != 1) return std::nullopt;
  if (tensor.type == DType::f32) return known_floats(r.reader, r.input(1).tensor)[0];
  const auto values = constant_integers(r, 1, "exponent");
  return values ? std::optional(static_cast<float>(values->front())) : std::nullopt;
}

Result read_pow(NodeReader& r) {
  const Value& value = r.input(0);
  const std::optional<float> exponent = one_exponent(r);
  const bool keeps_shape = r.input(1).shape.size() <= value.shape.size();
  if (!exponent || !keeps_shape)
    return check_float(r, 1, "exponent") ? emit_binary(r, OpKind::pow, value, r.input(1)) : std::nullopt;
  if (*exponent == 1) return value;
  if (const auto function = power_function(*exponent)) return emit_function(r, *function, value);
  if (*exponent == 3) {
    const Result square = emit_function(r, Function::square, value, "/square");
    return square ? emit_binary(r, OpKind::mul, *square, value) : std::nullopt;
  }
  const Result constant = floats_value(r, "/exponent", {}, {*exponent});
  return constant ? emit_binary(r, OpKind::pow, value, *constant) : std::nullopt;
}

constexpr Row rows[] = {
    {"Abs", 1, 1, 1, read_function<Function::abs>, read_function<Function::abs>, nullptr, {}},
    {"Ceil", 1, 1, 1, read_function<Function::ceil>, nullptr, nullptr, {}},
    {"Celu", 1, 1, 1, read_celu, nullptr, nullptr, {{"alpha", type::real}}},
    {"Cos", 1, 1, 1, read_function<Function::cos>, nullptr, nullptr, {}},
    {"Elu", 1, 1, 1, read_with_alpha<Function::elu>, nullptr, nullptr, {{"alpha", type::real}}},
    {"Erf", 1, 1, 1, read_function<Function::erf>, nullptr, nullptr, {}},
    {"Exp", 1, 1, 1, read_function<Function::exp>, nullptr, nullptr, {}},
    {"Floor", 1, 1, 1, read_function<Function::floor>, nullptr, nullptr, {}},
    {"Gelu", 1, 1, 1, read_gelu, nullptr, nullptr, {{"approximate", type::text}}},
    {"Log", 1, 1, 1, read_function<Function::log>, nullptr, nullptr, {}},
    {"Mish", 1, 1, 1, read_function<Function::mish>, nullptr, nullptr, {}},
    {"Neg", 1, 1, 1, read_function<Function::neg>, read_function<Function::neg>, nullptr, {}},
    {"Pow", 2, 2, 1, read_pow, nullptr, nullptr, {}},
    {"Reciprocal", 1, 1, 1, read_function<Function::reciprocal>, nullptr, nullptr, {}},
    {"Round", 1, 1, 1, read_function<Function::round>, nullptr, nullptr, {}},
    {"Selu", 1, 1, 1, read_selu, nullptr, nullptr, {{"alpha", type::real}, {"gamma", type::real}}},
    {"Sign", 1, 1, 1, read_function<Function::sign>, read_function<Function::sign>, nullptr, {}},
    {"Sin", 1, 1, 1, read_function<Function::sin>, nullptr, nullptr, {}},
    {"Softplus", 1, 1, 1, read_function<Function::softplus>, nullptr, nullptr, {}},
    {"Softsign", 1, 1, 1, read_function<Function::softsign>, nullptr, nullptr, {}},
    {"Sqrt", 1, 1, 1, read_function<Function::sqrt>, nullptr, nullptr, {}},
    {"Tanh", 1, 1, 1, read_function<Function::tanh>, nullptr, nullptr, {}},
    {"ThresholdedRelu",
     1,
     1,
     1,
     read_with_alpha<Function::thresholded_relu>,
     nullptr,
     nullptr,
     {{"alpha", type::real}}},
    {"com.microsoft.Gelu", 1, 1, 1, read_function<Function::gelu>, nullptr, nullptr, {}},
};

}  // namespace

const Table<Row> function_rows = rows;

}  // namespace narrows::onnx_format
