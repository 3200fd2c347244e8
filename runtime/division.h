// Operators with broadcasting that divide, and their relatives: DIV, FLOOR_DIV, FLOOR_MOD, POW and SQUARED_DIFFERENCE.
// The structs are called by apply_broadcast(), as those of elementwise.h are.
#pragma once

#include "elementwise.h"
#include "softmax.h"

// ---- float -------------------------------------------------------------------------------------
// [lo, hi] is the activation: -INFINITY, INFINITY where there is none.

struct DivF32 {
  f32 lo, hi;
  f32 operator()(f32 a, f32 b) const { return clamp_f32(a / b, lo, hi); }
};

struct PowF32 {
  f32 operator()(f32 a, f32 b) const { return powf(a, b); }
};

struct SquaredDifferenceF32 {
  f32 operator()(f32 a, f32 b) const { return (a - b) * (a - b); }
};

// A quotient in double is never rounded up to an integer.
struct FloorDivF32 {
  f32 operator()(f32 a, f32 b) const { return (f32)floor((double)a / (double)b); }
};

struct FloorModF32 {
  f32 operator()(f32 a, f32 b) const {
    const f32 rest = fmodf(a, b);
    return rest != 0.0f && (rest < 0.0f) != (b < 0.0f) ? rest + b : rest;
  }
};

// ---- integers that are not quantized -----------------------------------------------------------
// T is i32 or i64, and U is unsigned and as wide. Quotients by 0 are 0, and the one of the least number by -1 wraps.

template <typename T, typename U>
INLINE T quotient(T a, T b) {
  if (b == 0) return 0;
  return b == -1 ? (T)((U)0 - (U)a) : a / b;
}

// With the sign of the divisor.
template <typename T>
INLINE T modulo(T a, T b) {
  if (b == 0 || b == -1) return 0;
  const T rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <typename T, typename U>
struct DivInteger {
  T lo, hi;
  T operator()(T a, T b) const { return bounded(quotient<T, U>(a, b), lo, hi); }
};

template <typename T, typename U>
struct FloorDivInteger {
  T operator()(T a, T b) const { return quotient<T, U>((T)((U)a - (U)modulo(a, b)), b); }
};

template <typename T, typename U>
struct FloorModInteger {
  T operator()(T a, T b) const { return modulo(a, b); }
};

template <typename T, typename U>
struct PowInteger {
  T operator()(T a, T b) const {
    U result = 1, factor = (U)a;
    for (; b > 0; b /= 2) {
      if (b % 2 != 0) result *= factor;
      factor *= factor;
    }
    return (T)result;
  }
};

template <typename T, typename U>
struct SquaredDifferenceInteger {
  T operator()(T a, T b) const {
    const U difference = (U)a - (U)b;
    return (T)(difference * difference);
  }
};

// ---- 8 bits ------------------------------------------------------------------------------------

INLINE int leading_zeros(u32 x) {
  int count = 0;
  while (count < 32 && (x << count) < (1u << 31)) ++count;
  return count;
}

// divide_by_power_of_two() for any exponent. TFLite's has a mask of 32 bits, and shifts of 32 bits and more begin again
// at 0, so that a small quotient becomes a large one.
INLINE i32 divide_by_any_power(i32 x, int exponent) {
  if (exponent > 31) return (x >> (exponent & 31)) + (x >= 0);
  return divide_by_power_of_two(x, exponent);
}

// TFLite's DIV: the quotient with all bits that fit in 32, then rescaled. Saturated to [lo, hi].
struct Div8 {
  i32 zero_a, zero_b;
  i32 zero, multiplier, shift, lo, hi;
  i32 operator()(i32 a, i32 b) const {
    const i32 negative = b < zero_b ? -1 : 1, x = (a - zero_a) * negative, y = (b - zero_b) * negative;
    const int zeros = leading_zeros((u32)y), headroom = leading_zeros((u32)(x < 0 ? ~x : x)) - 1;
    const u32 divisor = zeros == 32 ? 0 : (u32)y << zeros;
    const i32 wide = high_mul_i32((i32)((u32)x << headroom), reciprocal_of_one_plus((i32)(divisor - (1u << 31))));
    const i32 scaled = divide_by_any_power(high_mul_i32(wide, multiplier), 31 - zeros + headroom - shift);
    const i64 sum = (i64)scaled + zero;
    return sum < lo ? lo : sum > hi ? hi : (i32)sum;
  }
};

// TFLite's SQUARED_DIFFERENCE: both operands to a common scale with 7 more bits, the square to the output's scale.
struct SquaredDifference8 {
  i32 zero_a, multiplier_a, shift_a;
  i32 zero_b, multiplier_b, shift_b;
  i32 zero, multiplier, shift, lo, hi;
  i32 operator()(i32 a, i32 b) const {
    const i32 difference =
        rescale((a - zero_a) * 128, multiplier_a, shift_a) - rescale((b - zero_b) * 128, multiplier_b, shift_b);
    return clamp(rescale(difference * difference, multiplier, shift) + zero, lo, hi);
  }
};
