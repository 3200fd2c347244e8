// runtime/requantize.h with 8 lanes, built for AVX2.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/prologue.h"

namespace narrows {
namespace {

#define LANES 8
#include "tests/runtime/requantize_cases.h"

/// True, and nothing was checked, where the processor has no AVX2.
bool skips() {
#if defined(__AVX2__)
  return !__builtin_cpu_supports("avx2");
#else
  return false;
#endif
}
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
