// What the instruction sets of arm64 share: 4 lanes, all but the products of signed bytes.
#pragma once

#include "runtime/isa/gnu_vectors.h"
#include "runtime/isa/intrinsics_arm64.h"

INLINE f32v vmin(f32v a, f32v b) { return (f32v)vminq_f32((float32x4_t)a, (float32x4_t)b); }
INLINE f32v vmax(f32v a, f32v b) { return (f32v)vmaxq_f32((float32x4_t)a, (float32x4_t)b); }
INLINE f32v madd(f32v c, f32v a, f32v b) { return (f32v)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }

// ---- conversions ---------------------------------------------------------------------------------
INLINE i32v round_i32v(f32v v) { return (i32v)vcvtnq_s32_f32((float32x4_t)v); }
INLINE i32v to_i32v(u8v v) { return __builtin_convertvector(v, i32v); }
INLINE i32v to_i32v(i8v v) { return __builtin_convertvector(v, i32v); }
INLINE i32v to_i32v(i16v v) { return __builtin_convertvector(v, i32v); }
INLINE i16v to_i16v(u8v v) { return __builtin_convertvector(v, i16v); }
INLINE u8v to_u8v(i32v v) { return __builtin_convertvector(v, u8v); }
INLINE u8v saturate_u8v(i32v v) { return to_u8v(vmin(vmax(v, splat_i32v(0)), splat_i32v(255))); }
INLINE i8v saturate_i8v(i32v v) {
  const int16x4_t w = vqmovn_s32((int32x4_t)v);
  const u32 b = vget_lane_u32(vreinterpret_u32_s8(vqmovn_s16(vcombine_s16(w, w))), 0);
  i8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
}

// ---- tables --------------------------------------------------------------------------------------
INLINE i32v look_up(const i32* words, i32v index) { return look_up_lanes((const u8*)words, index); }

// ---- products of bytes ---------------------------------------------------------------------------
// No kernel multiplies unsigned activations on arm64.
INLINE i32v dot4(i32v acc, u8q a, i8q b) {
  i32v products = {};
  for (int i = 0; i < LANES * 4; ++i) products[i / 4] += a[i] * b[i];
  return wrapping_sum(acc, products);
}
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) { return dot4(acc, a, b); }
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) { return dot4(dot4(acc, a, b), a1, b1); }
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
  i32v products = {};
  for (int i = 0; i < LANES; ++i) {
    products[i] += a[4 * i] * (i16)b.even[i] + a[4 * i + 2] * (b.even[i] >> 16);
    products[i] += a[4 * i + 1] * (i16)b.odd[i] + a[4 * i + 3] * (b.odd[i] >> 16);
  }
  return wrapping_sum(acc, products);
}

// ---- requantization ------------------------------------------------------------------------------
INLINE i32v round_shift(i32v x, i32v shift) {
  // The instruction rounds ties upwards. x & left is negative where x is and there is something to shift.
  const int32x4_t left = vnegq_s32((int32x4_t)shift);
  return (i32v)vrshlq_s32(vsraq_n_s32((int32x4_t)x, vandq_s32((int32x4_t)x, left), 31), left);
}
INLINE i32v high_mul(i32v x, i32v multiplier) { return (i32v)vqrdmulhq_s32((int32x4_t)x, (int32x4_t)multiplier); }
INLINE i32v requantize_positive(i32v x, i32v multiplier, i32v shift) {
  const int32x4_t high = vqrdmulhq_s32((int32x4_t)x, (int32x4_t)multiplier);
  return (i32v)vrshlq_s32(high, vnegq_s32((int32x4_t)shift));
}
INLINE i32v requantize_shifted(i32v x, i32v multiplier, i32v shift) {
  return round_shift(high_mul(x, multiplier), shift);
}
INLINE i32v requantize_small(i32v x, i32v multiplier, i32v shift) { return requantize_positive(x, multiplier, shift); }
INLINE i32v requantize_crossing(i32v x, i32v multiplier, i32v shift) {
  const i32v v = requantize_small(x, multiplier, shift);
  i32v crossed = v;
  for (int i = 0; i < LANES; i += 4) crossed[i + 1] = v[i + 2], crossed[i + 2] = v[i + 1];
  return crossed;
}
INLINE i32v scale_operand(i32v d, i32v multiplier, i32v shift) {
  return round_shift(high_mul(d << splat_i32v(20), multiplier), shift);
}

// ---- narrow weights ------------------------------------------------------------------------------
INLINE f32v widen(const i8* p) {
  u32 b;
  __builtin_memcpy(&b, p, 4);
  return (f32v)vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(b))))));
}
INLINE f32v widen(const f16* p) {
  uint16x4_t h;
  __builtin_memcpy(&h, p, 8);
  return (f32v)vcvt_f32_f16(vreinterpret_f16_u16(h));
}

// ---- sums ----------------------------------------------------------------------------------------
INLINE i32 sum_bytes(const i8* p, int n) {
  i32 sum = 0;
  int k = 0;
  int32x4_t total = vdupq_n_s32(0);
  for (; k + 16 <= n; k += 16) total = vpadalq_s16(total, vpaddlq_s8(vld1q_s8(p + k)));
  sum += vaddvq_s32(total);
  for (; k < n; ++k) sum += p[k];
  return sum;
}
