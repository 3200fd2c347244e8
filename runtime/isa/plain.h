// The specification of what the other files here define, in standard C++ for every machine.
#pragma once

#include "runtime/isa/lanes.h"

// ---- quads -------------------------------------------------------------------------------------
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
INLINE u8q load_u8q(const u8* p) { return load_lanes<u8, 4 * LANES>(p); }
INLINE i8q load_i8q(const i8* p) { return load_lanes<i8, 4 * LANES>(p); }
INLINE u8s load_u8s(const u8* p) { return {{p[0], p[1], p[2], p[3]}}; }
INLINE i8s load_i8s(const i8* p) { return {{p[0], p[1], p[2], p[3]}}; }
INLINE i16q load_i16q(const i16* p) {
  i16q v;
  for (int i = 0; i < 2 * LANES; ++i) v.even[i] = p[i], v.odd[i] = p[2 * LANES + i];
  return v;
}

// ---- 16-bit numbers ----------------------------------------------------------------------------
INLINE i32v to_i32v(const i16v& v) { return i32v(v); }

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
