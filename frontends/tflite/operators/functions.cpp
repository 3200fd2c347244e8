// TFLite front end: functions of single elements. Each is read for the types that TensorFlow Lite computes it with.
#include <cmath>
#include <initializer_list>
#include <string>

#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

using Types = std::initializer_list<DType>;

bool check_type(OpReader& r, Types types) {
  std::string names;
  for (const DType type : types) {
    if (r.input(0).type == type) return check_numbers(r, 1);
    names += (names.empty() ? "" : ", ") + std::string(type_name(type));
  }
  return r.fail(
      fmt::format("input '{}' has type {}; supported: {}", r.input(0).name, type_name(r.input(0).type), names));
}

bool read_function(OpReader& r, Function function, Types types) {
  if (!check_type(r, types)) return false;
  r.op.kind = OpKind::unary;
  r.op.attr.function = function;
  r.op.inputs = {r.input_id(0)};
  return check_output_shape(r, r.input(0).shape);
}

constexpr DType f32 = DType::f32, u8 = DType::u8, i8 = DType::i8, i32 = DType::i32, i64 = DType::i64;

bool read_abs(OpReader& r) { return read_function(r, Function::abs, {f32, i8, i32}) && check_scale_ratio(r); }
bool read_ceil(OpReader& r) { return read_function(r, Function::ceil, {f32}); }
bool read_cos(OpReader& r) { return read_function(r, Function::cos, {f32}); }
bool read_elu(OpReader& r) { return read_function(r, Function::elu, {f32, i8}); }
bool read_exp(OpReader& r) { return read_function(r, Function::exp, {f32, i8}); }
bool read_floor(OpReader& r) { return read_function(r, Function::floor, {f32}); }
bool read_log(OpReader& r) { return read_function(r, Function::log, {f32, i8}); }
bool read_neg(OpReader& r) { return read_function(r, Function::neg, {f32, i32, i64}); }
bool read_round(OpReader& r) { return read_function(r, Function::round, {f32}); }

/// The quantized form shifts what has 20 bits more to the left.
bool read_rsqrt(OpReader& r) {
  if (!read_function(r, Function::rsqrt, {f32, i8})) return false;
  const float scale = is_8bit(r.output().type) ? std::sqrt(r.input(0).scale()) * r.output().scale() : 1;
  if (scale > 0x1p-30f) return true;
  return r.fail(fmt::format("scales {} of input '{}' and {} of output '{}' are too small", r.input(0).scale(),
                            r.input(0).name, r.output().scale(), r.output().name));
}

bool read_sign(OpReader& r) { return read_function(r, Function::sign, {f32, i32}); }
bool read_sin(OpReader& r) { return read_function(r, Function::sin, {f32}); }
bool read_sqrt(OpReader& r) { return read_function(r, Function::sqrt, {f32, i8}); }
bool read_square(OpReader& r) { return read_function(r, Function::square, {f32}); }
bool read_tanh(OpReader& r) { return read_function(r, Function::tanh, {f32, u8, i8}); }

bool read_gelu(OpReader& r) {
  const auto* options = optional_options<format::GeluOptions>(r);
  const bool approximate = options && options->approximate();
  return read_function(r, approximate ? Function::gelu_tanh : Function::gelu, {f32, u8, i8});
}

constexpr Row rows[] = {
    {Code::ABS, 5, 1, 1, -1, read_abs},       {Code::CEIL, 1, 1, 1, -1, read_ceil},
    {Code::COS, 1, 1, 1, -1, read_cos},       {Code::ELU, 1, 1, 1, -1, read_elu},
    {Code::EXP, 2, 1, 1, -1, read_exp},       {Code::FLOOR, 1, 1, 1, -1, read_floor},
    {Code::GELU, 2, 1, 1, -1, read_gelu},     {Code::LOG, 2, 1, 1, -1, read_log},
    {Code::NEG, 1, 1, 1, -1, read_neg},       {Code::ROUND, 1, 1, 1, -1, read_round},
    {Code::RSQRT, 3, 1, 1, -1, read_rsqrt},   {Code::SIGN, 2, 1, 1, -1, read_sign},
    {Code::SIN, 1, 1, 1, -1, read_sin},       {Code::SQRT, 2, 1, 1, -1, read_sqrt},
    {Code::SQUARE, 1, 1, 1, -1, read_square}, {Code::TANH, 3, 1, 1, -1, read_tanh},
};

}  // namespace

const Table<Row> function_rows = rows;

}  // namespace narrows::tflite
