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
  for (int i = 0; i < lanes; i += LANES) store(ring + i, (load_u32v(ring + i) & keep) | byte);
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

// A row of `width` times the same pixel. Sizes in bytes.
static inline void repeat_pixel(const void* pixel, void* to, int width, int bytes, int pitch) {
  for (int x = 0; x < width; ++x) __builtin_memcpy((u8*)to + (size_t)x * pitch, pixel, bytes);
}

// The same into byte `slot` of a row-interleaved ring; pitch in lanes.
static inline void load_slot(const void* row, u32* ring, int width, int channels, int repeat, int pitch, int flip,
                             int slot) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring + slot;
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels * repeat; ++c) to[4 * (x * pitch + c)] = (u8)(from[x * channels + c / repeat] ^ flip);
}

// sums[x] = sum of the `depth` values at row + x * stride (+ what is there already, if `more`): what a weight zero
// point is multiplied with.
static inline __attribute__((unused)) void sum_windows(const u8* row, i32* sums, int width, int stride, int depth,
                                                       bool more) {
  for (int x = 0; x < width; ++x) {
    const u8* p = row + (size_t)x * stride;
    i32 sum = more ? sums[x] : 0;
    int k = 0;
#if defined(__SSE4_1__)
    __m128i total = _mm_setzero_si128();
    for (; k + 16 <= depth; k += 16)
      total = _mm_add_epi64(total, _mm_sad_epu8(_mm_loadu_si128((const __m128i*)(p + k)), _mm_setzero_si128()));
    if (k + 8 <= depth) {
      total = _mm_add_epi64(total, _mm_sad_epu8(_mm_loadl_epi64((const __m128i*)(p + k)), _mm_setzero_si128()));
      k += 8;
    }
    sum += _mm_cvtsi128_si32(total) + _mm_extract_epi32(total, 2);
#endif
    for (; k < depth; ++k) sum += p[k];
    sums[x] = sum;
  }
}

static inline __attribute__((unused)) void sum_windows(const i8* row, i32* sums, int width, int stride, int depth,
                                                       bool more) {
  for (int x = 0; x < width; ++x) {
    const i8* p = row + (size_t)x * stride;
    i32 sum = more ? sums[x] : 0;
    int k = 0;
#if defined(__aarch64__)
    int32x4_t total = vdupq_n_s32(0);
    for (; k + 16 <= depth; k += 16) total = vpadalq_s16(total, vpaddlq_s8(vld1q_s8(p + k)));
    sum += vaddvq_s32(total);
#endif
    for (; k < depth; ++k) sum += p[k];
    sums[x] = sum;
  }
}
