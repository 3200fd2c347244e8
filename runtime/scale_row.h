// Rows of a map, multiplied by a factor for each channel, which squeeze-and-excitation computes. The small structs
// compute a vector of products, as the structs of elementwise.h for MUL compute an element.
#pragma once

#include "requantize.h"

struct ScaleF32 {
  f32v operator()(f32v x, f32v factor) const { return x * factor; }
};

// 8 bit, as TFLite rounds. `left` and `right` are the two directions of a shift; results are saturated to [lo, hi].
struct Scale8 {
  i32 zero_x, zero_factor, zero, multiplier, left, right, lo, hi;
  __attribute__((always_inline)) i32v operator()(i32v x, i32v factor) const {
    const i32v product = (x - splat_i32v(zero_x)) * (factor - splat_i32v(zero_factor));
    const i32v shifted = (i32v)((u32v)product << splat_u32v((u32)left));
    const i32v scaled = requantize(shifted, splat_i32v(multiplier), splat_i32v(right)) + splat_i32v(zero);
    return vclamp(scaled, splat_i32v(lo), splat_i32v(hi));
  }
};

// 8 bit, as XNNPACK rounds.
struct ScaleXnnpack8 {
  i32 zero_x, zero_factor;
  f32 scale;
  i32 zero, lo, hi;
  __attribute__((always_inline)) i32v operator()(i32v x, i32v factor) const {
    const i32v product = (x - splat_i32v(zero_x)) * (factor - splat_i32v(zero_factor));
    const f32v scaled = to_f32v(product) * splat_f32v(scale);
    return round_i32v(vmax(vmin(scaled, splat_f32v((f32)(hi - zero))), splat_f32v((f32)(lo - zero)))) +
           splat_i32v(zero);
  }
};

INLINE f32v load_lanes_of(const f32* p, int n) { return n < LANES ? load_f32v(p, n) : load_f32v(p); }
INLINE i32v load_lanes_of(const u8* p, int n) { return to_i32v(n < LANES ? load_u8v(p, n) : load_u8v(p)); }
INLINE i32v load_lanes_of(const i8* p, int n) { return to_i32v(n < LANES ? load_i8v(p, n) : load_i8v(p)); }
INLINE void store_lanes(f32* p, f32v v, int n) { n < LANES ? store(p, v, n) : store(p, v); }
INLINE void store_lanes(u8* p, i32v v, int n) { n < LANES ? store(p, to_u8v(v), n) : store(p, to_u8v(v)); }
INLINE void store_lanes(i8* p, i32v v, int n) { n < LANES ? store(p, to_i8v(v), n) : store(p, to_i8v(v)); }

// `width` pixels of `channels` channels; those of the result are `pitch` elements apart.
template <typename T, typename F>
static inline void scale_row(const T* from, const T* factors, T* to, int width, int channels, int pitch, const F& f) {
  for (int x = 0; x < width; ++x, from += channels, to += pitch) {
    for (int c = 0; c < channels; c += LANES) {
      const int n = channels - c;
      store_lanes(to + c, f(load_lanes_of(from + c, n), load_lanes_of(factors + c, n)), n);
    }
  }
}
