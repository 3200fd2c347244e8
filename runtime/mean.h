// MEAN over any dimensions.
#pragma once

#include "fixed_point.h"

// Sizes of the dimensions that stay and of those that are averaged, each with its step through the input in
// elements, outer before inner. Unused leading entries have size 1 and step 0.
struct Mean {
  int size[4], step[4];
  int mean_size[4], mean_step[4];
};

// Outputs along the innermost dimension that stays are summed in groups of this size.
static const int mean_group = 64;

// sums[i] = the sum over the averaged dimensions for `count` neighbouring outputs, in the order of the input.
template <typename T, typename Sum>
INLINE void mean_sums(const T* in, const Mean& m, int count, Sum* sums) {
  const int step = m.step[3];
  for (int i = 0; i < count; ++i) sums[i] = 0;
  for (int a = 0; a < m.mean_size[0]; ++a)
    for (int b = 0; b < m.mean_size[1]; ++b)
      for (int c = 0; c < m.mean_size[2]; ++c)
        for (int d = 0; d < m.mean_size[3]; ++d) {
          const T* from = in + a * m.mean_step[0] + b * m.mean_step[1] + c * m.mean_step[2] + d * m.mean_step[3];
          if (step == 1) {
            for (int i = 0; i < count; ++i) sums[i] += from[i];
          } else {
            for (int i = 0; i < count; ++i) sums[i] += from[i * step];
          }
        }
}

// Calls finish(sum) for every output.
template <typename Sum, typename T, typename Out, typename Finish>
INLINE void mean_over(const T* in, Out* out, const Mean& m, const Finish& finish) {
  for (int a = 0; a < m.size[0]; ++a)
    for (int b = 0; b < m.size[1]; ++b)
      for (int c = 0; c < m.size[2]; ++c)
        for (int d = 0; d < m.size[3]; d += mean_group) {
          const int count = m.size[3] - d < mean_group ? m.size[3] - d : mean_group;
          Sum sums[mean_group];
          mean_sums(in + a * m.step[0] + b * m.step[1] + c * m.step[2] + d * m.step[3], m, count, sums);
          for (int i = 0; i < count; ++i) *out++ = (Out)finish(sums[i]);
        }
}

INLINE int mean_count(const Mean& m) { return m.mean_size[0] * m.mean_size[1] * m.mean_size[2] * m.mean_size[3]; }

static inline void mean_f32(const f32* in, f32* out, const Mean& m) {
  const f32 count = (f32)mean_count(m);
  mean_over<f32>(in, out, m, [=](f32 sum) { return sum / count; });
}

// TFLite: rescale() by a multiplier that divides by the number of elements, too. In and Out are u8 or i8.
template <typename In, typename Out>
void mean_8bit(const In* in, Out* out, const Mean& m, i32 zero_in, i32 multiplier, int shift, i32 zero, i32 lo,
               i32 hi) {
  const i32 zeros = zero_in * mean_count(m);
  mean_over<i32>(in, out, m, [=](i32 sum) { return clamp(rescale(sum - zeros, multiplier, shift) + zero, lo, hi); });
}

// XNNPACK: rescale_f32() by a scale that divides by the number of elements, too.
template <typename In, typename Out>
void mean_xnnpack(const In* in, Out* out, const Mean& m, i32 zero_in, f32 scale, i32 zero, i32 lo, i32 hi) {
  const i32 zeros = zero_in * mean_count(m);
  mean_over<i32>(in, out, m, [=](i32 sum) { return rescale_f32(sum - zeros, scale, zero, lo, hi); });
}
