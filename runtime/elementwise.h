// Operators that treat every element alike: ADD, SUB, MUL, MAXIMUM, MINIMUM and PRELU with broadcasting, and functions
// of one float tensor. The loops below are called with one of the small structs, which hold an operator's
// parameters and compute one element.
//
//   apply_broadcast(a, b, out, {{1, 56, 56, 24}, {75264, 1344, 24, 1}, {0, 0, 0, 1}}, AddF32{0, 6});
#pragma once

#include "fixed_point.h"

// ---- loops -------------------------------------------------------------------------------------

// Sizes of the output, and the steps in elements that the operands take along each dimension: 0 where they
// are broadcast. Dimensions that both operands walk through alike may be merged; unused leading ones have
// size 1.
struct Broadcast {
  int size[4], a[4], b[4];
};

// `a` and `b` may each be u8, i8 or f32; `out` may be one of them where that one is not broadcast.
template <typename A, typename B, typename Out, typename F>
INLINE void broadcast_row(const A* a, int a_step, const B* b, int b_step, Out* out, int count, const F& f) {
  if (a_step == 1 && b_step == 1) {
    for (int i = 0; i < count; ++i) out[i] = (Out)f(a[i], b[i]);
  } else if (a_step == 1 && b_step == 0) {
    const B scalar = *b;
    for (int i = 0; i < count; ++i) out[i] = (Out)f(a[i], scalar);
  } else {
    for (int i = 0; i < count; ++i) out[i] = (Out)f(a[i * a_step], b[i * b_step]);
  }
}

template <typename A, typename B, typename Out, typename F>
void apply_broadcast(const A* a, const B* b, Out* out, const Broadcast& s, const F& f) {
  for (int i = 0; i < s.size[0]; ++i)
    for (int j = 0; j < s.size[1]; ++j)
      for (int k = 0; k < s.size[2]; ++k, out += s.size[3])
        broadcast_row(a + i * s.a[0] + j * s.a[1] + k * s.a[2], s.a[3], b + i * s.b[0] + j * s.b[1] + k * s.b[2],
                      s.b[3], out, s.size[3], f);
}

template <typename In, typename Out, typename F>
void apply(const In* in, Out* out, int count, const F& f) {
  for (int i = 0; i < count; ++i) out[i] = (Out)f(in[i]);
}

// ---- float -------------------------------------------------------------------------------------
// [lo, hi] is the activation: -INFINITY, INFINITY where there is none.

struct AddF32 {
  f32 lo, hi;
  f32 operator()(f32 a, f32 b) const { return clamp_f32(a + b, lo, hi); }
};

struct SubF32 {
  f32 lo, hi;
  f32 operator()(f32 a, f32 b) const { return clamp_f32(a - b, lo, hi); }
};

struct MulF32 {
  f32 lo, hi;
  f32 operator()(f32 a, f32 b) const { return clamp_f32(a * b, lo, hi); }
};

struct MaxF32 {
  f32 operator()(f32 a, f32 b) const { return a > b ? a : b; }
};

struct MinF32 {
  f32 operator()(f32 a, f32 b) const { return a < b ? a : b; }
};

struct PreluF32 {
  f32 operator()(f32 x, f32 slope) const { return x >= 0 ? x : x * slope; }
};

// ---- integers that are not quantized -----------------------------------------------------------
// T is i32 or i64, and U is unsigned and as wide: sums and products wrap.

template <typename T>
INLINE T bounded(T value, T lo, T hi) {
  return value < lo ? lo : value > hi ? hi : value;
}

template <typename T, typename U>
struct AddInteger {
  T lo, hi;
  T operator()(T a, T b) const { return bounded((T)((U)a + (U)b), lo, hi); }
};

template <typename T, typename U>
struct SubInteger {
  T lo, hi;
  T operator()(T a, T b) const { return bounded((T)((U)a - (U)b), lo, hi); }
};

template <typename T, typename U>
struct MulInteger {
  T lo, hi;
  T operator()(T a, T b) const { return bounded((T)((U)a * (U)b), lo, hi); }
};

template <typename T, typename U>
struct MaxInteger {
  T lo, hi;
  T operator()(T a, T b) const { return a > b ? a : b; }
};

template <typename T, typename U>
struct MinInteger {
  T lo, hi;
  T operator()(T a, T b) const { return a < b ? a : b; }
};

