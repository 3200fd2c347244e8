// Weights that are stored in 8 or 16 bits, as the floats that kernels multiply with.
#pragma once

#include "vectors.h"

typedef uint16_t f16;  // the bits of a half-precision number
typedef f16 f16v __attribute__((vector_size(LANES * 2)));

// LANES 8-bit weights. What they are multiplied with to mean something is the same for a channel, and comes after the
// sum.
INLINE f32v widen(const i8* p) {
#if LANES == 16 && defined(__AVX512F__)
  __m128i b;
  __builtin_memcpy(&b, p, 16);
  return (f32v)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(b));
#elif LANES == 8 && defined(__AVX2__)
  long long b;
  __builtin_memcpy(&b, p, 8);
  return (f32v)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(b)));
#elif LANES == 4 && defined(__SSE4_1__)
  int b;
  __builtin_memcpy(&b, p, 4);
  return (f32v)_mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(b)));
#elif LANES == 4 && defined(__ARM_NEON)
  u32 b;
  __builtin_memcpy(&b, p, 4);
  return (f32v)vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(b))))));
#else
  return to_f32v(to_i32v(load_i8v(p)));
#endif
}

// LANES finite halves.
INLINE f32v widen(const f16* p) {
#if LANES == 16 && defined(__AVX512F__)
  __m256i h;
  __builtin_memcpy(&h, p, 32);
  return (f32v)_mm512_cvtph_ps(h);
#elif LANES == 8 && defined(__F16C__)
  __m128i h;
  __builtin_memcpy(&h, p, 16);
  return (f32v)_mm256_cvtph_ps(h);
#elif LANES == 4 && defined(__aarch64__)
  uint16x4_t h;
  __builtin_memcpy(&h, p, 8);
  return (f32v)vcvt_f32_f16(vreinterpret_f16_u16(h));
#else
  // The fields of a half in the place of a float's. A float's exponent counts from 112 further down: times 2^112.
#if LANES == 4 && defined(__SSE4_1__)
  long long h;
  __builtin_memcpy(&h, p, 8);
  const u32v bits = (u32v)_mm_cvtepu16_epi32(_mm_cvtsi64_si128(h));
#else
  f16v h;
  __builtin_memcpy(&h, p, sizeof h);
  const u32v bits = __builtin_convertvector(h, u32v);
#endif
  const u32v fields = (bits & 0x7fff) << 13, sign = (bits & 0x8000) << 16;
  return (f32v)((u32v)((f32v)fields * 5.192296858534828e33f) | sign);
#endif
}
