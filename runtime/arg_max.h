// ARG_MAX and TOPK_V2.
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

// ---- TOPK_V2 -------------------------------------------------------------------------------------

// The larger number comes first.
struct LargestFirst {
  template <typename T>
  bool operator()(T a, T b) const {
    return a > b;
  }
};

// The smaller number comes first.
struct SmallestFirst {
  template <typename T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};

// Whether the number at `a` comes before the one at `b`: what is not a number comes last, equal ones in order.
template <typename T, typename F>
INLINE bool ranks_before(const T* in, size_t a, size_t b, const F& first) {
  if (first(in[a], in[b]) || first(in[b], in[a])) return first(in[a], in[b]);
  const bool last_a = in[a] != in[a], last_b = in[b] != in[b];
  return last_a != last_b ? last_b : a < b;
}

// Restores a heap of indices, whose root ranks last, below `at`.
template <typename T, typename I, typename F>
void sift_last(const T* in, I* heap, int size, int at, const F& first) {
  for (int child = 2 * at + 1; child < size; at = child, child = 2 * at + 1) {
    if (child + 1 < size && ranks_before(in, (size_t)heap[child], (size_t)heap[child + 1], first)) ++child;
    if (ranks_before(in, (size_t)heap[child], (size_t)heap[at], first)) return;
    const I moved = heap[at];
    heap[at] = heap[child], heap[child] = moved;
  }
}

// `k` indices for each of `rows` rows of `size` numbers, in their order.
template <typename T, typename I, typename F>
void top_k_rows(const T* in, I* out, int rows, int size, int k, const F& first) {
  for (int row = 0; row < rows; ++row, in += size, out += k) {
    for (int i = 0; i < k; ++i) out[i] = (I)i;
    for (int i = k / 2 - 1; i >= 0; --i) sift_last(in, out, k, i, first);
    for (int i = k; i < size; ++i) {
      if (!ranks_before(in, (size_t)i, (size_t)out[0], first)) continue;
      out[0] = (I)i;
      sift_last(in, out, k, 0, first);
    }
    for (int i = k - 1; i > 0; --i) {
      const I last = out[0];
      out[0] = out[i], out[i] = last;
      sift_last(in, out, i, 0, first);
    }
  }
}
