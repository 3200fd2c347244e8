// ARG_MAX, alone and behind RESIZE_BILINEAR.
#pragma once

#include "resize.h"

// The first of `size` numbers, `step` apart, that no other exceeds. What is not a number only counts in
// front.
template <typename T>
INLINE int index_of_largest(const T* in, int size, int step) {
  T largest = in[0];
  for (int i = 1; i < size; ++i) largest = in[i * step] > largest ? in[i * step] : largest;
  for (int i = 0; i < size; ++i)
    if (in[i * step] == largest) return i;
  return 0;
}

// ARG_MAX over the middle one of three dimensions; `I` is the type of an index.
template <typename T, typename I>
void index_largest(const T* in, I* out, int outer, int size, int inner) {
  for (int i = 0; i < outer; ++i, in += (size_t)size * inner)
    for (int j = 0; j < inner; ++j) *out++ = (I)index_of_largest(in + j, size, inner);
}

// RESIZE_BILINEAR and ARG_MAX over the channels, row by row for output rows in `part`: the resized image never
// exists. `row` holds one resized row, `rows` two weighted input rows.
template <typename In, typename W, typename T, typename I>
void index_largest_of_resized(const In* in, I* out, const Resize& r, Range part, const Tap<W>* taps, W* rows, T* row) {
  out += (size_t)part.begin * r.out_width;
  for (int y = part.begin; y < part.end; ++y, out += r.out_width) {
    resize_row(in, row, r, taps[y], taps + r.out_height, rows);
    index_largest(row, out, r.out_width, r.channels, 1);
  }
}

// The same behind two resizes, of which the first image never exists either. `middle` holds two of its rows,
// `rows` two weighted input rows of whichever resize has the longer ones.
template <typename In, typename W, typename T, typename I>
void index_largest_of_resized_twice(const In* in, I* out, const Resize& first, const Tap<W>* first_taps,
                                    const Resize& second, Range part, const Tap<W>* second_taps, W* rows,
                                    T* middle, T* row) {
  const int count = second.width * second.channels;
  i32 held[2] = {-1, -1};  // row m lies in place m % 2; the two rows of a tap are neighbours
  out += (size_t)part.begin * second.out_width;
  for (int y = part.begin; y < part.end; ++y, out += second.out_width) {
    const Tap<W>& tap = second_taps[y];
    for (i32 m = tap.low; m <= tap.high; ++m) {
      if (held[m & 1] == m) continue;
      held[m & 1] = m;
      resize_row(in, middle + (m & 1) * count, first, first_taps[m], first_taps + first.out_height, rows);
    }
    resize_between(middle + (tap.low & 1) * count, middle + (tap.high & 1) * count, row, second, tap,
                   second_taps + second.out_height, rows);
    index_largest(row, out, second.out_width, second.channels, 1);
  }
}
