// AVX2 with an instruction that adds four 8-bit products, in the encoding that needs no AVX-512: 8 lanes.
#pragma once

#include "runtime/isa/avx2_base.h"

INLINE i32v dot4(i32v acc, u8q a, i8q b) { return (i32v)_mm256_dpbusd_avx_epi32((__m256i)acc, (__m256i)a, (__m256i)b); }
