// HARD_SWISH, LOGISTIC and their relatives at the end of a convolution, applied to its result while it is in registers.
#pragma once

#include "vectors.h"

// exp(x) for x from -87 to 87: 2^n * exp(r), with a polynomial for r in [-ln(2)/2, ln(2)/2] (Cephes, expf.c). The error
// is below 2 units in the last place.
INLINE f32v exp_f32(f32v x) {
  const i32v n = round_i32v(x * splat_f32v(1.44269504088896341f));
  const f32v whole = to_f32v(n);
  // ln(2) in two parts, of which the first has so few bits that the product is exact.
  const f32v r = madd(madd(x, whole, splat_f32v(-0.693359375f)), whole, splat_f32v(2.12194440e-4f));
  f32v p = madd(splat_f32v(1.3981999507e-3f), r, splat_f32v(1.9875691500e-4f));
  p = madd(splat_f32v(8.3334519073e-3f), p, r);
  p = madd(splat_f32v(4.1665795894e-2f), p, r);
  p = madd(splat_f32v(1.6666665459e-1f), p, r);
  p = madd(splat_f32v(5.0000001201e-1f), p, r);
  return (madd(r, p, r * r) + splat_f32v(1.0f)) * power_of_two(n);
}

// Below -87 it is 0, where the exact value is less than 2^-125. A NaN stays one: selects pass it on.
INLINE f32v logistic_f32(f32v x) {
  const i32v vanishes = (i32v)(x < splat_f32v(-87.0f));
  f32v inside = select(vanishes, splat_f32v(-87.0f), x);
  inside = select((i32v)(inside > splat_f32v(87.0f)), splat_f32v(87.0f), inside);
  return select(vanishes, splat_f32v(0.0f), splat_f32v(1.0f) / (splat_f32v(1.0f) + exp_f32(splat_f32v(0.0f) - inside)));
}

INLINE f32v silu_f32(f32v x) { return x * logistic_f32(x); }

// A product with 1/6 is within a unit in the last place of the quotient.
INLINE f32v hard_sigmoid_f32(f32v x) {
  return vmin(vmax(x + splat_f32v(3.0f), splat_f32v(0.0f)), splat_f32v(6.0f)) * splat_f32v(1.0f / 6.0f);
}

INLINE f32v hard_swish_f32(f32v x) { return x * hard_sigmoid_f32(x); }

// Any function of 8 bits: x and the result are without zero points. Bytes of the table stand in the order of the stored
// values, and count from the lowest one, as do `first`, the place of x = 0, and `zero`, what the table has for 0.
struct Lookup {
  const i32* table;
  i32v first, zero;

  __attribute__((always_inline)) i32v operator()(i32v x) const { return look_up(table, x + first) - zero; }
};

// The first parameter is the zero point of the result.
INLINE Lookup load_lookup(const i32* params) {
  Lookup lookup;
  lookup.table = params + 3;
  lookup.first = splat_i32v(params[1]);
  lookup.zero = splat_i32v(params[2]);
  return lookup;
}
