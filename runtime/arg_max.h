// ARG_MAX.
#pragma once

#include "prologue.h"

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
