// The quantized ADD at the end of a residual block, applied to the convolution's result while it is in registers.
#pragma once

#include "requantize.h"

struct ResidualAdd {
  i32v multiplier0, shift0;         // of the convolution's result, which comes without its zero point
  i32v zero1, multiplier1, shift1;  // of the residual
  i32v multiplier, shift;           // of the sum; xnnpack: multiplier is the bias
  i32v zero_point;
};

// Where they stand among the parameters at the head of a convolution's weights.
enum {
  residual_zero1 = 3,
  residual_multiplier0 = 4,
  residual_shift0 = 5,
  residual_multiplier1 = 6,
  residual_shift1 = 7,
  residual_multiplier = 8,
  residual_shift = 9,
  residual_zero_point = 10
};

INLINE ResidualAdd load_residual_add(const i32* params) {
  ResidualAdd add;
  add.zero1 = splat_i32v(params[residual_zero1]);
  add.multiplier0 = splat_i32v(params[residual_multiplier0]);
  add.shift0 = splat_i32v(params[residual_shift0]);
  add.multiplier1 = splat_i32v(params[residual_multiplier1]);
  add.shift1 = splat_i32v(params[residual_shift1]);
  add.multiplier = splat_i32v(params[residual_multiplier]);
  add.shift = splat_i32v(params[residual_shift]);
  add.zero_point = splat_i32v(params[residual_zero_point]);
  return add;
}

// TFLite: both operands to a common scale with 20 more bits, the sum to the output's scale (kernels/add.cc). That is
// too many instructions to stand in every kernel once per accumulator, so these are functions.

INLINE i32v add_scaled(i32v a, i32v b, const ResidualAdd& add) {
  return requantize_shifted(a + b, add.multiplier, add.shift) + add.zero_point;
}

// The common scale is twice the larger one of both operands, so that operand is multiplied by 2^20 / 2. This is for a
// convolution's result with the larger scale.
NOINLINE static i32v add_residual(i32v value, i32v residual, const ResidualAdd& add) {
  return add_scaled(value << splat_i32v(19), scale_operand(residual - add.zero1, add.multiplier1, add.shift1), add);
}
// Like add_residual(), for a residual with the larger scale.
NOINLINE static i32v add_larger_residual(i32v value, i32v residual, const ResidualAdd& add) {
  return add_scaled(scale_operand(value, add.multiplier0, add.shift0), (residual - add.zero1) << splat_i32v(19), add);
}

// Where the sum's multiplier is so large that it has no shift.
NOINLINE static i32v add_residual_unshifted(i32v value, i32v residual, const ResidualAdd& add) {
  const i32v a = scale_operand(value, add.multiplier0, add.shift0);
  const i32v b = scale_operand(residual - add.zero1, add.multiplier1, add.shift1);
  return requantize(a + b, add.multiplier, add.shift) + add.zero_point;
}

// XNNPACK: 32-bit products; both zero points and the rounding term are in one bias (src/qs8-vadd).
INLINE i32v add_residual_xnnpack(i32v value, i32v residual, const ResidualAdd& add) {
  const i32v sum = value * add.multiplier0 + (residual * add.multiplier1 + add.multiplier);
  return (sum >> add.shift) + add.zero_point;
}
