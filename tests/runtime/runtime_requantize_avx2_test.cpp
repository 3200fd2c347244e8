// runtime/requantize.h with 8 lanes, built for AVX2.
#if defined(__x86_64__)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/isa/intrinsics_x86.h"
#include "runtime/prologue.h"

namespace narrows {
namespace {

#define LANES 8
#define NARROWS_ISA "avx2.h"
#include "tests/runtime/requantize_cases.h"

/// True where the processor has no AVX2.
bool skips() { return !__builtin_cpu_supports("avx2"); }
TEST(RuntimeRequantizeAvx2, AsScalars) {
  if (skips()) GTEST_SKIP();
  check_requantize();
}

TEST(RuntimeRequantizeAvx2, LargeSums) {
  if (skips()) GTEST_SKIP();
  check_large_sums();
}

TEST(RuntimeRequantizeAvx2, Crosses) {
  if (skips()) GTEST_SKIP();
  check_crossing();
}

TEST(RuntimeRequantizeAvx2, AddsResiduals) {
  if (skips()) GTEST_SKIP();
  check_residual_add();
}

TEST(RuntimeRequantizeAvx2, Saturates) {
  if (skips()) GTEST_SKIP();
  check_saturation();
}

TEST(RuntimeRequantizeAvx2, SmallProducts) {
  if (skips()) GTEST_SKIP();
  check_small_products();
  check_joined_products();
}

}  // namespace
}  // namespace narrows
#endif
