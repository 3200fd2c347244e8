// Vectors in standard C++, for every machine and compiler and with any number of lanes: what plain.h and generic.h have
// in common. EACH() goes through lanes in loops such as compilers turn into vector instructions.
//
// Sums wrap at 32 bits, without undefined behaviour.
#pragma once

#include "runtime/prologue.h"

// A loop over lanes. Where GCC unrolls it first, it does not see any more that vectors can do it; Clang does.
#if defined(__GNUC__) && !defined(__clang__)
#define EACH(i, n) _Pragma("GCC unroll 1") for (int i = 0; i < (n); ++i)
#else
#define EACH(i, n) for (int i = 0; i < (n); ++i)
#endif

// ---- types -------------------------------------------------------------------------------------
// Operators act lane by lane. Comparisons give -1 where they hold, and 0 where not.
// The type in which numbers of a type are computed: signed sums that wrap are sums of unsigned numbers.
template <typename T>
struct Computed {
  typedef T type;
};
template <>
struct Computed<i32> {
  typedef u32 type;
};
template <typename T>
INLINE T add(T a, T b) {
  return (T)((typename Computed<T>::type)a + (typename Computed<T>::type)b);
}
template <typename T>
INLINE T subtract(T a, T b) {
  return (T)((typename Computed<T>::type)a - (typename Computed<T>::type)b);
}
template <typename T>
INLINE T multiply(T a, T b) {
  return (T)((typename Computed<T>::type)a * (typename Computed<T>::type)b);
}

template <typename T, int N>
struct Lanes {
  T lane[N];

  Lanes() = default;
  Lanes(T value) { EACH(i, N) lane[i] = value; }
  template <typename From>
  explicit Lanes(const Lanes<From, N>& from) {
    EACH(i, N) lane[i] = (T)from.lane[i];
  }
  T& operator[](int i) { return lane[i]; }
  T operator[](int i) const { return lane[i]; }

