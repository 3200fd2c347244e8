// What all instruction sets of x86-64 share.
#pragma once

#include "runtime/isa/gnu_quads.h"
#include "runtime/isa/intrinsics_x86.h"

// What is computed behind this line waits for the vector, in GCC's order of statements too. Costs no instruction.
#if defined(__GNUC__) && !defined(__clang__)
#define KEEP_ORDER(vector) asm("" : "+x"(vector))
#else
#define KEEP_ORDER(vector)
#endif
INLINE i8v saturate_i8v(i32v v) { return to_i8v(vmin(vmax(v, splat_i32v(-128)), splat_i32v(127))); }

// No kernel multiplies signed activations on x86.
INLINE i32v dot4(i32v acc, i8q a, i8q b) {
  i32v products = {};
  for (int i = 0; i < LANES * 4; ++i) products[i / 4] += a[i] * b[i];
  return wrapping_sum(acc, products);
}

// Nearest, ties away from zero: add half, and for negative values one less, then shift with sign.
INLINE i32v round_shift(i32v x, i32v shift) {
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (x + half + ((x >> 31) & (i32v)(shift > 0))) >> shift;
}

// A multiplier in two parts leaves products of 32 bits: (d * 2^20 * multiplier + 2^30) / 2^31 is
// (d * multiplier + 2^10) / 2^11.
INLINE i32v scale_operand(i32v d, i32v multiplier, i32v shift) {
  const i32v low = d * (multiplier & splat_i32v(2047)) + splat_i32v(1024);
  return round_shift(d * (multiplier >> 11) + (low >> 11), shift);
}

// 16 bytes at a time: an instruction adds up eight of them.
INLINE i32 sum_bytes(const u8* p, int n) {
  i32 sum = 0;
  int k = 0;
  __m128i total = _mm_setzero_si128();
  for (; k + 16 <= n; k += 16)
    total = _mm_add_epi64(total, _mm_sad_epu8(_mm_loadu_si128((const __m128i*)(p + k)), _mm_setzero_si128()));
  if (k + 8 <= n) {
    total = _mm_add_epi64(total, _mm_sad_epu8(_mm_loadl_epi64((const __m128i*)(p + k)), _mm_setzero_si128()));
    k += 8;
  }
  sum += _mm_cvtsi128_si32(total) + _mm_extract_epi32(total, 2);
  for (; k < n; ++k) sum += p[k];
  return sum;
}
