// The vectors of runtime/requantize.h and runtime/isa/ against their scalar forms, for the LANES and the instruction
// set of the file that includes this.

#include "runtime/fixed_point.h"
#include "runtime/requantize.h"
#include "runtime/residual_add.h"

/// Sums at and around the ties of both roundings, then any.
inline std::vector<i32> interesting_sums(i32 multiplier, int shift, std::mt19937& random) {
  std::vector<i32> sums = {0, 1, -1, (1 << 30) - 1, -(1 << 30) + 1};
  const double scale = std::ldexp(multiplier, -31 - shift);
  for (int result = -300; result < 300 && scale > 0; result += 7) {
    const double sum = (result + 0.5) / scale;
    if (std::fabs(sum) < (1 << 30) - 4) {
      for (int near = -2; near <= 2; ++near) sums.push_back(static_cast<i32>(sum) + near);
    }
  }
  for (int i = 0; i < 64; ++i) sums.push_back(static_cast<i32>(random() >> 1) - (1 << 30) + 1);
  while (sums.size() % LANES) sums.push_back(0);
  return sums;
}

inline void check_requantize() {
  std::mt19937 random(1);
  for (int n = 0; n < 400; ++n) {
    const i32 special[] = {1 << 30, INT32_MAX, 0, (1 << 30) + 1, 3 << 29};
    const i32 multiplier = n < 5 ? special[n] : static_cast<i32>((random() >> 2) | 1u << 30);
    for (int shift = 0; shift <= 31; ++shift) {
      const std::vector<i32> sums = interesting_sums(multiplier, shift, random);
      for (size_t i = 0; i < sums.size(); i += LANES) {
        const i32v x = load_i32v(&sums[i]), m = splat_i32v(multiplier), s = splat_i32v(shift);
        const i32v found = requantize(x, m, s), positive = requantize_positive(x, m, s);
        const i32v shifted = shift > 0 ? requantize_shifted(x, m, s) : found;
        const i32v small = shift > 0 ? requantize_small(x, m, s) : positive;
        for (int lane = 0; lane < LANES; ++lane) {
          const i32 expected = rescale(sums[i + lane], multiplier, -shift);
          ASSERT_EQ(found[lane], expected) << sums[i + lane] << " " << multiplier << " " << shift;
          ASSERT_EQ(shifted[lane], expected) << sums[i + lane] << " " << multiplier << " " << shift;
          for (const i32v& unsigned_form : {positive, small}) {
            ASSERT_EQ(std::max<i32>(unsigned_form[lane], 0), std::max(expected, 0))
                << sums[i + lane] << " " << multiplier << " " << shift;
          }
        }
      }
    }
  }
}

/// Sums of 32 bits, around the ties of the last shift and at both ends.
inline void check_large_sums() {
  std::mt19937 random(4);
  for (int n = 0; n < 20000; ++n) {
    i32v x, m, s;
    for (int lane = 0; lane < LANES; ++lane) {
      const i32 near = static_cast<i32>(random() % 5) - 2,
                ends[] = {INT32_MIN, INT32_MAX, 1 << 30, -(1 << 30), 3 << 29};
      const i32 any = n % 2 ? ends[random() % 5] : static_cast<i32>(random());
      x[lane] = static_cast<i32>(static_cast<u32>(any) + static_cast<u32>(near));
      m[lane] = n % 7 == 0 ? 0 : n % 3 == 0 ? 1 << 30 : static_cast<i32>((random() >> 2) | 1u << 30);
      s[lane] = static_cast<i32>(random() % 32);
    }
    const i32v found = requantize_large(x, m, s);
    for (int lane = 0; lane < LANES; ++lane)
      ASSERT_EQ(found[lane], rescale(x[lane], m[lane], -s[lane])) << x[lane] << " " << m[lane] << " " << s[lane];
  }
}

/// The middle two lanes of each four are exchanged, with multipliers and shifts of their own.
inline void check_crossing() {
  std::mt19937 random(2);
  for (int n = 0; n < 10000; ++n) {
    i32v x, m, s;
    for (int lane = 0; lane < LANES; ++lane) {
      x[lane] = static_cast<i32>(random() >> 1) - (1 << 30), m[lane] = static_cast<i32>((random() >> 2) | 1u << 30);
      s[lane] = static_cast<i32>(1 + random() % 31);
    }
    const i32v expected = requantize_small(x, m, s), found = requantize_crossing(x, m, s);
    for (int lane = 0; lane < LANES; ++lane) {
      const int from = lane % 4 == 1 ? lane + 1 : lane % 4 == 2 ? lane - 1 : lane;
      ASSERT_EQ(std::max(found[lane], 0), std::max(expected[from], 0)) << x[from] << " " << m[from] << " " << s[from];
    }
  }
}

