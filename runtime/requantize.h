// TFLite's double rounding of 32-bit accumulators, lane by lane:
//   RDBPOT(SRDHM(x, multiplier), shift)
// SRDHM(a, b) = floor((a * b + 2^30) / 2^31), a product of two Q31 numbers; RDBPOT divides by 2^shift to the nearest
// integer, ties away from zero (gemmlowp fixedpoint.h). multiplier is in [2^30, 2^31) or 0, shift in [0, 31]. |x| stays
// below 2^30 unless shift is 0, but for requantize_large(), which takes any sum; the compiler knows which sums are
// large.
#pragma once

#include "vectors.h"

// Nearest, ties away from zero: add half, and for negative values one less, then shift with sign.
INLINE i32v round_shift(i32v x, i32v shift) {
#if LANES == 4 && defined(__aarch64__)
  // The instruction rounds ties upwards. x & left is negative where x is and there is something to shift.
  const int32x4_t left = vnegq_s32((int32x4_t)shift);
  return (i32v)vrshlq_s32(vsraq_n_s32((int32x4_t)x, vandq_s32((int32x4_t)x, left), 31), left);
#else
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (x + half + ((x >> 31) & (i32v)(shift > 0))) >> shift;
#endif
}

// SRDHM. Products of the even lanes and, copied to even positions, of the odd ones. (Shifting the odd lanes down
// instead would hide from Clang that they are signed 32-bit values: it would multiply in 64 bits.)
INLINE i32v high_mul(i32v x, i32v multiplier) {
#if LANES == 16 && defined(__AVX512F__)
  const __m512i a = (__m512i)x, m = (__m512i)multiplier, nudge = _mm512_set1_epi64(1 << 30);
  const __m512i even = _mm512_mul_epi32(a, m);
  const __m512i odd =
      _mm512_mul_epi32(_mm512_shuffle_epi32(a, (_MM_PERM_ENUM)0xF5), _mm512_shuffle_epi32(m, (_MM_PERM_ENUM)0xF5));
  return (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(_mm512_add_epi64(even, nudge), 31),
                                       _mm512_slli_epi64(_mm512_add_epi64(odd, nudge), 1));
#elif LANES == 8 && defined(__AVX2__)
  const __m256i a = (__m256i)x, m = (__m256i)multiplier, nudge = _mm256_set1_epi64x(1 << 30);
  const __m256i even = _mm256_mul_epi32(a, m);
  const __m256i odd = _mm256_mul_epi32(_mm256_shuffle_epi32(a, 0xF5), _mm256_shuffle_epi32(m, 0xF5));
  return (i32v)_mm256_blend_epi32(_mm256_srli_epi64(_mm256_add_epi64(even, nudge), 31),
                                  _mm256_slli_epi64(_mm256_add_epi64(odd, nudge), 1), 0xAA);
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i a = (__m128i)x, m = (__m128i)multiplier, nudge = _mm_set1_epi64x(1 << 30);
  const __m128i even = _mm_mul_epi32(a, m);
  const __m128i odd = _mm_mul_epi32(_mm_shuffle_epi32(a, 0xF5), _mm_shuffle_epi32(m, 0xF5));
  return (i32v)_mm_blend_epi16(_mm_srli_epi64(_mm_add_epi64(even, nudge), 31),
                               _mm_slli_epi64(_mm_add_epi64(odd, nudge), 1), 0xCC);
#elif LANES == 4 && defined(__aarch64__)
  return (i32v)vqrdmulhq_s32((int32x4_t)x, (int32x4_t)multiplier);
#else
  i32v high = {};
  for (int i = 0; i < LANES; ++i) high[i] = (i32)(((i64)x[i] * multiplier[i] + (1 << 30)) >> 31);
  return high;
#endif
}

INLINE i32v requantize(i32v x, i32v multiplier, i32v shift) { return round_shift(high_mul(x, multiplier), shift); }

