// AVX-512: 16 lanes.
#pragma once

#include "runtime/isa/avx512_base.h"

// Even and odd bytes as 16-bit pairs: maddubs would saturate.
INLINE i32v dot4(i32v acc, u8q a, i8q b) {
  const __m512i a0 = _mm512_and_si512((__m512i)a, _mm512_set1_epi16(255)), a1 = _mm512_srli_epi16((__m512i)a, 8);
  const __m512i b0 = _mm512_srai_epi16(_mm512_slli_epi16((__m512i)b, 8), 8), b1 = _mm512_srai_epi16((__m512i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm512_madd_epi16(a0, b0)), (i32v)_mm512_madd_epi16(a1, b1));
}
