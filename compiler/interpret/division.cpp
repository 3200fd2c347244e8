// DIV, POW, SQUARED_DIFFERENCE, FLOOR_DIV and FLOOR_MOD of two tensors with numpy broadcasting.
// Sources: tensorflow/lite/kernels/{div.cc,pow.cc,squared_difference.cc,floor_div.cc} and
// internal/reference/{div.h,floor_mod.h}. TFLite refuses to divide integers by 0 while it runs; here the result is 0.
#include <cmath>

#include "compiler/interpret/broadcast.h"
#include "compiler/interpret/fixed_point.h"
#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

int leading_zeros(int32_t x) {
  int count = 0;
  while (count < 32 && (static_cast<uint32_t>(x) << count) < (1u << 31)) ++count;
  return count;
}

/// How far x can be shifted to the left.
int headroom_of(int32_t x) { return leading_zeros(x < 0 ? ~x : x) - 1; }

/// As gemmlowp's RoundingDivideByPOT does, whose mask of the bits that are cut off is -1 from 32 of them on, where
/// shifts begin again at 0: what would be 0 is a large number then.
int32_t divide_by_any_power(int32_t x, int exponent) {
  if (exponent > 31) return (x >> (exponent & 31)) + (x >= 0 ? 1 : 0);
  return rounding_divide_by_power_of_two(x, exponent);
}

/// x / divisor * scale: the quotient with all bits that fit in 32, then rescaled.
int64_t divide(int32_t x, int32_t divisor, Multiplier scale) {
  if (divisor < 0) {
    x = -x;
    divisor = -divisor;
  }
  const int zeros = leading_zeros(divisor), headroom = headroom_of(x);
  const uint32_t fraction = (zeros == 32 ? 0 : static_cast<uint32_t>(divisor) << zeros) - (1u << 31);
  const int32_t reciprocal = reciprocal_of_one_plus(static_cast<int32_t>(fraction));
  const auto shifted = static_cast<int32_t>(static_cast<uint32_t>(x) << headroom);
  const int32_t quotient = saturating_rounding_doubling_high_mul(shifted, reciprocal);
  const int32_t rescaled = saturating_rounding_doubling_high_mul(quotient, scale.value);
  return divide_by_any_power(rescaled, 31 - zeros + headroom - scale.shift);
}

Bytes div_8bit(const Call& call) {
  const Tensor& output = call.output();
  const Multiplier multiplier = quotient_multiplier(call.input(0), call.input(1), output);
  const Range range = activation_range(call.attr().activation, output);
  return apply_quantized(call, [&](int32_t a, int32_t b) {
    const int64_t value = divide(a, b, multiplier) + output.zero_point();
    return static_cast<uint8_t>(std::clamp<int64_t>(value, range.min, range.max));
  });
}

/// The least number has no opposite: its quotient by -1 wraps.
template <typename T>
auto quotient(T a, T b) {
  if (b == 0) return unsigned_of(T{0});
  return b == -1 ? 0 - unsigned_of(a) : unsigned_of(static_cast<T>(a / b));
}

template <typename T>
T modulo(T a, T b) {
  if (b == 0 || b == -1) return 0;
  const T rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <typename T>
auto power(T base, T exponent) {
  auto result = unsigned_of(T{1}), factor = unsigned_of(base);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) result *= factor;
    factor *= factor;
  }
  return result;
}

Bytes div(const Call& call) {
  if (is_8bit(call.output().type)) return div_8bit(call);
  if (is_integer(call.output().type)) return apply_integers(call, [](auto a, auto b) { return quotient(a, b); });
  return apply_f32(call, [](float a, float b) { return a / b; });
}

Bytes pow(const Call& call) {
  if (is_integer(call.output().type)) return apply_integers(call, [](auto a, auto b) { return power(a, b); });
  return apply_f32(call, [](float a, float b) { return std::pow(a, b); });
}

/// Both operands are brought to twice the larger scale with 7 more bits.
Bytes squared_difference_8bit(const Call& call) {
  const Tensor& output = call.output();
  const SquaredDifferenceParameters p = squared_difference_parameters(call.input(0), call.input(1), output);
  const Range range = activation_range(Activation::none, output);
  return apply_quantized(call, [&](int32_t a, int32_t b) {
    const int32_t difference =
        multiply_by_quantized_multiplier(a * 128, p.in0) - multiply_by_quantized_multiplier(b * 128, p.in1);
    return to_byte(multiply_by_quantized_multiplier(difference * difference, p.out) + output.zero_point(), range);
  });
}

Bytes squared_difference(const Call& call) {
  if (is_8bit(call.output().type)) return squared_difference_8bit(call);
  if (is_integer(call.output().type)) {
    return apply_integers(call, [](auto a, auto b) {
      const auto difference = unsigned_of(a) - unsigned_of(b);
      return difference * difference;
    });
  }
  return apply_f32(call, [](float a, float b) { return (a - b) * (a - b); });
}

Bytes floor_div(const Call& call) {
  if (call.output().type == DType::f32)
    return apply_f32(call, [](float a, float b) { return static_cast<float>(std::floor(static_cast<double>(a) / b)); });
  // What is left over is a multiple of the divisor.
  return apply_integers(call, [](auto a, auto b) {
    return quotient(static_cast<decltype(a)>(unsigned_of(a) - unsigned_of(modulo(a, b))), b);
  });
}

float modulo_f32(float a, float b) {
  const float rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Bytes floor_mod(const Call& call) {
  if (call.output().type == DType::f32) return apply_f32(call, modulo_f32);
  return apply_integers(call, [](auto a, auto b) { return unsigned_of(modulo(a, b)); });
}

constexpr Evaluator rows[] = {
    {OpKind::div, div},
    {OpKind::pow, pow},
    {OpKind::squared_difference, squared_difference},
    {OpKind::floor_div, floor_div},
    {OpKind::floor_mod, floor_mod},
};

}  // namespace

const Table<Evaluator> division_evaluators = rows;

}  // namespace narrows::interpreter
