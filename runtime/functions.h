// Functions of one number. With apply(), a float tensor; 8-bit tensors are looked up in tables that the compiler makes.
#pragma once

#include "prologue.h"

struct AbsF32 {
  f32 operator()(f32 x) const { return fabsf(x); }
};

struct NegF32 {
  f32 operator()(f32 x) const { return -x; }
};

struct SignF32 {
  f32 operator()(f32 x) const { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f; }
};

struct SquareF32 {
  f32 operator()(f32 x) const { return x * x; }
};

struct SqrtF32 {
  f32 operator()(f32 x) const { return sqrtf(x); }
};

struct RsqrtF32 {
  f32 operator()(f32 x) const { return 1.0f / sqrtf(x); }
};

struct ReciprocalF32 {
  f32 operator()(f32 x) const { return 1.0f / x; }
};

struct ExpF32 {
  f32 operator()(f32 x) const { return expf(x); }
};

struct LogF32 {
  f32 operator()(f32 x) const { return logf(x); }
};

struct SinF32 {
  f32 operator()(f32 x) const { return sinf(x); }
};

struct CosF32 {
  f32 operator()(f32 x) const { return cosf(x); }
};

struct TanhF32 {
  f32 operator()(f32 x) const { return tanhf(x); }
};

struct ErfF32 {
  f32 operator()(f32 x) const { return erff(x); }
};

struct FloorF32 {
  f32 operator()(f32 x) const { return floorf(x); }
};

struct CeilF32 {
  f32 operator()(f32 x) const { return ceilf(x); }
};

// To the even one of two that are equally near.
struct RoundF32 {
  f32 operator()(f32 x) const { return rintf(x); }
};

struct EluF32 {
  f32 alpha;
  f32 operator()(f32 x) const { return x < 0.0f ? alpha * expm1f(x) : x; }
};

// By the complement of erf(): 1 + erf() cancels for negative numbers.
struct GeluF32 {
  f32 operator()(f32 x) const { return 0.5f * x * erfcf(x * -0.707106781186547524f); }
};

// The approximation of that by tanh().
struct GeluTanhF32 {
  f32 operator()(f32 x) const { return 0.5f * x * (1.0f + tanhf(0.797884560802865356f * (x + 0.044715f * x * x * x))); }
};

// log(1 + exp(x)) without an overflow.
struct SoftplusF32 {
  f32 operator()(f32 x) const { return (x > 0.0f ? x : 0.0f) + log1pf(expf(-fabsf(x))); }
};

struct SoftsignF32 {
  f32 operator()(f32 x) const { return x / (1.0f + fabsf(x)); }
};

struct MishF32 {
  f32 operator()(f32 x) const { return x * tanhf(SoftplusF32()(x)); }
};

struct ThresholdedReluF32 {
  f32 alpha;
  f32 operator()(f32 x) const { return x > alpha ? x : 0.0f; }
};

// ---- integers that are not quantized -----------------------------------------------------------
// T is i32 or i64, and U is unsigned and as wide: the opposite of the least number is that number.

template <typename T, typename U>
struct AbsInteger {
  T operator()(T x) const { return x < 0 ? (T)((U)0 - (U)x) : x; }
};

template <typename T, typename U>
struct NegInteger {
  T operator()(T x) const { return (T)((U)0 - (U)x); }
};

template <typename T, typename U>
struct SignInteger {
  T operator()(T x) const { return (T)((x > 0) - (x < 0)); }
};
