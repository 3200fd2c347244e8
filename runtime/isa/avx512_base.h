// AVX-512: 16 lanes: all but dot4() of unsigned by signed bytes.
#pragma once

#include "runtime/isa/x86.h"

INLINE f32v vmin(f32v a, f32v b) { return (f32v)_mm512_min_ps((__m512)a, (__m512)b); }
INLINE f32v vmax(f32v a, f32v b) { return (f32v)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE f32v madd(f32v c, f32v a, f32v b) { return (f32v)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }

// ---- conversions ---------------------------------------------------------------------------------
INLINE i32v round_i32v(f32v v) { return (i32v)_mm512_cvtps_epi32((__m512)v); }
INLINE i32v to_i32v(u8v v) { return (i32v)_mm512_cvtepu8_epi32((__m128i)v); }
INLINE i32v to_i32v(i8v v) { return (i32v)_mm512_cvtepi8_epi32((__m128i)v); }
INLINE i32v to_i32v(i16v v) { return (i32v)_mm512_cvtepi16_epi32((__m256i)v); }
INLINE i16v to_i16v(u8v v) { return (i16v)_mm256_cvtepu8_epi16((__m128i)v); }
INLINE u8v to_u8v(i32v v) { return (u8v)_mm512_cvtepi32_epi8((__m512i)v); }
INLINE u8v saturate_u8v(i32v v) {
  return (u8v)_mm512_cvtusepi32_epi8(_mm512_max_epi32((__m512i)v, _mm512_setzero_si512()));
}

// ---- tables --------------------------------------------------------------------------------------
// Four registers hold the table: a permutation looks 32 words up, and the highest bit of the index chooses one of two.
INLINE i32v look_up(const i32* words, i32v index) {
  const __m512i i = (__m512i)index, at = _mm512_srli_epi32(i, 2);
  const __m512i low = _mm512_permutex2var_epi32(_mm512_loadu_si512(words), at, _mm512_loadu_si512(words + 16));
  const __m512i high = _mm512_permutex2var_epi32(_mm512_loadu_si512(words + 32), at, _mm512_loadu_si512(words + 48));
  const __m512i word = _mm512_mask_blend_epi32(_mm512_test_epi32_mask(i, _mm512_set1_epi32(128)), low, high);
  const __m512i bits = _mm512_and_si512(_mm512_slli_epi32(i, 3), _mm512_set1_epi32(24));
  return (i32v)_mm512_and_si512(_mm512_srlv_epi32(word, bits), _mm512_set1_epi32(255));
}

// ---- products of bytes ---------------------------------------------------------------------------
// Sums of two products of neighbours fit in 16 bits, where the instruction saturates.
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) {
  return wrapping_sum(acc, (i32v)_mm512_madd_epi16(_mm512_maddubs_epi16((__m512i)a, (__m512i)b), _mm512_set1_epi16(1)));
}
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) {
  const __m512i sum =
      _mm512_add_epi16(_mm512_maddubs_epi16((__m512i)a, (__m512i)b), _mm512_maddubs_epi16((__m512i)a1, (__m512i)b1));
  return wrapping_sum(acc, (i32v)_mm512_madd_epi16(sum, _mm512_set1_epi16(1)));
}
// Depthwise kernels are one straight run of these: GCC would compute all products first and keep them in memory.
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
  const __m512i a0 = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(255)), a1 = _mm512_srli_epi16((__m512i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm512_madd_epi16(a0, (__m512i)b.even)),
                     (i32v)_mm512_madd_epi16(a1, (__m512i)b.odd));
  KEEP_ORDER(acc);
  return acc;
}

// ---- requantization ------------------------------------------------------------------------------
// Products of the even lanes and, copied to even positions, of the odd ones. (Shifting the odd lanes down instead would
// hide from Clang that they are signed 32-bit values: it would multiply in 64 bits.)
INLINE i32v high_mul(i32v x, i32v multiplier) {
  const __m512i a = (__m512i)x, m = (__m512i)multiplier, nudge = _mm512_set1_epi64(1 << 30);
  const __m512i even = _mm512_mul_epi32(a, m);
  const __m512i odd =
      _mm512_mul_epi32(_mm512_shuffle_epi32(a, (_MM_PERM_ENUM)0xF5), _mm512_shuffle_epi32(m, (_MM_PERM_ENUM)0xF5));
  return (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(_mm512_add_epi64(even, nudge), 31),
                                       _mm512_slli_epi64(_mm512_add_epi64(odd, nudge), 1));
}

// x is clamped first, which costs nothing: it spares the clamp of the result. The multiplier is doubled, so that the
// first quotient is the upper half of a product of unsigned numbers, below 2^62.
INLINE i32v requantize_positive(i32v x, i32v multiplier, i32v shift) {
  const __m512i a = _mm512_max_epi32((__m512i)x, _mm512_setzero_si512()),
                m = (__m512i)((u32v)multiplier + (u32v)multiplier);
  const __m512i nudge = _mm512_set1_epi64(1ll << 31);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epu32(a, m), nudge);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epu32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
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
  const __m512i a = (__m512i)x, m = (__m512i)multiplier, s = (__m512i)shift, first = _mm512_set1_epi64(half);
  const __m512i half_even = _mm512_add_epi64(first, _mm512_sllv_epi64(first, _mm512_maskz_mov_epi32(0x5555, s)));
  const __m512i half_odd = _mm512_add_epi64(first, _mm512_sllv_epi64(first, _mm512_srli_epi64(s, 32)));
  r.even = (i32v)_mm512_add_epi64(_mm512_mul_epi32(a, m), half_even);
  r.odd = (i32v)_mm512_add_epi64(
      _mm512_mul_epi32(_mm512_shuffle_epi32(a, (_MM_PERM_ENUM)0xF5), _mm512_shuffle_epi32(m, (_MM_PERM_ENUM)0xF5)),
      half_odd);
  return r;
}

// Their upper halves.
INLINE i32v upper_halves(const RoundedProducts& p) {
  return (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64((__m512i)p.even, 32), (__m512i)p.odd);
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
  const __m512i high = _mm512_castps_si512(_mm512_shuffle_ps((__m512)p.even, (__m512)p.odd, 0xDD));
  return (i32v)high >> ((i32v)_mm512_shuffle_epi32((__m512i)shift, (_MM_PERM_ENUM)0xD8) - 1);
}

// ---- narrow weights ------------------------------------------------------------------------------
INLINE f32v widen(const i8* p) {
  __m128i b;
  __builtin_memcpy(&b, p, 16);
  return (f32v)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(b));
}
INLINE f32v widen(const f16* p) {
  __m256i h;
  __builtin_memcpy(&h, p, 32);
  return (f32v)_mm512_cvtph_ps(h);
}
