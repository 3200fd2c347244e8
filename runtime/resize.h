// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR. Which input pixels an output pixel takes, and what they weigh,
// are tables that were computed ahead of time.
#pragma once

#include "tasks.h"

// 8-bit results depend on every rounding: a product must not be fused with the sum that it goes into. GCC
// vectorizes these loops from -O3 on.
#if defined(__GNUC__) && !defined(__clang__)
#define SEPARATE_ROUNDING __attribute__((optimize("O3", "fp-contract=off")))
#else
#define SEPARATE_ROUNDING
#endif

// One output row or column: the two input rows or columns around it, and their weights: floats, or for images
// that are int8 in the model, integers in units of 1/1024.
template <typename W>
struct Tap {
  i32 low, high;
  W low_weight, high_weight;
};

// Sizes in pixels. Memory holds the model's values plus the shifts.
struct Resize {
  int width, channels, out_height, out_width;
  int in_shift, out_shift;
};

INLINE void store_resized(f32 sum, f32* out, int) { *out = sum; }
INLINE void store_resized(f32 sum, u8* out, int shift) { *out = (u8)((i32)(sum + 0.5f) + shift); }
INLINE void store_resized(f32 sum, i8* out, int shift) { *out = (i8)((i32)(sum + 0.5f) + shift); }
// Units of 2^-20; halves away from zero.
template <typename T>
INLINE void store_resized(i32 sum, T* out, int shift) {
  const i32 away = sum > 0 ? (1 << 19) : (1 << 19) - 1;
  *out = (T)(((sum + away) >> 20) + shift);
}

// An input row times its weight.
template <typename T, typename W>
SEPARATE_ROUNDING void weigh_row(const T* in, W* out, int count, int shift, W weight) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  for (int i = 0; i < count; ++i) out[i] = (W)(in[i] - shift) * weight;
}

// The two input rows around output row `y`, one behind the other.
template <typename T, typename W>
void weigh_rows(const T* low, const T* high, const Resize& r, const Tap<W>& y, W* rows) {
  const int count = r.width * r.channels;
  weigh_row(low, rows, count, r.in_shift, y.low_weight);
  weigh_row(high, rows + count, count, r.in_shift, y.high_weight);
}

// One output row from two weighted input rows.
template <typename W, typename T>
SEPARATE_ROUNDING void blend_rows(const W* low, const W* high, const Tap<W>* columns, T* out, const Resize& r) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  const int channels = r.channels, shift = r.out_shift;
  for (int x = 0; x < r.out_width; ++x, out += channels) {
    const W a = columns[x].low_weight, b = columns[x].high_weight;
    const W* const low_a = low + columns[x].low * channels;
    const W* const high_a = high + columns[x].low * channels;
    const W* const low_b = low + columns[x].high * channels;
    const W* const high_b = high + columns[x].high * channels;
    for (int c = 0; c < channels; ++c)
      store_resized(low_a[c] * a + high_a[c] * a + low_b[c] * b + high_b[c] * b, out + c, shift);
  }
}

// Row `y` of the result, from the input rows around it; `rows` holds two weighted input rows.
template <typename In, typename W, typename T>
void resize_between(const In* low, const In* high, T* out, const Resize& r, const Tap<W>& y, const Tap<W>* columns,
                    W* rows) {
  weigh_rows(low, high, r, y, rows);
  blend_rows(rows, rows + r.width * r.channels, columns, out, r);
}

// A row of the output, from the whole input.
template <typename In, typename W, typename T>
void resize_row(const In* in, T* out, const Resize& r, const Tap<W>& y, const Tap<W>* columns, W* rows) {
  const size_t count = (size_t)r.width * r.channels;
  resize_between(in + y.low * count, in + y.high * count, out, r, y, columns, rows);
}

// RESIZE_BILINEAR for output rows in `part`.
template <typename In, typename W, typename T>
void interpolate_image(const In* in, T* out, const Resize& r, Range part, const Tap<W>* taps, W* rows) {
  out += (size_t)part.begin * r.out_width * r.channels;
  for (int y = part.begin; y < part.end; ++y, out += r.out_width * r.channels)
    resize_row(in, out, r, taps[y], taps + r.out_height, rows);
}

// RESIZE_NEAREST_NEIGHBOR: `taps` has the input row of every output row, then the input columns.
static inline void copy_nearest_pixels(const void* in, void* out, int out_height, int out_width, int row_bytes,
                                       int pixel_bytes, const i32* taps) {
  u8* to = (u8*)out;
  for (int y = 0; y < out_height; ++y) {
    const u8* const row = (const u8*)in + (size_t)taps[y] * row_bytes;
    for (int x = 0; x < out_width; ++x, to += pixel_bytes)
      __builtin_memcpy(to, row + (size_t)taps[out_height + x] * pixel_bytes, (size_t)pixel_bytes);
  }
}
