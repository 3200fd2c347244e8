// Rows and rings: borders, padding rows, and rows that enter a ring from a tensor.
//
// A ring keeps the rows that the next stage still needs, with the border columns that its window reaches beyond the
// map. Borders hold the zero point and are written once; rows above and below the map are written like other rows. A
// row-interleaved ring keeps row y in byte y & 3 of its 32-bit lanes.
#pragma once

#include "vectors.h"

// Sets the left and right border of `rows` rows. Sizes in bytes.
static inline void fill_borders(void* ring, int rows, int row_bytes, int left, int right, int value) {
  for (int r = 0; r < rows; ++r) {
    __builtin_memset((u8*)ring + (size_t)r * row_bytes, value, left);
    __builtin_memset((u8*)ring + (size_t)(r + 1) * row_bytes - right, value, right);
  }
}

// Sets byte `slot` of `lanes` lanes.
static inline void fill_slot(u32* ring, int lanes, int slot, int value) {
  const u32v keep = splat_u32v(~(255u << 8 * slot)), byte = splat_u32v((u32)value << 8 * slot);
  for (int i = 0; i < lanes; i += LANES) {
    const u32v all = (load_u32v(ring + i) & keep) | byte;
    store(ring + i, all);
  }
}

// Writes what the lanes of `value` hold, each a byte, to byte `slot` of the lanes at p.
INLINE void store_byte(u32* p, i32v value, i32 slot) {
  const u32 shift = 8 * slot;
  const u32v others = load_u32v(p) & splat_u32v(~(255u << shift));
  const u32v all = others | ((u32v)value << splat_u32v(shift));
  store(p, all);
}

// A row of `width` pixels of `channels` channels, `pitch` elements apart in the ring. Each channel is written `repeat`
// times (depthwise convolutions with a multiplier). `flip` is 0, or 0x80 where ring and tensor differ in signedness.
static inline void load_row(const f32* from, f32* to, int width, int channels, int repeat, int pitch) {
  if (pitch == channels) {
    __builtin_memcpy(to, from, sizeof(f32) * width * channels);
    return;
  }
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels * repeat; ++c) to[x * pitch + c] = from[x * channels + c / repeat];
}

static inline void load_row(const void* row, void* ring, int width, int channels, int repeat, int pitch, int flip) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring;
  if (pitch == channels) {
    for (int i = 0; i < width * channels; ++i) to[i] = (u8)(from[i] ^ flip);
    return;
  }
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels * repeat; ++c) to[x * pitch + c] = (u8)(from[x * channels + c / repeat] ^ flip);
}

// A row of `width` pixels of `channels` channels, with others of `zero` up to `padded` behind them.
template <typename T>
static inline void pad_pixels(const T* from, T* to, int width, int channels, int padded, int zero) {
  for (int x = 0; x < width; ++x, from += channels, to += padded) {
    __builtin_memcpy(to, from, sizeof(T) * channels);
    for (int c = channels; c < padded; ++c) to[c] = (T)zero;
  }
}

// A row of `width` times the same pixel. Sizes in bytes.
static inline void repeat_pixel(const void* pixel, void* to, int width, int bytes, int pitch) {
  for (int x = 0; x < width; ++x) __builtin_memcpy((u8*)to + (size_t)x * pitch, pixel, bytes);
}

// Loads a row like load_row(), into byte `slot` of a row-interleaved ring; pitch in lanes.
static inline void load_slot(const void* row, u32* ring, int width, int channels, int repeat, int pitch, int flip,
                             int slot) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring + slot;
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels * repeat; ++c) to[4 * (x * pitch + c)] = (u8)(from[x * channels + c / repeat] ^ flip);
}

// sums[x] = sum of the `depth` values at row + x * stride (+ what is there already, if `more`): what a weight zero
// point is multiplied with. Without "inline", GCC does not specialize it for the sizes of a block.
template <typename T>
static inline void sum_windows(const T* row, i32* sums, int width, int stride, int depth, bool more) {
  for (int x = 0; x < width; ++x) sums[x] = (more ? sums[x] : 0) + sum_bytes(row + (size_t)x * stride, depth);
}
