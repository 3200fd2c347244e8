// Standard C++ that compilers turn into fast code for machines with vectors of any kind.
//
// The four bytes of the quads of all lanes lie in planes (Target::quads_in_planes), so that every lane of a loop does
// what its neighbours do, and they are widened to 16 bits when they are loaded. Products are added in 16 bits where the
// weights are small enough for that. No lane is shifted by a number of its own, which few machines can.
#pragma once

#include "runtime/isa/lanes.h"

// ---- quads -------------------------------------------------------------------------------------
// Four numbers for every lane: those of all lanes that come first, those that come second, and so on.
typedef Lanes<i16, 4 * LANES> i8q;
typedef i8q u8q;
typedef i8q i16q;
// Four numbers, which every lane of a product takes.
struct i8s {
  i16 byte[4];
};
typedef i8s u8s;
template <typename T>
INLINE i8q load_quads(const T* p) {
  i8q v;
  EACH(i, 4 * LANES) v.lane[i] = p[i];
  return v;
}
INLINE u8q load_u8q(const u8* p) { return load_quads(p); }
INLINE i8q load_i8q(const i8* p) { return load_quads(p); }
INLINE i16q load_i16q(const i16* p) { return load_quads(p); }
INLINE u8s load_u8s(const u8* p) { return {{p[0], p[1], p[2], p[3]}}; }
INLINE i8s load_i8s(const i8* p) { return {{p[0], p[1], p[2], p[3]}}; }

// ---- products of 16-bit numbers ----------------------------------------------------------------
// 16-bit numbers as those of 32 bits. If they are multiplied next, machines have instructions for that.
struct i32_of_i16 {
  i16v half;

  operator i32v() const { return i32v(half); }
  friend i32v operator*(const i32_of_i16& a, const i32_of_i16& b) {
    i32v r;
    EACH(i, LANES) r.lane[i] = a.half.lane[i] * b.half.lane[i];
    return r;
  }
};
INLINE i32_of_i16 to_i32v(const i16v& v) { return {v}; }

// ---- products of bytes: four are added to each lane --------------------------------------------
INLINE i32v dot4(const i32v& acc, const i8q& a, const i8q& b) {
  i32v r;
  EACH(i, LANES) {
    const i32 first = a.lane[i] * b.lane[i] + a.lane[LANES + i] * b.lane[LANES + i];
    const i32 second = a.lane[2 * LANES + i] * b.lane[2 * LANES + i] + a.lane[3 * LANES + i] * b.lane[3 * LANES + i];
    r.lane[i] = add(acc.lane[i], first + second);
  }
  return r;
}
INLINE i32v dot4(const i32v& acc, const i8s& a, const i8q& b) {
  i32v r;
  EACH(i, LANES) {
    const i32 first = a.byte[0] * b.lane[i] + a.byte[1] * b.lane[LANES + i];
    const i32 second = a.byte[2] * b.lane[2 * LANES + i] + a.byte[3] * b.lane[3 * LANES + i];
    r.lane[i] = add(acc.lane[i], first + second);
  }
  return r;
}

// The loops have one width each: the sums of 16 bits have twice the lanes of the others.
INLINE i32v add_pairs(const i32v& acc, const i16* first, const i16* second) {
  i32v r;
  EACH(i, LANES) r.lane[i] = add(acc.lane[i], first[i] + second[i]);
  return r;
}
// dot4() where the weights are so small that the first two products and the last two add up to less than 2^15 each.
INLINE i32v dot4_small(const i32v& acc, const i8s& a, const i8q& b) {
  i16 first[LANES], second[LANES];
  EACH(i, LANES) first[i] = (i16)(a.byte[0] * b.lane[i] + a.byte[1] * b.lane[LANES + i]);
  EACH(i, LANES) second[i] = (i16)(a.byte[2] * b.lane[2 * LANES + i] + a.byte[3] * b.lane[3 * LANES + i]);
  return add_pairs(acc, first, second);
}
INLINE i32v dot4_small(const i32v& acc, const i8q& a, const i8q& b) { return dot4(acc, a, b); }
// Two steps at once, where even the four products of both add up to less than 2^15.
INLINE i32v dot4_joined(const i32v& acc, const i8s& a, const i8q& b, const i8s& a1, const i8q& b1) {
  i16 first[LANES], second[LANES];
  EACH(i, LANES) {
    first[i] = (i16)(a.byte[0] * b.lane[i] + a.byte[1] * b.lane[LANES + i] + a1.byte[0] * b1.lane[i] +
                     a1.byte[1] * b1.lane[LANES + i]);
  }
  EACH(i, LANES) {
    second[i] = (i16)(a.byte[2] * b.lane[2 * LANES + i] + a.byte[3] * b.lane[3 * LANES + i] +
                      a1.byte[2] * b1.lane[2 * LANES + i] + a1.byte[3] * b1.lane[3 * LANES + i]);
  }
  return add_pairs(acc, first, second);
}
INLINE i32v dot4_joined(const i32v& acc, const i8q& a, const i8q& b, const i8q& a1, const i8q& b1) {
  return dot4(dot4(acc, a, b), a1, b1);
}

