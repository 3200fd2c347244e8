// CAST: stored values to another type. Memory holds 8-bit values plus a shift.
#pragma once

#include "prologue.h"

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
