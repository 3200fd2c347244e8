#include "compiler/interpret/fixed_point.h"

#include <algorithm>
#include <limits>

namespace narrows::interpreter {
namespace {

int32_t high_mul(int32_t a, int32_t b) { return saturating_rounding_doubling_high_mul(a, b); }

}  // namespace

int32_t saturating_shift_left(int32_t x, int bits) {
  return static_cast<int32_t>(std::clamp<int64_t>(static_cast<int64_t>(x) * (int64_t{1} << bits),
                                                  std::numeric_limits<int32_t>::min(),
                                                  std::numeric_limits<int32_t>::max()));
}

// Three steps of Newton and Raphson in Q2.29.
int32_t reciprocal_of_one_plus(int32_t a) {
  constexpr int32_t one = std::numeric_limits<int32_t>::max(), one_q2 = 1 << 29;
  constexpr int32_t ratio_48_17 = 1515870810, ratio_minus_32_17 = -1010580540;
  const int32_t half_denominator = static_cast<int32_t>((static_cast<int64_t>(a) + one + 1) / 2);
  int32_t x = ratio_48_17 + high_mul(half_denominator, ratio_minus_32_17);
  for (int i = 0; i < 3; ++i) {
    const int32_t error = one_q2 - high_mul(half_denominator, x);
    x += saturating_shift_left(high_mul(x, error), 2);
  }
  return saturating_shift_left(x, 1);
}

// Five steps of Newton and Raphson in Q3.28, from 1, for what a power of 4 makes of x: a number from 1/4 to 1.
Multiplier inverse_square_root(int32_t x) {
  constexpr int32_t one = 1 << 28, three_halves = one + one / 2, half_root_of_2 = 1518500250;
  if (x <= 1) return {std::numeric_limits<int32_t>::max(), 0};
  int right_shift = 11;
  for (; x >= 1 << 29; x /= 4) ++right_shift;
  for (; x < 1 << 27; x *= 4) --right_shift;
  const int32_t half = rounding_divide_by_power_of_two(x / 2, 1);
  int32_t y = one;
  for (int i = 0; i < 5; ++i) {
    const int32_t cube = saturating_shift_left(high_mul(high_mul(y, y), y), 6);
    y = saturating_shift_left(high_mul(three_halves, y) - high_mul(half, cube), 3);
  }
  y = high_mul(y, half_root_of_2);
  return right_shift < 0 ? Multiplier{y << -right_shift, 0} : Multiplier{y, -right_shift};
}

}  // namespace narrows::interpreter
