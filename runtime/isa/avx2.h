// AVX2 and FMA: 8 lanes.
#pragma once

#include "runtime/isa/avx2_base.h"

// Even and odd bytes as 16-bit pairs: maddubs would saturate.
INLINE i32v dot4(i32v acc, u8q a, i8q b) {
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  const __m256i b0 = _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8), b1 = _mm256_srai_epi16((__m256i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, b0)), (i32v)_mm256_madd_epi16(a1, b1));
}
