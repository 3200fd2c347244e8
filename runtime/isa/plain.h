// Standard C++ for every machine and compiler, with any number of lanes: the specification of what the other files here
// define. Loops over lanes are such as compilers turn into vector instructions.
//
// Sums wrap at 32 bits, without undefined behaviour.
#pragma once

#include "runtime/prologue.h"

// ---- types -------------------------------------------------------------------------------------
// Operators act lane by lane. Comparisons give -1 where they hold, and 0 where not.
INLINE i32 add(i32 a, i32 b) { return (i32)((u32)a + (u32)b); }
INLINE u32 add(u32 a, u32 b) { return a + b; }
INLINE f32 add(f32 a, f32 b) { return a + b; }
INLINE i32 subtract(i32 a, i32 b) { return (i32)((u32)a - (u32)b); }
INLINE u32 subtract(u32 a, u32 b) { return a - b; }
INLINE f32 subtract(f32 a, f32 b) { return a - b; }
INLINE i32 multiply(i32 a, i32 b) { return (i32)((u32)a * (u32)b); }
INLINE u32 multiply(u32 a, u32 b) { return a * b; }
INLINE f32 multiply(f32 a, f32 b) { return a * b; }
// Shifts to the right keep the sign.
INLINE i32 shift_right(i32 a, i32 b) { return a >> b; }
INLINE u32 shift_right(u32 a, u32 b) { return a >> b; }

template <typename T, int N>
struct Lanes {
  T lane[N];

  Lanes() = default;
  Lanes(T value) {
    for (int i = 0; i < N; ++i) lane[i] = value;
  }
  template <typename From>
  explicit Lanes(const Lanes<From, N>& from) {
    for (int i = 0; i < N; ++i) lane[i] = (T)from.lane[i];
  }
  T& operator[](int i) { return lane[i]; }
  T operator[](int i) const { return lane[i]; }

