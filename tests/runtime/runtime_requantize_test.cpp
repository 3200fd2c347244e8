// runtime/requantize.h with 4 lanes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/prologue.h"

namespace narrows {
namespace {

#define LANES 4
#include "tests/runtime/requantize_cases.h"

TEST(RuntimeRequantize, AsScalars) { check_requantize(); }

TEST(RuntimeRequantize, LargeSums) { check_large_sums(); }

TEST(RuntimeRequantize, Crosses) { check_crossing(); }

TEST(RuntimeRequantize, AddsResiduals) { check_residual_add(); }

TEST(RuntimeRequantize, Saturates) { check_saturation(); }

TEST(RuntimeRequantize, SmallProducts) {
  check_small_products();
  check_joined_products();
}

}  // namespace
}  // namespace narrows
