// Vectors of the target's width, as GCC and Clang vector extensions.
//
// LANES is the number of 32-bit lanes: 4 (SSE4.1, NEON), 8 (AVX2) or 16 (AVX-512); the emitted file defines it. Type
// names do not repeat the number: f32v, i32v and u32v fill one register, u8v and i8v are one byte per lane, u8q and i8q
// four bytes per lane (a "quad" feeds one lane of a dot product). Loads and stores never need alignment. Where the
// compiler was not told of the instructions that LANES stands for, everything still works, as plain loops.
#pragma once

#include "prologue.h"

typedef f32 f32v __attribute__((vector_size(LANES * 4)));
typedef i32 i32v __attribute__((vector_size(LANES * 4)));
typedef u32 u32v __attribute__((vector_size(LANES * 4)));
typedef i16 i16v __attribute__((vector_size(LANES * 2)));
typedef u8 u8v __attribute__((vector_size(LANES)));
typedef i8 i8v __attribute__((vector_size(LANES)));
typedef u8 u8q __attribute__((vector_size(LANES * 4)));
typedef i8 i8q __attribute__((vector_size(LANES * 4)));
// Four 16-bit numbers per lane, as instructions take them that multiply pairs: those for the even bytes of a quad, and
// those for the odd ones. In memory, all even pairs of a vector come before its odd ones.
struct i16q {
  i32v even, odd;
};

