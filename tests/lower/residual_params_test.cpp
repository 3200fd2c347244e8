// The compiler writes the parameters of residual additions where emitted code reads them.
#include <gtest/gtest.h>

#include "runtime/prologue.h"
#include "schedules/region.h"

namespace narrows {
namespace {

// Emitted files hold only functions that they call.
#pragma GCC diagnostic ignored "-Wunused-function"
#define LANES 4
#include "runtime/residual_add.h"

TEST(ResidualParameters, StandWhereTheRuntimeReadsThem) {
  EXPECT_EQ(param::add_zero1, residual_zero1);
  EXPECT_EQ(param::add_multiplier0, residual_multiplier0);
  EXPECT_EQ(param::add_shift0, residual_shift0);
  EXPECT_EQ(param::add_multiplier1, residual_multiplier1);
  EXPECT_EQ(param::add_shift1, residual_shift1);
  EXPECT_EQ(param::add_multiplier, residual_multiplier);
  EXPECT_EQ(param::add_bias, residual_multiplier);  // XNNPACK has a bias in its place
  EXPECT_EQ(param::add_shift, residual_shift);
  EXPECT_EQ(param::add_zero_point, residual_zero_point);
}

}  // namespace
}  // namespace narrows