// Any sum: what is added to round might wrap in 32 bits, so that the highest bit that the shift drops is added behind
// it.
INLINE i32v requantize_large(i32v x, i32v multiplier, i32v shift) {
  const i32v high = high_mul(x, multiplier), some = (i32v)(shift > 0);
  const i32v below_tie = high + ((high >> 31) & some);
  return (below_tie >> shift) + ((below_tie >> (shift + some)) & -some);
}

// requantize() where what is negative will be clamped to 0: it is 0 or negative. Positive values are rounded upwards
// twice, and neither step looks at signs:
//   floor((floor((x * multiplier + 2^30) / 2^31) + half) / 2^shift)
// On x86, x is clamped first, which costs nothing: it spares the clamp of the result. The multiplier is doubled, so
// that the first quotient is the upper half of a product of unsigned numbers, below 2^62.
INLINE i32v requantize_positive(i32v x, i32v multiplier, i32v shift) {
#if LANES == 16 && defined(__AVX512F__)
  const __m512i a = _mm512_max_epi32((__m512i)x, _mm512_setzero_si512()),
                m = (__m512i)((u32v)multiplier + (u32v)multiplier);
  const __m512i nudge = _mm512_set1_epi64(1ll << 31);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epu32(a, m), nudge);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epu32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
#elif LANES == 8 && defined(__AVX2__)
  const __m256i a = _mm256_max_epi32((__m256i)x, _mm256_setzero_si256()),
                m = (__m256i)((u32v)multiplier + (u32v)multiplier);
  const __m256i nudge = _mm256_set1_epi64x(1ll << 31);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epu32(a, m), nudge);
  const __m256i odd = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i a = _mm_max_epi32((__m128i)x, _mm_setzero_si128()), m = (__m128i)((u32v)multiplier + (u32v)multiplier);
  const __m128i nudge = _mm_set1_epi64x(1ll << 31);
  const __m128i even = _mm_add_epi64(_mm_mul_epu32(a, m), nudge);
  const __m128i odd = _mm_add_epi64(_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(m, 32)), nudge);
  const i32v high = (i32v)_mm_blend_epi16(_mm_srli_epi64(even, 32), odd, 0xCC);
#elif LANES == 4 && defined(__aarch64__)
  const int32x4_t high = vqrdmulhq_s32((int32x4_t)x, (int32x4_t)multiplier);
  return (i32v)vrshlq_s32(high, vnegq_s32((int32x4_t)shift));
#else
  i32v high = {};
  for (int i = 0; i < LANES; ++i) high[i] = x[i] > 0 ? (i32)(((int64_t)x[i] * multiplier[i] + (1 << 30)) >> 31) : 0;
#endif
#if !(LANES == 4 && defined(__aarch64__))
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (high + half) >> shift;
#endif
}

#if (LANES == 16 && defined(__AVX512F__)) || (LANES == 8 && defined(__AVX2__))
// Products of the even and of the odd lanes in 64 bits, to which both roundings are added at once, half and half <<
// shift, which pixels share.
struct RoundedProducts {
  i32v even, odd;
};
INLINE RoundedProducts rounded_products(i32v x, i32v multiplier, i32v shift, long long half) {
  RoundedProducts r;
#if LANES == 16
  const __m512i a = (__m512i)x, m = (__m512i)multiplier, s = (__m512i)shift, first = _mm512_set1_epi64(half);
  const __m512i half_even = _mm512_add_epi64(first, _mm512_sllv_epi64(first, _mm512_maskz_mov_epi32(0x5555, s)));
  const __m512i half_odd = _mm512_add_epi64(first, _mm512_sllv_epi64(first, _mm512_srli_epi64(s, 32)));
  r.even = (i32v)_mm512_add_epi64(_mm512_mul_epi32(a, m), half_even);
  r.odd = (i32v)_mm512_add_epi64(
      _mm512_mul_epi32(_mm512_shuffle_epi32(a, (_MM_PERM_ENUM)0xF5), _mm512_shuffle_epi32(m, (_MM_PERM_ENUM)0xF5)),
      half_odd);
#else
  const __m256i a = (__m256i)x, m = (__m256i)multiplier, s = (__m256i)shift, first = _mm256_set1_epi64x(half);
  const __m256i half_even =
      _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_blend_epi32(s, _mm256_setzero_si256(), 0xAA)));
  const __m256i half_odd = _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_srli_epi64(s, 32)));
  r.even = (i32v)_mm256_add_epi64(_mm256_mul_epi32(a, m), half_even);
  r.odd =
      (i32v)_mm256_add_epi64(_mm256_mul_epi32(_mm256_shuffle_epi32(a, 0xF5), _mm256_shuffle_epi32(m, 0xF5)), half_odd);