/// All differences of 8-bit values from a zero point, against TFLite's formula.
inline void check_residual_add() {
  std::mt19937 random(3);
  for (int n = 0; n < 300; ++n) {
    const bool larger_residual = n % 2;
    const i32 smaller = static_cast<i32>((random() >> 2) | 1u << 30);
    const i32 shift = static_cast<i32>(random() % (n % 3 ? 4 : 32));
    const auto large = static_cast<i32>((random() >> 2) | 1u << 30);
    i32 params[16] = {};
    params[residual_zero1] = static_cast<i32>(random() % 256);
    params[residual_multiplier0] = larger_residual ? smaller : 1 << 30;
    params[residual_multiplier1] = larger_residual ? 1 << 30 : smaller;
    params[larger_residual ? residual_shift0 : residual_shift1] = shift;
    params[residual_multiplier] = large;
    params[residual_shift] = static_cast<i32>(random() % 31);
    params[residual_zero_point] = 7;
    const ResidualAdd add = load_residual_add(params);
    for (int v = -255; v <= 255; ++v) {
      const i32 r = static_cast<i32>(random() % 256);
      const i32 a = rescale(v * (1 << 20), params[residual_multiplier0], -params[residual_shift0]);
      const i32 other = (r - params[residual_zero1]) * (1 << 20);
      const i32 b = rescale(other, params[residual_multiplier1], -params[residual_shift1]);
      const i32 expected = rescale(a + b, params[residual_multiplier], -params[residual_shift]) + 7;
      ASSERT_EQ(add_residual_unshifted(splat_i32v(v), splat_i32v(r), add)[0], expected) << v << " " << r << " " << n;
      if (params[residual_shift] == 0) continue;
      const i32v sum = larger_residual ? add_larger_residual(splat_i32v(v), splat_i32v(r), add)
                                       : add_residual(splat_i32v(v), splat_i32v(r), add);
      ASSERT_EQ(sum[LANES - 1], expected) << v << " " << r << " " << n;
    }
  }
}

inline void check_saturation() {
  for (i32 v : {-2147483647 - 1, -40000, -32769, -129, -128, -1, 0, 1, 127, 128, 255, 256, 32768, 65536, 2147483647}) {
    ASSERT_EQ(saturate_u8v(splat_i32v(v))[0], clamp(v, 0, 255)) << v;
    ASSERT_EQ(saturate_i8v(splat_i32v(v))[LANES - 1], clamp(v, -128, 127)) << v;
  }
}

/// Every pair of weights that counts as small, at the largest inputs.
inline void check_small_products() {
  for (int a = -128; a <= 127; ++a) {
    for (int b = -128; b <= 127; ++b) {
      if (std::max(a, 0) + std::max(b, 0) > 128 || std::min(a, 0) + std::min(b, 0) < -128) continue;
      const i8 w[4] = {static_cast<i8>(a), static_cast<i8>(b), static_cast<i8>(b), static_cast<i8>(a)};
      for (int x : {0, 255}) {
        i8 weights[4 * LANES];
        u8 inputs[4 * LANES];
        for (int i = 0; i < 4 * LANES; ++i) weights[i] = w[i % 4], inputs[i] = static_cast<u8>(i % 4 == 1 ? x : 255);
        const i32v sum = dot4_small(splat_i32v(5), load_u8q(inputs), load_i8q(weights));
        for (int lane = 0; lane < LANES; ++lane) ASSERT_EQ(sum[lane], 5 + 255 * (2 * a + b) + x * b);
      }
    }
  }
}

/// Two steps, with every pair of weights beside the largest that can be joined with them, at the largest inputs.
inline void check_joined_products() {
  for (int a = -128; a <= 127; ++a) {
    for (int b = -128; b <= 127; ++b) {
      const int positive = std::max(a, 0) + std::max(b, 0), negative = std::min(a, 0) + std::min(b, 0);
      if (positive > 128 || negative < -128) continue;
      const int c = std::min(128 - positive, 127), d = -128 - negative;
      const i8 w[2] = {static_cast<i8>(a), static_cast<i8>(b)}, w1[2] = {static_cast<i8>(c), static_cast<i8>(d)};
      for (int x : {0, 255}) {
        i8 weights[2][4 * LANES];
        u8 inputs[2][4 * LANES];
        for (int i = 0; i < 4 * LANES; ++i) {
          weights[0][i] = w[i % 2], weights[1][i] = w1[i % 2];
          inputs[0][i] = static_cast<u8>(w[i % 2] < 0 ? x : 255),
          inputs[1][i] = static_cast<u8>(w1[i % 2] < 0 ? x : 255);
        }
        const i32v sum = dot4_joined(splat_i32v(5), load_u8q(inputs[0]), load_i8q(weights[0]), load_u8q(inputs[1]),
                                     load_i8q(weights[1]));
        const int expected = 5 + 2 * (255 * (positive + c) + x * (negative + d));
        for (int lane = 0; lane < LANES; ++lane) ASSERT_EQ(sum[lane], expected) << a << ' ' << b << ' ' << x;
      }
    }
  }
}