  friend Lanes operator+(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = add(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator-(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = subtract(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator-(const Lanes& a) { return Lanes((T)0) - a; }
  friend Lanes operator*(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = multiply(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes operator/(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = a.lane[i] / b.lane[i];
    return r;
  }
  friend Lanes operator&(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = a.lane[i] & b.lane[i];
    return r;
  }
  friend Lanes operator|(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = a.lane[i] | b.lane[i];
    return r;
  }
  friend Lanes operator<<(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = (T)((u32)a.lane[i] << b.lane[i]);
    return r;
  }
  friend Lanes operator>>(const Lanes& a, const Lanes& b) {
    Lanes r;
    for (int i = 0; i < N; ++i) r.lane[i] = shift_right(a.lane[i], b.lane[i]);
    return r;
  }
  friend Lanes<i32, N> operator>(const Lanes& a, const Lanes& b) {
    Lanes<i32, N> r;
    for (int i = 0; i < N; ++i) r.lane[i] = a.lane[i] > b.lane[i] ? -1 : 0;
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
// Four bytes for every lane.
typedef Lanes<u8, 4 * LANES> u8q;
typedef Lanes<i8, 4 * LANES> i8q;
// Four bytes, which every lane of a product takes.
struct u8s {
  u8 byte[4];
};
struct i8s {
  i8 byte[4];
};
// Four 16-bit numbers for every lane: those for the even bytes of a quad, and those for the odd ones.
struct i16q {
  i16 even[2 * LANES], odd[2 * LANES];
};

// ---- loads and stores --------------------------------------------------------------------------
template <typename T, int N>
INLINE Lanes<T, N> load_lanes(const T* p) {
  Lanes<T, N> v;
  for (int i = 0; i < N; ++i) v.lane[i] = p[i];
  return v;
}
// The first n lanes; the others are zero.
template <typename T, int N>
INLINE Lanes<T, N> load_lanes(const T* p, int n) {
  Lanes<T, N> v;
  for (int i = 0; i < N; ++i) v.lane[i] = i < n ? p[i] : (T)0;
  return v;
}
INLINE f32v load_f32v(const f32* p) { return load_lanes<f32, LANES>(p); }
INLINE i32v load_i32v(const i32* p) { return load_lanes<i32, LANES>(p); }
INLINE i16v load_i16v(const i16* p) { return load_lanes<i16, LANES>(p); }
INLINE u8v load_u8v(const u8* p) { return load_lanes<u8, LANES>(p); }
INLINE i8v load_i8v(const i8* p) { return load_lanes<i8, LANES>(p); }
INLINE u8q load_u8q(const u8* p) { return load_lanes<u8, 4 * LANES>(p); }
INLINE i8q load_i8q(const i8* p) { return load_lanes<i8, 4 * LANES>(p); }
INLINE f32v load_f32v(const f32* p, int n) { return load_lanes<f32, LANES>(p, n); }
INLINE u8v load_u8v(const u8* p, int n) { return load_lanes<u8, LANES>(p, n); }
INLINE i8v load_i8v(const i8* p, int n) { return load_lanes<i8, LANES>(p, n); }
INLINE u8s load_u8s(const u8* p) { return {{p[0], p[1], p[2], p[3]}}; }
INLINE i8s load_i8s(const i8* p) { return {{p[0], p[1], p[2], p[3]}}; }
INLINE i16q load_i16q(const i16* p) {
  i16q v;
  for (int i = 0; i < 2 * LANES; ++i) v.even[i] = p[i], v.odd[i] = p[2 * LANES + i];
  return v;
}
INLINE void store(f32* p, const f32v& v) {
  for (int i = 0; i < LANES; ++i) p[i] = v.lane[i];
}
INLINE void store(i32* p, const i32v& v) {
  for (int i = 0; i < LANES; ++i) p[i] = v.lane[i];
}
INLINE void store(u8* p, const u8v& v) {
  for (int i = 0; i < LANES; ++i) p[i] = v.lane[i];
}
INLINE void store(i8* p, const i8v& v) {
  for (int i = 0; i < LANES; ++i) p[i] = v.lane[i];
}
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
  for (int i = 0; i < LANES; ++i) {
    v.lane[i] =
        (u32)bytes[4 * i] | (u32)bytes[4 * i + 1] << 8 | (u32)bytes[4 * i + 2] << 16 | (u32)bytes[4 * i + 3] << 24;
  }
  return v;
}
INLINE void store(u32* p, const u32v& v) {
  u8* const bytes = (u8*)p;
  for (int i = 0; i < 4 * LANES; ++i) bytes[i] = (u8)(v.lane[i / 4] >> 8 * (i % 4));
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
  for (int i = 0; i < LANES; ++i) r.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v vmin(const i32v& a, const i32v& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE f32v vmax(const f32v& a, const f32v& b) {
  f32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v vmax(const i32v& a, const i32v& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE f32v select(const i32v& mask, const f32v& a, const f32v& b) {
  f32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = mask.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
INLINE i32v select(const i32v& mask, const i32v& a, const i32v& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = mask.lane[i] ? a.lane[i] : b.lane[i];
  return r;
}
// c + a * b, in one rounding or two.
INLINE f32v madd(const f32v& c, const f32v& a, const f32v& b) {
  f32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = c.lane[i] + a.lane[i] * b.lane[i];
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
  for (int i = 0; i < LANES; ++i) r.lane[i] = round_lane(v.lane[i]);
  return r;
}
template <typename T>
INLINE i32v to_i32v(const Lanes<T, LANES>& v) {
  return i32v(v);
}
template <typename T>
INLINE i16v to_i16v(const Lanes<T, LANES>& v) {
  return i16v(v);
}
// The low byte of each lane; the lanes hold values that fit.
INLINE u8v to_u8v(const i32v& v) { return u8v(v); }
INLINE i8v to_i8v(const i32v& v) { return i8v(v); }
// Each lane, clamped to what fits.
INLINE u8v saturate_u8v(const i32v& v) { return to_u8v(vmin(vmax(v, i32v(0)), i32v(255))); }
INLINE i8v saturate_i8v(const i32v& v) { return to_i8v(vmin(vmax(v, i32v(-128)), i32v(127))); }

// ---- products of bytes: four are added to each lane --------------------------------------------
INLINE i32v dot4(const i32v& acc, const u8q& a, const i8q& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const u8* const x = a.lane + 4 * i;
    const i8* const y = b.lane + 4 * i;
    r.lane[i] = add(acc.lane[i], x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3]);
  }
  return r;
}
INLINE i32v dot4(const i32v& acc, const i8q& a, const i8q& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const i8* const x = a.lane + 4 * i;
    const i8* const y = b.lane + 4 * i;
    r.lane[i] = add(acc.lane[i], x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3]);
  }
  return r;
}
INLINE i32v dot4(const i32v& acc, const u8s& a, const i8q& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const i8* const y = b.lane + 4 * i;
    r.lane[i] = add(acc.lane[i], a.byte[0] * y[0] + a.byte[1] * y[1] + a.byte[2] * y[2] + a.byte[3] * y[3]);
  }
  return r;
}
INLINE i32v dot4(const i32v& acc, const i8s& a, const i8q& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const i8* const y = b.lane + 4 * i;
    r.lane[i] = add(acc.lane[i], a.byte[0] * y[0] + a.byte[1] * y[1] + a.byte[2] * y[2] + a.byte[3] * y[3]);
  }
  return r;
}
INLINE i32v dot4(const i32v& acc, const i8q& a, const i8s& b) { return dot4(acc, b, a); }
INLINE i32v dot4(const i32v& acc, const u8q& a, const i16q& b) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const u8* const x = a.lane + 4 * i;
    const i16 *const even = b.even + 2 * i, *const odd = b.odd + 2 * i;
    r.lane[i] = add(acc.lane[i], x[0] * even[0] + x[2] * even[1] + x[1] * odd[0] + x[3] * odd[1]);
  }
  return r;
}
// dot4() where the weights are so small that two products of neighbours, each of up to 255 and a weight, add up to less
// than 2^15.
template <typename A>
INLINE i32v dot4_small(const i32v& acc, const A& a, const i8q& b) {
  return dot4(acc, a, b);
}
// Two steps at once, where even all four products of neighbours in the two steps add up to less than 2^15.
template <typename A>
INLINE i32v dot4_joined(const i32v& acc, const A& a, const i8q& b, const A& a1, const i8q& b1) {
  return dot4(dot4(acc, a, b), a1, b1);
}

// ---- requantization ----------------------------------------------------------------------------
// SRDHM: floor((x * multiplier + 2^30) / 2^31).
INLINE i32v high_mul(const i32v& x, const i32v& multiplier) {
  i32v r;
  for (int i = 0; i < LANES; ++i) r.lane[i] = (i32)(((i64)x.lane[i] * multiplier.lane[i] + (1 << 30)) >> 31);
  return r;
}
// RDBPOT: x / 2^shift to nearest, ties away from zero. Half is added, and for negative values one less.
INLINE i32v round_shift(const i32v& x, const i32v& shift) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const i32 s = shift.lane[i], half = (i32)((1u << s) >> 1), away = s > 0 ? x.lane[i] >> 31 : 0;
    r.lane[i] = add(add(x.lane[i], half), away) >> s;
  }
  return r;
}
// round_shift(high_mul()) where what is negative will be clamped to 0: it is 0 or negative. Positive values are rounded
// upwards twice, and neither step looks at signs:
//   floor((floor((x * multiplier + 2^30) / 2^31) + half) / 2^shift)
INLINE i32v requantize_positive(const i32v& x, const i32v& multiplier, const i32v& shift) {
  i32v r;
  for (int i = 0; i < LANES; ++i) {
    const i32 clamped = x.lane[i] > 0 ? x.lane[i] : 0, s = shift.lane[i];
    const i32 high = (i32)(((i64)clamped * multiplier.lane[i] + (1 << 30)) >> 31);
    r.lane[i] = (high + (i32)((1u << s) >> 1)) >> s;
  }
  return r;
}
// round_shift(high_mul()) where every shift is 1 or more:
//   floor((x * multiplier + 2^30 + 2^(30 + shift) - (x < 0 ? 2^31 : 0)) / 2^(31 + shift))
// Half a step less for negative values makes ties go away from zero.
INLINE i32v requantize_shifted(const i32v& x, const i32v& multiplier, const i32v& shift) {
  return round_shift(high_mul(x, multiplier), shift);
}
// requantize_shifted() where besides what is negative will be saturated or clamped to 0: it may be rounded in any way
// that leaves it 0 or negative.
INLINE i32v requantize_small(const i32v& x, const i32v& multiplier, const i32v& shift) {
  return requantize_positive(x, multiplier, shift);
}
// requantize_small() with the middle two lanes of each four exchanged. An expansion does that where it takes an
// instruction less, and the depthwise convolution behind it, whose weights and ring are in the order between, does it
// again.
INLINE i32v requantize_crossing(const i32v& x, const i32v& multiplier, const i32v& shift) {
  const i32v v = requantize_small(x, multiplier, shift);
  i32v crossed = v;
  for (int i = 0; i + 3 < LANES; i += 4) crossed.lane[i + 1] = v.lane[i + 2], crossed.lane[i + 2] = v.lane[i + 1];
  return crossed;
}
// round_shift(high_mul(d << 20)) of a difference of 8-bit values. A multiplier in two parts leaves products of 32 bits:
// (d * 2^20 * multiplier + 2^30) / 2^31 is (d * multiplier + 2^10) / 2^11.
INLINE i32v scale_operand(const i32v& d, const i32v& multiplier, const i32v& shift) {
  const i32v low = d * (multiplier & i32v(2047)) + i32v(1024);
  return round_shift(d * (multiplier >> i32v(11)) + (low >> i32v(11)), shift);
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
  for (int i = 0; i < LANES; ++i) r.lane[i] = widen_half(p[i]);
  return r;
}

// ---- sums --------------------------------------------------------------------------------------
template <typename T>
INLINE i32 sum_bytes(const T* p, int n) {
  i32 sum = 0;
  for (int k = 0; k < n; ++k) sum += p[k];
  return sum;
}
