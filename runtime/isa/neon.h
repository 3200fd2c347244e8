// NEON of arm64: 4 lanes.
#pragma once

#include "runtime/isa/arm64.h"
#include "runtime/isa/gnu_quads.h"

INLINE i32v dot4(i32v acc, i8q a, i8q b) {
  const int16x8_t low = vmull_s8(vget_low_s8((int8x16_t)a), vget_low_s8((int8x16_t)b));
  const int16x8_t high = vmull_high_s8((int8x16_t)a, (int8x16_t)b);
  return wrapping_sum(acc, (i32v)vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
}
