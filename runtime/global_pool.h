// From sums over a map to the averages of AVERAGE_POOL_2D and MEAN, per channel.
#pragma once

#include "fixed_point.h"

static inline void pooled_average(const f32* sums, f32* out, int channels, int count, f32 min, f32 max) {
  for (int c = 0; c < channels; ++c) {
    const f32 v = sums[c] / (f32)count;
    out[c] = v < min ? min : v > max ? max : v;
  }
}

// 8-bit AVERAGE_POOL_2D rounds the average of logical values, halves away from zero; stored values are `shift` above
// logical ones. min and max are stored values.
template <class T>
static inline void pooled_average(const i32* sums, T* out, int channels, int count, int shift, int min, int max) {
  for (int c = 0; c < channels; ++c) {
    const i32 sum = sums[c] - shift * count;
    const i32 v = (sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count) + shift;
    out[c] = (T)(v < min ? min : v > max ? max : v);
  }
}

// 8-bit MEAN rescales the sum and divides by the count in one multiplication; `zero` is the input's zero point times
// count.
template <class T>
static inline void pooled_mean(const i32* sums, T* out, int channels, int zero, int multiplier, int shift, int out_zero,
                               int min, int max) {
  for (int c = 0; c < channels; ++c) {
    const i32 v = rescale(sums[c] - zero, multiplier, shift) + out_zero;
    out[c] = (T)(v < min ? min : v > max ? max : v);
  }
}

// XNNPACK's global average pooling: scaled in float, rounded to the nearest even.
template <class T>
static inline void pooled_mean_xnnpack(const i32* sums, T* out, int channels, int zero, f32 scale, int out_zero,
                                       int min, int max) {
  const f32 low = (f32)(min - out_zero), high = (f32)(max - out_zero);
  for (int c = 0; c < channels; ++c) {
    const f32 v = (f32)(sums[c] - zero) * scale;
    out[c] = (T)(round_half_even(v < low ? low : v > high ? high : v) + out_zero);
  }
}
