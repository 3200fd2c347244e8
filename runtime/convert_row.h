// Rows of a picture on their way into a network, for pixels of interleaved channels. Into a float network:
// to[c] = scales[c] * from[c] + addends[c], where T is u8, i8 or f32. quantize.h has the ways into one of 8 bits.
#pragma once

#include "vectors.h"

// Vectors of channels as floats, by the type in memory.
struct ChannelsOfU8 {
  INLINE f32v load(const u8* p) { return to_f32v(to_i32v(load_u8v(p))); }
};
struct ChannelsOfI8 {
  INLINE f32v load(const i8* p) { return to_f32v(to_i32v(load_i8v(p))); }
};
struct ChannelsOfF32 {
  INLINE f32v load(const f32* p) { return load_f32v(p); }
};

// Pixels that are dense in the ring too. Scales and addends repeat after LANES pixels, which are `channels` vectors.
template <typename Channels, int channels, typename T>
void convert_row(const T* from, f32* to, int width, const f32* scales, const f32* addends) {
  f32v scale[channels], addend[channels];
  for (int i = 0; i < channels * LANES; ++i) {
    scale[i / LANES][i % LANES] = scales[i % channels];
    addend[i / LANES][i % LANES] = addends[i % channels];
  }
  int i = 0;
  for (; i + channels * LANES <= width * channels; i += channels * LANES)
    for (int v = 0; v < channels; ++v) {
      const f32v converted = Channels::load(from + i + v * LANES) * scale[v] + addend[v];
      store(to + i + v * LANES, converted);
    }
  for (; i < width * channels; ++i) to[i] = (f32)from[i] * scales[i % channels] + addends[i % channels];
}

// Pixels `pitch` elements apart in the ring.
template <typename T>
void convert_pixels(const T* from, f32* to, int width, int channels, int pitch, const f32* scales, const f32* addends) {
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels; ++c) to[x * pitch + c] = (f32)from[x * channels + c] * scales[c] + addends[c];
}
