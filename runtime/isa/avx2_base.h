// AVX2 and FMA: 8 lanes: all but dot4() of unsigned by signed bytes.
#pragma once

#include "runtime/isa/x86.h"

INLINE f32v vmin(f32v a, f32v b) { return (f32v)_mm256_min_ps((__m256)a, (__m256)b); }
INLINE f32v vmax(f32v a, f32v b) { return (f32v)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE f32v madd(f32v c, f32v a, f32v b) { return (f32v)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }

// ---- conversions ---------------------------------------------------------------------------------
INLINE i32v round_i32v(f32v v) { return (i32v)_mm256_cvtps_epi32((__m256)v); }
INLINE i32v to_i32v(u8v v) {
  long long b;
  __builtin_memcpy(&b, &v, 8);
  return (i32v)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(b));
}
INLINE i32v to_i32v(i8v v) {
  long long b;
  __builtin_memcpy(&b, &v, 8);
  return (i32v)_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(b));
}
INLINE i32v to_i32v(i16v v) { return (i32v)_mm256_cvtepi16_epi32((__m128i)v); }
INLINE i16v to_i16v(u8v v) { return __builtin_convertvector(v, i16v); }
INLINE u8v to_u8v(i32v v) {
  const __m128i w = _mm_packus_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const long long b = _mm_cvtsi128_si64(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 8);
  return r;
}
INLINE u8v saturate_u8v(i32v v) {
  const __m128i w = _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const long long b = _mm_cvtsi128_si64(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 8);
  return r;
}

// ---- tables --------------------------------------------------------------------------------------
INLINE i32v look_up(const i32* words, i32v index) {
  const __m256i word = _mm256_i32gather_epi32(words, _mm256_srli_epi32((__m256i)index, 2), 4);
  const __m256i bits = _mm256_and_si256(_mm256_slli_epi32((__m256i)index, 3), _mm256_set1_epi32(24));
  return (i32v)_mm256_and_si256(_mm256_srlv_epi32(word, bits), _mm256_set1_epi32(255));
}

// ---- products of bytes ---------------------------------------------------------------------------
// Sums of two products of neighbours fit in 16 bits, where the instruction saturates.
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) {
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_set1_epi16(1)));
}
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) {
  const __m256i sum =
      _mm256_add_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_maddubs_epi16((__m256i)a1, (__m256i)b1));
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(sum, _mm256_set1_epi16(1)));
}
// Depthwise kernels are one straight run of these: GCC would compute all products first and keep them in memory.
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, (__m256i)b.even)),
                     (i32v)_mm256_madd_epi16(a1, (__m256i)b.odd));
  KEEP_ORDER(acc);
  return acc;
}

// ---- requantization ------------------------------------------------------------------------------
// Products of the even lanes and, copied to even positions, of the odd ones. (Shifting the odd lanes down instead would
// hide from Clang that they are signed 32-bit values: it would multiply in 64 bits.)
INLINE i32v high_mul(i32v x, i32v multiplier) {
  const __m256i a = (__m256i)x, m = (__m256i)multiplier, nudge = _mm256_set1_epi64x(1 << 30);
  const __m256i even = _mm256_mul_epi32(a, m);
  const __m256i odd = _mm256_mul_epi32(_mm256_shuffle_epi32(a, 0xF5), _mm256_shuffle_epi32(m, 0xF5));
  return (i32v)_mm256_blend_epi32(_mm256_srli_epi64(_mm256_add_epi64(even, nudge), 31),
                                  _mm256_slli_epi64(_mm256_add_epi64(odd, nudge), 1), 0xAA);
}

// x is clamped first, which costs nothing: it spares the clamp of the result. The multiplier is doubled, so that the
// first quotient is the upper half of a product of unsigned numbers, below 2^62.
INLINE i32v requantize_positive(i32v x, i32v multiplier, i32v shift) {
  const __m256i a = _mm256_max_epi32((__m256i)x, _mm256_setzero_si256()),
                m = (__m256i)((u32v)multiplier + (u32v)multiplier);
  const __m256i nudge = _mm256_set1_epi64x(1ll << 31);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epu32(a, m), nudge);
  const __m256i odd = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (high + half) >> shift;
}

// Products of the even and of the odd lanes in 64 bits, to which both roundings are added at once, half and half <<
// shift, which pixels share.
struct RoundedProducts {
  i32v even, odd;
};
INLINE RoundedProducts rounded_products(i32v x, i32v multiplier, i32v shift, long long half) {
  RoundedProducts r;
  const __m256i a = (__m256i)x, m = (__m256i)multiplier, s = (__m256i)shift, first = _mm256_set1_epi64x(half);
  const __m256i half_even =
      _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_blend_epi32(s, _mm256_setzero_si256(), 0xAA)));
  const __m256i half_odd = _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_srli_epi64(s, 32)));
  r.even = (i32v)_mm256_add_epi64(_mm256_mul_epi32(a, m), half_even);
  r.odd =
      (i32v)_mm256_add_epi64(_mm256_mul_epi32(_mm256_shuffle_epi32(a, 0xF5), _mm256_shuffle_epi32(m, 0xF5)), half_odd);
  return r;
}

// Their upper halves.
INLINE i32v upper_halves(const RoundedProducts& p) {
  return (i32v)_mm256_blend_epi32(_mm256_srli_epi64((__m256i)p.even, 32), (__m256i)p.odd, 0xAA);
}

// x is doubled, so that half a step less for negative values is 1 of the upper half.
INLINE i32v requantize_shifted(i32v x, i32v multiplier, i32v shift) {
  return (upper_halves(rounded_products(x + x, multiplier, shift, 1ll << 31)) + (x >> 31)) >> shift;
}
// What is negative stays so, and is rounded as the rest is.
INLINE i32v requantize_small(i32v x, i32v multiplier, i32v shift) {
  return upper_halves(rounded_products(x, multiplier, shift, 1 << 30)) >> (shift - 1);
}
// One shuffle joins the upper halves of both products.
INLINE i32v requantize_crossing(i32v x, i32v multiplier, i32v shift) {
  const RoundedProducts p = rounded_products(x, multiplier, shift, 1 << 30);
  const __m256i high = _mm256_castps_si256(_mm256_shuffle_ps((__m256)p.even, (__m256)p.odd, 0xDD));
  return (i32v)high >> ((i32v)_mm256_shuffle_epi32((__m256i)shift, 0xD8) - 1);
}

// ---- narrow weights ------------------------------------------------------------------------------
INLINE f32v widen(const i8* p) {
  long long b;
  __builtin_memcpy(&b, p, 8);
  return (f32v)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(b)));
}
INLINE f32v widen(const f16* p) {
  __m128i h;
  __builtin_memcpy(&h, p, 16);
  return (f32v)_mm256_cvtph_ps(h);
}
