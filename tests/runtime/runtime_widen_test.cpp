// widen() of runtime/isa/plain.h: every half, every 8-bit weight.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "compiler/graph/narrow_weights.h"
#include "runtime/prologue.h"

namespace narrows {
namespace {

#define LANES 4
#include "runtime/vectors.h"

TEST(RuntimeWiden, Halves) {
  for (int first = 0; first < 65536; first += LANES) {
    f16 halves[LANES];
    for (int i = 0; i < LANES; ++i) halves[i] = static_cast<f16>(first + i);
    const f32v wide = widen(halves);
    for (int i = 0; i < LANES; ++i) {
      const float expected = from_half(halves[i]), found = wide[i];
      if (std::isfinite(expected)) {
        // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): a zero has its sign too
        ASSERT_EQ(std::memcmp(&expected, &found, 4), 0) << expected << " " << found;
      }
    }
  }
}

TEST(RuntimeWiden, Bytes) {
  for (int first = -128; first < 128; first += LANES) {
    i8 bytes[LANES];
    for (int i = 0; i < LANES; ++i) bytes[i] = static_cast<i8>(first + i);
    const f32v wide = widen(bytes);
    for (int i = 0; i < LANES; ++i) ASSERT_EQ(wide[i], static_cast<float>(first + i));
  }
}

}  // namespace
}  // namespace narrows
