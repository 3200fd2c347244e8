// L2_NORMALIZATION over the innermost dimension: `rows` rows of `depth` elements each, of length 1.
#pragma once

#include "softmax.h"

static inline void l2_normalize_f32(const f32* in, f32* out, int rows, int depth) {
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    f32 sum = 0.0f;
    for (int c = 0; c < depth; ++c) sum += in[c] * in[c];
    const f32 root = sqrtf(sum), length = root < 1e-6f ? 1e-6f : root;
    for (int c = 0; c < depth; ++c) out[c] = in[c] / length;
  }
}

// 1 / sqrt(x) = value / 2^31 * 2^shift for x of 1 or more; 0 counts as 1.
struct InverseRoot {
  i32 value;
  int shift;
};

// Five steps of Newton and Raphson in Q3.28, from 1, for what a power of 4 makes of x: a number from 1/4 to 1.
static inline InverseRoot inverse_root(i32 x) {
  const i32 three_halves = 3 << 27, half_root_of_2 = 1518500250;
  if (x <= 1) return {INT32_MAX, 0};
  int shift = -11;
  for (; x >= 1 << 29; x /= 4) --shift;
  for (; x < 1 << 27; x *= 4) ++shift;
  const i32 half = divide_by_power_of_two(x / 2, 1);
  i32 y = 1 << 28;
  for (int i = 0; i < 5; ++i) {
    const i32 cube = saturated_times(high_mul_i32(high_mul_i32(y, y), y), 64);
    y = saturated_times(high_mul_i32(three_halves, y) - high_mul_i32(half, cube), 8);
  }
  y = high_mul_i32(y, half_root_of_2);
  return shift > 0 ? InverseRoot{y << shift, 0} : InverseRoot{y, shift};
}

// Of 8 bits. The result has 7 fraction bits: the input is multiplied by `factor`, and the result shifted by `bits`.
// TFLite does the one for u8 and the other for i8, which rounds once more.
struct L2Normalization {
  i32 zero_in, factor;
  int bits;
  i32 zero, lo, hi;
};

template <typename In, typename Out>
void l2_normalize_8bit(const In* in, Out* out, int rows, int depth, const L2Normalization& n) {
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    u32 sum = 0;
    for (int c = 0; c < depth; ++c) sum += (u32)((in[c] - n.zero_in) * (in[c] - n.zero_in));
    const InverseRoot root = inverse_root((i32)sum);
    for (int c = 0; c < depth; ++c) {
      const i32 value = rescale((in[c] - n.zero_in) * n.factor, root.value, root.shift + n.bits);
      out[c] = (Out)clamp(value + n.zero, n.lo, n.hi);
    }
  }
}
