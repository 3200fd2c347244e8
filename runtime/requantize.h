// TFLite's double rounding of 32-bit accumulators, lane by lane:
//   RDBPOT(SRDHM(x, multiplier), shift)
// SRDHM(a, b) = floor((a * b + 2^30) / 2^31), a product of two Q31 numbers; RDBPOT divides by 2^shift to the nearest
// integer, ties away from zero (gemmlowp fixedpoint.h). multiplier is in [2^30, 2^31) or 0, shift in [0, 31]. |x| stays
// below 2^30 unless shift is 0; requantize_large() takes any sum. The compiler knows which sums are large.
#pragma once

#include "vectors.h"

INLINE i32v requantize(i32v x, i32v multiplier, i32v shift) { return round_shift(high_mul(x, multiplier), shift); }

// Any sum: what is added to round might wrap in 32 bits, so that the highest bit that the shift drops is added behind
// it.
INLINE i32v requantize_large(i32v x, i32v multiplier, i32v shift) {
  const i32v high = high_mul(x, multiplier), some = (i32v)(shift > 0);
  const i32v below_tie = high + ((high >> 31) & some);
  return (below_tie >> shift) + ((below_tie >> (shift + some)) & -some);
}
