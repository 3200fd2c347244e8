// SSE4.1: 4 lanes.
#pragma once

#include "runtime/isa/x86.h"

INLINE f32v vmin(f32v a, f32v b) { return (f32v)_mm_min_ps((__m128)a, (__m128)b); }
INLINE f32v vmax(f32v a, f32v b) { return (f32v)_mm_max_ps((__m128)a, (__m128)b); }
INLINE f32v madd(f32v c, f32v a, f32v b) { return c + a * b; }

// ---- conversions ---------------------------------------------------------------------------------
INLINE i32v round_i32v(f32v v) { return (i32v)_mm_cvtps_epi32((__m128)v); }
INLINE i32v to_i32v(u8v v) { return __builtin_convertvector(v, i32v); }
INLINE i32v to_i32v(i8v v) { return __builtin_convertvector(v, i32v); }
INLINE i32v to_i32v(i16v v) { return __builtin_convertvector(v, i32v); }
INLINE i16v to_i16v(u8v v) { return __builtin_convertvector(v, i16v); }
INLINE u8v to_u8v(i32v v) {
  const __m128i w = _mm_packus_epi32((__m128i)v, (__m128i)v);
  const int b = _mm_cvtsi128_si32(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
}
INLINE u8v saturate_u8v(i32v v) {
  const __m128i w = _mm_packs_epi32((__m128i)v, (__m128i)v);
  const int b = _mm_cvtsi128_si32(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
}

// ---- tables --------------------------------------------------------------------------------------
INLINE i32v look_up(const i32* words, i32v index) { return look_up_lanes((const u8*)words, index); }

// ---- products of bytes ---------------------------------------------------------------------------
// Even and odd bytes as 16-bit pairs.
INLINE i32v dot4(i32v acc, u8q a, i8q b) {
  const __m128i a0 = _mm_and_si128((__m128i)a, _mm_set1_epi16(255)), a1 = _mm_srli_epi16((__m128i)a, 8);
  const __m128i b0 = _mm_srai_epi16(_mm_slli_epi16((__m128i)b, 8), 8), b1 = _mm_srai_epi16((__m128i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm_madd_epi16(a0, b0)), (i32v)_mm_madd_epi16(a1, b1));
}
// Sums of two products of neighbours fit in 16 bits, where the instruction saturates.
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) {
  return wrapping_sum(acc, (i32v)_mm_madd_epi16(_mm_maddubs_epi16((__m128i)a, (__m128i)b), _mm_set1_epi16(1)));
}
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) {
  const __m128i sum =
      _mm_add_epi16(_mm_maddubs_epi16((__m128i)a, (__m128i)b), _mm_maddubs_epi16((__m128i)a1, (__m128i)b1));
  return wrapping_sum(acc, (i32v)_mm_madd_epi16(sum, _mm_set1_epi16(1)));
}
// Depthwise kernels are one straight run of these: GCC would compute all products first and keep them in memory.
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
  const __m128i a0 = _mm_and_si128((__m128i)a, _mm_set1_epi16(255)), a1 = _mm_srli_epi16((__m128i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm_madd_epi16(a0, (__m128i)b.even)),
                     (i32v)_mm_madd_epi16(a1, (__m128i)b.odd));
  KEEP_ORDER(acc);
  return acc;
}

// ---- requantization ------------------------------------------------------------------------------
// Products of the even lanes and, copied to even positions, of the odd ones. (Shifting the odd lanes down instead would
// hide from Clang that they are signed 32-bit values: it would multiply in 64 bits.)
INLINE i32v high_mul(i32v x, i32v multiplier) {
  const __m128i a = (__m128i)x, m = (__m128i)multiplier, nudge = _mm_set1_epi64x(1 << 30);
  const __m128i even = _mm_mul_epi32(a, m);
  const __m128i odd = _mm_mul_epi32(_mm_shuffle_epi32(a, 0xF5), _mm_shuffle_epi32(m, 0xF5));
  return (i32v)_mm_blend_epi16(_mm_srli_epi64(_mm_add_epi64(even, nudge), 31),
                               _mm_slli_epi64(_mm_add_epi64(odd, nudge), 1), 0xCC);
}

// x is clamped first, which costs nothing: it spares the clamp of the result. The multiplier is doubled, so that the
// first quotient is the upper half of a product of unsigned numbers, below 2^62.
INLINE i32v requantize_positive(i32v x, i32v multiplier, i32v shift) {
  const __m128i a = _mm_max_epi32((__m128i)x, _mm_setzero_si128()), m = (__m128i)((u32v)multiplier + (u32v)multiplier);
  const __m128i nudge = _mm_set1_epi64x(1ll << 31);
  const __m128i even = _mm_add_epi64(_mm_mul_epu32(a, m), nudge);
  const __m128i odd = _mm_add_epi64(_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm_blend_epi16(_mm_srli_epi64(even, 32), odd, 0xCC);
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (high + half) >> shift;
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

// ---- narrow weights ------------------------------------------------------------------------------
INLINE f32v widen(const i8* p) {
  int b;
  __builtin_memcpy(&b, p, 4);
  return (f32v)_mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(b)));
}
INLINE f32v widen(const f16* p) {
  // The fields of a half in the place of a float's. A float's exponent counts from 112 further down: times 2^112.
  long long h;
  __builtin_memcpy(&h, p, 8);
  const u32v bits = (u32v)_mm_cvtepu16_epi32(_mm_cvtsi64_si128(h));
  const u32v fields = (bits & 0x7fff) << 13, sign = (bits & 0x8000) << 16;
  return (f32v)((u32v)((f32v)fields * 5.192296858534828e33f) | sign);
}