#endif
  return r;
}

// Their upper halves.
INLINE i32v upper_halves(const RoundedProducts& p) {
#if LANES == 16
  return (i32v)_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64((__m512i)p.even, 32), (__m512i)p.odd);
#else
  return (i32v)_mm256_blend_epi32(_mm256_srli_epi64((__m256i)p.even, 32), (__m256i)p.odd, 0xAA);
#endif
}
#endif

// The same as requantize() where every shift is 1 or more:
//   floor((x * multiplier + 2^30 + 2^(30 + shift) - (x < 0 ? 2^31 : 0)) / 2^(31 + shift))
// Half a step less for negative values makes ties go away from zero. x is doubled, so that this is 1 of the upper half.
INLINE i32v requantize_shifted(i32v x, i32v multiplier, i32v shift) {
#if (LANES == 16 && defined(__AVX512F__)) || (LANES == 8 && defined(__AVX2__))
  return (upper_halves(rounded_products(x + x, multiplier, shift, 1ll << 31)) + (x >> 31)) >> shift;
#else
  return requantize(x, multiplier, shift);
#endif
}

// The same where besides what is negative will be saturated or clamped to 0: on x86 it stays negative, and is rounded
// as the others are:
//   floor((x * multiplier + 2^30 + 2^(30 + shift)) / 2^(31 + shift))
INLINE i32v requantize_small(i32v x, i32v multiplier, i32v shift) {
#if (LANES == 16 && defined(__AVX512F__)) || (LANES == 8 && defined(__AVX2__))
  return upper_halves(rounded_products(x, multiplier, shift, 1 << 30)) >> (shift - 1);
#else
  return requantize_positive(x, multiplier, shift);
#endif
}

// requantize_small() with the middle two lanes of each four exchanged, which takes an instruction less: one shuffle
// joins the upper halves of both products. An expansion does that, and the depthwise convolution behind it, whose
// weights and ring are in the order between, does it again.
INLINE i32v requantize_crossing(i32v x, i32v multiplier, i32v shift) {
#if LANES == 16 && defined(__AVX512F__)
  const RoundedProducts p = rounded_products(x, multiplier, shift, 1 << 30);
  const __m512i high = _mm512_castps_si512(_mm512_shuffle_ps((__m512)p.even, (__m512)p.odd, 0xDD));
  return (i32v)high >> ((i32v)_mm512_shuffle_epi32((__m512i)shift, (_MM_PERM_ENUM)0xD8) - 1);
#elif LANES == 8 && defined(__AVX2__)
  const RoundedProducts p = rounded_products(x, multiplier, shift, 1 << 30);
  const __m256i high = _mm256_castps_si256(_mm256_shuffle_ps((__m256)p.even, (__m256)p.odd, 0xDD));
  return (i32v)high >> ((i32v)_mm256_shuffle_epi32((__m256i)shift, 0xD8) - 1);
#else
  const i32v v = requantize_small(x, multiplier, shift);
  i32v crossed = v;
  for (int i = 0; i < LANES; i += 4) crossed[i + 1] = v[i + 2], crossed[i + 2] = v[i + 1];
  return crossed;
#endif
}
