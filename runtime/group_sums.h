// Sums over parts of the channels, which several tasks may compute, each its own group of parts.
#pragma once

#include "vectors.h"

struct F32Sums {
  INLINE void add(f32* p, const f32* more) {
    const f32v sum = load_f32v(p) + load_f32v(more);
    store(p, sum);
  }
};

struct I32Sums {
  INLINE void add(i32* p, const i32* more) {
    const i32v sum = wrapping_sum(load_i32v(p), load_i32v(more));
    store(p, sum);
  }
};

// Adds to `count` sums of the first of `groups` groups, which are whole vectors, the sums of the others, in their
// order. The groups lie `distance` elements apart.
template <typename Sums, typename T>
void add_groups(T* sums, int groups, int distance, int count) {
  for (int i = 0; i < count; i += LANES)
    for (int g = 1; g < groups; ++g) Sums::add(sums + i, sums + g * distance + i);
}
