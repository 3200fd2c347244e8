#include "schedules/finish.h"

#include <fmt/format.h>

#include <cmath>

namespace narrows {

using Halide::cast;
using Halide::Expr;
using Halide::Int;
using Halide::UInt;

namespace {

bool quantized(const Finish& finish) { return finish.type != DType::f32; }

/// Of what stands per channel: one factor, whatever it is.
bool has_multiplier(const Finish& finish) { return quantized(finish) || scaled(finish); }
const char* multiplier_name(const Finish& finish) { return scaled(finish) ? "scale" : "multiplier"; }

/// A call of one of our runtime functions on i32 lanes.
Expr call(const std::string& function, const std::vector<Expr>& arguments) {
  return Halide::Internal::Call::make(Int(32), function, arguments, Halide::Internal::Call::PureExtern);
}

std::string add_function(const Finish& finish) {
  if (finish.add_numerics == Numerics::xnnpack) return "add_residual_xnnpack";
  if (!finish.add_shifts) return "add_residual_unshifted";
  return finish.larger_residual ? "add_larger_residual" : "add_residual";
}

Expr clamp_f32(Expr v, RangeF range) {
  if (std::isfinite(range.min)) v = Halide::max(v, range.min);
  if (std::isfinite(range.max)) v = Halide::min(v, range.max);
  return v;
}

/// `v`, of `type`, between two bounds. Where these are one value, Halide would fold the kernel to that: to a scalar,
/// without what the kernel's head declares. It does not look into a call.
Expr clamp(const Halide::Type& type, const Expr& v, const Expr& lo, const Expr& hi, bool one_value) {
  const Expr low = one_value ? Halide::Internal::Call::make(type, "vmin", {v, hi}, Halide::Internal::Call::PureExtern)
                             : Halide::min(v, hi);
  return Halide::max(low, lo);
}

bool one_value(Range range) { return range.min == range.max; }

Expr clamp_i32(const Expr& v, Range range) { return clamp(Int(32), v, range.min, range.max, one_value(range)); }

}  // namespace

FinishInputs::FinishInputs(const Finish& finish, const std::string& p)
    : multiplier(quantized(finish) && finish.numerics == Numerics::tflite ? Int(32) : Halide::Float(32), 2,
                 p + multiplier_name(finish)),
      shift(Int(32), 2, p + "shift"),
      left_shift(Int(32), 2, p + "left_shift"),
      zero_point(p + "zero_point"),
      prefix(p) {}

void FinishInputs::add_arguments(const Finish& finish, std::vector<Halide::Argument>* arguments) const {
  if (has_multiplier(finish)) arguments->push_back(multiplier);
  if (!quantized(finish)) return;
  if (finish.zero_point) arguments->push_back(zero_point);
  if (finish.numerics == Numerics::tflite) arguments->push_back(shift);
  if (finish.left_shift) arguments->push_back(left_shift);
}

std::vector<std::string> FinishInputs::arrays(const Finish& finish) const {
  std::vector<std::string> names;
  if (has_multiplier(finish)) names.push_back(multiplier.name());
  if (quantized(finish) && finish.numerics == Numerics::tflite) names.push_back(shift.name());
  if (finish.left_shift) names.push_back(left_shift.name());
  return names;
}

std::string FinishInputs::prologue(const Finish& finish, int64_t multiplier_at, int64_t shift_at, int64_t left_shift_at,
                                   const std::string& weights) const {
  if (!has_multiplier(finish)) return "";
  const bool tflite = quantized(finish) && finish.numerics == Numerics::tflite;
  std::string s;
  auto array = [&](const char* type, const char* name, int64_t at) {
    s += fmt::format("  const {0}* {1}{2} = (const {0}*)({3} + {4});\n", type, prefix, name, weights, at);
  };
  array(tflite ? "i32" : "f32", multiplier_name(finish), multiplier_at);
  if (!quantized(finish)) return s;
  if (tflite) array("i32", "shift", shift_at);
  if (finish.left_shift) array("i32", "left_shift", left_shift_at);
  if (finish.zero_point) {
    s += fmt::format("  const i32 {}zero_point = ((const i32*)({}))[{}];\n", prefix, weights, param::zero_point);
  }
  if (finish.residual) s += fmt::format("  const ResidualAdd add = load_residual_add((const i32*)({}));\n", weights);
  return s;
}

void set_dense(Halide::ImageParam& buffer, const std::vector<int>& extents) {
  int stride = 1;
  for (size_t d = 0; d < extents.size(); ++d) {
    buffer.dim(static_cast<int>(d)).set_bounds(0, extents[d]).set_stride(stride);
    stride *= extents[d];
  }
}

Expr sum_of(const Finish& finish, const Expr& a, const Expr& b) {
  return finish.sums_wrap() ? call("wrapping_sum", {a, b}) : a + b;
}

bool requantizes_small(const Finish& finish) {
  const bool tflite = quantized(finish) && finish.numerics == Numerics::tflite;
  return tflite && finish.from_zero && finish.below_half && !finish.left_shift && !finish.large_sums;
}

namespace {

bool full_range(const Finish& finish, Range range) {
  return finish.type == DType::u8 ? range.min == 0 && range.max == 255 : range.min == -128 && range.max == 127;
}

/// What TFLite's addition takes: a result without its zero point.
bool centered(const Finish& finish) { return finish.residual && finish.add_numerics == Numerics::tflite; }

/// Before the residual, and unclamped if `clamps` is false.
Expr rescaled(const Finish& finish, const FinishInputs& in, Expr acc, const std::vector<Expr>& channel, bool clamps) {
  const Expr zero_point = finish.zero_point ? Expr(in.zero_point) : Expr(0);
  if (finish.numerics == Numerics::tflite) {
    if (finish.left_shift) acc = acc << in.left_shift(channel);
    const bool small = requantizes_small(finish);
    const bool shifts = finish.below_half && !finish.left_shift;
    const std::string function = finish.large_sums  ? "requantize_large"
                                 : finish.crosses   ? "requantize_crossing"
                                 : small            ? "requantize_small"
                                 : finish.from_zero ? "requantize_positive"
                                 : shifts           ? "requantize_shifted"
                                                    : "requantize";
    const Expr value = call(function, {acc, in.multiplier(channel), in.shift(channel)});
    // Values near the ends of 32 bits wrap where the zero point is added, before the clamp.
    if (centered(finish) && finish.sums_wrap())
      return clamp_i32(sum_of(finish, value, zero_point), finish.clamp) - zero_point;
    if (centered(finish)) {
      const Expr lo = finish.clamp.min - zero_point, hi = finish.clamp.max - zero_point;
      return clamp(Int(32), value, lo, hi, one_value(finish.clamp));
    }
    const Expr sum = sum_of(finish, value, zero_point);
    if (!clamps) return sum;
    // On x86, requantize_positive() has no negative results.
    const bool at_least_zero = function == "requantize_positive" && finish.type == DType::u8;
    return at_least_zero ? Halide::min(sum, finish.clamp.max) : clamp_i32(sum, finish.clamp);
  }
  Expr scaled = cast<float>(acc) * in.multiplier(channel);
  if (clamps) {
    // Clamped before rounding, so that values beyond 32 bits saturate; the bounds are integers, so the order is free.
    const Expr lo = cast<float>(finish.clamp.min - zero_point), hi = cast<float>(finish.clamp.max - zero_point);
    scaled = clamp(Halide::Float(32), scaled, lo, hi, one_value(finish.clamp));
  }
  const Expr rounded = cast<int32_t>(Halide::round(scaled));
  return centered(finish) ? rounded : rounded + zero_point;
}

Expr with_residual(const Finish& finish, const Expr& value, const Expr& residual) {
  return call(add_function(finish), {value, cast<int32_t>(residual)});
}

}  // namespace

Expr finish_value(const Finish& finish, const FinishInputs& in, Expr acc, const std::vector<Expr>& channel, Expr bias,
                  Expr residual) {
  if (!quantized(finish)) {
    if (scaled(finish)) acc = bias + acc * in.multiplier(channel);
    Expr v = clamp_f32(acc, finish.clamp_f32);
    return finish.residual ? clamp_f32(v + residual, finish.add_clamp_f32) : v;
  }
  const Expr value = rescaled(finish, in, acc, channel, true);
  return finish.residual ? clamp_i32(with_residual(finish, value, residual), finish.add_clamp) : value;
}

Expr finish_stored(const Finish& finish, const FinishInputs& in, Expr acc, const std::vector<Expr>& channel, Expr bias,
                   Expr residual) {
  const Halide::Type type = stored_type(finish.type);
  auto saturated = [&](const Expr& value) {
    return Halide::Internal::Call::make(type, "saturate_" + stored_name(finish.type) + "v", {value},
                                        Halide::Internal::Call::PureExtern);
  };
  if (quantized(finish) && finish.residual && full_range(finish, finish.add_clamp))
    return saturated(with_residual(finish, rescaled(finish, in, acc, channel, true), residual));
  // Products of sums below 2^30 and of scales below 1 fit in 32 bits.
  const bool fits = finish.numerics == Numerics::tflite || (finish.below_one && !finish.large_sums);
  if (quantized(finish) && !finish.residual && full_range(finish, finish.clamp) && fits)
    return saturated(rescaled(finish, in, acc, channel, false));
  return cast(type, finish_value(finish, in, acc, channel, bias, residual));
}

Expr initial_value(const Finish& finish, Expr bias) { return scaled(finish) ? Halide::cast(bias.type(), 0) : bias; }

std::map<std::string, std::string> add_argument(const Finish& finish) { return {{add_function(finish), "add"}}; }

RegionLayout region_layout(const Finish& finish, int channels, int64_t weight_bytes) {
  int64_t end = 4 * param::count;
  auto part = [&](bool present, int64_t bytes) {
    const int64_t begin = end;
    if (present) end += (bytes + 63) / 64 * 64;
    return begin;
  };
  RegionLayout at;
  at.channels = channels;
  at.bias = part(true, 4 * channels);
  at.multiplier = part(has_multiplier(finish), 4 * channels);
  at.shift = part(quantized(finish) && finish.numerics == Numerics::tflite, 4 * channels);
  at.left_shift = part(finish.left_shift, 4 * channels);
  at.weights = part(true, weight_bytes);
  at.bytes = end;
  return at;
}

bool scaled(const Finish& finish) { return finish.type == DType::f32 && finish.weights == DType::i8; }

DType weights_type(const Finish& finish) { return quantized(finish) ? DType::i8 : finish.weights; }

Halide::Type accumulator_type(const Finish& finish) { return quantized(finish) ? Int(32) : Halide::Float(32); }

Halide::Type stored_type(DType type) {
  return type == DType::f32   ? Halide::Float(32)
         : type == DType::f16 ? Halide::Float(16)
         : type == DType::u8  ? Halide::Type(UInt(8))
                              : Halide::Type(Int(8));
}

std::string stored_name(DType type) { return to_string(type); }

}  // namespace narrows
