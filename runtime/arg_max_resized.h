// ARG_MAX over the channels of what RESIZE_BILINEAR makes, row by row: the resized image never exists.
//
// Output pixels between the same input pixels are computed together, one channel after the other. Where scores are
// enlarged to the size of the picture, as in segmentation networks, there are many.
#pragma once

#include "resize.h"
#include "vectors.h"

// Vectors of scores, and what is compared: sums rounded as store_resized() does, but without the shift. For images of
// floats, of bytes with float weights, and of bytes with integer weights.
struct F32Scores {
  typedef f32v Rounded;
  INLINE f32v splat(f32 s) { return splat_f32v(s); }
  INLINE f32v load(const f32* p) { return load_f32v(p); }
  INLINE f32v round(f32v sum) { return sum; }
  INLINE f32v choose(i32v mask, f32v a, f32v b) { return select(mask, a, b); }
};

struct ByteScores {
  typedef i32v Rounded;
  INLINE f32v splat(f32 s) { return splat_f32v(s); }
  INLINE f32v load(const f32* p) { return load_f32v(p); }
  INLINE i32v round(f32v sum) { return truncate_i32v(sum + splat_f32v(0.5f)); }
  INLINE i32v choose(i32v mask, i32v a, i32v b) { return select(mask, a, b); }
};

struct IntegerScores {
  typedef i32v Rounded;
  INLINE i32v splat(i32 s) { return splat_i32v(s); }
  INLINE i32v load(const i32* p) { return load_i32v(p); }
  INLINE i32v round(i32v sum) { return (sum + splat_i32v((1 << 19) - 1) - (i32v)(sum > splat_i32v(0))) >> 20; }
  INLINE i32v choose(i32v mask, i32v a, i32v b) { return select(mask, a, b); }
};

// So many vectors at once, whose comparisons do not wait for each other.
enum { VECTORS = LANES < 16 ? 2 : 1 };

// The columns from `first` on that lie between the same input columns, up to what vectors hold. Their weights fill a
// and b, of which the rest repeats the first one's.
template <typename W>
INLINE int gather_columns(const Tap<W>* columns, int first, int end, W* a, W* b) {
  const Tap<W>& tap = columns[first];
  int n = 0;
  for (; n < VECTORS * LANES && first + n < end; ++n) {
    const Tap<W>& next = columns[first + n];
    if (next.low != tap.low || next.high != tap.high) break;
    a[n] = next.low_weight;
    b[n] = next.high_weight;
  }
  for (int i = n; i < VECTORS * LANES; ++i) a[i] = tap.low_weight, b[i] = tap.high_weight;
  return n;
}

// One row of indices from two weighted input rows. The first channel that no other exceeds; what is not a number only
// counts in front.
template <typename Scores, typename W, typename I>
SEPARATE_ROUNDING void index_largest_between(const W* low, const W* high, const Tap<W>* columns, I* out,
                                             const Resize& r) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  W a[VECTORS * LANES], b[VECTORS * LANES];
  i32 index[VECTORS * LANES];
  for (int x = 0, n; x < r.out_width; x += n) {
    n = gather_columns(columns, x, r.out_width, a, b);
    const W *low_a = low + columns[x].low * r.channels, *low_b = low + columns[x].high * r.channels;
    const W *high_a = high + columns[x].low * r.channels, *high_b = high + columns[x].high * r.channels;
    const auto value = [&](int v, int c) {
      const auto av = Scores::load(a + v * LANES), bv = Scores::load(b + v * LANES);
      return Scores::round(Scores::splat(low_a[c]) * av + Scores::splat(high_a[c]) * av + Scores::splat(low_b[c]) * bv +
                           Scores::splat(high_b[c]) * bv);
    };
    typename Scores::Rounded best[VECTORS];
    i32v of_best[VECTORS];
    for (int v = 0; v < VECTORS; ++v) best[v] = value(v, 0), of_best[v] = i32v{};
    for (int c = 1; c < r.channels; ++c) {
      for (int v = 0; v < VECTORS; ++v) {
        const typename Scores::Rounded other = value(v, c);
        const i32v larger = (i32v)(other > best[v]);
        of_best[v] = select(larger, splat_i32v(c), of_best[v]);
        best[v] = Scores::choose(larger, other, best[v]);
      }
    }
    for (int v = 0; v < VECTORS; ++v) {
      const i32v indices = of_best[v];
      store(index + v * LANES, indices);
    }
    for (int i = 0; i < n; ++i) out[x + i] = (I)index[i];
  }
}

// A row of indices from the two rows of the input around it; `rows` holds two weighted input rows.
template <typename Scores, typename In, typename W, typename I>
void index_largest_of_row(const In* low, const In* high, I* out, const Resize& r, const Tap<W>& y,
                          const Tap<W>* columns, W* rows) {
  weigh_rows(low, high, r, y, rows);
  index_largest_between<Scores>(rows, rows + r.width * r.channels, columns, out, r);
}

// For output rows in `part`.
template <typename Scores, typename In, typename W, typename I>
void index_largest_of_resized(const In* in, I* out, const Resize& r, Range part, const Tap<W>* taps, W* rows) {
  const size_t count = (size_t)r.width * r.channels;
  out += (size_t)part.begin * r.out_width;
  for (int y = part.begin; y < part.end; ++y, out += r.out_width)
    index_largest_of_row<Scores>(in + taps[y].low * count, in + taps[y].high * count, out, r, taps[y],
                                 taps + r.out_height, rows);
}

// ARG_MAX behind two resizes, of which the first image never exists either. `middle` holds two of its rows,
// `rows` two weighted input rows of whichever resize has the longer ones.
template <typename Scores, typename In, typename W, typename T, typename I>
void index_largest_of_resized_twice(const In* in, I* out, const Resize& first, const Tap<W>* first_taps,
                                    const Resize& second, Range part, const Tap<W>* second_taps, W* rows, T* middle) {
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
    index_largest_of_row<Scores>(middle + (tap.low & 1) * count, middle + (tap.high & 1) * count, out, second, tap,
                                 second_taps + second.out_height, rows);
  }
}
