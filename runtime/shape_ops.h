// Operators that only move elements: PAD, TRANSPOSE, CONCATENATION.
#pragma once

#include "prologue.h"

// CONCATENATION, once per input: `count` blocks of `bytes` bytes, `pitch` bytes apart in the output. A block
// is what an input has from the joined axis inwards. An input that already lies in the output needs no copy.
static inline void copy_blocks(const void* in, void* out, int count, int bytes, int pitch) {
  for (int i = 0; i < count; ++i)
    __builtin_memcpy((u8*)out + (size_t)i * pitch, (const u8*)in + (size_t)i * bytes, (size_t)bytes);
}

// Sizes in elements; the innermost dimension counts bytes. Unused leading dimensions have size 1.
struct Pad {
  int size[4];  // of the input
  int before[4];
  int out_size[4];
};

static inline size_t padded_bytes(const Pad& p) {
  return (size_t)p.out_size[0] * p.out_size[1] * p.out_size[2] * p.out_size[3];
}

// Copies the input to its place in the output.
static inline void place_padded(const void* in, void* out, const Pad& p) {
  const u8* from = (const u8*)in;
  u8* to = (u8*)out;
  for (int a = 0; a < p.size[0]; ++a)
    for (int b = 0; b < p.size[1]; ++b)
      for (int c = 0; c < p.size[2]; ++c, from += p.size[3]) {
        const size_t row =
            ((size_t)(a + p.before[0]) * p.out_size[1] + b + p.before[1]) * p.out_size[2] + c + p.before[2];
        __builtin_memcpy(to + row * p.out_size[3] + p.before[3], from, (size_t)p.size[3]);
      }
}

// PAD: every byte outside of the input becomes `value`: the zero point, or 0 for floats.
static inline void pad_bytes(const void* in, void* out, const Pad& p, int value) {
  __builtin_memset(out, value, padded_bytes(p));
  place_padded(in, out, p);
}

// PADV2 of floats: every float outside of the input becomes the one whose bits are `word`.
static inline void pad_words(const void* in, void* out, const Pad& p, u32 word) {
  u32* to = (u32*)out;
  for (size_t i = 0; i < padded_bytes(p) / 4; ++i) to[i] = word;
  place_padded(in, out, p);
}

// Sizes of the output, and the steps in elements through the input along its dimensions.
struct Transpose {
  int size[6], step[6];
};

// TRANSPOSE: T is any type of the elements' size.
template <typename T>
void transpose_elements(const T* in, T* out, const Transpose& t) {
  for (int a = 0; a < t.size[0]; ++a)
    for (int b = 0; b < t.size[1]; ++b)
      for (int c = 0; c < t.size[2]; ++c)
        for (int d = 0; d < t.size[3]; ++d)
          for (int e = 0; e < t.size[4]; ++e) {
            const T* from = in + a * t.step[0] + b * t.step[1] + c * t.step[2] + d * t.step[3] + e * t.step[4];
            for (int f = 0; f < t.size[5]; ++f) *out++ = from[f * t.step[5]];
          }
}
