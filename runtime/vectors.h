// Vectors of the target's width.
//
// LANES is the number of 32-bit lanes; the emitted file defines it. Type names do not repeat the number: f32v, i32v and
// u32v fill one register, u8v and i8v are one byte per lane, u8q and i8q four bytes per lane (a "quad" feeds one lane
// of a dot product). Loads and stores never need alignment. A file of isa/ defines types and functions for the target's
// instructions; isa/README.md lists them.
#pragma once

#include "prologue.h"
#include "runtime/isa/chosen.h"

INLINE i32v vclamp(i32v v, i32v lo, i32v hi) { return vmax(vmin(v, hi), lo); }

INLINE i32 min_i32(i32 a, i32 b) { return a < b ? a : b; }
INLINE i32 max_i32(i32 a, i32 b) { return a > b ? a : b; }
