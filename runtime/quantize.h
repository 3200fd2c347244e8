// From float to 8 bits and back, and from 8 bits to 8 bits.
#pragma once

#include "fixed_point.h"

// QUANTIZE of floats: zero + in / scale, rounded half away from zero and saturated. T is u8 or i8 with range
// [lo, hi].
template <typename T>
void quantize_f32(const f32* in, T* out, int count, f32 scale, i32 zero, i32 lo, i32 hi) {
  for (int i = 0; i < count; ++i)
    out[i] = (T)(round_half_away(clamp_f32(in[i] / scale, (f32)(lo - zero), (f32)(hi - zero))) + zero);
}

// DEQUANTIZE: scale * (in - zero).
template <typename T>
void dequantize_8bit(const T* in, f32* out, int count, f32 scale, i32 zero) {
  for (int i = 0; i < count; ++i) out[i] = scale * (f32)(in[i] - zero);
}

// Dequantizes with parameters for each of `channels` slices of `inner` elements.
template <typename T>
void dequantize_channels(const T* in, f32* out, int outer, int channels, int inner, const f32* scales,
                         const i32* zeros) {
  for (int i = 0; i < outer; ++i)
    for (int c = 0; c < channels; ++c, in += inner, out += inner) dequantize_8bit(in, out, inner, scales[c], zeros[c]);
}

// Any function of one 8-bit tensor: table[b] is the byte that byte b becomes. LOGISTIC, RELU, QUANTIZE to
// other parameters, and the inputs of a CONCATENATION that have scales of their own. In place where in ==
// out.
static inline void lookup_8bit(const void* in, void* out, int count, const u8* table) {
  const u8* from = (const u8*)in;
  u8* to = (u8*)out;
  for (int i = 0; i < count; ++i) to[i] = table[from[i]];
}

// The special case of a zero point that moves by 128 between u8 and i8.
static inline void flip_sign(const void* in, void* out, int count) {
  const u8* from = (const u8*)in;
  u8* to = (u8*)out;
  for (int i = 0; i < count; ++i) to[i] = (u8)(from[i] ^ 0x80);
}

// A row of interleaved channels: bytes b of channel c become tables[c * step + b], in pixels `pitch` bytes apart.
// `step` is 256, or 0 where all channels have one table.
static inline void lookup_row(const void* row, void* ring, int width, int channels, int pitch, const u8* tables,
                              int step) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring;
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels; ++c) to[x * pitch + c] = tables[c * step + from[x * channels + c]];
}

// Bytes by one table into byte `slot` of a row-interleaved ring; pitch in lanes.
static inline void lookup_slot(const void* row, u32* ring, int width, int channels, int pitch, const u8* table,
                               int slot) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring + slot;
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels; ++c) to[4 * (x * pitch + c)] = table[from[x * channels + c]];
}

// A row of floats to bytes, which are made side by side first, and then moved apart from the last one on.
template <typename T>
void quantize_row(const f32* from, T* to, int width, int channels, int pitch, f32 scale, i32 zero, i32 lo, i32 hi) {
  quantize_f32(from, to, width * channels, scale, zero, lo, hi);
  for (int x = width - 1; x > 0 && pitch > channels; --x)
    for (int c = channels - 1; c >= 0; --c) to[x * pitch + c] = to[x * channels + c];
}

// ---- CAST: stored values to another type. Memory holds 8-bit values plus a shift.

// Between integers; wraps around where the output is too narrow.
template <typename In, typename Out>
void cast_integers(const In* in, Out* out, int count, int in_shift, int out_shift) {
  for (int i = 0; i < count; ++i) out[i] = (Out)((i64)in[i] - in_shift + out_shift);
}

template <typename In>
void cast_to_f32(const In* in, f32* out, int count, int in_shift) {
  for (int i = 0; i < count; ++i) out[i] = (f32)(in[i] - in_shift);
}

// Cut off towards zero; saturates to [lo, hi], and makes 0 of what is not a number. `limit` is the float
// above `hi`.
template <typename Out>
void cast_from_f32(const f32* in, Out* out, int count, int out_shift, i64 lo, i64 hi, f32 limit) {
  for (int i = 0; i < count; ++i) {
    const f32 v = in[i];
    const i64 whole = v != v ? 0 : v >= limit ? hi : v <= (f32)lo ? lo : (i64)v;
    out[i] = (Out)(whole + out_shift);
  }
}
