#include "schedules/finish.h"

#include <fmt/format.h>

#include <cmath>

namespace narrows {

using Halide::cast;
using Halide::Expr;
using Halide::Int;
using Halide::UInt;

namespace {

const char* multiplier_name(const Arithmetic& a) { return a.scales_sums() ? "scale" : "multiplier"; }
bool rounds_as_tflite(const Finish& finish) { return finish.arithmetic.rounding == Rounding::tflite; }

/// A call of one of the runtime's functions on i32 lanes.
Expr call(const std::string& function, const std::vector<Expr>& arguments) {
  return Halide::Internal::Call::make(Int(32), function, arguments, Halide::Internal::Call::PureExtern);
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
  const Expr low = one_value ? Halide::Internal::Call::make(type, "vmin", {v, hi}, Halide::Internal::Call::PureExtern)
                             : Halide::min(v, hi);
  return Halide::max(low, lo);
}

bool one_value(Range range) { return range.min == range.max; }

Expr clamp_i32(const Expr& v, Range range) { return clamp(Int(32), v, range.min, range.max, one_value(range)); }

}  // namespace

FinishInputs::FinishInputs(const Finish& f, const std::string& p)
    : finish(f),
      multiplier(rounds_as_tflite(f) ? Int(32) : Halide::Float(32), 2, p + multiplier_name(f.arithmetic)),
      shift(Int(32), 2, p + "shift"),
      left_shift(Int(32), 2, p + "left_shift"),
      zero_point(p + "zero_point"),
      prefix(p) {}

void FinishInputs::set_shape(int inner, int outer) {
  for (Halide::ImageParam* array : {&multiplier, &shift, &left_shift}) set_dense(*array, {inner, outer});
}

void FinishInputs::add_arguments(std::vector<Halide::Argument>* arguments) const {
  if (finish.arithmetic.has_multiplier()) arguments->push_back(multiplier);
  if (!finish.arithmetic.requantizes()) return;
  if (finish.requantization.has_zero_point) arguments->push_back(zero_point);
  if (rounds_as_tflite(finish)) arguments->push_back(shift);
  if (finish.requantization.left_shift) arguments->push_back(left_shift);
}

std::vector<std::string> FinishInputs::arrays() const {
  std::vector<std::string> names;
  if (finish.arithmetic.has_multiplier()) names.push_back(multiplier.name());
  if (rounds_as_tflite(finish)) names.push_back(shift.name());
  if (finish.requantization.left_shift) names.push_back(left_shift.name());
  return names;
}

std::string FinishInputs::prologue(const RegionLayout& at, const Reader& reader) const {
  const bool requantizes = reader.finishes && finish.arithmetic.requantizes();
  const bool takes_zero_point = requantizes && finish.requantization.has_zero_point;
  const bool adds = requantizes && finish.residual.added;
  std::string s;
  if (reader.takes_weight_zero || takes_zero_point || adds)
    s += fmt::format("  const i32* {}params = (const i32*){};\n", prefix,
                     reader.region.find(' ') == std::string::npos ? reader.region : "(" + reader.region + ")");
  const auto parameter = [&](const char* name, int index) {
    s += fmt::format("  const i32 {0}{1} = {0}params[{2}];\n", prefix, name, index);
  };
  if (reader.takes_weight_zero) parameter("weight_zero", param::weight_zero);
  if (takes_zero_point) parameter("zero_point", param::zero_point);
  if (adds) s += fmt::format("  const ResidualAdd add = load_residual_add({}params);\n", prefix);
  return reader.finishes ? s + array_pointers(at, reader.region) : s;
}

std::string FinishInputs::array_pointers(const RegionLayout& at, const std::string& region) const {
  std::string s;
  auto array = [&](const char* type, const char* name, int64_t offset) {
    s += fmt::format("  const {0}* {1}{2} = (const {0}*)({3} + {4});\n", type, prefix, name, region, offset);
  };
  if (!finish.arithmetic.has_multiplier()) return s;
  array(rounds_as_tflite(finish) ? "i32" : "f32", multiplier_name(finish.arithmetic), at.multiplier);
  if (rounds_as_tflite(finish)) array("i32", "shift", at.shift);
  if (finish.requantization.left_shift) array("i32", "left_shift", at.left_shift);
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

namespace {

bool is_full_range(Range range, DType type) {
  const Range all = stored_range(type);
  return range.min == all.min && range.max == all.max;
}

/// TFLite's addition takes a result without its zero point.
bool centered(const Residual& residual) { return residual.added && residual.rounding == Rounding::tflite; }

/// The function of runtime/requantize.h that does what is needed in the fewest instructions.
std::string requantize_function(const Finish& finish) {
  const Requantization& r = finish.requantization;
  if (r.large_sums) return "requantize_large";
  if (r.crosses_lanes) return "requantize_crossing";
  if (requantizes_small(finish)) return "requantize_small";
  if (r.from_zero) return "requantize_positive";
  return r.below_half && !r.left_shift ? "requantize_shifted" : "requantize";
}

enum class Clamping { now, later };

Expr rescaled_as_tflite(const FinishInputs& in, const Sum& sum, Clamping clamping) {
  const Finish& finish = in.finish;
  const Requantization& r = finish.requantization;
  const Expr zero_point = r.has_zero_point ? Expr(in.zero_point) : Expr(0);
  const Expr accumulator = r.left_shift ? sum.accumulator << in.left_shift(sum.channel) : sum.accumulator;
  const std::string function = requantize_function(finish);
  const Expr value = call(function, {accumulator, in.multiplier(sum.channel), in.shift(sum.channel)});
  // Values near the ends of 32 bits wrap where the zero point is added, before the clamp.
  if (centered(finish.residual) && finish.sums_wrap())
    return clamp_i32(sum_of(finish, value, zero_point), r.clamp) - zero_point;
  if (centered(finish.residual))
    return clamp(Int(32), value, r.clamp.min - zero_point, r.clamp.max - zero_point, one_value(r.clamp));
  const Expr stored = sum_of(finish, value, zero_point);
  if (clamping == Clamping::later) return stored;
  // Where activations are unsigned, requantize_positive() has no negative results.
  const bool at_least_zero = function == "requantize_positive" && finish.arithmetic.stored == DType::u8;
  return at_least_zero ? Halide::min(stored, r.clamp.max) : clamp_i32(stored, r.clamp);
}

Expr rescaled_as_xnnpack(const FinishInputs& in, const Sum& sum, Clamping clamping) {
  const Requantization& r = in.finish.requantization;
  const Expr zero_point = r.has_zero_point ? Expr(in.zero_point) : Expr(0);
  Expr scaled = cast<float>(sum.accumulator) * in.multiplier(sum.channel);
  if (clamping == Clamping::now) {
    // Clamped before rounding, so that values beyond 32 bits saturate; the bounds are integers, so the order is free.
    const Expr lo = cast<float>(r.clamp.min - zero_point), hi = cast<float>(r.clamp.max - zero_point);
    scaled = clamp(Halide::Float(32), scaled, lo, hi, one_value(r.clamp));
  }
  const Expr rounded = cast<int32_t>(Halide::round(scaled));
  return centered(in.finish.residual) ? rounded : rounded + zero_point;
}

/// The value before the residual is added.
Expr rescaled(const FinishInputs& in, const Sum& sum, Clamping clamping) {
  return rounds_as_tflite(in.finish) ? rescaled_as_tflite(in, sum, clamping) : rescaled_as_xnnpack(in, sum, clamping);
}

Expr with_residual(const Finish& finish, const Expr& value, const Expr& residual) {
  return call(add_function(finish.residual), {value, cast<int32_t>(residual)});
}

Expr finish_float(const FinishInputs& in, const Sum& sum) {
  const Finish& finish = in.finish;
  const bool scales = finish.arithmetic.scales_sums();
  const Expr real = scales ? sum.bias + sum.accumulator * in.multiplier(sum.channel) : sum.accumulator;
  const Expr value = clamp_f32(real, finish.clamp_f32);
  return finish.residual.added ? clamp_f32(value + sum.residual, finish.residual.clamp_f32) : value;
}

}  // namespace

Expr finish_value(const FinishInputs& in, const Sum& sum) {
  const Finish& finish = in.finish;
  if (!finish.arithmetic.requantizes()) return finish_float(in, sum);
  const Expr value = rescaled(in, sum, Clamping::now);
  if (!finish.residual.added) return value;
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
  const Requantization& r = finish.requantization;
  const Range last = finish.residual.added ? finish.residual.clamp : r.clamp;
  if (!is_full_range(last, finish.arithmetic.stored)) return cast(type, finish_value(in, sum));
  if (finish.residual.added) return saturated(with_residual(finish, rescaled(in, sum, Clamping::now), sum.residual));
  // Products of sums below 2^30 and of factors below 1 fit in 32 bits.
  const bool fits = rounds_as_tflite(finish) || (r.below_one && !r.large_sums);
  return fits ? saturated(rescaled(in, sum, Clamping::later)) : cast(type, finish_value(in, sum));
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