// ---- loads and stores --------------------------------------------------------------------------
INLINE f32v load_f32v(const f32* p) {
  f32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i32v load_i32v(const i32* p) {
  i32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
// Sums of products wrap at 32 bits, which signed numbers must not do in C++. SUMS_WRAP is defined for models whose sums
// can be so large. For others the signed form is right, and a little faster: compilers keep its order.
#ifdef SUMS_WRAP
INLINE i32v wrapping_sum(i32v a, i32v b) { return (i32v)((u32v)a + (u32v)b); }
#else
INLINE i32v wrapping_sum(i32v a, i32v b) { return a + b; }
#endif

INLINE u32v load_u32v(const u32* p) {
  u32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i16v load_i16v(const i16* p) {
  i16v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE u8v load_u8v(const u8* p) {
  u8v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i8v load_i8v(const i8* p) {
  i8v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE u8q load_u8q(const u8* p) {
  u8q v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i8q load_i8q(const i8* p) {
  i8q v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i16q load_i16q(const i16* p) { return {load_i32v((const i32*)p), load_i32v((const i32*)p + LANES)}; }

// The first n lanes; the others are zero.
INLINE f32v load_f32v(const f32* p, int n) {
  f32v v = {};
  __builtin_memcpy(&v, p, n * sizeof *p);
  return v;
}
INLINE u8v load_u8v(const u8* p, int n) {
  u8v v = {};
  __builtin_memcpy(&v, p, n * sizeof *p);
  return v;
}
INLINE i8v load_i8v(const i8* p, int n) {
  i8v v = {};
  __builtin_memcpy(&v, p, n * sizeof *p);
  return v;
}

INLINE void store(f32* p, f32v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(i32* p, i32v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(u32* p, u32v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(u8* p, u8v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(i8* p, i8v v) { __builtin_memcpy(p, &v, sizeof v); }

// The first n lanes only.
INLINE void store(f32* p, f32v v, int n) { __builtin_memcpy(p, &v, n * sizeof *p); }
INLINE void store(u8* p, u8v v, int n) { __builtin_memcpy(p, &v, n * sizeof *p); }
INLINE void store(i8* p, i8v v, int n) { __builtin_memcpy(p, &v, n * sizeof *p); }

// ---- splats ------------------------------------------------------------------------------------
// s - 0 and not s + 0: the latter is not an identity for -0.0f, so compilers would keep the addition.
INLINE f32v splat_f32v(f32 s) { return s - f32v{}; }
INLINE i32v splat_i32v(i32 s) { return s - i32v{}; }
INLINE u32v splat_u32v(u32 s) { return s - u32v{}; }
INLINE i16v splat_i16v(i16 s) { return s - i16v{}; }
INLINE u8v splat_u8v(u8 s) { return s - u8v{}; }
INLINE i8v splat_i8v(i8 s) { return s - i8v{}; }
// Four bytes for every lane. ARM's dot product takes them from one lane of its operand.
#if LANES == 4 && defined(__ARM_FEATURE_DOTPROD)
typedef i8 i8s __attribute__((vector_size(8)));
INLINE i8s load_i8s(const i8* p) {
  u32 s;
  __builtin_memcpy(&s, p, 4);
  return (i8s)vcreate_s8(s);
}
#else
typedef i8q i8s;
INLINE i8s load_i8s(const i8* p) {
  i32 s;
  __builtin_memcpy(&s, p, 4);
  return (i8s)splat_i32v(s);
}
#endif
typedef u8q u8s;
INLINE u8s load_u8s(const u8* p) {
  i32 s;
  __builtin_memcpy(&s, p, 4);
  return (u8s)splat_i32v(s);
}

// ---- arithmetic --------------------------------------------------------------------------------
INLINE i32v vmin(i32v a, i32v b) { return a < b ? a : b; }
INLINE i32v vmax(i32v a, i32v b) { return a > b ? a : b; }
INLINE i32 min_i32(i32 a, i32 b) { return a < b ? a : b; }
INLINE i32 max_i32(i32 a, i32 b) { return a > b ? a : b; }

INLINE f32v vmin(f32v a, f32v b) {
#if LANES == 16 && defined(__AVX512F__)
  return (f32v)_mm512_min_ps((__m512)a, (__m512)b);
#elif LANES == 8 && defined(__AVX__)
  return (f32v)_mm256_min_ps((__m256)a, (__m256)b);
#elif LANES == 4 && defined(__SSE4_1__)
  return (f32v)_mm_min_ps((__m128)a, (__m128)b);
#elif LANES == 4 && defined(__ARM_NEON)
  return (f32v)vminq_f32((float32x4_t)a, (float32x4_t)b);
#else
  return a < b ? a : b;
#endif
}

INLINE f32v vmax(f32v a, f32v b) {
#if LANES == 16 && defined(__AVX512F__)
  return (f32v)_mm512_max_ps((__m512)a, (__m512)b);
#elif LANES == 8 && defined(__AVX__)
  return (f32v)_mm256_max_ps((__m256)a, (__m256)b);
#elif LANES == 4 && defined(__SSE4_1__)
  return (f32v)_mm_max_ps((__m128)a, (__m128)b);
#elif LANES == 4 && defined(__ARM_NEON)
  return (f32v)vmaxq_f32((float32x4_t)a, (float32x4_t)b);
#else
  return a > b ? a : b;
#endif
}

// c + a * b, in one rounding where the target can. Written out because whether compilers contract it depends on
// compiler and options.
INLINE f32v madd(f32v c, f32v a, f32v b) {
#if LANES == 16 && defined(__AVX512F__)
  return (f32v)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif LANES == 8 && defined(__FMA__)
  return (f32v)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif LANES == 4 && defined(__aarch64__)
  return (f32v)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return c + a * b;
#endif
}

// ---- conversions -------------------------------------------------------------------------------
INLINE f32v to_f32v(i32v v) { return __builtin_convertvector(v, f32v); }

// To the nearest integer, ties to even, as the default rounding mode of the processor does it.
INLINE i32v round_i32v(f32v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (i32v)_mm512_cvtps_epi32((__m512)v);
#elif LANES == 8 && defined(__AVX__)
  return (i32v)_mm256_cvtps_epi32((__m256)v);
#elif LANES == 4 && defined(__SSE4_1__)
  return (i32v)_mm_cvtps_epi32((__m128)v);
#elif LANES == 4 && defined(__aarch64__)
  return (i32v)vcvtnq_s32_f32((float32x4_t)v);
#else
  i32v r = {};
  for (int i = 0; i < LANES; ++i) r[i] = (i32)__builtin_rintf(v[i]);
  return r;
#endif
}

INLINE i32v to_i32v(u8v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (i32v)_mm512_cvtepu8_epi32((__m128i)v);
#elif LANES == 8 && defined(__AVX2__)
  long long b;
  __builtin_memcpy(&b, &v, 8);
  return (i32v)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(b));
#else
  return __builtin_convertvector(v, i32v);
#endif
}

INLINE i32v to_i32v(i8v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (i32v)_mm512_cvtepi8_epi32((__m128i)v);
#elif LANES == 8 && defined(__AVX2__)
  long long b;
  __builtin_memcpy(&b, &v, 8);
  return (i32v)_mm256_cvtepi8_epi32(_mm_cvtsi64_si128(b));
#else
  return __builtin_convertvector(v, i32v);
#endif
}

INLINE i16v to_i16v(u8v v) {
#if LANES == 16 && defined(__AVX2__)
  return (i16v)_mm256_cvtepu8_epi16((__m128i)v);
#else
  return __builtin_convertvector(v, i16v);
#endif
}

INLINE i16v to_i16v(i8v v) { return __builtin_convertvector(v, i16v); }

INLINE i32v to_i32v(i16v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (i32v)_mm512_cvtepi16_epi32((__m256i)v);
#elif LANES == 8 && defined(__AVX2__)
  return (i32v)_mm256_cvtepi16_epi32((__m128i)v);
#else
  return __builtin_convertvector(v, i32v);
#endif
}

// The low byte of each lane; the lanes hold values that fit.
INLINE u8v to_u8v(i32v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (u8v)_mm512_cvtepi32_epi8((__m512i)v);
#elif LANES == 8 && defined(__AVX2__)
  const __m128i w = _mm_packus_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const long long b = _mm_cvtsi128_si64(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 8);
  return r;
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i w = _mm_packus_epi32((__m128i)v, (__m128i)v);
  const int b = _mm_cvtsi128_si32(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
#else
  return __builtin_convertvector(v, u8v);
#endif
}

INLINE i8v to_i8v(i32v v) { return __builtin_convertvector(v, i8v); }

// Each lane, clamped to what fits.
INLINE u8v saturate_u8v(i32v v) {
#if LANES == 16 && defined(__AVX512F__)
  return (u8v)_mm512_cvtusepi32_epi8(_mm512_max_epi32((__m512i)v, _mm512_setzero_si512()));
#elif LANES == 8 && defined(__AVX2__)
  const __m128i w = _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const long long b = _mm_cvtsi128_si64(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 8);
  return r;
#elif LANES == 4 && defined(__SSE4_1__)
  const __m128i w = _mm_packs_epi32((__m128i)v, (__m128i)v);
  const int b = _mm_cvtsi128_si32(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
#else
  return to_u8v(vmin(vmax(v, splat_i32v(0)), splat_i32v(255)));
#endif
}

INLINE i8v saturate_i8v(i32v v) {
#if LANES == 4 && defined(__aarch64__)
  const int16x4_t w = vqmovn_s32((int32x4_t)v);
  const u32 b = vget_lane_u32(vreinterpret_u32_s8(vqmovn_s16(vcombine_s16(w, w))), 0);
  i8v r;
  __builtin_memcpy(&r, &b, 4);
  return r;
#else
  return to_i8v(vmin(vmax(v, splat_i32v(-128)), splat_i32v(127)));
#endif
}
