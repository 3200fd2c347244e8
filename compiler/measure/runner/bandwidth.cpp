// Built with the target's flags and -DLANES, as emitted code is. Eight sums, so that loads and not the
// latency of additions are what limits the loop.
#include "compiler/measure/runner/bandwidth.h"

#include "runtime/vectors.h"

#define EIGHT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

float add_up(const float* data, size_t count) {
#define DECLARE(k) f32v sum##k = splat_f32v(0.0f);
#define STEP(k) sum##k = sum##k + load_f32v(data + i + k * LANES);
#define KEEP(k) sum = sum + sum##k;
  EIGHT(DECLARE)
  for (size_t i = 0; i < count; i += 8 * LANES) {
    EIGHT(STEP)
  }
  f32v sum = splat_f32v(0.0f);
  EIGHT(KEEP)
  float all = 0;
  for (int i = 0; i < LANES; ++i) all += sum[i];
  return all;
}
