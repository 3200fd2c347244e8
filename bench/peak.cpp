// Built with the target's flags and -DLANES, as emitted code is: the runtime's own functions pick the
// instructions.
#include "bench/peak.h"

#include "runtime/dot4.h"
#include "runtime/vectors.h"

// A compiler must not see that all products are the same: without dot product instructions it would take them out of the
// loop.
#if defined(__aarch64__)
#define OPAQUE(v) __asm__("" : "+w"(v))
#else
#define OPAQUE(v) __asm__("" : "+x"(v))
#endif

// Twelve sums are more than latency times issue width of any core so far, and leave registers in the smallest
// file of 16.
#define TWELVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static volatile int kept;  // the sums must seem to matter

double multiply_f32(long steps) {
  const f32v a = splat_f32v(1.0f), b = splat_f32v(1e-9f);
#define DECLARE(i) f32v sum##i = splat_f32v(i);
#define STEP(i) sum##i = madd(sum##i, a, b);
#define KEEP(i) kept = static_cast<int>(sum##i[0]);
  TWELVE(DECLARE)
  for (long n = 0; n < steps; ++n) {
    TWELVE(STEP)
  }
  TWELVE(KEEP)
#undef DECLARE
#undef STEP
#undef KEEP
  return 12.0 * LANES * static_cast<double>(steps);
}

double multiply_8bit(long steps) {
#if defined(__aarch64__)
  i8q a = (i8q)splat_i32v(0x01010101);
#else
  u8q a = (u8q)splat_i32v(0x01010101);
#endif
  const i8q b = (i8q)splat_i32v(0x02020202);
#define DECLARE(i) i32v sum##i = splat_i32v(i);
#define STEP(i) OPAQUE(a); sum##i = dot4(sum##i, a, b);
#define KEEP(i) kept = sum##i[0];
  TWELVE(DECLARE)
  for (long n = 0; n < steps; ++n) {
    TWELVE(STEP)
  }
  TWELVE(KEEP)
  return 12.0 * 4 * LANES * static_cast<double>(steps);
}
