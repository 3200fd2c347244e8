// AVERAGE_POOL_2D and MAX_POOL_2D of a map [height, width, channels]. Padding does not count.
#pragma once

#include "fixed_point.h"

struct Pool {
  int height, width, channels;
  int out_height, out_width;
  int kernel_h, kernel_w, stride_h, stride_w, top, left;  // top and left: padding in front of the map
};

// The part of a window that lies inside of the map.
struct PoolRegion {
  int y0, y1, x0, x1;
};

INLINE PoolRegion pool_region(const Pool& p, int y, int x) {
  const int top = y * p.stride_h - p.top, left = x * p.stride_w - p.left;
  const PoolRegion region = {top < 0 ? 0 : top, top + p.kernel_h > p.height ? p.height : top + p.kernel_h,
                             left < 0 ? 0 : left, left + p.kernel_w > p.width ? p.width : left + p.kernel_w};
  return region;
}

// Channels are folded in groups of this size, so that their sums stay in registers or at least close by. The
// last group may be smaller, but all is set at the start: GCC 12 does not see that the rest is never read.
static const int pool_group = 64;

// sums[c] = the sum of `count` channels over the region, added pixel by pixel in the order of the map.
template <typename T, typename Sum>
INLINE void pool_sum(const T* in, const Pool& p, const PoolRegion& r, int count, Sum* sums) {
  for (int c = 0; c < pool_group; ++c) sums[c] = 0;
  for (int y = r.y0; y < r.y1; ++y)
    for (int x = r.x0; x < r.x1; ++x)
      for (int c = 0; c < count; ++c) sums[c] += in[(y * p.width + x) * p.channels + c];
}

template <typename T, typename Max>
INLINE void pool_max(const T* in, const Pool& p, const PoolRegion& r, int count, Max lowest, Max* max) {
  for (int c = 0; c < pool_group; ++c) max[c] = lowest;
  for (int y = r.y0; y < r.y1; ++y)
    for (int x = r.x0; x < r.x1; ++x)
      for (int c = 0; c < count; ++c) {
        const Max value = in[(y * p.width + x) * p.channels + c];
        max[c] = max[c] < value ? value : max[c];
      }
}

// Calls window(first channel, number of channels, region, output) for every output pixel and group of
// channels.
template <typename T, typename Window>
INLINE void pool_windows(const Pool& p, T* out, const Window& window) {
  for (int y = 0; y < p.out_height; ++y)
    for (int x = 0; x < p.out_width; ++x) {
      const PoolRegion region = pool_region(p, y, x);
      for (int c = 0; c < p.channels; c += pool_group) {
        const int count = p.channels - c < pool_group ? p.channels - c : pool_group;
        window(c, count, region, out);
        out += count;
      }
    }
}

static inline void average_pool_f32(const f32* in, f32* out, const Pool& p, f32 lo, f32 hi) {
  pool_windows(p, out, [&](int first, int count, const PoolRegion& r, f32* to) {
    f32 sums[pool_group];
    pool_sum(in + first, p, r, count, sums);
    const f32 area = (f32)((r.y1 - r.y0) * (r.x1 - r.x0));
    for (int c = 0; c < count; ++c) to[c] = clamp_f32(sums[c] / area, lo, hi);
  });
}

static inline void max_pool_f32(const f32* in, f32* out, const Pool& p, f32 lo, f32 hi) {
  pool_windows(p, out, [&](int first, int count, const PoolRegion& r, f32* to) {
    f32 max[pool_group];
    pool_max(in + first, p, r, count, -3.402823466e+38f, max);
    for (int c = 0; c < count; ++c) to[c] = clamp_f32(max[c], lo, hi);
  });
}

// 8 bits: In and Out are u8 or i8. TFLite rounds averages of the model's own values half away from zero, so
// it matters how far above them the values in memory are: a shift is 0 where the tensor has the model's type,
// 128 where an i8 model is kept as u8, -128 where a u8 model is kept as i8. [lo, hi] are values in memory.
template <typename In, typename Out>
void average_pool_8bit(const In* in, Out* out, const Pool& p, i32 in_shift, i32 out_shift, i32 lo, i32 hi) {
  pool_windows(p, out, [&](int first, int count, const PoolRegion& r, Out* to) {
    i32 sums[pool_group];
    pool_sum(in + first, p, r, count, sums);
    const i32 area = (r.y1 - r.y0) * (r.x1 - r.x0);
    for (int c = 0; c < count; ++c) {
      const i32 sum = sums[c] - in_shift * area;
      const i32 average = (sum > 0 ? sum + area / 2 : sum - area / 2) / area;
      to[c] = (Out)clamp(average + out_shift, lo, hi);
    }
  });
}

template <typename In, typename Out>
void max_pool_8bit(const In* in, Out* out, const Pool& p, i32 in_shift, i32 out_shift, i32 lo, i32 hi) {
  pool_windows(p, out, [&](int first, int count, const PoolRegion& r, Out* to) {
    i32 max[pool_group];
    pool_max(in + first, p, r, count, (i32)-128, max);
    for (int c = 0; c < count; ++c) to[c] = (Out)clamp(max[c] - in_shift + out_shift, lo, hi);
  });
}
