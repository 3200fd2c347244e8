// Built with the target's flags and -DLANES, as emitted code is. Eight sums, so that loads and not the
// latency of additions are what limits the loop.
#include "runtime/measure/bandwidth.h"

#include "runtime/vectors.h"

float add_up(const float* data, size_t count) {
  constexpr size_t kSums = 8;
  f32v sums[kSums] = {};
  for (size_t i = 0; i < count; i += kSums * LANES) {
    for (size_t k = 0; k < kSums; ++k) sums[k] = sums[k] + load_f32v(data + i + k * LANES);
  }
  f32v sum = sums[0];
  for (size_t k = 1; k < kSums; ++k) sum = sum + sums[k];
  float all = 0;
  for (int i = 0; i < LANES; ++i) all += sum[i];
  return all;
}
