// Built with the target's flags and -DLANES, as emitted code is: the runtime's own functions pick the
// instructions.
#include "compiler/measure/runner/peak.h"

#include "runtime/vectors.h"

// Twelve sums are more than latency times issue width of any core so far, and leave registers in the smallest
// file of 16.
#define TWELVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static volatile int kept;  // the sums must seem to matter

// The compiler must take the vector for a new one: it would compute products of the same factors once.
#if defined(PLAIN_VECTORS)
#define RENEW(vector) asm volatile("" : "+m"(vector))
#elif defined(__aarch64__)
#define RENEW(vector) asm volatile("" : "+w"(vector))
#else
#define RENEW(vector) asm volatile("" : "+x"(vector))
#endif

// Eight-bit products where no instruction adds four of them: as 16-bit pairs, two instructions for each lane. Their
// factors are widened once for several products, which costs nothing here.
#if defined(PLAIN_VECTORS)
#elif LANES == 16 && defined(__AVX512BW__) && !defined(__AVX512VNNI__)
#define PAIRS(a, b) (i32v) _mm512_madd_epi16((__m512i)(a), (__m512i)(b))
#elif LANES == 8 && defined(__AVX2__) && !(defined(__AVX512VNNI__) && defined(__AVX512VL__))
#define PAIRS(a, b) (i32v) _mm256_madd_epi16((__m256i)(a), (__m256i)(b))
#elif LANES == 4 && defined(__SSE4_1__)
#define PAIRS(a, b) (i32v) _mm_madd_epi16((__m128i)(a), (__m128i)(b))
#endif

double multiply_f32(long steps) {
  f32v a = splat_f32v(1.0f), b = splat_f32v(1e-9f);
  RENEW(a);
  RENEW(b);
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
  i8 twos[4 * LANES];
  for (i8& two : twos) two = 2;
#if defined(__aarch64__)
  i8q a = load_i8q(twos);
#else
  u8q a = load_u8q((const u8*)twos);
#endif
  i8q b = load_i8q(twos);
  RENEW(b);
#define DECLARE(i) i32v sum##i = splat_i32v(i);
#ifdef PAIRS
  i8q c = b;
#define STEP(i) \
  RENEW(a);     \
  RENEW(c);     \
  sum##i = sum##i + PAIRS(a, b) + PAIRS(c, b);
#else
#define STEP(i) \
  RENEW(a);     \
  sum##i = dot4(sum##i, a, b);
#endif
#define KEEP(i) kept = sum##i[0];
  TWELVE(DECLARE)
  for (long n = 0; n < steps; ++n) {
    TWELVE(STEP)
  }
  TWELVE(KEEP)
  return 12.0 * 4 * LANES * static_cast<double>(steps);
}