// ---- requantization ----------------------------------------------------------------------------
// floor((x * multiplier + 2^30) / 2^31) of unsigned numbers, the second of which is at most 2^31.
INLINE u32 high_product(u32 x, u32 multiplier) { return (u32)(((uint64_t)x * multiplier + (1u << 30)) >> 31); }
// SRDHM. As unsigned numbers, negative ones are 2^32 larger, and their products 2^32 * multiplier.
INLINE i32 high_lane(i32 x, i32 multiplier) {
  return (i32)(high_product((u32)x, (u32)multiplier) - ((u32)(x >> 31) & 2 * (u32)multiplier));
}
// 2^(31 - shift), for a shift in [0, 31]. The float 2^(30 - shift) has no bits but those of its exponent.
INLINE u32 power_lane(i32 shift) {
  const i32 bits = (157 - shift) << 23;
  f32 power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return 2 * (u32)(i32)power + (shift > 30 ? 1 : 0);
}
// RDBPOT. With 2^31 more the number is not negative, and the result 2^31 / 2^shift more. high_product() adds a half.
INLINE i32 round_shift_lane(i32 x, i32 shift) {
  const u32 away = shift > 0 ? (u32)(x >> 31) : 0, power = power_lane(shift);
  return (i32)(high_product((u32)x + away + (1u << 31), power) - power);
}
INLINE i32v high_mul(const i32v& x, const i32v& multiplier) {
  i32v r;
  EACH(i, LANES) r.lane[i] = high_lane(x.lane[i], multiplier.lane[i]);
  return r;
}
INLINE i32v round_shift(const i32v& x, const i32v& shift) {
  i32v r;
  EACH(i, LANES) r.lane[i] = round_shift_lane(x.lane[i], shift.lane[i]);
  return r;
}
// round_shift(high_mul()) where what is negative will be clamped to 0: it is 0.
INLINE i32v requantize_positive(const i32v& x, const i32v& multiplier, const i32v& shift) {
  i32v r;
  EACH(i, LANES) {
    const u32 clamped = x.lane[i] > 0 ? (u32)x.lane[i] : 0;
    r.lane[i] = (i32)high_product(high_product(clamped, (u32)multiplier.lane[i]), power_lane(shift.lane[i]));
  }
  return r;
}
// round_shift(high_mul()) where every shift is 1 or more.
INLINE i32v requantize_shifted(const i32v& x, const i32v& multiplier, const i32v& shift) {
  i32v r;
  EACH(i, LANES) r.lane[i] = round_shift_lane(high_lane(x.lane[i], multiplier.lane[i]), shift.lane[i]);
  return r;
}
// requantize_shifted() where besides what is negative will be saturated or clamped to 0.
INLINE i32v requantize_small(const i32v& x, const i32v& multiplier, const i32v& shift) {
  return requantize_positive(x, multiplier, shift);
}
// requantize_small() with the middle two lanes of each four exchanged.
INLINE i32v requantize_crossing(const i32v& x, const i32v& multiplier, const i32v& shift) {
  const i32v v = requantize_small(x, multiplier, shift);
  i32v crossed = v;
  for (int i = 0; i + 3 < LANES; i += 4) crossed.lane[i + 1] = v.lane[i + 2], crossed.lane[i + 2] = v.lane[i + 1];
  return crossed;
}
// round_shift(high_mul(d << 20)) of a difference of 8-bit values.
INLINE i32v scale_operand(const i32v& d, const i32v& multiplier, const i32v& shift) {
  i32v r;
  EACH(i, LANES) {
    r.lane[i] = round_shift_lane(high_lane((i32)((u32)d.lane[i] << 20), multiplier.lane[i]), shift.lane[i]);
  }
  return r;
}
