// Multiplication of integers by real numbers, as TFLite and XNNPACK round. These are the scalar forms;
// requantize.h has the vectors. Sources: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/
// common.h; XNNPACK src/qs8-requantization.
#pragma once

#include "prologue.h"

INLINE i32 clamp(i32 value, i32 lo, i32 hi) { return value < lo ? lo : value > hi ? hi : value; }
// NaN stays NaN.
INLINE f32 clamp_f32(f32 value, f32 lo, f32 hi) { return value < lo ? lo : value > hi ? hi : value; }

// SRDHM: the product of two numbers in Q0.31, to nearest, ties upwards. Saturates -1 * -1.
INLINE i32 high_mul_i32(i32 a, i32 b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return (i32)(((i64)a * b + (1 << 30)) >> 31);
}

// RDBPOT: x / 2^exponent to nearest, ties away from zero; exponent in [0, 31].
INLINE i32 divide_by_power_of_two(i32 x, int exponent) {
  const i64 mask = ((i64)1 << exponent) - 1;
  return (i32)(((i64)x >> exponent) + ((x & mask) > (mask >> 1) + (x < 0)));
}

// MultiplyByQuantizedMultiplier: x * multiplier / 2^31 * 2^shift; multiplier in [2^30, 2^31) or 0, shift in
// [-31, 31].
INLINE i32 rescale(i32 x, i32 multiplier, int shift) {
  if (shift <= 0) return divide_by_power_of_two(high_mul_i32(x, multiplier), -shift);
  return high_mul_i32((i32)((u32)x << shift), multiplier);  // wraps, as TFLite's does
}

// Nearest integer of a small number, ties away from zero, as roundf() rounds; |value| < 2^22. 0 for NaN.
INLINE i32 round_half_away(f32 value) {
  if (value != value) return 0;
  const i32 whole = (i32)value;
  const f32 rest = value - (f32)whole;
  return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

// Nearest integer of a small number, ties to even; |value| < 2^22.
INLINE i32 round_half_even(f32 value) {
  const f32 magic = 12582912.0f;  // 1.5 * 2^23: the sum has no fraction bits left
  const f32 sum = value + magic;
  return (i32)(sum - magic);
}

// XNNPACK's way from a 32-bit result to 8 bits: zero + x * scale, saturated to [lo, hi] and rounded, ties to
// even.
INLINE i32 rescale_f32(i32 x, f32 scale, i32 zero, i32 lo, i32 hi) {
  return round_half_even(clamp_f32((f32)x * scale, (f32)(lo - zero), (f32)(hi - zero))) + zero;
}