  friend Lanes operator+(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = add(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator-(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = subtract(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator-(const Lanes& a) { return Lanes((T)0) - a; }
  friend Lanes operator*(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = multiply(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator/(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = a.lane[i] / b.lane[i];
    return r;
  }
  friend Lanes operator&(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = a.lane[i] & b.lane[i];
    return r;
  }
  friend Lanes operator|(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = a.lane[i] | b.lane[i];
    return r;
  }
  friend Lanes operator<<(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = (T)((u32)a.lane[i] << b.lane[i]);
    return r;
  }
  friend Lanes operator>>(const Lanes& a, const Lanes& b) {
    Lanes r;
    EACH(i, N) r.lane[i] = a.lane[i] >> b.lane[i];  // keeps the sign
    return r;
  }
  friend Lanes<i32, N> operator>(const Lanes& a, const Lanes& b) {
    Lanes<i32, N> r;
    EACH(i, N) r.lane[i] = a.lane[i] > b.lane[i] ? -1 : 0;
    return r;
  }
  friend Lanes<i32, N> operator<(const Lanes& a, const Lanes& b) { return b > a; }
};

typedef uint16_t f16;  // the bits of a half-precision number
typedef Lanes<f32, LANES> f32v;
typedef Lanes<i32, LANES> i32v;
typedef Lanes<u32, LANES> u32v;
typedef Lanes<i16, LANES> i16v;
typedef Lanes<u8, LANES> u8v;
typedef Lanes<i8, LANES> i8v;

// ---- loads and stores --------------------------------------------------------------------------
template <typename T, int N>
INLINE Lanes<T, N> load_lanes(const T* p) {
  Lanes<T, N> v;
  EACH(i, N) v.lane[i] = p[i];
  return v;
}
// The first n lanes; the others are zero.
template <typename T, int N>
INLINE Lanes<T, N> load_lanes(const T* p, int n) {
  Lanes<T, N> v;
  EACH(i, N) v.lane[i] = i < n ? p[i] : (T)0;
  return v;
}
INLINE f32v load_f32v(const f32* p) { return load_lanes<f32, LANES>(p); }
INLINE i32v load_i32v(const i32* p) { return load_lanes<i32, LANES>(p); }
INLINE i16v load_i16v(const i16* p) { return load_lanes<i16, LANES>(p); }
INLINE u8v load_u8v(const u8* p) { return load_lanes<u8, LANES>(p); }
INLINE i8v load_i8v(const i8* p) { return load_lanes<i8, LANES>(p); }
INLINE f32v load_f32v(const f32* p, int n) { return load_lanes<f32, LANES>(p, n); }
INLINE u8v load_u8v(const u8* p, int n) { return load_lanes<u8, LANES>(p, n); }
INLINE i8v load_i8v(const i8* p, int n) { return load_lanes<i8, LANES>(p, n); }
INLINE void store(f32* p, const f32v& v) { EACH(i, LANES) p[i] = v.lane[i]; }
INLINE void store(i32* p, const i32v& v) { EACH(i, LANES) p[i] = v.lane[i]; }
INLINE void store(u8* p, const u8v& v) { EACH(i, LANES) p[i] = v.lane[i]; }
INLINE void store(i8* p, const i8v& v) { EACH(i, LANES) p[i] = v.lane[i]; }
// The first n lanes only.
INLINE void store(f32* p, const f32v& v, int n) {
  for (int i = 0; i < n; ++i) p[i] = v.lane[i];
}
INLINE void store(u8* p, const u8v& v, int n) {
  for (int i = 0; i < n; ++i) p[i] = v.lane[i];
}
INLINE void store(i8* p, const i8v& v, int n) {
  for (int i = 0; i < n; ++i) p[i] = v.lane[i];
}

// Lanes of a ring, whose bytes are those of rows: the lowest 8 bits come first in memory on every machine.
INLINE u32v load_u32v(const u32* p) {
  const u8* const bytes = (const u8*)p;
  u32v v;
  EACH(i, LANES) {
    v.lane[i] =
        (u32)bytes[4 * i] | (u32)bytes[4 * i + 1] << 8 | (u32)bytes[4 * i + 2] << 16 | (u32)bytes[4 * i + 3] << 24;
  }
  return v;
}
INLINE void store(u32* p, const u32v& v) {
  u8* const bytes = (u8*)p;
  EACH(i, 4 * LANES) bytes[i] = (u8)(v.lane[i / 4] >> 8 * (i % 4));
}

INLINE f32v splat_f32v(f32 s) { return f32v(s); }
INLINE i32v splat_i32v(i32 s) { return i32v(s); }
INLINE u32v splat_u32v(u32 s) { return u32v(s); }
INLINE i16v splat_i16v(i16 s) { return i16v(s); }
INLINE u8v splat_u8v(u8 s) { return u8v(s); }
INLINE i8v splat_i8v(i8 s) { return i8v(s); }

// ---- arithmetic --------------------------------------------------------------------------------
INLINE i32v wrapping_sum(const i32v& a, const i32v& b) { return a + b; }
INLINE f32v vmin(const f32v& a, const f32v& b) {
  f32v r;
  EACH(i, LANES) r.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v vmin(const i32v& a, const i32v& b) {
  i32v r;
  EACH(i, LANES) r.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE f32v vmax(const f32v& a, const f32v& b) {
  f32v r;
  EACH(i, LANES) r.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v vmax(const i32v& a, const i32v& b) {
  i32v r;
  EACH(i, LANES) r.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE f32v select(const i32v& mask, const f32v& a, const f32v& b) {
  f32v r;
  EACH(i, LANES) r.lane[i] = mask.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v select(const i32v& mask, const i32v& a, const i32v& b) {
  i32v r;
  EACH(i, LANES) r.lane[i] = mask.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
// c + a * b, in one rounding or two.
INLINE f32v madd(const f32v& c, const f32v& a, const f32v& b) {
  f32v r;
  EACH(i, LANES) r.lane[i] = c.lane[i] + a.lane[i] * b.lane[i];
  return r;
}

// ---- conversions -------------------------------------------------------------------------------
INLINE f32v to_f32v(const i32v& v) { return f32v(v); }
INLINE i32v truncate_i32v(const f32v& v) { return i32v(v); }
// To the nearest integer, ties to even; -2^31 for what does not fit.
INLINE i32 round_lane(f32 x) {
  const f32 magic = 8388608.0f;  // 2^23: larger numbers are integers, and sums with it have no fraction bits left
  const f32 size = x < 0 ? -x : x;
  volatile f32 sum = size + magic;  // options such as -ffast-math would undo it
  const f32 whole = size < magic ? sum - magic : size;
  if (!(size < 2147483648.0f)) return INT32_MIN;
  return (i32)(x < 0 ? -whole : whole);
}
INLINE i32v round_i32v(const f32v& v) {
  i32v r;
  EACH(i, LANES) r.lane[i] = round_lane(v.lane[i]);
  return r;
}
INLINE i32v to_i32v(const u8v& v) { return i32v(v); }
INLINE i32v to_i32v(const i8v& v) { return i32v(v); }
INLINE i16v to_i16v(const u8v& v) { return i16v(v); }
INLINE i16v to_i16v(const i8v& v) { return i16v(v); }
// The low byte of each lane; the lanes hold values that fit.
INLINE u8v to_u8v(const i32v& v) { return u8v(v); }
INLINE i8v to_i8v(const i32v& v) { return i8v(v); }
// Each lane, clamped to what fits.
INLINE u8v saturate_u8v(const i32v& v) { return to_u8v(vmin(vmax(v, i32v(0)), i32v(255))); }
INLINE i8v saturate_i8v(const i32v& v) { return to_i8v(vmin(vmax(v, i32v(-128)), i32v(127))); }
// 2^n, for n from -126 to 127.
INLINE f32v power_of_two(const i32v& n) {
  f32v r;
  for (int i = 0; i < LANES; ++i) {
    const u32 bits = ((u32)n.lane[i] + 127) << 23;
    __builtin_memcpy(&r.lane[i], &bits, sizeof bits);
  }
  return r;
}
// Byte `index` of a table of 256 bytes, four in each word, the lowest 8 bits first.
INLINE i32v look_up(const i32* words, const i32v& index) {
  i32v r;
  EACH(i, LANES) r.lane[i] = (words[index.lane[i] >> 2] >> (8 * (index.lane[i] & 3))) & 255;
  return r;
}

// ---- narrow weights, as the floats that kernels multiply with ----------------------------------
// What 8-bit weights are multiplied with to mean something is the same for a channel, and comes after the sum.
INLINE f32v widen(const i8* p) { return f32v(load_i8v(p)); }
// Finite halves. Their fields stand in the place of a float's, whose exponent counts from 112 further down: times
// 2^112.
INLINE f32 widen_half(f16 half) {
  const u32 fields = (u32)(half & 0x7fff) << 13;
  f32 size;
  __builtin_memcpy(&size, &fields, sizeof size);
  size *= 5.192296858534828e33f;
  return half & 0x8000 ? -size : size;
}
INLINE f32v widen(const f16* p) {
  f32v r;
  EACH(i, LANES) r.lane[i] = widen_half(p[i]);
  return r;
}

// ---- sums --------------------------------------------------------------------------------------
template <typename T>
INLINE i32 sum_bytes(const T* p, int n) {
  i32 sum = 0;
  for (int k = 0; k < n; ++k) sum += p[k];
  return sum;
}