// ---- float, one tensor -------------------------------------------------------------------------

// RELU and its relatives.
struct ClampF32 {
  f32 lo, hi;
  f32 operator()(f32 x) const { return clamp_f32(x, lo, hi); }
};

// TFLite leaves the formula where the result is 1 or exp(x) within float's precision.
struct LogisticF32 {
  f32 operator()(f32 x) const {
    if (x > 16.619047164916992188f) return 1.0f;
    if (x < -9.0f) return expf(x);
    return 1.0f / (1.0f + expf(-x));
  }
};

// x * relu6(x + 3) / 6
struct HardSwishF32 {
  f32 operator()(f32 x) const { return x * clamp_f32(x + 3.0f, 0.0f, 6.0f) / 6.0f; }
};

// relu6(x + 3) / 6
struct HardSigmoidF32 {
  f32 operator()(f32 x) const { return clamp_f32(x + 3.0f, 0.0f, 6.0f) / 6.0f; }
};

// x * logistic(x)
struct SiluF32 {
  f32 operator()(f32 x) const { return x * LogisticF32()(x); }
};

// ---- 8 bits ------------------------------------------------------------------------------------
// Results are saturated to [lo, hi], the activation within the range of the output's type. Multipliers are
// those of rescale().

// TFLite's ADD: both operands to a common scale with 20 more bits, the sum to the output's scale.
struct Add8 {
  i32 zero_a, multiplier_a, shift_a;
  i32 zero_b, multiplier_b, shift_b;
  i32 zero, multiplier, shift, lo, hi;
  i32 scaled_a(i32 a) const { return rescale((a - zero_a) * (1 << 20), multiplier_a, shift_a); }
  i32 scaled_b(i32 b) const { return rescale((b - zero_b) * (1 << 20), multiplier_b, shift_b); }
  i32 operator()(i32 a, i32 b) const {
    return clamp(rescale(scaled_a(a) + scaled_b(b), multiplier, shift) + zero, lo, hi);
  }
};

struct Sub8 {
  Add8 p;
  i32 operator()(i32 a, i32 b) const {
    return clamp(rescale(p.scaled_a(a) - p.scaled_b(b), p.multiplier, p.shift) + p.zero, p.lo, p.hi);
  }
};

struct Mul8 {
  i32 zero_a, zero_b;
  i32 zero, multiplier, shift, lo, hi;
  i32 operator()(i32 a, i32 b) const {
    return clamp(rescale((a - zero_a) * (b - zero_b), multiplier, shift) + zero, lo, hi);
  }
};

// PRELU: `same` rescales what is 0 or more, `sloped` the product with a slope.
struct Prelu8 {
  i32 zero_x, zero_slope, zero;
  i32 same, same_shift, sloped, sloped_shift, lo, hi;
  i32 operator()(i32 x, i32 slope) const {
    const i32 value = x - zero_x;
    const i32 scaled =
        value >= 0 ? rescale(value, same, same_shift) : rescale(value * (slope - zero_slope), sloped, sloped_shift);
    return clamp(scaled + zero, lo, hi);
  }
};

// MAXIMUM and MINIMUM: a + shift_a and b + shift_b mean what the output means by the same number.
struct Max8 {
  i32 shift_a, shift_b;
  i32 operator()(i32 a, i32 b) const { return a + shift_a > b + shift_b ? a + shift_a : b + shift_b; }
};

struct Min8 {
  i32 shift_a, shift_b;
  i32 operator()(i32 a, i32 b) const { return a + shift_a < b + shift_b ? a + shift_a : b + shift_b; }
};

// XNNPACK's add: `bias` holds the rounding term and the zero points of a and b.
struct AddXnnpack8 {
  i32 multiplier_a, multiplier_b, bias, shift;
  i32 zero, lo, hi;
  i32 operator()(i32 a, i32 b) const {
    return clamp(((a * multiplier_a + b * multiplier_b + bias) >> shift) + zero, lo, hi);
  }
};

// XNNPACK's mul.
struct MulXnnpack8 {
  i32 zero_a, zero_b;
  f32 scale;  // (scale of a) * (scale of b) / (scale of the output)
  i32 zero, lo, hi;
  i32 operator()(i32 a, i32 b) const { return rescale_f32((a - zero_a) * (b - zero_b), scale, zero, lo, hi); }
};
