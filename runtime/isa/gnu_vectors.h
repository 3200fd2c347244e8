// The vectors of GCC and Clang, for every instruction set that has a file here but plain.h: types, loads and stores,
// and what these compilers translate well without help.
#pragma once

#include "runtime/prologue.h"

typedef f32 f32v __attribute__((vector_size(LANES * 4)));
typedef i32 i32v __attribute__((vector_size(LANES * 4)));
typedef u32 u32v __attribute__((vector_size(LANES * 4)));
typedef i16 i16v __attribute__((vector_size(LANES * 2)));
typedef u8 u8v __attribute__((vector_size(LANES)));
typedef i8 i8v __attribute__((vector_size(LANES)));
typedef u8 u8q __attribute__((vector_size(LANES * 4)));
typedef i8 i8q __attribute__((vector_size(LANES * 4)));
typedef uint16_t f16;  // the bits of a half-precision number
typedef f16 f16v __attribute__((vector_size(LANES * 2)));
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
typedef u8q u8s;
INLINE u8s load_u8s(const u8* p) {
  i32 s;
  __builtin_memcpy(&s, p, 4);
  return (u8s)splat_i32v(s);
}

// ---- arithmetic --------------------------------------------------------------------------------
INLINE i32v vmin(i32v a, i32v b) { return a < b ? a : b; }
INLINE i32v vmax(i32v a, i32v b) { return a > b ? a : b; }
INLINE i32v select(i32v mask, i32v a, i32v b) { return mask ? a : b; }
INLINE f32v select(i32v mask, f32v a, f32v b) { return mask ? a : b; }

// ---- conversions -------------------------------------------------------------------------------
INLINE f32v to_f32v(i32v v) { return __builtin_convertvector(v, f32v); }
INLINE i32v truncate_i32v(f32v v) { return __builtin_convertvector(v, i32v); }
INLINE i16v to_i16v(i8v v) { return __builtin_convertvector(v, i16v); }
INLINE i8v to_i8v(i32v v) { return __builtin_convertvector(v, i8v); }
INLINE f32v power_of_two(i32v n) { return (f32v)(((u32v)n + 127) << 23); }

// ---- tables --------------------------------------------------------------------------------------
// look_up() where no instruction does it.
INLINE i32v look_up_lanes(const u8* table, i32v index) {
  i32v r = {};
  for (int i = 0; i < LANES; ++i) r[i] = table[index[i]];
  return r;
}
