// SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD over any dimensions, by the loops of MEAN. What takes the place of a sum
// there is set to 0 before the first element, and has each one added.
#pragma once

#include "mean.h"

// The least number of a type, and the greatest.
INLINE f32 least_of(f32) { return -INFINITY; }
INLINE u8 least_of(u8) { return 0; }
INLINE i8 least_of(i8) { return INT8_MIN; }
INLINE i32 least_of(i32) { return INT32_MIN; }
INLINE i64 least_of(i64) { return INT64_MIN; }
INLINE f32 greatest_of(f32) { return INFINITY; }
INLINE u8 greatest_of(u8) { return UINT8_MAX; }
INLINE i8 greatest_of(i8) { return INT8_MAX; }
INLINE i32 greatest_of(i32) { return INT32_MAX; }
INLINE i64 greatest_of(i64) { return INT64_MAX; }

template <typename T>
struct Largest {
  T value;
  void operator=(int) { value = least_of((T)0); }
  void operator+=(T x) { value = x > value ? x : value; }
};

template <typename T>
struct Smallest {
  T value;
  void operator=(int) { value = greatest_of((T)0); }
  void operator+=(T x) { value = x < value ? x : value; }
};

// T is f32, or unsigned so that products wrap.
template <typename T>
struct Product {
  T value;
  void operator=(int) { value = 1; }
  template <typename X>
  void operator+=(X x) {
    value *= (T)x;
  }
};

// `shift` takes an 8-bit number from the memory of the input to the memory of the output.
template <typename T, typename Out>
void largest_over(const T* in, Out* out, const Mean& m, i32 shift) {
  mean_over<Largest<T>>(in, out, m, [=](const Largest<T>& all) { return all.value + (T)shift; });
}

template <typename T, typename Out>
void smallest_over(const T* in, Out* out, const Mean& m, i32 shift) {
  mean_over<Smallest<T>>(in, out, m, [=](const Smallest<T>& all) { return all.value + (T)shift; });
}

// U is f32, or unsigned and as wide as T.
template <typename U, typename T>
void product_over(const T* in, T* out, const Mean& m) {
  mean_over<Product<U>>(in, out, m, [=](const Product<U>& all) { return all.value; });
}

// Integers wrap; those of 8 bits get `shift`, which takes sums from the memory of the input to the memory of the
// output.
template <typename U, typename T, typename Out>
void sum_over(const T* in, Out* out, const Mean& m, i32 shift) {
  mean_over<U>(in, out, m, [=](U sum) { return sum + (U)shift; });
}

// TFLite's SUM between different scales, in float: zero + round((sum - zeros) * scale + bias), which is not saturated.
template <typename In, typename Out>
void rescaled_sum_over(const In* in, Out* out, const Mean& m, i32 zeros, f32 scale, f32 bias, i32 zero) {
  mean_over<i32>(in, out, m, [=](i32 sum) {
    const f32 scaled = (f32)((double)(f32)(sum - zeros) * (double)scale);  // no fused multiply-add
    const f32 value = scaled + bias;
    const f32 rounded = roundf(value);
    const i64 whole = value != value             ? 0
                      : rounded >= 2147483648.0f ? INT32_MAX
                      : rounded < -2147483648.0f ? INT32_MIN
                                                 : (i64)rounded;
    return (u8)(whole + zero);
  });
}
