// SOFTMAX over the innermost dimension: `rows` rows of `depth` elements each.
//
// 8-bit tensors come in two forms. TFLite's reference kernel is fixed-point arithmetic throughout
// (internal/reference/ softmax.h with gemmlowp's fixedpoint.h); its optimized kernel, which XNNPACK's users
// get, looks exponentials up in a table of floats. A number in Qm.n has m integer bits, a sign and n = 31 - m
// fraction bits.
#pragma once

#include "fixed_point.h"

template <typename T>
INLINE T largest_of(const T* in, int count) {
  T largest = in[0];
  for (int i = 1; i < count; ++i) largest = largest < in[i] ? in[i] : largest;
  return largest;
}

static inline void softmax_f32(const f32* in, f32* out, int rows, int depth, f32 beta) {
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    const f32 largest = largest_of(in, depth);
    f32 sum = 0;
    for (int c = 0; c < depth; ++c) {
      out[c] = expf((in[c] - largest) * beta);
      sum += out[c];
    }
    for (int c = 0; c < depth; ++c) out[c] /= sum;
  }
}

// exp(a) for a in [-1/4, 0), both Q0.31: Taylor's series of fourth order around -1/8.
INLINE i32 exp_of_quarter(i32 a) {
  const i32 exp_of_minus_eighth = 1895147668, third = 715827883;
  const i32 x = a + (1 << 28), x2 = high_mul_i32(x, x), x3 = high_mul_i32(x2, x), x4 = high_mul_i32(x2, x2);
  const i32 tail = divide_by_power_of_two(high_mul_i32(divide_by_power_of_two(x4, 2) + x3, third) + x2, 1);
  return exp_of_minus_eighth + high_mul_i32(exp_of_minus_eighth, x + tail);
}

// exp(a) for a <= 0, Q5.26 to Q0.31: the part below 1/4 by the series, each bit above by one factor.
static inline i32 exp_of_negative(i32 a) {
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16)
  const i32 factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const i32 quarter = 1 << 24;
  if (a == 0) return INT32_MAX;
  const i32 below_quarter = (a & (quarter - 1)) - quarter, rest = below_quarter - a;
  i32 result = exp_of_quarter(below_quarter * 32);
  for (int i = 0; i < 7; ++i)
    if (rest & (quarter << i)) result = high_mul_i32(result, factors[i]);
  return result;
}

INLINE i32 saturated_times(i32 x, i32 factor) {
  const i64 product = (i64)x * factor;
  return product < INT32_MIN ? INT32_MIN : product > INT32_MAX ? INT32_MAX : (i32)product;
}

// 1 / (1 + a) for a in [0, 1), both Q0.31: three steps of Newton and Raphson in Q2.29, from 48/17 - 32/17 x.
static inline i32 reciprocal_of_one_plus(i32 a) {
  const i32 half_denominator = (i32)(((i64)a + INT32_MAX + 1) / 2);
  i32 x = 1515870810 + high_mul_i32(half_denominator, -1010580540);
  for (int i = 0; i < 3; ++i) {
    const i32 error = (1 << 29) - high_mul_i32(half_denominator, x);
    x += saturated_times(high_mul_i32(x, error), 4);
  }
  return saturated_times(x, 2);
}

// rescale(d, multiplier, shift) turns a difference of stored values into the exponent in Q5.26; differences
// below `smallest` count as exp = 0. The output has scale 1/256; its zero point is its lowest value `lo`,
// which is the range of Out: 0 or -128.
template <typename In, typename Out>
void softmax_fixed_point(const In* in, Out* out, int rows, int depth, i32 multiplier, int shift, i32 smallest, i32 lo) {
  i32 exponentials[256];  // of -d, in Q0.31
  for (int d = 0; d < 256; ++d) exponentials[d] = -d < smallest ? 0 : exp_of_negative(rescale(-d, multiplier, shift));
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    const i32 largest = largest_of(in, depth);
    i64 sum = 0;  // Q12.19
    for (int c = 0; c < depth; ++c) sum += divide_by_power_of_two(exponentials[largest - in[c]], 12);
    int headroom = 0;  // leading zeros of the sum
    const u32 saturated = sum > INT32_MAX ? (u32)INT32_MAX : (u32)sum;
    while (headroom < 31 && (saturated << headroom) < (1u << 31)) ++headroom;
    const i32 reciprocal = reciprocal_of_one_plus((i32)((saturated << headroom) - (1u << 31)));
    const int exponent = 12 - headroom + 31 - 8;  // at least 23, because the largest element's exponential is 1
    for (int c = 0; c < depth; ++c) {
      // A sum of 512 or more asks for a shift by more than 31 bits, where TFLite's kernel aborts. It leaves less than
      // half a unit for each element, and exactly half a unit, which is rounded up, for those whose exponential is 1 of
      // 512.
      if (exponent > 31) {
        out[c] = (Out)(lo + (sum == (512 << 19) && in[c] == largest));
        continue;
      }
      const i32 probability = high_mul_i32(reciprocal, exponentials[largest - in[c]]);
      out[c] = (Out)clamp(divide_by_power_of_two(probability, exponent) + lo, lo, lo + 255);
    }
  }
}

// table[d] = exp(-d * scale * beta) for differences d of 0 to 255. `scale` and `zero` are the output's
// parameters, [lo, hi] is its range.
template <typename In, typename Out>
void softmax_table(const In* in, Out* out, int rows, int depth, const f32* table, f32 scale, i32 zero, i32 lo, i32 hi) {
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    const i32 largest = largest_of(in, depth);
    f32 sum = 0;
    for (int c = 0; c < depth; ++c) sum += table[largest - in[c]];
    const f32 inverse = 1.0f / (sum * scale);
    for (int c = 0; c < depth; ++c) {
      const f32 probability = clamp_f32(table[largest - in[c]] * inverse, (f32)(lo - zero), (f32)(hi - zero));
      out[c] = (Out)(round_half_away(probability) + zero);
    }
  }
}
