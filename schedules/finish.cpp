#include "schedules/finish.h"

#include <fmt/format.h>

#include <cmath>

#include "schedules/unary.h"

namespace narrows {

using Halide::cast;
using Halide::Expr;
using Halide::Int;
using Halide::UInt;

namespace {

/// A call of one of the runtime's functions on 32-bit lanes.
Expr call(const std::string& function, const std::vector<Expr>& arguments, const Halide::Type& type = Int(32)) {
  return Halide::Internal::Call::make(type, function, arguments, Halide::Internal::Call::PureExtern);
}

std::string add_function(const Residual& residual) {
  if (residual.rounding == Rounding::xnnpack) return "add_residual_xnnpack";
  if (!residual.shifts) return "add_residual_unshifted";
  return residual.larger ? "add_larger_residual" : "add_residual";
}

Expr clamp_f32(Expr v, RangeF range) {
  if (std::isfinite(range.min)) v = Halide::max(v, range.min);
  if (std::isfinite(range.max)) v = Halide::min(v, range.max);
  return v;
}

/// `v`, of `type`, between two bounds. Where these are one value, Halide would fold the kernel to that: to a scalar,
/// without what the kernel's head declares. It does not look into a call.
Expr clamp(const Halide::Type& type, const Expr& v, const Expr& lo, const Expr& hi, bool one_value) {
  const Expr low = one_value ? call("vmin", {v, hi}, type) : Halide::min(v, hi);
  return Halide::max(low, lo);
}

bool one_value(Range range) { return range.min == range.max; }

Expr clamp_i32(const Expr& v, Range range) { return clamp(Int(32), v, range.min, range.max, one_value(range)); }

}  // namespace

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

namespace {

bool is_full_range(Range range, DType type) {
  const Range all = stored_range(type);
  return range.min == all.min && range.max == all.max;
}

/// How the next step takes a value in 8 bit.
enum class Form {
  clamped,    ///< as it is stored
  unclamped,  ///< as it is stored, but for the clamp: what narrows it does that
  centered,   ///< clamped, and then without its zero point
};

/// The form in which a residual is added to the value. TFLite's addition begins with differences from zero points.
Form before_residual(const Residual& residual) {
  return residual.rounding == Rounding::tflite ? Form::centered : Form::clamped;
}

/// `value`, which is without its zero point, in the form that is asked for.
Expr in_form(Form form, const Finish& finish, const Expr& value, const Expr& zero_point, Range range) {
  if (form == Form::unclamped) return sum_of(finish, value, zero_point);
  if (form == Form::clamped) return clamp_i32(sum_of(finish, value, zero_point), range);
  // Values near the ends of 32 bits wrap where the zero point is added, before the clamp.
  if (finish.sums_wrap()) return clamp_i32(sum_of(finish, value, zero_point), range) - zero_point;
  return clamp(Int(32), value, range.min - zero_point, range.max - zero_point, one_value(range));
}

/// The function of runtime/requantize.h that does what is needed in the fewest instructions.
std::string requantize_function(const Finish& finish) {
  const Requantization& r = finish.requantization;
  if (r.large_sums) return "requantize_large";
  if (r.crosses_lanes) return "requantize_crossing";
  if (requantizes_small(finish)) return "requantize_small";
  if (r.from_zero) return "requantize_positive";
  return r.below_half && !r.left_shift ? "requantize_shifted" : "requantize";
}

Expr rescaled_as_tflite(const FinishInputs& in, const Sum& sum, Form form) {
  const Finish& finish = in.finish;
  const Requantization& r = finish.requantization;
  const Expr zero_point = r.has_zero_point ? Expr(in.zero_point) : Expr(0);
  const Expr accumulator = r.left_shift ? sum.accumulator << in.left_shift(sum.channel) : sum.accumulator;
  const std::string function = requantize_function(finish);
  const Expr value = call(function, {accumulator, in.multiplier(sum.channel), in.shift(sum.channel)});
  // Where activations are unsigned, requantize_positive() has no negative results.
  const bool at_least_zero = function == "requantize_positive" && finish.arithmetic.stored == DType::u8;
  if (form == Form::clamped && at_least_zero) return Halide::min(sum_of(finish, value, zero_point), r.clamp.max);
  return in_form(form, finish, value, zero_point, r.clamp);
}

Expr rescaled_as_xnnpack(const FinishInputs& in, const Sum& sum, Form form) {
  const Requantization& r = in.finish.requantization;
  const Expr zero_point = r.has_zero_point ? Expr(in.zero_point) : Expr(0);
  Expr scaled = cast<float>(sum.accumulator) * in.multiplier(sum.channel);
  if (form != Form::unclamped) {
    // Clamped before rounding, so that values beyond 32 bits saturate; the bounds are integers, so the order is free.
    const Expr lo = cast<float>(r.clamp.min - zero_point), hi = cast<float>(r.clamp.max - zero_point);
    scaled = clamp(Halide::Float(32), scaled, lo, hi, one_value(r.clamp));
  }
  const Expr rounded = cast<int32_t>(Halide::round(scaled));
  return form == Form::centered ? rounded : rounded + zero_point;
}

/// What the convolution would store.
Expr rescaled(const FinishInputs& in, const Sum& sum, Form form) {
  return in.finish.arithmetic.rounds_as_tflite() ? rescaled_as_tflite(in, sum, form)
                                                 : rescaled_as_xnnpack(in, sum, form);
}

/// The value, and what the operator on single elements reads for its channel.
std::vector<Expr> unary_arguments(const FinishInputs& in, const Expr& value, const Sum& sum) {
  if (!unary_code(in.finish.unary).channels) return {value};
  return {value, in.unary_channels(sum.channel)};
}

/// The value before the residual is added.
Expr value_8bit(const FinishInputs& in, const Sum& sum, Form form) {
  const Finish& finish = in.finish;
  if (!finish.unary.applied()) return rescaled(in, sum, form);
  const Expr value = call(in.unary_name(), unary_arguments(in, rescaled(in, sum, Form::centered), sum));
  return in_form(form, finish, value, in.unary_zero_point, stored_range(finish.arithmetic.stored));
}

Expr value_f32(const FinishInputs& in, const Sum& sum) {
  const Finish& finish = in.finish;
  const bool scales = finish.arithmetic.scales_sums();
  const Expr real = scales ? sum.bias + sum.accumulator * in.multiplier(sum.channel) : sum.accumulator;
  const Expr value = clamp_f32(real, finish.clamp_f32);
  if (!finish.unary.applied()) return value;
  return call(unary_code(finish.unary).f32_function, unary_arguments(in, value, sum), Halide::Float(32));
}

Expr with_residual(const Finish& finish, const Expr& value, const Expr& residual) {
  return call(add_function(finish.residual), {value, cast<int32_t>(residual)});
}

Expr finish_float(const FinishInputs& in, const Sum& sum) {
  const Residual& residual = in.finish.residual;
  const Expr value = value_f32(in, sum);
  return residual.added ? clamp_f32(value + sum.residual, residual.clamp_f32) : value;
}

/// The range to which the last step clamps.
Range last_range(const Finish& finish) {
  if (finish.residual.added) return finish.residual.clamp;
  return finish.unary.applied() ? stored_range(finish.arithmetic.stored) : finish.requantization.clamp;
}

/// True if what is left to narrow fits in 32 bits, or wraps as it does in the model.
bool fits_unclamped(const Finish& finish) {
  if (finish.unary.applied() || finish.arithmetic.rounds_as_tflite()) return true;
  // Products of sums below 2^30 and of factors below 1 fit.
  return finish.requantization.below_one && !finish.requantization.large_sums;
}

}  // namespace

Expr finish_value(const FinishInputs& in, const Sum& sum) {
  const Finish& finish = in.finish;
  if (!finish.arithmetic.requantizes()) return finish_float(in, sum);
  if (!finish.residual.added) return value_8bit(in, sum, Form::clamped);
  const Expr value = value_8bit(in, sum, before_residual(finish.residual));
  return clamp_i32(with_residual(finish, value, sum.residual), finish.residual.clamp);
}

Expr finish_stored(const FinishInputs& in, const Sum& sum) {
  const Finish& finish = in.finish;
  const Halide::Type type = halide_type(finish.arithmetic.stored);
  if (!finish.arithmetic.requantizes()) return cast(type, finish_value(in, sum));
  auto saturated = [&](const Expr& value) {
    const std::string function = fmt::format("saturate_{}v", to_string(finish.arithmetic.stored));
    return Halide::Internal::Call::make(type, function, {value}, Halide::Internal::Call::PureExtern);
  };
  const bool full_range = is_full_range(last_range(finish), finish.arithmetic.stored);
  if (!full_range || (!finish.residual.added && !fits_unclamped(finish))) return cast(type, finish_value(in, sum));
  if (!finish.residual.added) return saturated(value_8bit(in, sum, Form::unclamped));
  const Expr value = value_8bit(in, sum, before_residual(finish.residual));
  return saturated(with_residual(finish, value, sum.residual));
}

Expr initial_value(const Finish& finish, Expr bias) {
  return finish.arithmetic.scales_sums() ? Halide::cast(bias.type(), 0) : bias;
}

std::map<std::string, std::string> add_argument(const Finish& finish) {
  return {{add_function(finish.residual), "add"}};
}

Halide::Type halide_type(DType type) {
  switch (type) {
    case DType::f32:
      return Halide::Float(32);
    case DType::f16:
      return Halide::Float(16);
    case DType::u8:
      return UInt(8);
    case DType::i8:
      return Int(8);
    case DType::i32:
      return Int(32);
    case DType::i64:
      break;
  }
  return Int(64);
}

DepthwiseFactor depthwise_factor(const Arithmetic& a) {
  if (a.requantizes()) return {Int(16), Int(16), "i16", 2};
  return {Halide::Float(32), halide_type(a.weights), to_string(a.weights), size_of(a.weights)};
}

}  // namespace narrows
