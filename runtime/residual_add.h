// The quantized ADD at the end of a residual block, applied to the convolution's result while it is in registers.
#pragma once

#include "requantize.h"

struct ResidualAdd {
  i32v zero0, multiplier0, shift0;  // of the convolution's result
  i32v zero1, multiplier1, shift1;  // of the residual
  i32v multiplier, shift;           // of the sum; xnnpack: multiplier is the bias
  i32v zero_point;
};

INLINE ResidualAdd load_residual_add(const i32* params) {
  ResidualAdd add;
  add.zero0 = splat_i32v(params[2]);
  add.zero1 = splat_i32v(params[3]);
  add.multiplier0 = splat_i32v(params[4]);
  add.shift0 = splat_i32v(params[5]);
  add.multiplier1 = splat_i32v(params[6]);
  add.shift1 = splat_i32v(params[7]);
  add.multiplier = splat_i32v(params[8]);
  add.shift = splat_i32v(params[9]);
  add.zero_point = splat_i32v(params[10]);
  return add;
}

// TFLite: both operands to a common scale with 20 more bits, the sum to the output's scale (kernels/add.cc). Three
// requantizations are too many instructions to stand in every kernel once per accumulator, so this is a function.
NOINLINE static void add_rescaled(const i32v* value, const i32v* residual, const ResidualAdd* add, i32v* sum) {
  const i32v a = requantize((*value - add->zero0) << splat_i32v(20), add->multiplier0, add->shift0);
  const i32v b = requantize((*residual - add->zero1) << splat_i32v(20), add->multiplier1, add->shift1);
  *sum = requantize(a + b, add->multiplier, add->shift) + add->zero_point;
}

INLINE i32v add_residual(i32v value, i32v residual, const ResidualAdd& add) {
  i32v sum;
  add_rescaled(&value, &residual, &add, &sum);
  return sum;
}

// XNNPACK: 32-bit products; both zero points and the rounding term are in one bias (src/qs8-vadd).
INLINE i32v add_residual_xnnpack(i32v value, i32v residual, const ResidualAdd& add) {
  const i32v sum = value * add.multiplier0 + (residual * add.multiplier1 + add.multiplier);
  return (sum >> add.shift) + add.zero_point;
}
