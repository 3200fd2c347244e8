// Operators that only move elements: PAD, TRANSPOSE, CONCATENATION, DEPTH_TO_SPACE, MIRROR_PAD, GATHER.
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

// Blocks of pixels that the channels of one pixel become, of which `top` rows and `left` columns at the edges of the
// result are left out. The size of a pixel of the result is in bytes.
struct Blocks {
  int rows, columns, in_width;
  int pixel, top, left, out_width;
};

// DEPTH_TO_SPACE: rows `begin` to `end` of the output.
static inline void depth_to_space_rows(const void* in, void* out, const Blocks& b, int begin, int end) {
  const size_t line = (size_t)b.columns * b.pixel, block = line * b.rows;
  u8* to = (u8*)out + (size_t)begin * b.out_width * b.pixel;
  for (int y = begin + b.top; y < end + b.top; ++y) {
    const u8* from = (const u8*)in + ((size_t)(y / b.rows) * b.in_width + b.left / b.columns) * block;
    from += (size_t)(y % b.rows) * line;
    int first = b.left % b.columns;
    for (int left = b.out_width; left > 0; from += block, first = 0) {
      const int count = b.columns - first < left ? b.columns - first : left;
      __builtin_memcpy(to, from + (size_t)first * b.pixel, (size_t)count * b.pixel);
      to += (size_t)count * b.pixel;
      left -= count;
    }
  }
}

// Sizes in pieces of `piece` bytes. Unused leading dimensions have size 1.
struct MirrorPad {
  int size[4];  // of the input
  int before[4];
  int out_size[4];
  int piece;
  int repeats;  // the element at the edge: 0 or 1 times before the others follow, or 2 if it is all there is
};

// The place in the input of place `i` of its line of `size` pieces with padding in front and behind.
INLINE int mirrored(int i, int size, int repeats) {
  if (repeats == 2) return i < 0 ? 0 : i < size ? i : size - 1;
  if (i < 0) return -i - repeats;
  return i < size ? i : 2 * size - 2 + repeats - i;
}

// The innermost dimension of one row.
static inline u8* pad_row_mirrored(const u8* from, u8* to, const MirrorPad& p) {
  const int size = p.size[3], before = p.before[3];
  const size_t piece = (size_t)p.piece;
  for (int d = 0; d < p.out_size[3]; ++d, to += piece) {
    if (d == before) {
      __builtin_memcpy(to, from, size * piece);
      d += size - 1;
      to += (size - 1) * piece;
    } else {
      __builtin_memcpy(to, from + mirrored(d - before, size, p.repeats) * piece, piece);
    }
  }
  return to;
}

// MIRROR_PAD.
static inline void pad_mirrored(const void* in, void* out, const MirrorPad& p) {
  u8* to = (u8*)out;
  for (int a = 0; a < p.out_size[0]; ++a)
    for (int b = 0; b < p.out_size[1]; ++b)
      for (int c = 0; c < p.out_size[2]; ++c) {
        size_t row = (size_t)mirrored(a - p.before[0], p.size[0], p.repeats);
        row = row * p.size[1] + mirrored(b - p.before[1], p.size[1], p.repeats);
        row = row * p.size[2] + mirrored(c - p.before[2], p.size[2], p.repeats);
        to = pad_row_mirrored((const u8*)in + row * p.size[3] * p.piece, to, p);
      }
}

// `batches` times `outer` lines of the input, each a tensor of `depth` dimensions of pieces of `piece` bytes. Every
// batch has `count` places in a line.
struct Gather {
  int batches, outer, count, depth, piece;
  int size[8];
};

// The place in a line that `depth` indices name. Negative ones count from the end, others are moved to the edge.
template <typename I>
INLINE size_t place_of(const I* index, const Gather& g) {
  size_t place = 0;
  for (int k = 0; k < g.depth; ++k) {
    const I size = (I)g.size[k], at = index[k] < 0 ? (index[k] < -size ? 0 : index[k] + size) : index[k];
    place = place * (size_t)size + (size_t)(at < size ? at : size - 1);
  }
  return place;
}

// GATHER and GATHER_ND.
template <typename I>
void gather_pieces(const void* in, const I* indices, void* out, const Gather& g) {
  const u8* from = (const u8*)in;
  u8* to = (u8*)out;
  size_t line = (size_t)g.piece;
  for (int k = 0; k < g.depth; ++k) line *= (size_t)g.size[k];
  for (int b = 0; b < g.batches; ++b, indices += (size_t)g.count * g.depth)
    for (int o = 0; o < g.outer; ++o, from += line)
      for (int i = 0; i < g.count; ++i, to += g.piece)
        __builtin_memcpy(to, from + place_of(indices + (size_t)i * g.depth, g) * g.piece, (size_t)g.piece);
}
