// dot4: four 8-bit products are added to each 32-bit lane. Exact on every instruction set: no step saturates, so all
// give the same bits. x86 multiplies unsigned activations by signed weights, ARM signed by signed.
#pragma once

#include "vectors.h"

INLINE i32v dot4(i32v acc, u8q a, i8q b) {
#if LANES == 16 && defined(__AVX512VNNI__)
  return (i32v)_mm512_dpbusd_epi32((__m512i)acc, (__m512i)a, (__m512i)b);
#elif LANES == 16 && defined(__AVX512BW__)
  // Without VNNI: even and odd bytes as 16-bit pairs. maddubs would saturate.
  const __m512i a0 = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(255)), a1 = _mm512_srli_epi16((__m512i)a, 8);
  const __m512i b0 = _mm512_srai_epi16(_mm512_slli_epi16((__m512i)b, 8), 8), b1 = _mm512_srai_epi16((__m512i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm512_madd_epi16(a0, b0)), (i32v)_mm512_madd_epi16(a1, b1));
#elif LANES == 8 && defined(__AVX512VNNI__) && defined(__AVX512VL__)
  return (i32v)_mm256_dpbusd_epi32((__m256i)acc, (__m256i)a, (__m256i)b);
#elif LANES == 8 && defined(__AVX2__)
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  const __m256i b0 = _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8), b1 = _mm256_srai_epi16((__m256i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, b0)), (i32v)_mm256_madd_epi16(a1, b1));
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i a0 = _mm_and_si128((__m128i)a, _mm_set1_epi16(255)), a1 = _mm_srli_epi16((__m128i)a, 8);
  const __m128i b0 = _mm_srai_epi16(_mm_slli_epi16((__m128i)b, 8), 8), b1 = _mm_srai_epi16((__m128i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm_madd_epi16(a0, b0)), (i32v)_mm_madd_epi16(a1, b1));
#else
  i32v products = {};
  for (int i = 0; i < LANES * 4; ++i) products[i / 4] += a[i] * b[i];
  return wrapping_sum(acc, products);
#endif
}

// The same where the weights are so small that two products of neighbours, each of up to 255 and a weight, add up to
// less than 2^15: an instruction does that on x86 (but saturates what is larger).
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) {
#if LANES == 16 && defined(__AVX512BW__)
  return wrapping_sum(acc, (i32v)_mm512_madd_epi16(_mm512_maddubs_epi16((__m512i)a, (__m512i)b), _mm512_set1_epi16(1)));
#elif LANES == 8 && defined(__AVX2__)
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_set1_epi16(1)));
#elif LANES == 4 && defined(__SSE4_1__)
  return wrapping_sum(acc, (i32v)_mm_madd_epi16(_mm_maddubs_epi16((__m128i)a, (__m128i)b), _mm_set1_epi16(1)));
#else
  return dot4(acc, a, b);
#endif
}

// Two steps at once, where even all four products of neighbours in the two steps add up to less than 2^15.
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) {
#if LANES == 16 && defined(__AVX512BW__)
  const __m512i sum =
      _mm512_add_epi16(_mm512_maddubs_epi16((__m512i)a, (__m512i)b), _mm512_maddubs_epi16((__m512i)a1, (__m512i)b1));
  return wrapping_sum(acc, (i32v)_mm512_madd_epi16(sum, _mm512_set1_epi16(1)));
#elif LANES == 8 && defined(__AVX2__)
  const __m256i sum =
      _mm256_add_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_maddubs_epi16((__m256i)a1, (__m256i)b1));
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(sum, _mm256_set1_epi16(1)));
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i sum =
      _mm_add_epi16(_mm_maddubs_epi16((__m128i)a, (__m128i)b), _mm_maddubs_epi16((__m128i)a1, (__m128i)b1));
  return wrapping_sum(acc, (i32v)_mm_madd_epi16(sum, _mm_set1_epi16(1)));
#else
  return dot4(dot4(acc, a, b), a1, b1);
#endif
}

// What is computed behind this line waits for the vector, in GCC's order of statements too. Costs no instruction.
#if defined(__GNUC__) && !defined(__clang__) && defined(__SSE4_1__)
#define KEEP_ORDER(vector) asm("" : "+x"(vector))
#else
#define KEEP_ORDER(vector)
#endif

// Any weights with 16-bit factors, for x86 without such an instruction: there is less to take apart.
// Depthwise kernels are one straight run of them: GCC would compute all products first and keep them in memory.
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
#if LANES == 16 && defined(__AVX512BW__)
  const __m512i a0 = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(255)), a1 = _mm512_srli_epi16((__m512i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm512_madd_epi16(a0, (__m512i)b.even)),
                     (i32v)_mm512_madd_epi16(a1, (__m512i)b.odd));
  KEEP_ORDER(acc);
  return acc;
#elif LANES == 8 && defined(__AVX2__)
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, (__m256i)b.even)),
                     (i32v)_mm256_madd_epi16(a1, (__m256i)b.odd));
  KEEP_ORDER(acc);
  return acc;
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i a0 = _mm_and_si128((__m128i)a, _mm_set1_epi16(255)), a1 = _mm_srli_epi16((__m128i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm_madd_epi16(a0, (__m128i)b.even)),
                     (i32v)_mm_madd_epi16(a1, (__m128i)b.odd));
  KEEP_ORDER(acc);
  return acc;
#else
  i32v products = {};
  for (int i = 0; i < LANES; ++i) {
    products[i] += a[4 * i] * (i16)b.even[i] + a[4 * i + 2] * (b.even[i] >> 16);
    products[i] += a[4 * i + 1] * (i16)b.odd[i] + a[4 * i + 3] * (b.odd[i] >> 16);
  }
  return wrapping_sum(acc, products);
#endif
}

INLINE i32v dot4(i32v acc, i8q a, i8q b) {
#if LANES == 4 && defined(__ARM_FEATURE_DOTPROD)
  return (i32v)vdotq_s32((int32x4_t)acc, (int8x16_t)a, (int8x16_t)b);
#elif LANES == 4 && defined(__aarch64__)
  const int16x8_t low = vmull_s8(vget_low_s8((int8x16_t)a), vget_low_s8((int8x16_t)b));
  const int16x8_t high = vmull_high_s8((int8x16_t)a, (int8x16_t)b);
  return wrapping_sum(acc, (i32v)vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#else
  i32v products = {};
  for (int i = 0; i < LANES * 4; ++i) products[i / 4] += a[i] * b[i];
  return wrapping_sum(acc, products);
#endif
}

#if LANES == 4 && defined(__ARM_FEATURE_DOTPROD)
INLINE i32v dot4(i32v acc, i8s a, i8q b) { return (i32v)vdotq_lane_s32((int32x4_t)acc, (int8x16_t)b, (int8x8_t)a, 0); }
INLINE i32v dot4(i32v acc, i8q a, i8s b) { return dot4(acc, b, a); }
#endif
