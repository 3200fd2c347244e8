// NEON with 8-bit dot products: 4 lanes.
#pragma once

#include "runtime/isa/arm64.h"

// The dot product takes the four bytes for every lane from one lane of its operand.
typedef i8 i8s __attribute__((vector_size(8)));
INLINE i8s load_i8s(const i8* p) {
  u32 s;
  __builtin_memcpy(&s, p, 4);
  return (i8s)vcreate_s8(s);
}

INLINE i32v dot4(i32v acc, i8q a, i8q b) { return (i32v)vdotq_s32((int32x4_t)acc, (int8x16_t)a, (int8x16_t)b); }
INLINE i32v dot4(i32v acc, i8s a, i8q b) { return (i32v)vdotq_lane_s32((int32x4_t)acc, (int8x16_t)b, (int8x8_t)a, 0); }
