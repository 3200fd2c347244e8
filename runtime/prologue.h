// First lines of every emitted source file: the headers of C, and short names for the types.
//
// Memory is copied by __builtin_memcpy() and the like: with -ffreestanding or -fno-builtin, memcpy() would be a call
// even for one vector.
#pragma once

#include <math.h>
#include <stddef.h>
#include <stdint.h>

typedef float f32;
typedef int64_t i64;
typedef int32_t i32;
typedef uint32_t u32;
typedef int16_t i16;
typedef uint16_t u16;
typedef int8_t i8;
typedef uint8_t u8;

#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline, unused))
// GCC 12 takes a function for free of side effects where a load addresses memory by an index alone, and drops its
// calls. It must not look into the functions that it calls.
#if defined(__clang__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif
#define PREFETCH(address) __builtin_prefetch(address)
#else  // another compiler, whose attributes and builtins are not known
#include <string.h>
#define INLINE static inline
#define NOINLINE
#define PREFETCH(address) (void)(address)
#ifndef __attribute__
#define __attribute__(list)
#endif
#define __builtin_memcpy memcpy
#define __builtin_memmove memmove
#define __builtin_memset memset
#endif

// Asks for cache lines that will be read soon. They may lie beyond the end of what is there.
INLINE void prefetch(const void* p, i32 lines) {
  for (i32 i = 0; i < lines; ++i) PREFETCH((const char*)p + 64 * i);
}
