// PRELU and LEAKY_RELU at the end of a convolution, applied to its result while it is in registers.
#pragma once

#include "requantize.h"

INLINE f32v prelu_f32(f32v x, f32v slope) {
  const i32v negative = x < splat_f32v(0.0f);
  return select(negative, x * slope, x);
}

// 8 bit, as TFLite's LEAKY_RELU and PRELU round. x and the result are without zero points. What is 0 or more is
// rescaled (`same`), of what is less the product with the slope (`sloped`). Factors have the left shifts of their
// multipliers in them, so that one requantization does for both: `factor` is a power of two, and slopes come multiplied
// by one.
struct Prelu {
  i32v factor, same, same_shift, sloped, sloped_shift;

  __attribute__((always_inline)) i32v operator()(i32v x, i32v slope) const {
    const i32v negative = x < splat_i32v(0);
    const i32v product = (i32v)((u32v)x * (u32v)select(negative, slope, factor));
    return requantize(product, select(negative, sloped, same), select(negative, sloped_shift, same_shift));
  }
};

// The first parameter is the zero point of the result.
INLINE Prelu load_prelu(const i32* params) {
  Prelu prelu;
  prelu.factor = splat_i32v(params[1]);
  prelu.same = splat_i32v(params[2]);
  prelu.same_shift = splat_i32v(params[3]);
  prelu.sloped = splat_i32v(params[4]);
  prelu.sloped_shift = splat_i32v(params[5]);
  return prelu;
}
