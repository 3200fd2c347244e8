// TFLite front end: DIV, POW, SQUARED_DIFFERENCE, FLOOR_DIV and FLOOR_MOD.
#include <cstring>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/graph/quantization.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// TFLite refuses integers that are divided by 0. Those that are known can be looked at.
bool check_divisor(OpReader& r) {
  const Tensor& divisor = r.input(1);
  if (!is_integer(divisor.type) || !divisor.constant()) return true;
  const auto size = static_cast<size_t>(size_of(divisor.type));
  const std::vector<uint8_t> zero(size);
  for (size_t at = 0; at < divisor.data.size(); at += size) {
    if (std::memcmp(&divisor.data[at], zero.data(), size) == 0)
      return r.fail(fmt::format("divisor '{}' is 0{}", divisor.name,
                                divisor.data.size() > size ? fmt::format(" at element {}", at / size) : ""));
  }
  return true;
}

/// The fixed-point arithmetic of the operator has room for the scales, which make up `multiplier`.
bool check_multiplier(OpReader& r, float multiplier, float least, float most) {
  if (multiplier > least && multiplier < most) return true;
  return r.fail(fmt::format(
      "scales {} and {} of the inputs and {} of output '{}' make a multiplier of {}; between {} and "
      "{} is legal",
      r.input(0).scale(), r.input(1).scale(), r.output().scale(), r.output().name, multiplier, least, most));
}

bool read_div(OpReader& r) {
  const auto* options = optional_options<format::DivOptions>(r);
  if (options && !read_activation(r, options->fused_activation_function())) return false;
  if (!read_operands(r, OpKind::div) || !check_divisor(r)) return false;
  if (!is_8bit(r.output().type)) return true;
  return check_multiplier(r, r.input(0).scale() / (r.input(1).scale() * r.output().scale()), 0x1p-24f, 0x1p22f);
}

bool read_squared_difference(OpReader& r) {
  if (!read_operands(r, OpKind::squared_difference)) return false;
  if (!is_8bit(r.output().type)) return true;
  const float twice = 2 * std::max(r.input(0).scale(), r.input(1).scale());
  return check_multiplier(r, twice * twice / (0x1p14f * r.output().scale()), 0, 1);
}

/// Powers that are functions: squares, roots and reciprocals.
bool read_power_function(OpReader& r, Function function) {
  r.op.kind = OpKind::unary;
  r.op.attr.function = function;
  r.op.inputs = {r.input_id(0)};
  return true;
}

bool read_pow(OpReader& r) {
  if (!check_plain_numbers(r, 2) || !read_operands(r, OpKind::pow)) return false;
  const Tensor& exponent = r.input(1);
  const bool known = exponent.constant() && exponent.type == DType::f32 && element_count(exponent.shape) == 1;
  if (!known || exponent.shape.size() > r.input(0).shape.size()) return true;
  float value = 0;
  std::memcpy(&value, exponent.data.data(), sizeof(value));
  const std::optional<Function> function = power_function(value);
  return !function || read_power_function(r, *function);
}

bool read_floor_div(OpReader& r) {
  return check_plain_numbers(r, 2) && read_operands(r, OpKind::floor_div) && check_divisor(r);
}

bool read_floor_mod(OpReader& r) {
  return check_plain_numbers(r, 2) && read_operands(r, OpKind::floor_mod) && check_divisor(r);
}

constexpr Row rows[] = {
    {Code::DIV, 2, 2, 2, -1, read_div},
    {Code::FLOOR_DIV, 3, 2, 2, -1, read_floor_div},
    {Code::FLOOR_MOD, 2, 2, 2, -1, read_floor_mod},
    {Code::POW, 1, 2, 2, -1, read_pow},
    {Code::SQUARED_DIFFERENCE, 2, 2, 2, -1, read_squared_difference},
};

}  // namespace

const Table<Row> division_rows = rows;

}  // namespace narrows::tflite
