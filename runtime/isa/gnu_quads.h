// Four bytes for every lane, as a vector.
#pragma once

#include "runtime/isa/gnu_vectors.h"

typedef i8q i8s;
INLINE i8s load_i8s(const i8* p) {
  i32 s;
  __builtin_memcpy(&s, p, 4);
  return (i8s)splat_i32v(s);
}
