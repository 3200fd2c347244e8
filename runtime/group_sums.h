// Sums over parts of the channels, which several tasks may compute, each its own group of parts.
#pragma once

#include "vectors.h"

INLINE void load_sums(const f32* p, f32v* sums) { *sums = load_f32v(p); }
INLINE void load_sums(const i32* p, i32v* sums) { *sums = load_i32v(p); }
INLINE f32v add_sums(f32v a, f32v b) { return a + b; }
INLINE i32v add_sums(i32v a, i32v b) { return wrapping_sum(a, b); }

// Adds to `count` sums of the first of `groups` groups, which are whole vectors, the sums of the others, in their order.
// The groups lie `distance` elements apart.
template <typename Vector, typename T>
void add_groups(T* sums, int groups, int distance, int count) {
  for (int i = 0; i < count; i += LANES) {
    Vector sum, more;
    load_sums(sums + i, &sum);
    for (int g = 1; g < groups; ++g) {
      load_sums(sums + g * distance + i, &more);
      sum = add_sums(sum, more);
    }
    store(sums + i, sum);
  }
}
