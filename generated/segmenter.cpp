// The code of segmenter.h, which says what it was made from. Do not edit.
//
// Contents:
//   runtime       line 82
//   kernels       line 820
//   blocks        line 4158
//   entry points  line 4884
// 38 kernels, 20 functions of blocks, 23 blocks.
#include "segmenter.h"

#if !(defined(__AVX2__) && defined(__FMA__) && defined(__F16C__))
#error "this code is for x86-64-linux-avx2: compile it with -mavx2 -mfma -mf16c; narrows --target generic makes code \
for any machine"
#endif

// First lines of every emitted source file: the headers of C, and short names for the types.
//
// Memory is copied by __builtin_memcpy() and the like: with -ffreestanding or -fno-builtin, memcpy() would be a call
// even for one vector.

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

// The intrinsics of x86. They stand outside of the namespace of an emitted file.

// GCC 12 warns about its own avx512fintrin.h.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

// Called after each block with its index and output; define it before this line to see them.
#ifndef NARROWS_TRACE
#define NARROWS_TRACE(block, output, bytes) (void)0
#endif

#define LANES 8  // 32-bit lanes of the vectors of x86-64-linux-avx2

// ---- runtime ------------------------------------------------------------------------------------------------------

namespace {

// Work that several threads share.
//
// A block's function does its work in one or more phases, and a phase consists of equal units: output rows, or parts or
// tiles of channels. Without threads one task does all phases, each in the order of its units. With threads the phases
// follow each other, and in each of them every task does a range of the units; a unit is computed in the same way
// whichever task it falls to, so that results do not depend on the number of tasks.

// One of `count` tasks of one phase; phase -1: of all phases.
struct Task {
  i32 phase, index, count;
};

static const Task all_work = {-1, 0, 1};

struct Range {
  i32 begin, end;
};

// The task's share of the `units` of a phase.
INLINE Range share(i32 units, i32 phase, const Task& task) {
  Range range = {0, 0};
  if (task.phase < 0) {
    range.end = units;
  } else if (task.phase == phase) {
    range.begin = (i32)((i64)units * task.index / task.count);
    range.end = (i32)((i64)units * (task.index + 1) / task.count);
  }
  return range;
}

// The first row inside of a map, from a row that may lie above it.
INLINE i32 inside(i32 row) { return row < 0 ? 0 : row; }

// Scratch memory of a task: the first one's is where it is without threads, the others' lie behind each other.
INLINE u8* scratch_of(const Task& task, u8* first, u8* others, i64 bytes) {
  return task.index == 0 ? first : others + (task.index - 1) * bytes;
}

struct Run;  // what the tasks of one run share: arena, weights, inputs and outputs
typedef void (*BlockCall)(const Run& run, const Task& task);

// The caller's threads. Calls task(argument, i) once for every i below count, and returns when all have returned.
typedef void (*ParallelFor)(void* context, void (*task)(void* argument, int index), void* argument, int count);
struct Threads {
  i32 count;
  ParallelFor parallel_for;
  void* context;
};

struct Job {
  BlockCall block;
  const Run* run;
  i32 phase, count;
};

static inline void run_task(void* argument, int index) {
  const Job& job = *(const Job*)argument;
  const Task task = {job.phase, index, job.count};
  job.block(*job.run, task);
}

// Runs a block in at most `most` tasks.
static inline void run_block(BlockCall block, i32 phases, i32 most, const Run& run, const Threads& threads) {
  const i32 count = threads.count < most ? threads.count : most;
  if (count <= 1) return block(run, all_work);
  for (i32 phase = 0; phase < phases; ++phase) {
    Job job = {block, &run, phase, count};
    threads.parallel_for(threads.context, run_task, &job, count);
  }
}

// The vectors of GCC and Clang, for every instruction set that has a file here but plain.h: types, loads and stores,
// and what these compilers translate well without help.

typedef f32 f32v __attribute__((vector_size(LANES * 4)));
typedef i32 i32v __attribute__((vector_size(LANES * 4)));
typedef u32 u32v __attribute__((vector_size(LANES * 4)));
typedef i16 i16v __attribute__((vector_size(LANES * 2)));
typedef u8 u8v __attribute__((vector_size(LANES)));
typedef u8 u8q __attribute__((vector_size(LANES * 4)));
typedef i8 i8q __attribute__((vector_size(LANES * 4)));
// Four 16-bit numbers per lane, as instructions take them that multiply pairs: those for the even bytes of a quad, and
// those for the odd ones. In memory, all even pairs of a vector come before its odd ones.
struct i16q {
  i32v even, odd;
};

// ---- loads and stores --------------------------------------------------------------------------
INLINE f32v load_f32v(const f32* p) {
  f32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i32v load_i32v(const i32* p) {
  i32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
// Sums of products wrap at 32 bits, which signed numbers must not do in C++. SUMS_WRAP is defined for models whose sums
// can be so large. For others the signed form is right, and a little faster: compilers keep its order.
#ifdef SUMS_WRAP
INLINE i32v wrapping_sum(i32v a, i32v b) { return (i32v)((u32v)a + (u32v)b); }
#else
INLINE i32v wrapping_sum(i32v a, i32v b) { return a + b; }
#endif

INLINE u32v load_u32v(const u32* p) {
  u32v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i16v load_i16v(const i16* p) {
  i16v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE u8v load_u8v(const u8* p) {
  u8v v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE u8q load_u8q(const u8* p) {
  u8q v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i8q load_i8q(const i8* p) {
  i8q v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
INLINE i16q load_i16q(const i16* p) { return {load_i32v((const i32*)p), load_i32v((const i32*)p + LANES)}; }

INLINE void store(i32* p, i32v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(u32* p, u32v v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE void store(u8* p, u8v v) { __builtin_memcpy(p, &v, sizeof v); }

// The first n lanes only.
INLINE void store(u8* p, u8v v, int n) { __builtin_memcpy(p, &v, n * sizeof *p); }

// ---- splats ------------------------------------------------------------------------------------
// s - 0 and not s + 0: the latter is not an identity for -0.0f, so compilers would keep the addition.
INLINE f32v splat_f32v(f32 s) { return s - f32v{}; }
INLINE i32v splat_i32v(i32 s) { return s - i32v{}; }
INLINE u32v splat_u32v(u32 s) { return s - u32v{}; }
typedef u8q u8s;
INLINE u8s load_u8s(const u8* p) {
  i32 s;
  __builtin_memcpy(&s, p, 4);
  return (u8s)splat_i32v(s);
}

// ---- arithmetic --------------------------------------------------------------------------------
INLINE i32v vmin(i32v a, i32v b) { return a < b ? a : b; }
INLINE i32v vmax(i32v a, i32v b) { return a > b ? a : b; }
INLINE i32v select(i32v mask, i32v a, i32v b) { return mask ? a : b; }

// ---- conversions -------------------------------------------------------------------------------
INLINE i32v truncate_i32v(f32v v) { return __builtin_convertvector(v, i32v); }

// What all instruction sets of x86-64 share.

// What is computed behind this line waits for the vector, in GCC's order of statements too. Costs no instruction.
#if defined(__GNUC__) && !defined(__clang__)
#define KEEP_ORDER(vector) asm("" : "+x"(vector))
#else
#define KEEP_ORDER(vector)
#endif

// Nearest, ties away from zero: add half, and for negative values one less, then shift with sign.
INLINE i32v round_shift(i32v x, i32v shift) {
  const i32v half = (i32v)((splat_u32v(1) << (u32v)shift) >> 1);
  return (x + half + ((x >> 31) & (i32v)(shift > 0))) >> shift;
}

// A multiplier in two parts leaves products of 32 bits: (d * 2^20 * multiplier + 2^30) / 2^31 is
// (d * multiplier + 2^10) / 2^11.
INLINE i32v scale_operand(i32v d, i32v multiplier, i32v shift) {
  const i32v low = d * (multiplier & splat_i32v(2047)) + splat_i32v(1024);
  return round_shift(d * (multiplier >> 11) + (low >> 11), shift);
}

// ---- conversions ---------------------------------------------------------------------------------
INLINE i32v to_i32v(u8v v) {
  long long b;
  __builtin_memcpy(&b, &v, 8);
  return (i32v)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(b));
}
INLINE i32v to_i32v(i16v v) { return (i32v)_mm256_cvtepi16_epi32((__m128i)v); }
INLINE i16v to_i16v(u8v v) { return __builtin_convertvector(v, i16v); }
INLINE u8v saturate_u8v(i32v v) {
  const __m128i w = _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const long long b = _mm_cvtsi128_si64(_mm_packus_epi16(w, w));
  u8v r;
  __builtin_memcpy(&r, &b, 8);
  return r;
}

// ---- products of bytes ---------------------------------------------------------------------------
// Sums of two products of neighbours fit in 16 bits, where the instruction saturates.
INLINE i32v dot4_small(i32v acc, u8q a, i8q b) {
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_set1_epi16(1)));
}
INLINE i32v dot4_joined(i32v acc, u8q a, i8q b, u8q a1, i8q b1) {
  const __m256i sum =
      _mm256_add_epi16(_mm256_maddubs_epi16((__m256i)a, (__m256i)b), _mm256_maddubs_epi16((__m256i)a1, (__m256i)b1));
  return wrapping_sum(acc, (i32v)_mm256_madd_epi16(sum, _mm256_set1_epi16(1)));
}
// Depthwise kernels are one straight run of these: GCC would compute all products first and keep them in memory.
INLINE i32v dot4(i32v acc, u8q a, i16q b) {
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  acc = wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, (__m256i)b.even)),
                     (i32v)_mm256_madd_epi16(a1, (__m256i)b.odd));
  KEEP_ORDER(acc);
  return acc;
}

// ---- requantization ------------------------------------------------------------------------------
// Products of the even and of the odd lanes in 64 bits, to which both roundings are added at once, half and half <<
// shift, which pixels share.
struct RoundedProducts {
  i32v even, odd;
};
INLINE RoundedProducts rounded_products(i32v x, i32v multiplier, i32v shift, long long half) {
  RoundedProducts r;
  const __m256i a = (__m256i)x, m = (__m256i)multiplier, s = (__m256i)shift, first = _mm256_set1_epi64x(half);
  const __m256i half_even =
      _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_blend_epi32(s, _mm256_setzero_si256(), 0xAA)));
  const __m256i half_odd = _mm256_add_epi64(first, _mm256_sllv_epi64(first, _mm256_srli_epi64(s, 32)));
  r.even = (i32v)_mm256_add_epi64(_mm256_mul_epi32(a, m), half_even);
  r.odd =
      (i32v)_mm256_add_epi64(_mm256_mul_epi32(_mm256_shuffle_epi32(a, 0xF5), _mm256_shuffle_epi32(m, 0xF5)), half_odd);
  return r;
}

// Their upper halves.
INLINE i32v upper_halves(const RoundedProducts& p) {
  return (i32v)_mm256_blend_epi32(_mm256_srli_epi64((__m256i)p.even, 32), (__m256i)p.odd, 0xAA);
}

// x is doubled, so that half a step less for negative values is 1 of the upper half.
INLINE i32v requantize_shifted(i32v x, i32v multiplier, i32v shift) {
  return (upper_halves(rounded_products(x + x, multiplier, shift, 1ll << 31)) + (x >> 31)) >> shift;
}
// What is negative stays so, and is rounded as the rest is.
INLINE i32v requantize_small(i32v x, i32v multiplier, i32v shift) {
  return upper_halves(rounded_products(x, multiplier, shift, 1 << 30)) >> (shift - 1);
}
// One shuffle joins the upper halves of both products.
INLINE i32v requantize_crossing(i32v x, i32v multiplier, i32v shift) {
  const RoundedProducts p = rounded_products(x, multiplier, shift, 1 << 30);
  const __m256i high = _mm256_castps_si256(_mm256_shuffle_ps((__m256)p.even, (__m256)p.odd, 0xDD));
  return (i32v)high >> ((i32v)_mm256_shuffle_epi32((__m256i)shift, 0xD8) - 1);
}

// AVX2 and FMA: 8 lanes.

// Even and odd bytes as 16-bit pairs: maddubs would saturate.
INLINE i32v dot4(i32v acc, u8q a, i8q b) {
  const __m256i a0 = _mm256_and_si256((__m256i)a, _mm256_set1_epi16(255)), a1 = _mm256_srli_epi16((__m256i)a, 8);
  const __m256i b0 = _mm256_srai_epi16(_mm256_slli_epi16((__m256i)b, 8), 8), b1 = _mm256_srai_epi16((__m256i)b, 8);
  return wrapping_sum(wrapping_sum(acc, (i32v)_mm256_madd_epi16(a0, b0)), (i32v)_mm256_madd_epi16(a1, b1));
}

// Vectors of the target's width.
//
// LANES is the number of 32-bit lanes; the emitted file defines it. Type names do not repeat the number: f32v, i32v and
// u32v fill one register, u8v and i8v are one byte per lane, u8q and i8q four bytes per lane (a "quad" feeds one lane
// of a dot product). Loads and stores never need alignment. A file of isa/ defines types and functions for the target's
// instructions; isa/README.md lists them.

INLINE i32v vclamp(i32v v, i32v lo, i32v hi) { return vmax(vmin(v, hi), lo); }

// The quantized ADD at the end of a residual block, applied to the convolution's result while it is in registers.

struct ResidualAdd {
  i32v multiplier0, shift0;         // of the convolution's result, which comes without its zero point
  i32v zero1, multiplier1, shift1;  // of the residual
  i32v multiplier, shift;           // of the sum; xnnpack: multiplier is the bias
  i32v zero_point;
};

// Where they stand among the parameters at the head of a convolution's weights.
enum {
  residual_zero1 = 3,
  residual_multiplier0 = 4,
  residual_shift0 = 5,
  residual_multiplier1 = 6,
  residual_shift1 = 7,
  residual_multiplier = 8,
  residual_shift = 9,
  residual_zero_point = 10
};

INLINE ResidualAdd load_residual_add(const i32* params) {
  ResidualAdd add;
  add.zero1 = splat_i32v(params[residual_zero1]);
  add.multiplier0 = splat_i32v(params[residual_multiplier0]);
  add.shift0 = splat_i32v(params[residual_shift0]);
  add.multiplier1 = splat_i32v(params[residual_multiplier1]);
  add.shift1 = splat_i32v(params[residual_shift1]);
  add.multiplier = splat_i32v(params[residual_multiplier]);
  add.shift = splat_i32v(params[residual_shift]);
  add.zero_point = splat_i32v(params[residual_zero_point]);
  return add;
}

// TFLite: both operands to a common scale with 20 more bits, the sum to the output's scale (kernels/add.cc). That is
// too many instructions to stand in every kernel once per accumulator, so these are functions.

INLINE i32v add_scaled(i32v a, i32v b, const ResidualAdd& add) {
  return requantize_shifted(a + b, add.multiplier, add.shift) + add.zero_point;
}

// The common scale is twice the larger one of both operands, so that operand is multiplied by 2^20 / 2. This is for a
// convolution's result with the larger scale.
NOINLINE static i32v add_residual(i32v value, i32v residual, const ResidualAdd& add) {
  return add_scaled(value << splat_i32v(19), scale_operand(residual - add.zero1, add.multiplier1, add.shift1), add);
}
// Like add_residual(), for a residual with the larger scale.
NOINLINE static i32v add_larger_residual(i32v value, i32v residual, const ResidualAdd& add) {
  return add_scaled(scale_operand(value, add.multiplier0, add.shift0), (residual - add.zero1) << splat_i32v(19), add);
}

// Rows and rings: borders, padding rows, and rows that enter a ring from a tensor.
//
// A ring keeps the rows that the next stage still needs, with the border columns that its window reaches beyond the
// map. Borders hold the zero point and are written once; rows above and below the map are written like other rows. A
// row-interleaved ring keeps row y in byte y & 3 of its 32-bit lanes.

// Sets the left and right border of `rows` rows. Sizes in bytes.
static inline void fill_borders(void* ring, int rows, int row_bytes, int left, int right, int value) {
  for (int r = 0; r < rows; ++r) {
    __builtin_memset((u8*)ring + (size_t)r * row_bytes, value, left);
    __builtin_memset((u8*)ring + (size_t)(r + 1) * row_bytes - right, value, right);
  }
}

// Sets byte `slot` of `lanes` lanes.
static inline void fill_slot(u32* ring, int lanes, int slot, int value) {
  const u32v keep = splat_u32v(~(255u << 8 * slot)), byte = splat_u32v((u32)value << 8 * slot);
  for (int i = 0; i < lanes; i += LANES) {
    const u32v all = (load_u32v(ring + i) & keep) | byte;
    store(ring + i, all);
  }
}

// Writes what the lanes of `value` hold, each a byte, to byte `slot` of the lanes at p.
INLINE void store_byte(u32* p, i32v value, i32 slot) {
  const u32 shift = 8 * slot;
  const u32v others = load_u32v(p) & splat_u32v(~(255u << shift));
  const u32v all = others | ((u32v)value << splat_u32v(shift));
  store(p, all);
}

static inline void load_row(const void* row, void* ring, int width, int channels, int repeat, int pitch, int flip) {
  const u8* from = (const u8*)row;
  u8* to = (u8*)ring;
  if (pitch == channels) {
    for (int i = 0; i < width * channels; ++i) to[i] = (u8)(from[i] ^ flip);
    return;
  }
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < channels * repeat; ++c) to[x * pitch + c] = (u8)(from[x * channels + c / repeat] ^ flip);
}

// A row of `width` times the same pixel. Sizes in bytes.
static inline void repeat_pixel(const void* pixel, void* to, int width, int bytes, int pitch) {
  for (int x = 0; x < width; ++x) __builtin_memcpy((u8*)to + (size_t)x * pitch, pixel, bytes);
}

// Sums over parts of the channels, which several tasks may compute, each its own group of parts.

struct I32Sums {
  INLINE void add(i32* p, const i32* more) {
    const i32v sum = wrapping_sum(load_i32v(p), load_i32v(more));
    store(p, sum);
  }
};

// Adds to `count` sums of the first of `groups` groups, which are whole vectors, the sums of the others, in their
// order. The groups lie `distance` elements apart.
template <typename Sums, typename T>
void add_groups(T* sums, int groups, int distance, int count) {
  for (int i = 0; i < count; i += LANES)
    for (int g = 1; g < groups; ++g) Sums::add(sums + i, sums + g * distance + i);
}

// Multiplication of integers by real numbers, as TFLite and XNNPACK round. These are the scalar forms;
// requantize.h has the vectors. Sources: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/
// common.h; XNNPACK src/qs8-requantization.

INLINE i32 clamp(i32 value, i32 lo, i32 hi) { return value < lo ? lo : value > hi ? hi : value; }

// SRDHM: the product of two numbers in Q0.31, to nearest, ties upwards. Saturates -1 * -1.
INLINE i32 high_mul_i32(i32 a, i32 b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return (i32)(((i64)a * b + (1 << 30)) >> 31);
}

// RDBPOT: x / 2^exponent to nearest, ties away from zero; exponent in [0, 31].
INLINE i32 divide_by_power_of_two(i32 x, int exponent) {
  const i64 mask = ((i64)1 << exponent) - 1;
  return (i32)(((i64)x >> exponent) + ((x & mask) > (mask >> 1) + (x < 0)));
}

// MultiplyByQuantizedMultiplier: x * multiplier / 2^31 * 2^shift; multiplier in [2^30, 2^31) or 0, shift in
// [-31, 31].
INLINE i32 rescale(i32 x, i32 multiplier, int shift) {
  if (shift <= 0) return divide_by_power_of_two(high_mul_i32(x, multiplier), -shift);
  return high_mul_i32((i32)((u32)x << shift), multiplier);  // wraps, as TFLite's does
}

// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR. Which input pixels an output pixel takes, and what they weigh,
// are tables that were computed ahead of time.

// 8-bit results depend on every rounding: a product must not be fused with the sum that it goes into. GCC
// vectorizes these loops from -O3 on.
#if defined(__GNUC__) && !defined(__clang__)
#define SEPARATE_ROUNDING __attribute__((optimize("O3", "fp-contract=off")))
#else
#define SEPARATE_ROUNDING
#endif

// One output row or column: the two input rows or columns around it, and their weights: floats, or for images
// that are int8 in the model, integers in units of 1/1024.
template <typename W>
struct Tap {
  i32 low, high;
  W low_weight, high_weight;
};

// Sizes in pixels. Memory holds the model's values plus the shifts.
struct Resize {
  int width, channels, out_height, out_width;
  int in_shift, out_shift;
};

// An input row times its weight.
template <typename T, typename W>
SEPARATE_ROUNDING void weigh_row(const T* in, W* out, int count, int shift, W weight) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  for (int i = 0; i < count; ++i) out[i] = (W)(in[i] - shift) * weight;
}

// The two input rows around output row `y`, one behind the other.
template <typename T, typename W>
void weigh_rows(const T* low, const T* high, const Resize& r, const Tap<W>& y, W* rows) {
  const int count = r.width * r.channels;
  weigh_row(low, rows, count, r.in_shift, y.low_weight);
  weigh_row(high, rows + count, count, r.in_shift, y.high_weight);
}

// ARG_MAX over the channels of what RESIZE_BILINEAR makes, row by row: the resized image never exists.
//
// Output pixels between the same input pixels are computed together, one channel after the other. Where scores are
// enlarged to the size of the picture, as in segmentation networks, there are many.

struct ByteScores {
  typedef i32v Rounded;
  INLINE f32v splat(f32 s) { return splat_f32v(s); }
  INLINE f32v load(const f32* p) { return load_f32v(p); }
  INLINE i32v round(f32v sum) { return truncate_i32v(sum + splat_f32v(0.5f)); }
  INLINE i32v choose(i32v mask, i32v a, i32v b) { return select(mask, a, b); }
};

// So many vectors at once, whose comparisons do not wait for each other.
enum { VECTORS = LANES < 16 ? 2 : 1 };

// The columns from `first` on that lie between the same input columns, up to what vectors hold. Their weights fill a
// and b, of which the rest repeats the first one's.
template <typename W>
INLINE int gather_columns(const Tap<W>* columns, int first, int end, W* a, W* b) {
  const Tap<W>& tap = columns[first];
  int n = 0;
  for (; n < VECTORS * LANES && first + n < end; ++n) {
    const Tap<W>& next = columns[first + n];
    if (next.low != tap.low || next.high != tap.high) break;
    a[n] = next.low_weight;
    b[n] = next.high_weight;
  }
  for (int i = n; i < VECTORS * LANES; ++i) a[i] = tap.low_weight, b[i] = tap.high_weight;
  return n;
}

// One row of indices from two weighted input rows. The first channel that no other exceeds; what is not a number only
// counts in front.
template <typename Scores, typename W, typename I>
SEPARATE_ROUNDING void index_largest_between(const W* low, const W* high, const Tap<W>* columns, I* out,
                                             const Resize& r) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
  W a[VECTORS * LANES], b[VECTORS * LANES];
  i32 index[VECTORS * LANES];
  for (int x = 0, n; x < r.out_width; x += n) {
    n = gather_columns(columns, x, r.out_width, a, b);
    const W *low_a = low + columns[x].low * r.channels, *low_b = low + columns[x].high * r.channels;
    const W *high_a = high + columns[x].low * r.channels, *high_b = high + columns[x].high * r.channels;
    const auto value = [&](int v, int c) {
      const auto av = Scores::load(a + v * LANES), bv = Scores::load(b + v * LANES);
      return Scores::round(Scores::splat(low_a[c]) * av + Scores::splat(high_a[c]) * av + Scores::splat(low_b[c]) * bv +
                           Scores::splat(high_b[c]) * bv);
    };
    typename Scores::Rounded best[VECTORS];
    i32v of_best[VECTORS];
    for (int v = 0; v < VECTORS; ++v) best[v] = value(v, 0), of_best[v] = i32v{};
    for (int c = 1; c < r.channels; ++c) {
      for (int v = 0; v < VECTORS; ++v) {
        const typename Scores::Rounded other = value(v, c);
        const i32v larger = (i32v)(other > best[v]);
        of_best[v] = select(larger, splat_i32v(c), of_best[v]);
        best[v] = Scores::choose(larger, other, best[v]);
      }
    }
    for (int v = 0; v < VECTORS; ++v) {
      const i32v indices = of_best[v];
      store(index + v * LANES, indices);
    }
    for (int i = 0; i < n; ++i) out[x + i] = (I)index[i];
  }
}

// A row of indices from the two rows of the input around it; `rows` holds two weighted input rows.
template <typename Scores, typename In, typename W, typename I>
void index_largest_of_row(const In* low, const In* high, I* out, const Resize& r, const Tap<W>& y,
                          const Tap<W>* columns, W* rows) {
  weigh_rows(low, high, r, y, rows);
  index_largest_between<Scores>(rows, rows + r.width * r.channels, columns, out, r);
}

// For output rows in `part`.
template <typename Scores, typename In, typename W, typename I>
void index_largest_of_resized(const In* in, I* out, const Resize& r, Range part, const Tap<W>* taps, W* rows) {
  const size_t count = (size_t)r.width * r.channels;
  out += (size_t)part.begin * r.out_width;
  for (int y = part.begin; y < part.end; ++y, out += r.out_width)
    index_largest_of_row<Scores>(in + taps[y].low * count, in + taps[y].high * count, out, r, taps[y],
                                 taps + r.out_height, rows);
}

// MEAN over any dimensions.

// Sizes of the dimensions that stay and of those that are averaged, each with its step through the input in
// elements, outer before inner. Unused leading entries have size 1 and step 0.
struct Mean {
  int size[4], step[4];
  int mean_size[4], mean_step[4];
};

// Outputs along the innermost dimension that stays are summed in groups of this size.
static const int mean_group = 64;

// sums[i] = the sum over the averaged dimensions for `count` neighbouring outputs, in the order of the input.
template <typename T, typename Sum>
INLINE void mean_sums(const T* in, const Mean& m, int count, Sum* sums) {
  const int step = m.step[3];
  for (int i = 0; i < count; ++i) sums[i] = 0;
  for (int a = 0; a < m.mean_size[0]; ++a)
    for (int b = 0; b < m.mean_size[1]; ++b)
      for (int c = 0; c < m.mean_size[2]; ++c)
        for (int d = 0; d < m.mean_size[3]; ++d) {
          const T* from = in + a * m.mean_step[0] + b * m.mean_step[1] + c * m.mean_step[2] + d * m.mean_step[3];
          if (step == 1) {
            for (int i = 0; i < count; ++i) sums[i] += from[i];
          } else {
            for (int i = 0; i < count; ++i) sums[i] += from[i * step];
          }
        }
}

// Calls finish(sum) for every output.
template <typename Sum, typename T, typename Out, typename Finish>
INLINE void mean_over(const T* in, Out* out, const Mean& m, const Finish& finish) {
  for (int a = 0; a < m.size[0]; ++a)
    for (int b = 0; b < m.size[1]; ++b)
      for (int c = 0; c < m.size[2]; ++c)
        for (int d = 0; d < m.size[3]; d += mean_group) {
          const int count = m.size[3] - d < mean_group ? m.size[3] - d : mean_group;
          Sum sums[mean_group];
          mean_sums(in + a * m.step[0] + b * m.step[1] + c * m.step[2] + d * m.step[3], m, count, sums);
          for (int i = 0; i < count; ++i) *out++ = (Out)finish(sums[i]);
        }
}

INLINE int mean_count(const Mean& m) { return m.mean_size[0] * m.mean_size[1] * m.mean_size[2] * m.mean_size[3]; }

// TFLite: rescale() by a multiplier that divides by the number of elements, too. In and Out are u8 or i8.
template <typename In, typename Out>
void mean_8bit(const In* in, Out* out, const Mean& m, i32 zero_in, i32 multiplier, int shift, i32 zero, i32 lo,
               i32 hi) {
  const i32 zeros = zero_in * mean_count(m);
  mean_over<i32>(in, out, m, [=](i32 sum) { return clamp(rescale(sum - zeros, multiplier, shift) + zero, lo, hi); });
}

// Checks a weights file (runtime/weights.fbs) before its payload is used: right file, right model, right
// compilation, nothing missing, nothing altered. Reads no byte outside of the caller's memory, whatever is in
// it.

enum WeightsStatus {
  weights_ok = 0,
  weights_null,
  weights_misaligned,
  weights_truncated,
  weights_not_narrows,
  weights_other_version,
  weights_other_model,
  weights_other_compilation,
  weights_altered
};

// The status as a sentence.
static inline const char* explain(int status) {
  switch (status) {
    case weights_ok:
      return "There is no error.";
    case weights_null:
      return "A pointer is null.";
    case weights_misaligned:
      return "Weights or arena are not at an address that is a multiple of 64.";
    case weights_truncated:
      return "The weights are shorter than the weights file that belongs to this code.";
    case weights_not_narrows:
      return "The data is not a weights file of Narrows.";
    case weights_other_version:
      return "The weights file is of another format version than this code.";
    case weights_other_model:
      return "The weights file was made from another model than this code.";
    case weights_other_compilation:
      return "The weights file was made by another compilation of the same model.";
    case weights_altered:
      return "The weights were altered after they were written.";
    default:
      return "Unknown status.";
  }
}

// After the description in doc/xxhash_spec.md of github.com/Cyan4973/xxHash; seed 0.

static const uint64_t xxh64_prime1 = 0x9E3779B185EBCA87u;
static const uint64_t xxh64_prime2 = 0xC2B2AE3D27D4EB4Fu;
static const uint64_t xxh64_prime3 = 0x165667B19E3779F9u;
static const uint64_t xxh64_prime4 = 0x85EBCA77C2B2AE63u;
static const uint64_t xxh64_prime5 = 0x27D4EB2F165667C5u;

// The lowest byte comes first, whatever the machine.
static inline uint16_t load_u16(const uint8_t* p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline uint32_t load_u32(const uint8_t* p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load_u64(const uint8_t* p) { return load_u32(p) | (uint64_t)load_u32(p + 4) << 32; }

static inline uint64_t rotate_left(uint64_t v, int bits) { return (v << bits) | (v >> (64 - bits)); }

static inline uint64_t xxh64_round(uint64_t lane, uint64_t input) {
  return rotate_left(lane + input * xxh64_prime2, 31) * xxh64_prime1;
}

static inline uint64_t xxh64_merge(uint64_t hash, uint64_t lane) {
  return (hash ^ xxh64_round(0, lane)) * xxh64_prime1 + xxh64_prime4;
}

// Stripes of 32 bytes in four independent lanes; then what is left in words of 8, 4 and 1 bytes.
static inline uint64_t xxh64(const uint8_t* p, size_t bytes) {
  const uint8_t* end = p + bytes;
  uint64_t hash = xxh64_prime5;
  if (bytes >= 32) {
    uint64_t lane0 = xxh64_prime1 + xxh64_prime2, lane1 = xxh64_prime2, lane2 = 0, lane3 = 0 - xxh64_prime1;
    for (; end - p >= 32; p += 32) {
      lane0 = xxh64_round(lane0, load_u64(p));
      lane1 = xxh64_round(lane1, load_u64(p + 8));
      lane2 = xxh64_round(lane2, load_u64(p + 16));
      lane3 = xxh64_round(lane3, load_u64(p + 24));
    }
    hash = rotate_left(lane0, 1) + rotate_left(lane1, 7) + rotate_left(lane2, 12) + rotate_left(lane3, 18);
    hash = xxh64_merge(hash, lane0);
    hash = xxh64_merge(hash, lane1);
    hash = xxh64_merge(hash, lane2);
    hash = xxh64_merge(hash, lane3);
  }
  hash += bytes;
  for (; end - p >= 8; p += 8) hash = rotate_left(hash ^ xxh64_round(0, load_u64(p)), 27) * xxh64_prime1 + xxh64_prime4;
  for (; end - p >= 4; p += 4) hash = rotate_left(hash ^ load_u32(p) * xxh64_prime1, 23) * xxh64_prime2 + xxh64_prime3;
  for (; p != end; ++p) hash = rotate_left(hash ^ *p * xxh64_prime5, 11) * xxh64_prime1;
  hash = (hash ^ (hash >> 33)) * xxh64_prime2;
  hash = (hash ^ (hash >> 29)) * xxh64_prime3;
  return hash ^ (hash >> 32);
}

// ---- the file ----------------------------------------------------------------------------------

// Offset in the file of a field of the FlatBuffers root table, or 0 if the field is absent or would not lie
// within the `bytes` bytes at `file`. A file begins with the offset of its root table; a table begins with
// the distance back to its vtable: size of the vtable, size of the table, then the offset of every field from
// the start of the table.
static inline size_t root_field(const uint8_t* file, size_t bytes, unsigned field, size_t size) {
  if (bytes < 8) return 0;
  size_t table = load_u32(file);
  if (table > bytes - 4) return 0;
  int64_t vtable = (int64_t)table - (int32_t)load_u32(file + table);
  if (vtable < 0 || (uint64_t)vtable > bytes - 4) return 0;
  size_t entry = 4 + 2 * field;
  if (entry + 2 > load_u16(file + vtable) || entry + 2 > bytes - (size_t)vtable) return 0;
  size_t offset = load_u16(file + vtable + entry);
  if (offset == 0 || offset + size > bytes - table) return 0;
  return table + offset;
}

// Returns weights_ok if the `bytes` bytes at `blob` are the weights file of `file_bytes` bytes with these two
// hashes, whose payload goes from `payload_offset` to its end. More bytes than that do no harm.
static inline int check_blob(const void* blob, size_t bytes, uint64_t model_hash, uint64_t content_hash,
                             size_t file_bytes, size_t payload_offset) {
  const uint8_t* file = (const uint8_t*)blob;
  if (!blob) return weights_null;
  if ((uintptr_t)blob % 64 != 0) return weights_misaligned;
  if (bytes < 8) return weights_truncated;
  if (load_u32(file + 4) != 0x5357524eu) return weights_not_narrows;  // "NRWS"

  size_t version = root_field(file, bytes, 0, 4);
  size_t model = root_field(file, bytes, 1, 8);
  size_t content = root_field(file, bytes, 2, 8);
  if (version && load_u32(file + version) != 1) return weights_other_version;
  if (model && load_u64(file + model) != model_hash) return weights_other_model;
  if (content && load_u64(file + content) != content_hash) return weights_other_compilation;
  if (bytes < file_bytes) return weights_truncated;
  if (!version || !model || !content) return weights_not_narrows;
  if (xxh64(file + payload_offset, file_bytes - payload_offset) != content_hash) return weights_altered;
  return weights_ok;
}

// ---- kernels ------------------------------------------------------------------------------------------------------
// Each computes one row of one operator, or a part of it.

// Convolution of 3 rows, 9 elements of each -> 16 channels, 64 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][3][3][16][4]
// Called by block 0.
NOINLINE static void conv_3rows_9_16x64_ring(const u8* __restrict in0, const u8* __restrict in1,
    const u8* __restrict in2, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < 12; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    i32v acc8 = bias0;
    i32v acc9 = bias1;
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in0_at = in0 + k * 4 + x * 30;
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 6);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 12);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 18);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 24);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in1_at = in1 + k * 4 + x * 30;
      const u8s in1_0 = load_u8s(in1_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 192);
      acc0 = dot4(acc0, in1_0, w0);
      const i8q w1 = load_i8q(w_at + 224);
      acc1 = dot4(acc1, in1_0, w1);
      const u8s in1_1 = load_u8s(in1_at + 6);
      acc2 = dot4(acc2, in1_1, w0);
      acc3 = dot4(acc3, in1_1, w1);
      const u8s in1_2 = load_u8s(in1_at + 12);
      acc4 = dot4(acc4, in1_2, w0);
      acc5 = dot4(acc5, in1_2, w1);
      const u8s in1_3 = load_u8s(in1_at + 18);
      acc6 = dot4(acc6, in1_3, w0);
      acc7 = dot4(acc7, in1_3, w1);
      const u8s in1_4 = load_u8s(in1_at + 24);
      acc8 = dot4(acc8, in1_4, w0);
      acc9 = dot4(acc9, in1_4, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in2_at = in2 + k * 4 + x * 30;
      const u8s in2_0 = load_u8s(in2_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 384);
      acc0 = dot4(acc0, in2_0, w0);
      const i8q w1 = load_i8q(w_at + 416);
      acc1 = dot4(acc1, in2_0, w1);
      const u8s in2_1 = load_u8s(in2_at + 6);
      acc2 = dot4(acc2, in2_1, w0);
      acc3 = dot4(acc3, in2_1, w1);
      const u8s in2_2 = load_u8s(in2_at + 12);
      acc4 = dot4(acc4, in2_2, w0);
      acc5 = dot4(acc5, in2_2, w1);
      const u8s in2_3 = load_u8s(in2_at + 18);
      acc6 = dot4(acc6, in2_3, w0);
      acc7 = dot4(acc7, in2_3, w1);
      const u8s in2_4 = load_u8s(in2_at + 24);
      acc8 = dot4(acc8, in2_4, w0);
      acc9 = dot4(acc9, in2_4, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v0 = splat_i32v(0);
    const i32v v255 = splat_i32v(255);
    u32* const out_at = out + x * 80;
    store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 16, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 24, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 32, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 40, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 48, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 56, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 64, vclamp(requantize_crossing(acc8, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 72, vclamp(requantize_crossing(acc9, multiplier1, shift1), v0, v255), slot);
  }
  {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in0_at = in0 + k * 4;
      const u8s in0_0 = load_u8s(in0_at + 360);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 366);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 372);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 378);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in1_at = in1 + k * 4;
      const u8s in1_0 = load_u8s(in1_at + 360);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 192);
      acc0 = dot4(acc0, in1_0, w0);
      const i8q w1 = load_i8q(w_at + 224);
      acc1 = dot4(acc1, in1_0, w1);
      const u8s in1_1 = load_u8s(in1_at + 366);
      acc2 = dot4(acc2, in1_1, w0);
      acc3 = dot4(acc3, in1_1, w1);
      const u8s in1_2 = load_u8s(in1_at + 372);
      acc4 = dot4(acc4, in1_2, w0);
      acc5 = dot4(acc5, in1_2, w1);
      const u8s in1_3 = load_u8s(in1_at + 378);
      acc6 = dot4(acc6, in1_3, w0);
      acc7 = dot4(acc7, in1_3, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in2_at = in2 + k * 4;
      const u8s in2_0 = load_u8s(in2_at + 360);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 384);
      acc0 = dot4(acc0, in2_0, w0);
      const i8q w1 = load_i8q(w_at + 416);
      acc1 = dot4(acc1, in2_0, w1);
      const u8s in2_1 = load_u8s(in2_at + 366);
      acc2 = dot4(acc2, in2_1, w0);
      acc3 = dot4(acc3, in2_1, w1);
      const u8s in2_2 = load_u8s(in2_at + 372);
      acc4 = dot4(acc4, in2_2, w0);
      acc5 = dot4(acc5, in2_2, w1);
      const u8s in2_3 = load_u8s(in2_at + 378);
      acc6 = dot4(acc6, in2_3, w0);
      acc7 = dot4(acc7, in2_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v0 = splat_i32v(0);
    const i32v v255 = splat_i32v(255);
    store_byte(out + 960, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store_byte(out + 968, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
    store_byte(out + 976, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
    store_byte(out + 984, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
    store_byte(out + 992, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
    store_byte(out + 1000, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
    store_byte(out + 1008, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
    store_byte(out + 1016, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
  }
}

// 3x3 depthwise convolution, stride 1, 16 channels, 64 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i16 w[slot][3][2][2][8][2]
// Called by block 0.
NOINLINE static void depthwise_16x64(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 256) + slot * 192;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < 16; ++x) {
    for (i32 c = 0; c < 2; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 8 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 64);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 128);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 192);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 64);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      acc2 = dot4(acc2, in2, w1);
      const u8q in3 = load_u8q(in_at + 256);
      acc3 = dot4(acc3, in3, w1);
      const i16q w2 = load_i16q(w_at + 128);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, in3, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 320), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 8 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 16, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 32, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 48, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 16 -> 8 channels, 64 pixels.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][4][8][4], 384: order[1][6]
// Called by block 0.
NOINLINE static void conv_16_8x64(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 384);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 4 - small;
  {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    i32v acc8 = bias0;
    i32v acc9 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 16), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 32), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 48), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 64), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 80), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 96), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 112), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 128), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 144), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 16), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 32), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 48), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 64), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 80), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 96), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 112), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 128), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 144), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    store(out, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out + 8, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out + 16, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out + 24, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out + 32, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out + 40, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out + 48, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out + 56, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out + 64, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
    store(out + 72, saturate_u8v(requantize_shifted(acc9, multiplier0, shift0) + v_zero_point));
  }
  for (i32 x = 0; x < 6; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    i32v acc8 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 144 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 160), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 176), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 208), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 224), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 256), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 272), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 288), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 144 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 160), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 176), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 208), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 224), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 256), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 272), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 288), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 72;
    store(out_at + 80, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 88, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 96, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 104, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 112, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 120, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 128, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 136, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out_at + 144, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
  }
}

// 1x1 convolution, 8 -> 48 channels, 64 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 3 tiles of channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i8 w[3][2][16][4], 1024:
// order[3][4]
// Called by block 1.
NOINLINE static void conv_8_48x64_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 640);
  const u16* order = (const u16*)(weights + 1024);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 tile = 0; tile < 3; ++tile) {
    const i32 small = order[1], large = 2 - small;
    for (i32 x = 0; x < 12; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      i32v acc8 = bias0;
      i32v acc9 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 40 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 8);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 16);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 24);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
        const u8s in0_4 = load_u8s(in0_at + 32);
        acc8 = dot4_small(acc8, in0_4, w0);
        acc9 = dot4_small(acc9, in0_4, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 40 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 8);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 16);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 24);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
        const u8s in0_4 = load_u8s(in0_at + 32);
        acc8 = dot4(acc8, in0_4, w0);
        acc9 = dot4(acc9, in0_4, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 240;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 48, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 56, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 96, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 104, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 144, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 152, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 192, vclamp(requantize_crossing(acc8, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 200, vclamp(requantize_crossing(acc9, multiplier1, shift1), v0, v255), slot);
    }
    {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at + 480);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 488);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 496);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 504);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at + 480);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 488);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 496);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 504);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      store_byte(out + 2880, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out + 2888, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 2928, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 2936, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 2976, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 2984, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 3024, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 3032, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 128, order += 4, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 2, 48 channels, 32 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 1.
NOINLINE static void depthwise_48x32_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 8; ++x) {
    for (i32 c = 0; c < 6; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 48 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 384);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 768);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 1152);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 192);
      acc0 = dot4(acc0, load_u8q(in_at + 192), w1);
      acc1 = dot4(acc1, load_u8q(in_at + 576), w1);
      acc2 = dot4(acc2, load_u8q(in_at + 960), w1);
      acc3 = dot4(acc3, load_u8q(in_at + 1344), w1);
      const i16q w2 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in0, w2);
      acc1 = dot4(acc1, in1, w2);
      acc2 = dot4(acc2, in2, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 1536), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 24 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 48, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 144, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 48 -> 8 channels, 32 pixels.
// A step computes 8 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][12][8][4], 640:
// order[1][14]
// Called by block 1.
NOINLINE static void conv_48_8x32(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 640);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 12 - small;
  for (i32 x = 0; x < 4; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 384 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 48), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 96), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 144), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 192), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 288), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 336), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 384 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 48), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 96), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 144), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 192), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 288), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 336), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 64;
    store(out_at, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 8, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 16, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 24, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 32, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 40, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 48, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 56, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
  }
}

// 1x1 convolution, 8 -> 48 channels, 32 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 3 tiles of channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i8 w[3][2][16][4], 1024:
// order[3][4]
// Called by blocks 2, 3.
NOINLINE static void conv_8_48x32_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 640);
  const u16* order = (const u16*)(weights + 1024);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 tile = 0; tile < 3; ++tile) {
    const i32 small = order[1], large = 2 - small;
    for (i32 x = 0; x < 4; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      i32v acc8 = bias0;
      i32v acc9 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 40 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 8);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 16);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 24);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
        const u8s in0_4 = load_u8s(in0_at + 32);
        acc8 = dot4_small(acc8, in0_4, w0);
        acc9 = dot4_small(acc9, in0_4, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 40 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 8);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 16);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 24);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
        const u8s in0_4 = load_u8s(in0_at + 32);
        acc8 = dot4(acc8, in0_4, w0);
        acc9 = dot4(acc9, in0_4, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 240;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 48, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 56, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 96, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 104, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 144, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 152, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 192, vclamp(requantize_crossing(acc8, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 200, vclamp(requantize_crossing(acc9, multiplier1, shift1), v0, v255), slot);
    }
    for (i32 x = 0; x < 3; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 32 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at + 160);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 168);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 176);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 184);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 32 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at + 160);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 168);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 176);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 184);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 192;
      store_byte(out_at + 960, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 968, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 1008, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 1016, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 1056, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 1064, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 1104, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 1112, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 128, order += 4, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 1, 48 channels, 32 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 2.
NOINLINE static void depthwise_48x32(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 8; ++x) {
    for (i32 c = 0; c < 6; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 24 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 192);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 384);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 576);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 192);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      acc2 = dot4(acc2, in2, w1);
      const u8q in3 = load_u8q(in_at + 768);
      acc3 = dot4(acc3, in3, w1);
      const i16q w2 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, in3, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 960), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 24 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 48, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 144, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 48 -> 8 channels, 32 pixels, plus a residual.
// A step computes 8 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][12][8][4], 640:
// order[1][14]
// Called by block 2.
NOINLINE static void conv_48_8x32_add(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
    u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 640);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const ResidualAdd add = load_residual_add(params);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 12 - small;
  for (i32 x = 0; x < 4; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 384 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 48), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 96), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 144), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 192), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 288), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 336), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 384 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 48), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 96), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 144), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 192), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 240), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 288), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 336), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    const u8* const residual_at = residual + x * 64;
    u8* const out_at = out + x * 64;
    store(out_at,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at)), add)));
    store(out_at + 8,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc1, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 8)), add)));
    store(out_at + 16,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 16)), add)));
    store(out_at + 24,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc3, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 24)), add)));
    store(out_at + 32,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 32)), add)));
    store(out_at + 40,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc5, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 40)), add)));
    store(out_at + 48,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 48)), add)));
    store(out_at + 56,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc7, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 56)), add)));
  }
}

// 3x3 depthwise convolution, stride 2, 48 channels, 16 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 3.
NOINLINE static void depthwise_48x16_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 4; ++x) {
    for (i32 c = 0; c < 6; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 48 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 384);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 768);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 1152);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 192);
      acc0 = dot4(acc0, load_u8q(in_at + 192), w1);
      acc1 = dot4(acc1, load_u8q(in_at + 576), w1);
      acc2 = dot4(acc2, load_u8q(in_at + 960), w1);
      acc3 = dot4(acc3, load_u8q(in_at + 1344), w1);
      const i16q w2 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in0, w2);
      acc1 = dot4(acc1, in1, w2);
      acc2 = dot4(acc2, in2, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 1536), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 24 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 48, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 144, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 48 -> 16 channels, 16 pixels.
// A step computes 4 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][12][16][4], 1024:
// order[1][14]
// Called by block 3.
NOINLINE static void conv_48_16x16(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 12 - small;
  for (i32 x = 0; x < 4; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 192 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 48);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 96);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 144);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 192 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 48);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 96);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 144);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 64;
    store(out_at, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out_at + 8, saturate_u8v(requantize_shifted(acc1, multiplier1, shift1) + v_zero_point));
    store(out_at + 16, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 24, saturate_u8v(requantize_shifted(acc3, multiplier1, shift1) + v_zero_point));
    store(out_at + 32, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 40, saturate_u8v(requantize_shifted(acc5, multiplier1, shift1) + v_zero_point));
    store(out_at + 48, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 56, saturate_u8v(requantize_shifted(acc7, multiplier1, shift1) + v_zero_point));
  }
}

// 1x1 convolution, 16 -> 96 channels, 16 pixels; to byte `slot` of a ring of four rows.
// A step computes 4 pixels x 2 vectors of 8 channels; 6 tiles of channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i8 w[6][4][16][4], 2752:
// order[6][6]
// Called by blocks 4, 5, 6.
NOINLINE static void conv_16_96x16_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 2752);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 6; ++tile) {
    const i32 small = order[1], large = 4 - small;
    for (i32 x = 0; x < 4; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 64 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 16);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 32);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 48);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 64 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 16);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 32);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 48);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 384;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 96, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 104, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 192, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 200, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 288, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 296, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 256, order += 6, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 1, 96 channels, 16 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by blocks 4, 5.
NOINLINE static void depthwise_96x16(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1152;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 x = 0; x < 4; ++x) {
    for (i32 c = 0; c < 12; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 48 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 384);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 768);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 1152);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      acc2 = dot4(acc2, in2, w1);
      const u8q in3 = load_u8q(in_at + 1536);
      acc3 = dot4(acc3, in3, w1);
      const i16q w2 = load_i16q(w_at + 768);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, in3, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 1920), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 48 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 288, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 96 -> 16 channels, 16 pixels, plus a residual.
// A step computes 4 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by block 4.
NOINLINE static void conv_96_16x16_add(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
    u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1792);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const ResidualAdd add = load_residual_add(params);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 24 - small;
  for (i32 x = 0; x < 4; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 384 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 384 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    const u8* const residual_at = residual + x * 64;
    u8* const out_at = out + x * 64;
    store(out_at,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at)), add)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out_at + 8,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc1, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 8)), add)));
    store(out_at + 16,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 16)), add)));
    store(out_at + 24,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc3, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 24)), add)));
    store(out_at + 32,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 32)), add)));
    store(out_at + 40,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc5, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 40)), add)));
    store(out_at + 48,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 48)), add)));
    store(out_at + 56,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc7, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 56)), add)));
  }
}

// 1x1 convolution, 96 -> 16 channels, 16 pixels, plus a residual.
// A step computes 4 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by block 5.
NOINLINE static void conv_96_16x16_add_2(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
    u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1792);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const ResidualAdd add = load_residual_add(params);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 24 - small;
  for (i32 x = 0; x < 4; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 384 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 384 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    const u8* const residual_at = residual + x * 64;
    u8* const out_at = out + x * 64;
    store(out_at,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at)), add)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out_at + 8,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc1, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 8)), add)));
    store(out_at + 16,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 16)), add)));
    store(out_at + 24,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc3, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 24)), add)));
    store(out_at + 32,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 32)), add)));
    store(out_at + 40,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc5, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 40)), add)));
    store(out_at + 48,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 48)), add)));
    store(out_at + 56,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc7, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 56)), add)));
  }
}

// 3x3 depthwise convolution, stride 2, 96 channels, 8 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by block 6.
NOINLINE static void depthwise_96x8_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1152;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 x = 0; x < 2; ++x) {
    for (i32 c = 0; c < 12; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 96 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 768);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 1536);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 2304);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, load_u8q(in_at + 384), w1);
      acc1 = dot4(acc1, load_u8q(in_at + 1152), w1);
      acc2 = dot4(acc2, load_u8q(in_at + 1920), w1);
      acc3 = dot4(acc3, load_u8q(in_at + 2688), w1);
      const i16q w2 = load_i16q(w_at + 768);
      acc0 = dot4(acc0, in0, w2);
      acc1 = dot4(acc1, in1, w2);
      acc2 = dot4(acc2, in2, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 3072), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 48 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 288, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 96 -> 8 channels, 64 pixels.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][24][8][4], 1024:
// order[1][26]
// Called by block 6.
NOINLINE static void conv_96_8x64(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 24 - small;
  {
    prefetch(w + 768, 2);
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    i32v acc8 = bias0;
    i32v acc9 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 96), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 288), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 384), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 480), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 672), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 768), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 864), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 96), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 288), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 384), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 480), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 672), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 768), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 864), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    store(out, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out + 24, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out + 48, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out + 72, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out + 96, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out + 120, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out + 144, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out + 168, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out + 192, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
    store(out + 216, saturate_u8v(requantize_shifted(acc9, multiplier0, shift0) + v_zero_point));
  }
  for (i32 x = 0; x < 6; ++x) {
    prefetch(w + 768 + (x + 1) * 109, 2);
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    i32v acc3 = bias0;
    i32v acc4 = bias0;
    i32v acc5 = bias0;
    i32v acc6 = bias0;
    i32v acc7 = bias0;
    i32v acc8 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 864 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 960), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 1056), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 1152), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 1248), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 1344), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 1440), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 1536), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 1632), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 1728), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 864 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 960), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 1056), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 1152), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 1248), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 1344), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 1440), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 1536), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 1632), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 1728), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 216;
    store(out_at + 240, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 264, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 288, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 312, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 336, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 360, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 384, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 408, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out_at + 432, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
  }
}

// 1x1 convolution, 24 -> 72 channels, 8 pixels; to byte `slot` of a ring of four rows.
// A step computes 4 pixels x 1 vector of 8 channels; 9 tiles of channels.
// weights + 0: parameters[16], 64: bias[72], 384: multiplier[72], 704: shift[72], 1024: i8 w[9][6][8][4], 2752:
// order[9][8]
// Called by blocks 7, 8, 9, 10.
NOINLINE static void conv_24_72x8_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1024);
  const u16* order = (const u16*)(weights + 2752);
  const i32* multiplier = (const i32*)(weights + 384);
  const i32* shift = (const i32*)(weights + 704);
  for (i32 tile = 0; tile < 9; ++tile) {
    const i32 small = order[1], large = 6 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 96 + order[k + 2];
        const i8* const w_at = w + k * 32;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
        acc1 = dot4_small(acc1, load_u8s(in0_at + 24), w0);
        acc2 = dot4_small(acc2, load_u8s(in0_at + 48), w0);
        acc3 = dot4_small(acc3, load_u8s(in0_at + 72), w0);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 96 + order[rest + small + 2];
        const i8* const w_at = w + (rest + small) * 32;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, load_u8s(in0_at), w0);
        acc1 = dot4(acc1, load_u8s(in0_at + 24), w0);
        acc2 = dot4(acc2, load_u8s(in0_at + 48), w0);
        acc3 = dot4(acc3, load_u8s(in0_at + 72), w0);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 288;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 72, vclamp(requantize_crossing(acc1, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 144, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 216, vclamp(requantize_crossing(acc3, multiplier0, shift0), v0, v255), slot);
    }
    w += 192, order += 8, bias += 8, multiplier += 8, shift += 8, out += 8;
  }
}

// 3x3 depthwise convolution, stride 1, 72 channels, 8 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[72], 384: multiplier[72], 704: shift[72], 1024: i16 w[slot][3][9][2][8][2]
// Called by blocks 7, 8, 9, 10.
NOINLINE static void depthwise_72x8(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1024) + slot * 864;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 384);
  const i32* shift = (const i32*)(weights + 704);
  for (i32 x = 0; x < 2; ++x) {
    for (i32 c = 0; c < 9; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 36 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 288);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 576);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 864);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 288);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      acc2 = dot4(acc2, in2, w1);
      const u8q in3 = load_u8q(in_at + 1152);
      acc3 = dot4(acc3, in3, w1);
      const i16q w2 = load_i16q(w_at + 576);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, in3, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 1440), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 36 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 72, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 144, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 216, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 72 -> 8 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][18][8][4], 832:
// order[1][20]
// Called by blocks 7, 8.
NOINLINE static void conv_72_8x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 832);
  const i32 small = order[1], large = 18 - small;
  {
    prefetch(w + 576, 2);
    i32v acc0 = load_i32v(start);
    i32v acc1 = load_i32v(start + start_pitch);
    i32v acc2 = load_i32v(start + start_pitch * 2);
    i32v acc3 = load_i32v(start + start_pitch * 3);
    i32v acc4 = load_i32v(start + start_pitch * 4);
    i32v acc5 = load_i32v(start + start_pitch * 5);
    i32v acc6 = load_i32v(start + start_pitch * 6);
    i32v acc7 = load_i32v(start + start_pitch * 7);
    i32v acc8 = load_i32v(start + start_pitch * 8);
    i32v acc9 = load_i32v(start + start_pitch * 9);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 72), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 144), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 216), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 288), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 360), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 432), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 504), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 576), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 648), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 72), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 144), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 216), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 288), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 360), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 432), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 504), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 576), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 648), w0);
    }
    store(out, acc0);
    store(out + 8, acc1);
    store(out + 16, acc2);
    store(out + 24, acc3);
    store(out + 32, acc4);
    store(out + 40, acc5);
    store(out + 48, acc6);
    store(out + 56, acc7);
    store(out + 64, acc8);
    store(out + 72, acc9);
  }
  for (i32 x = 0; x < 6; ++x) {
    prefetch(w + 576 + (x + 1) * 82, 2);
    i32v acc0 = load_i32v(start + (x * 9 + 10) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 9 + 11) * start_pitch);
    i32v acc2 = load_i32v(start + (x * 9 + 12) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 9 + 13) * start_pitch);
    i32v acc4 = load_i32v(start + (x * 9 + 14) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 9 + 15) * start_pitch);
    i32v acc6 = load_i32v(start + (x * 9 + 16) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 9 + 17) * start_pitch);
    i32v acc8 = load_i32v(start + (x * 9 + 18) * start_pitch);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 648 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 720), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 792), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 864), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 936), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 1008), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 1080), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 1152), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 1224), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 1296), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 648 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 720), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 792), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 864), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 936), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 1008), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 1080), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 1152), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 1224), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 1296), w0);
    }
    i32* const out_at = out + x * 72;
    store(out_at + 80, acc0);
    store(out_at + 88, acc1);
    store(out_at + 96, acc2);
    store(out_at + 104, acc3);
    store(out_at + 112, acc4);
    store(out_at + 120, acc5);
    store(out_at + 128, acc6);
    store(out_at + 136, acc7);
    store(out_at + 144, acc8);
  }
}

// Finishes the sums of 8 channels, plus a residual, for `pixels` pixels, `pitch` elements apart in `residual` and
// `out`.
// A step computes 1 pixel x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: w, which it does not read
// Called by blocks 7, 8, 9, 14, 15.
NOINLINE static void finish_8_add(const u8* __restrict weights, const i32* start, const u8* residual, u8* out,
    i32 pixels, i32 pitch) {
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const ResidualAdd add = load_residual_add(params);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < pixels; ++x) {
    store(out + x * pitch,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(load_i32v(start + x * 8), load_i32v(multiplier),
        load_i32v(shift)), splat_i32v(-zero_point), splat_i32v(255 - zero_point)),
        to_i32v(load_u8v(residual + x * pitch)), add)));
  }
}

// 1x1 convolution, 72 -> 8 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][18][8][4], 832:
// order[1][20]
// Called by block 9.
NOINLINE static void conv_72_8x64_sums_2(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 832);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 18 - first_large;
  {
    prefetch(w + 576, 2);
    i32v acc0 = load_i32v(start);
    i32v acc1 = load_i32v(start + start_pitch);
    i32v acc2 = load_i32v(start + start_pitch * 2);
    i32v acc3 = load_i32v(start + start_pitch * 3);
    i32v acc4 = load_i32v(start + start_pitch * 4);
    i32v acc5 = load_i32v(start + start_pitch * 5);
    i32v acc6 = load_i32v(start + start_pitch * 6);
    i32v acc7 = load_i32v(start + start_pitch * 7);
    i32v acc8 = load_i32v(start + start_pitch * 8);
    i32v acc9 = load_i32v(start + start_pitch * 9);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + order[pair * 2 + 2];
      const i8* const w_at = w + pair * 64;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
      const i8q w1 = load_i8q(w_at + 32);
      acc0 = dot4_joined(acc0, load_u8s(in0_at), w0, load_u8s(in0_at_1), w1);
      acc1 = dot4_joined(acc1, load_u8s(in0_at + 72), w0, load_u8s(in0_at_1 + 72), w1);
      acc2 = dot4_joined(acc2, load_u8s(in0_at + 144), w0, load_u8s(in0_at_1 + 144), w1);
      acc3 = dot4_joined(acc3, load_u8s(in0_at + 216), w0, load_u8s(in0_at_1 + 216), w1);
      acc4 = dot4_joined(acc4, load_u8s(in0_at + 288), w0, load_u8s(in0_at_1 + 288), w1);
      acc5 = dot4_joined(acc5, load_u8s(in0_at + 360), w0, load_u8s(in0_at_1 + 360), w1);
      acc6 = dot4_joined(acc6, load_u8s(in0_at + 432), w0, load_u8s(in0_at_1 + 432), w1);
      acc7 = dot4_joined(acc7, load_u8s(in0_at + 504), w0, load_u8s(in0_at_1 + 504), w1);
      acc8 = dot4_joined(acc8, load_u8s(in0_at + 576), w0, load_u8s(in0_at_1 + 576), w1);
      acc9 = dot4_joined(acc9, load_u8s(in0_at + 648), w0, load_u8s(in0_at_1 + 648), w1);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + first_small + 2];
      const i8* const w_at = w + (k + first_small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 72), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 144), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 216), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 288), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 360), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 432), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 504), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 576), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 648), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + first_large + 2];
      const i8* const w_at = w + (rest + first_large) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 72), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 144), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 216), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 288), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 360), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 432), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 504), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 576), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 648), w0);
    }
    store(out, acc0);
    store(out + 8, acc1);
    store(out + 16, acc2);
    store(out + 24, acc3);
    store(out + 32, acc4);
    store(out + 40, acc5);
    store(out + 48, acc6);
    store(out + 56, acc7);
    store(out + 64, acc8);
    store(out + 72, acc9);
  }
  for (i32 x = 0; x < 6; ++x) {
    prefetch(w + 576 + (x + 1) * 82, 2);
    i32v acc0 = load_i32v(start + (x * 9 + 10) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 9 + 11) * start_pitch);
    i32v acc2 = load_i32v(start + (x * 9 + 12) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 9 + 13) * start_pitch);
    i32v acc4 = load_i32v(start + (x * 9 + 14) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 9 + 15) * start_pitch);
    i32v acc6 = load_i32v(start + (x * 9 + 16) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 9 + 17) * start_pitch);
    i32v acc8 = load_i32v(start + (x * 9 + 18) * start_pitch);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + x * 648 + order[pair * 2 + 2];
      const i8* const w_at = w + pair * 64;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + x * 648 + order[pair * 2 + 3];
      const i8q w1 = load_i8q(w_at + 32);
      acc0 = dot4_joined(acc0, load_u8s(in0_at + 720), w0, load_u8s(in0_at_1 + 720), w1);
      acc1 = dot4_joined(acc1, load_u8s(in0_at + 792), w0, load_u8s(in0_at_1 + 792), w1);
      acc2 = dot4_joined(acc2, load_u8s(in0_at + 864), w0, load_u8s(in0_at_1 + 864), w1);
      acc3 = dot4_joined(acc3, load_u8s(in0_at + 936), w0, load_u8s(in0_at_1 + 936), w1);
      acc4 = dot4_joined(acc4, load_u8s(in0_at + 1008), w0, load_u8s(in0_at_1 + 1008), w1);
      acc5 = dot4_joined(acc5, load_u8s(in0_at + 1080), w0, load_u8s(in0_at_1 + 1080), w1);
      acc6 = dot4_joined(acc6, load_u8s(in0_at + 1152), w0, load_u8s(in0_at_1 + 1152), w1);
      acc7 = dot4_joined(acc7, load_u8s(in0_at + 1224), w0, load_u8s(in0_at_1 + 1224), w1);
      acc8 = dot4_joined(acc8, load_u8s(in0_at + 1296), w0, load_u8s(in0_at_1 + 1296), w1);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 648 + order[k + first_small + 2];
      const i8* const w_at = w + (k + first_small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 720), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 792), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 864), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 936), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 1008), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 1080), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 1152), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 1224), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 1296), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 648 + order[rest + first_large + 2];
      const i8* const w_at = w + (rest + first_large) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 720), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 792), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 864), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 936), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 1008), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 1080), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 1152), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 1224), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 1296), w0);
    }
    i32* const out_at = out + x * 72;
    store(out_at + 80, acc0);
    store(out_at + 88, acc1);
    store(out_at + 96, acc2);
    store(out_at + 104, acc3);
    store(out_at + 112, acc4);
    store(out_at + 120, acc5);
    store(out_at + 128, acc6);
    store(out_at + 136, acc7);
    store(out_at + 144, acc8);
  }
}

// 1x1 convolution, 72 -> 16 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][18][16][4], 1408:
// order[1][20]
// Called by block 10.
NOINLINE static void conv_72_16x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1408);
  const i32 small = order[1], large = 18 - small;
  for (i32 x = 0; x < 12; ++x) {
    prefetch(w + 1152 + x * 88, 2);
    i32v acc0 = load_i32v(start + x * start_pitch * 5);
    i32v acc1 = load_i32v(start + x * start_pitch * 5 + 8);
    i32v acc2 = load_i32v(start + (x * 5 + 1) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 5 + 1) * start_pitch + 8);
    i32v acc4 = load_i32v(start + (x * 5 + 2) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 5 + 2) * start_pitch + 8);
    i32v acc6 = load_i32v(start + (x * 5 + 3) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 5 + 3) * start_pitch + 8);
    i32v acc8 = load_i32v(start + (x * 5 + 4) * start_pitch);
    i32v acc9 = load_i32v(start + (x * 5 + 4) * start_pitch + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 360 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 72);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 144);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 216);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 288);
      acc8 = dot4_small(acc8, in0_4, w0);
      acc9 = dot4_small(acc9, in0_4, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 360 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 72);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 144);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 216);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 288);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    i32* const out_at = out + x * 80;
    store(out_at, acc0);
    store(out_at + 8, acc1);
    store(out_at + 16, acc2);
    store(out_at + 24, acc3);
    store(out_at + 32, acc4);
    store(out_at + 40, acc5);
    store(out_at + 48, acc6);
    store(out_at + 56, acc7);
    store(out_at + 64, acc8);
    store(out_at + 72, acc9);
  }
  {
    prefetch(w + 1152 + 1056, 2);
    i32v acc0 = load_i32v(start + start_pitch * 60);
    i32v acc1 = load_i32v(start + start_pitch * 60 + 8);
    i32v acc2 = load_i32v(start + start_pitch * 61);
    i32v acc3 = load_i32v(start + start_pitch * 61 + 8);
    i32v acc4 = load_i32v(start + start_pitch * 62);
    i32v acc5 = load_i32v(start + start_pitch * 62 + 8);
    i32v acc6 = load_i32v(start + start_pitch * 63);
    i32v acc7 = load_i32v(start + start_pitch * 63 + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at + 4320);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 4392);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 4464);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 4536);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 4320);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 4392);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 4464);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 4536);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    store(out + 960, acc0);
    store(out + 968, acc1);
    store(out + 976, acc2);
    store(out + 984, acc3);
    store(out + 992, acc4);
    store(out + 1000, acc5);
    store(out + 1008, acc6);
    store(out + 1016, acc7);
  }
}

// Finishes the sums of 16 channels, for `pixels` pixels, `pitch` elements apart in `out`.
// A step computes 1 pixel x 2 vectors of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: w, which it does not read
// Called by blocks 10, 13, 16.
NOINLINE static void finish_16(const u8* __restrict weights, const i32* start, u8* out, i32 pixels, i32 pitch) {
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < pixels; ++x) {
    const i32v v_zero_point = splat_i32v(zero_point);
    store(out + x * pitch,
        saturate_u8v(requantize_shifted(load_i32v(start + x * 16), load_i32v(multiplier), load_i32v(shift))
        + v_zero_point));
    store(out + x * pitch + 8,
        saturate_u8v(requantize_shifted(load_i32v(start + x * 16 + 8), load_i32v(multiplier + 8), load_i32v(shift + 8))
        + v_zero_point));
  }
}

// 1x1 convolution, 32 -> 96 channels, 8 pixels; to byte `slot` of a ring of four rows.
// A step computes 4 pixels x 2 vectors of 8 channels; 6 tiles of channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i8 w[6][8][16][4], 4288:
// order[6][10]
// Called by blocks 11, 12, 13.
NOINLINE static void conv_32_96x8_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 4288);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 6; ++tile) {
    const i32 small = order[1], large = 8 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 128 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 32);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 64);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 96);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 128 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 32);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 64);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 96);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 384;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 96, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 104, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 192, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 200, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 288, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 296, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 512, order += 10, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 1, 96 channels, 8 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by blocks 11, 12, 13.
NOINLINE static void depthwise_96x8(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1152;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 x = 0; x < 2; ++x) {
    for (i32 c = 0; c < 12; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in_at = in + (x * 48 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 384);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 768);
      acc2 = dot4(acc2, in1, w0);
      const u8q in2 = load_u8q(in_at + 1152);
      acc3 = dot4(acc3, in2, w0);
      const i16q w1 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      acc2 = dot4(acc2, in2, w1);
      const u8q in3 = load_u8q(in_at + 1536);
      acc3 = dot4(acc3, in3, w1);
      const i16q w2 = load_i16q(w_at + 768);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, in3, w2);
      acc3 = dot4(acc3, load_u8q(in_at + 1920), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 48 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
      store(out_at + 288, saturate_u8v(requantize_crossing(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 96 -> 16 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by blocks 11, 12, 13.
NOINLINE static void conv_96_16x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1792);
  const i32 small = order[1], large = 24 - small;
  for (i32 x = 0; x < 12; ++x) {
    prefetch(w + 1536 + x * 118, 2);
    i32v acc0 = load_i32v(start + x * start_pitch * 5);
    i32v acc1 = load_i32v(start + x * start_pitch * 5 + 8);
    i32v acc2 = load_i32v(start + (x * 5 + 1) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 5 + 1) * start_pitch + 8);
    i32v acc4 = load_i32v(start + (x * 5 + 2) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 5 + 2) * start_pitch + 8);
    i32v acc6 = load_i32v(start + (x * 5 + 3) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 5 + 3) * start_pitch + 8);
    i32v acc8 = load_i32v(start + (x * 5 + 4) * start_pitch);
    i32v acc9 = load_i32v(start + (x * 5 + 4) * start_pitch + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 480 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 384);
      acc8 = dot4_small(acc8, in0_4, w0);
      acc9 = dot4_small(acc9, in0_4, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 480 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 96);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 192);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 288);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 384);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    i32* const out_at = out + x * 80;
    store(out_at, acc0);
    store(out_at + 8, acc1);
    store(out_at + 16, acc2);
    store(out_at + 24, acc3);
    store(out_at + 32, acc4);
    store(out_at + 40, acc5);
    store(out_at + 48, acc6);
    store(out_at + 56, acc7);
    store(out_at + 64, acc8);
    store(out_at + 72, acc9);
  }
  {
    prefetch(w + 1536 + 1416, 2);
    i32v acc0 = load_i32v(start + start_pitch * 60);
    i32v acc1 = load_i32v(start + start_pitch * 60 + 8);
    i32v acc2 = load_i32v(start + start_pitch * 61);
    i32v acc3 = load_i32v(start + start_pitch * 61 + 8);
    i32v acc4 = load_i32v(start + start_pitch * 62);
    i32v acc5 = load_i32v(start + start_pitch * 62 + 8);
    i32v acc6 = load_i32v(start + start_pitch * 63);
    i32v acc7 = load_i32v(start + start_pitch * 63 + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at + 5760);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 5856);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 5952);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 6048);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 5760);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 5856);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 5952);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 6048);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    store(out + 960, acc0);
    store(out + 968, acc1);
    store(out + 976, acc2);
    store(out + 984, acc3);
    store(out + 992, acc4);
    store(out + 1000, acc5);
    store(out + 1008, acc6);
    store(out + 1016, acc7);
  }
}

// Finishes the sums of 16 channels, plus a residual, for `pixels` pixels, `pitch` elements apart in `residual` and
// `out`.
// A step computes 1 pixel x 2 vectors of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: w, which it does not read
// Called by blocks 11, 12, 14, 15.
NOINLINE static void finish_16_add(const u8* __restrict weights, const i32* start, const u8* residual, u8* out,
    i32 pixels, i32 pitch) {
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const ResidualAdd add = load_residual_add(params);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < pixels; ++x) {
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    store(out + x * pitch,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(load_i32v(start + x * 16), load_i32v(multiplier),
        load_i32v(shift)), v_minus_zero_point, v255_minus_zero_point), to_i32v(load_u8v(residual + x * pitch)), add)));
    store(out + x * pitch + 8,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(load_i32v(start + x * 16 + 8),
        load_i32v(multiplier + 8), load_i32v(shift + 8)), v_minus_zero_point, v255_minus_zero_point),
        to_i32v(load_u8v(residual + x * pitch + 8)), add)));
  }
}

// 1x1 convolution, 96 -> 8 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][24][8][4], 1024:
// order[1][26]
// Called by block 13.
NOINLINE static void conv_96_8x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32 small = order[1], large = 24 - small;
  {
    prefetch(w + 768, 2);
    i32v acc0 = load_i32v(start);
    i32v acc1 = load_i32v(start + start_pitch);
    i32v acc2 = load_i32v(start + start_pitch * 2);
    i32v acc3 = load_i32v(start + start_pitch * 3);
    i32v acc4 = load_i32v(start + start_pitch * 4);
    i32v acc5 = load_i32v(start + start_pitch * 5);
    i32v acc6 = load_i32v(start + start_pitch * 6);
    i32v acc7 = load_i32v(start + start_pitch * 7);
    i32v acc8 = load_i32v(start + start_pitch * 8);
    i32v acc9 = load_i32v(start + start_pitch * 9);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 96), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 288), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 384), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 480), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 672), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 768), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 864), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 96), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 288), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 384), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 480), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 672), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 768), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 864), w0);
    }
    store(out, acc0);
    store(out + 8, acc1);
    store(out + 16, acc2);
    store(out + 24, acc3);
    store(out + 32, acc4);
    store(out + 40, acc5);
    store(out + 48, acc6);
    store(out + 56, acc7);
    store(out + 64, acc8);
    store(out + 72, acc9);
  }
  for (i32 x = 0; x < 6; ++x) {
    prefetch(w + 768 + (x + 1) * 109, 2);
    i32v acc0 = load_i32v(start + (x * 9 + 10) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 9 + 11) * start_pitch);
    i32v acc2 = load_i32v(start + (x * 9 + 12) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 9 + 13) * start_pitch);
    i32v acc4 = load_i32v(start + (x * 9 + 14) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 9 + 15) * start_pitch);
    i32v acc6 = load_i32v(start + (x * 9 + 16) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 9 + 17) * start_pitch);
    i32v acc8 = load_i32v(start + (x * 9 + 18) * start_pitch);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 864 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 960), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 1056), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 1152), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 1248), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 1344), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 1440), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 1536), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 1632), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 1728), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 864 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 960), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 1056), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 1152), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 1248), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 1344), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 1440), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 1536), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 1632), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 1728), w0);
    }
    i32* const out_at = out + x * 72;
    store(out_at + 80, acc0);
    store(out_at + 88, acc1);
    store(out_at + 96, acc2);
    store(out_at + 104, acc3);
    store(out_at + 112, acc4);
    store(out_at + 120, acc5);
    store(out_at + 128, acc6);
    store(out_at + 136, acc7);
    store(out_at + 144, acc8);
  }
}

// Finishes the sums of 8 channels, for `pixels` pixels, `pitch` elements apart in `out`.
// A step computes 1 pixel x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: w, which it does not read
// Called by block 13.
NOINLINE static void finish_8(const u8* __restrict weights, const i32* start, u8* out, i32 pixels, i32 pitch) {
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < pixels; ++x) {
    store(out + x * pitch,
        saturate_u8v(requantize_shifted(load_i32v(start + x * 8), load_i32v(multiplier), load_i32v(shift))
        + splat_i32v(zero_point)));
  }
}

// 1x1 convolution, 56 -> 88 channels, 8 pixels.
// A step computes 4 pixels x 1 vector of 8 channels; 11 tiles of channels.
// weights + 0: parameters[16], 64: bias[88], 448: multiplier[88], 832: shift[88], 1216: i8 w[11][14][8][4], 6144:
// order[11][16]
// Called by blocks 14, 15, 16.
NOINLINE static void conv_56_88x8(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 6144);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 11; ++tile) {
    const i32 small = order[1], large = 14 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 224 + order[k + 2];
        const i8* const w_at = w + k * 32;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
        acc1 = dot4_small(acc1, load_u8s(in0_at + 56), w0);
        acc2 = dot4_small(acc2, load_u8s(in0_at + 112), w0);
        acc3 = dot4_small(acc3, load_u8s(in0_at + 168), w0);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 224 + order[rest + small + 2];
        const i8* const w_at = w + (rest + small) * 32;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, load_u8s(in0_at), w0);
        acc1 = dot4(acc1, load_u8s(in0_at + 56), w0);
        acc2 = dot4(acc2, load_u8s(in0_at + 112), w0);
        acc3 = dot4(acc3, load_u8s(in0_at + 168), w0);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      u8* const out_at = out + x * 352;
      store(out_at, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
      store(out_at + 88, saturate_u8v(requantize_small(acc1, multiplier0, shift0)));
      store(out_at + 176, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
      store(out_at + 264, saturate_u8v(requantize_small(acc3, multiplier0, shift0)));
    }
    w += 448, order += 16, bias += 8, multiplier += 8, shift += 8, out += 8;
  }
}

// 3x3 depthwise convolution, stride 1, 88 channels, 8 pixels.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[88], 448: multiplier[88], 832: shift[88], 1216: i16 w[3][3][88]
// Called by blocks 14, 15, 16.
NOINLINE static void depthwise_88x8_dilation2(const u8* __restrict in0, const u8* __restrict in1,
    const u8* __restrict in2, const u8* __restrict weights, u8* __restrict out) {
  const i16* w = (const i16*)(weights + 1216);
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 x = 0; x < 2; ++x) {
    for (i32 c = 0; c < 11; ++c) {
      const i32* const bias_at = bias + c * 8;
      const i32v bias0 = load_i32v(bias_at);
      i32v acc0 = bias0;
      i32v acc1 = bias0;
      i32v acc2 = bias0;
      i32v acc3 = bias0;
      const u8* const in0_at = in0 + (x * 44 + c) * 8;
      const i16* const w_at = w + c * 8;
      const i16v w0 = load_i16v(w_at);
      acc0 = to_i32v(to_i16v(load_u8v(in0_at))) * to_i32v(w0) + acc0;
      acc1 = to_i32v(to_i16v(load_u8v(in0_at + 88))) * to_i32v(w0) + acc1;
      const u8v in0_0 = load_u8v(in0_at + 176);
      acc2 = to_i32v(to_i16v(in0_0)) * to_i32v(w0) + acc2;
      const u8v in0_1 = load_u8v(in0_at + 264);
      acc3 = to_i32v(to_i16v(in0_1)) * to_i32v(w0) + acc3;
      const i16v w1 = load_i16v(w_at + 88);
      acc0 = to_i32v(to_i16v(in0_0)) * to_i32v(w1) + acc0;
      acc1 = to_i32v(to_i16v(in0_1)) * to_i32v(w1) + acc1;
      const u8v in0_2 = load_u8v(in0_at + 352);
      acc2 = to_i32v(to_i16v(in0_2)) * to_i32v(w1) + acc2;
      const u8v in0_3 = load_u8v(in0_at + 440);
      acc3 = to_i32v(to_i16v(in0_3)) * to_i32v(w1) + acc3;
      const i16v w2 = load_i16v(w_at + 176);
      acc0 = to_i32v(to_i16v(in0_2)) * to_i32v(w2) + acc0;
      acc1 = to_i32v(to_i16v(in0_3)) * to_i32v(w2) + acc1;
      acc2 = to_i32v(to_i16v(load_u8v(in0_at + 528))) * to_i32v(w2) + acc2;
      acc3 = to_i32v(to_i16v(load_u8v(in0_at + 616))) * to_i32v(w2) + acc3;
      const u8* const in1_at = in1 + (x * 44 + c) * 8;
      const i16v w3 = load_i16v(w_at + 264);
      acc0 = to_i32v(to_i16v(load_u8v(in1_at))) * to_i32v(w3) + acc0;
      acc1 = to_i32v(to_i16v(load_u8v(in1_at + 88))) * to_i32v(w3) + acc1;
      const u8v in1_0 = load_u8v(in1_at + 176);
      acc2 = to_i32v(to_i16v(in1_0)) * to_i32v(w3) + acc2;
      const u8v in1_1 = load_u8v(in1_at + 264);
      acc3 = to_i32v(to_i16v(in1_1)) * to_i32v(w3) + acc3;
      const i16v w4 = load_i16v(w_at + 352);
      acc0 = to_i32v(to_i16v(in1_0)) * to_i32v(w4) + acc0;
      acc1 = to_i32v(to_i16v(in1_1)) * to_i32v(w4) + acc1;
      const u8v in1_2 = load_u8v(in1_at + 352);
      acc2 = to_i32v(to_i16v(in1_2)) * to_i32v(w4) + acc2;
      const u8v in1_3 = load_u8v(in1_at + 440);
      acc3 = to_i32v(to_i16v(in1_3)) * to_i32v(w4) + acc3;
      const i16v w5 = load_i16v(w_at + 440);
      acc0 = to_i32v(to_i16v(in1_2)) * to_i32v(w5) + acc0;
      acc1 = to_i32v(to_i16v(in1_3)) * to_i32v(w5) + acc1;
      acc2 = to_i32v(to_i16v(load_u8v(in1_at + 528))) * to_i32v(w5) + acc2;
      acc3 = to_i32v(to_i16v(load_u8v(in1_at + 616))) * to_i32v(w5) + acc3;
      const u8* const in2_at = in2 + (x * 44 + c) * 8;
      const i16v w6 = load_i16v(w_at + 528);
      acc0 = to_i32v(to_i16v(load_u8v(in2_at))) * to_i32v(w6) + acc0;
      acc1 = to_i32v(to_i16v(load_u8v(in2_at + 88))) * to_i32v(w6) + acc1;
      const u8v in2_0 = load_u8v(in2_at + 176);
      acc2 = to_i32v(to_i16v(in2_0)) * to_i32v(w6) + acc2;
      const u8v in2_1 = load_u8v(in2_at + 264);
      acc3 = to_i32v(to_i16v(in2_1)) * to_i32v(w6) + acc3;
      const i16v w7 = load_i16v(w_at + 616);
      acc0 = to_i32v(to_i16v(in2_0)) * to_i32v(w7) + acc0;
      acc1 = to_i32v(to_i16v(in2_1)) * to_i32v(w7) + acc1;
      const u8v in2_2 = load_u8v(in2_at + 352);
      acc2 = to_i32v(to_i16v(in2_2)) * to_i32v(w7) + acc2;
      const u8v in2_3 = load_u8v(in2_at + 440);
      acc3 = to_i32v(to_i16v(in2_3)) * to_i32v(w7) + acc3;
      const i16v w8 = load_i16v(w_at + 704);
      acc0 = to_i32v(to_i16v(in2_2)) * to_i32v(w8) + acc0;
      acc1 = to_i32v(to_i16v(in2_3)) * to_i32v(w8) + acc1;
      acc2 = to_i32v(to_i16v(load_u8v(in2_at + 528))) * to_i32v(w8) + acc2;
      acc3 = to_i32v(to_i16v(load_u8v(in2_at + 616))) * to_i32v(w8) + acc3;
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 44 + c) * 8;
      store(out_at, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
      store(out_at + 88, saturate_u8v(requantize_small(acc1, multiplier0, shift0)));
      store(out_at + 176, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
      store(out_at + 264, saturate_u8v(requantize_small(acc3, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 88 -> 16 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][22][16][4], 1664:
// order[1][24]
// Called by blocks 14, 15, 16.
NOINLINE static void conv_88_16x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1664);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 22 - first_large;
  for (i32 x = 0; x < 12; ++x) {
    prefetch(w + 1408 + x * 108, 2);
    i32v acc0 = load_i32v(start + x * start_pitch * 5);
    i32v acc1 = load_i32v(start + x * start_pitch * 5 + 8);
    i32v acc2 = load_i32v(start + (x * 5 + 1) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 5 + 1) * start_pitch + 8);
    i32v acc4 = load_i32v(start + (x * 5 + 2) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 5 + 2) * start_pitch + 8);
    i32v acc6 = load_i32v(start + (x * 5 + 3) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 5 + 3) * start_pitch + 8);
    i32v acc8 = load_i32v(start + (x * 5 + 4) * start_pitch);
    i32v acc9 = load_i32v(start + (x * 5 + 4) * start_pitch + 8);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + x * 440 + order[pair * 2 + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + pair * 128;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + x * 440 + order[pair * 2 + 3];
      const u8s in0_1 = load_u8s(in0_at_1);
      const i8q w1 = load_i8q(w_at + 64);
      acc0 = dot4_joined(acc0, in0_0, w0, in0_1, w1);
      const i8q w2 = load_i8q(w_at + 32);
      const i8q w3 = load_i8q(w_at + 96);
      acc1 = dot4_joined(acc1, in0_0, w2, in0_1, w3);
      const u8s in0_2 = load_u8s(in0_at + 88);
      const u8s in0_3 = load_u8s(in0_at_1 + 88);
      acc2 = dot4_joined(acc2, in0_2, w0, in0_3, w1);
      acc3 = dot4_joined(acc3, in0_2, w2, in0_3, w3);
      const u8s in0_4 = load_u8s(in0_at + 176);
      const u8s in0_5 = load_u8s(in0_at_1 + 176);
      acc4 = dot4_joined(acc4, in0_4, w0, in0_5, w1);
      acc5 = dot4_joined(acc5, in0_4, w2, in0_5, w3);
      const u8s in0_6 = load_u8s(in0_at + 264);
      const u8s in0_7 = load_u8s(in0_at_1 + 264);
      acc6 = dot4_joined(acc6, in0_6, w0, in0_7, w1);
      acc7 = dot4_joined(acc7, in0_6, w2, in0_7, w3);
      const u8s in0_8 = load_u8s(in0_at + 352);
      const u8s in0_9 = load_u8s(in0_at_1 + 352);
      acc8 = dot4_joined(acc8, in0_8, w0, in0_9, w1);
      acc9 = dot4_joined(acc9, in0_8, w2, in0_9, w3);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 440 + order[k + first_small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (k + first_small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 88);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 176);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 264);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 352);
      acc8 = dot4_small(acc8, in0_4, w0);
      acc9 = dot4_small(acc9, in0_4, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 440 + order[rest + first_large + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + first_large) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 88);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 176);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 264);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
      const u8s in0_4 = load_u8s(in0_at + 352);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    i32* const out_at = out + x * 80;
    store(out_at, acc0);
    store(out_at + 8, acc1);
    store(out_at + 16, acc2);
    store(out_at + 24, acc3);
    store(out_at + 32, acc4);
    store(out_at + 40, acc5);
    store(out_at + 48, acc6);
    store(out_at + 56, acc7);
    store(out_at + 64, acc8);
    store(out_at + 72, acc9);
  }
  {
    prefetch(w + 1408 + 1296, 2);
    i32v acc0 = load_i32v(start + start_pitch * 60);
    i32v acc1 = load_i32v(start + start_pitch * 60 + 8);
    i32v acc2 = load_i32v(start + start_pitch * 61);
    i32v acc3 = load_i32v(start + start_pitch * 61 + 8);
    i32v acc4 = load_i32v(start + start_pitch * 62);
    i32v acc5 = load_i32v(start + start_pitch * 62 + 8);
    i32v acc6 = load_i32v(start + start_pitch * 63);
    i32v acc7 = load_i32v(start + start_pitch * 63 + 8);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + order[pair * 2 + 2];
      const u8s in0_0 = load_u8s(in0_at + 5280);
      const i8* const w_at = w + pair * 128;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
      const u8s in0_1 = load_u8s(in0_at_1 + 5280);
      const i8q w1 = load_i8q(w_at + 64);
      acc0 = dot4_joined(acc0, in0_0, w0, in0_1, w1);
      const i8q w2 = load_i8q(w_at + 32);
      const i8q w3 = load_i8q(w_at + 96);
      acc1 = dot4_joined(acc1, in0_0, w2, in0_1, w3);
      const u8s in0_2 = load_u8s(in0_at + 5368);
      const u8s in0_3 = load_u8s(in0_at_1 + 5368);
      acc2 = dot4_joined(acc2, in0_2, w0, in0_3, w1);
      acc3 = dot4_joined(acc3, in0_2, w2, in0_3, w3);
      const u8s in0_4 = load_u8s(in0_at + 5456);
      const u8s in0_5 = load_u8s(in0_at_1 + 5456);
      acc4 = dot4_joined(acc4, in0_4, w0, in0_5, w1);
      acc5 = dot4_joined(acc5, in0_4, w2, in0_5, w3);
      const u8s in0_6 = load_u8s(in0_at + 5544);
      const u8s in0_7 = load_u8s(in0_at_1 + 5544);
      acc6 = dot4_joined(acc6, in0_6, w0, in0_7, w1);
      acc7 = dot4_joined(acc7, in0_6, w2, in0_7, w3);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + first_small + 2];
      const u8s in0_0 = load_u8s(in0_at + 5280);
      const i8* const w_at = w + (k + first_small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 5368);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 5456);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 5544);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + first_large + 2];
      const u8s in0_0 = load_u8s(in0_at + 5280);
      const i8* const w_at = w + (rest + first_large) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 5368);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 5456);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 5544);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    store(out + 960, acc0);
    store(out + 968, acc1);
    store(out + 976, acc2);
    store(out + 984, acc3);
    store(out + 992, acc4);
    store(out + 1000, acc5);
    store(out + 1008, acc6);
    store(out + 1016, acc7);
  }
}

// 1x1 convolution, 88 -> 8 channels, 64 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][22][8][4], 960:
// order[1][24]
// Called by blocks 14, 15.
NOINLINE static void conv_88_8x64_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 960);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 22 - first_large;
  {
    prefetch(w + 704, 2);
    i32v acc0 = load_i32v(start);
    i32v acc1 = load_i32v(start + start_pitch);
    i32v acc2 = load_i32v(start + start_pitch * 2);
    i32v acc3 = load_i32v(start + start_pitch * 3);
    i32v acc4 = load_i32v(start + start_pitch * 4);
    i32v acc5 = load_i32v(start + start_pitch * 5);
    i32v acc6 = load_i32v(start + start_pitch * 6);
    i32v acc7 = load_i32v(start + start_pitch * 7);
    i32v acc8 = load_i32v(start + start_pitch * 8);
    i32v acc9 = load_i32v(start + start_pitch * 9);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + order[pair * 2 + 2];
      const i8* const w_at = w + pair * 64;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
      const i8q w1 = load_i8q(w_at + 32);
      acc0 = dot4_joined(acc0, load_u8s(in0_at), w0, load_u8s(in0_at_1), w1);
      acc1 = dot4_joined(acc1, load_u8s(in0_at + 88), w0, load_u8s(in0_at_1 + 88), w1);
      acc2 = dot4_joined(acc2, load_u8s(in0_at + 176), w0, load_u8s(in0_at_1 + 176), w1);
      acc3 = dot4_joined(acc3, load_u8s(in0_at + 264), w0, load_u8s(in0_at_1 + 264), w1);
      acc4 = dot4_joined(acc4, load_u8s(in0_at + 352), w0, load_u8s(in0_at_1 + 352), w1);
      acc5 = dot4_joined(acc5, load_u8s(in0_at + 440), w0, load_u8s(in0_at_1 + 440), w1);
      acc6 = dot4_joined(acc6, load_u8s(in0_at + 528), w0, load_u8s(in0_at_1 + 528), w1);
      acc7 = dot4_joined(acc7, load_u8s(in0_at + 616), w0, load_u8s(in0_at_1 + 616), w1);
      acc8 = dot4_joined(acc8, load_u8s(in0_at + 704), w0, load_u8s(in0_at_1 + 704), w1);
      acc9 = dot4_joined(acc9, load_u8s(in0_at + 792), w0, load_u8s(in0_at_1 + 792), w1);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + first_small + 2];
      const i8* const w_at = w + (k + first_small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 88), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 176), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 264), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 352), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 440), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 528), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 616), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 704), w0);
      acc9 = dot4_small(acc9, load_u8s(in0_at + 792), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + first_large + 2];
      const i8* const w_at = w + (rest + first_large) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 88), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 176), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 264), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 352), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 440), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 528), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 616), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 704), w0);
      acc9 = dot4(acc9, load_u8s(in0_at + 792), w0);
    }
    store(out, acc0);
    store(out + 8, acc1);
    store(out + 16, acc2);
    store(out + 24, acc3);
    store(out + 32, acc4);
    store(out + 40, acc5);
    store(out + 48, acc6);
    store(out + 56, acc7);
    store(out + 64, acc8);
    store(out + 72, acc9);
  }
  for (i32 x = 0; x < 6; ++x) {
    prefetch(w + 704 + (x + 1) * 100, 2);
    i32v acc0 = load_i32v(start + (x * 9 + 10) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 9 + 11) * start_pitch);
    i32v acc2 = load_i32v(start + (x * 9 + 12) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 9 + 13) * start_pitch);
    i32v acc4 = load_i32v(start + (x * 9 + 14) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 9 + 15) * start_pitch);
    i32v acc6 = load_i32v(start + (x * 9 + 16) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 9 + 17) * start_pitch);
    i32v acc8 = load_i32v(start + (x * 9 + 18) * start_pitch);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + x * 792 + order[pair * 2 + 2];
      const i8* const w_at = w + pair * 64;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + x * 792 + order[pair * 2 + 3];
      const i8q w1 = load_i8q(w_at + 32);
      acc0 = dot4_joined(acc0, load_u8s(in0_at + 880), w0, load_u8s(in0_at_1 + 880), w1);
      acc1 = dot4_joined(acc1, load_u8s(in0_at + 968), w0, load_u8s(in0_at_1 + 968), w1);
      acc2 = dot4_joined(acc2, load_u8s(in0_at + 1056), w0, load_u8s(in0_at_1 + 1056), w1);
      acc3 = dot4_joined(acc3, load_u8s(in0_at + 1144), w0, load_u8s(in0_at_1 + 1144), w1);
      acc4 = dot4_joined(acc4, load_u8s(in0_at + 1232), w0, load_u8s(in0_at_1 + 1232), w1);
      acc5 = dot4_joined(acc5, load_u8s(in0_at + 1320), w0, load_u8s(in0_at_1 + 1320), w1);
      acc6 = dot4_joined(acc6, load_u8s(in0_at + 1408), w0, load_u8s(in0_at_1 + 1408), w1);
      acc7 = dot4_joined(acc7, load_u8s(in0_at + 1496), w0, load_u8s(in0_at_1 + 1496), w1);
      acc8 = dot4_joined(acc8, load_u8s(in0_at + 1584), w0, load_u8s(in0_at_1 + 1584), w1);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 792 + order[k + first_small + 2];
      const i8* const w_at = w + (k + first_small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at + 880), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 968), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 1056), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 1144), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 1232), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 1320), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 1408), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 1496), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 1584), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 792 + order[rest + first_large + 2];
      const i8* const w_at = w + (rest + first_large) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 880), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 968), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 1056), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 1144), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 1232), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 1320), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 1408), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 1496), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 1584), w0);
    }
    i32* const out_at = out + x * 72;
    store(out_at + 80, acc0);
    store(out_at + 88, acc1);
    store(out_at + 96, acc2);
    store(out_at + 104, acc3);
    store(out_at + 112, acc4);
    store(out_at + 120, acc5);
    store(out_at + 128, acc6);
    store(out_at + 136, acc7);
    store(out_at + 144, acc8);
  }
}

// 1x1 convolution, 112 -> 64 channels, 1 pixel.
// A step computes 1 pixel x 8 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[64], 320: multiplier[64], 576: shift[64], 832: i8 w[1][28][64][4], 8000:
// order[1][30]
// Called by block 18.
NOINLINE static void conv_112_64x1(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 832);
  const u16* order = (const u16*)(weights + 8000);
  const i32* multiplier = (const i32*)(weights + 320);
  const i32* shift = (const i32*)(weights + 576);
  const i32 small = order[1], large = 28 - small;
  i32v acc0 = load_i32v(bias);
  i32v acc1 = load_i32v(bias + 8);
  i32v acc2 = load_i32v(bias + 16);
  i32v acc3 = load_i32v(bias + 24);
  i32v acc4 = load_i32v(bias + 32);
  i32v acc5 = load_i32v(bias + 40);
  i32v acc6 = load_i32v(bias + 48);
  i32v acc7 = load_i32v(bias + 56);
  for (i32 k = 0; k < small; ++k) {
    prefetch(w + 2048 + k * 256, 4);
    const u8* const in0_at = in0 + order[k + 2];
    const u8s in0_0 = load_u8s(in0_at);
    const i8* const w_at = w + k * 256;
    acc0 = dot4_small(acc0, in0_0, load_i8q(w_at));
    acc1 = dot4_small(acc1, in0_0, load_i8q(w_at + 32));
    acc2 = dot4_small(acc2, in0_0, load_i8q(w_at + 64));
    acc3 = dot4_small(acc3, in0_0, load_i8q(w_at + 96));
    acc4 = dot4_small(acc4, in0_0, load_i8q(w_at + 128));
    acc5 = dot4_small(acc5, in0_0, load_i8q(w_at + 160));
    acc6 = dot4_small(acc6, in0_0, load_i8q(w_at + 192));
    acc7 = dot4_small(acc7, in0_0, load_i8q(w_at + 224));
  }
  for (i32 rest = 0; rest < large; ++rest) {
    prefetch(w + 2048 + (small + rest) * 256, 4);
    const u8* const in0_at = in0 + order[rest + small + 2];
    const u8s in0_0 = load_u8s(in0_at);
    const i8* const w_at = w + (rest + small) * 256;
    acc0 = dot4(acc0, in0_0, load_i8q(w_at));
    acc1 = dot4(acc1, in0_0, load_i8q(w_at + 32));
    acc2 = dot4(acc2, in0_0, load_i8q(w_at + 64));
    acc3 = dot4(acc3, in0_0, load_i8q(w_at + 96));
    acc4 = dot4(acc4, in0_0, load_i8q(w_at + 128));
    acc5 = dot4(acc5, in0_0, load_i8q(w_at + 160));
    acc6 = dot4(acc6, in0_0, load_i8q(w_at + 192));
    acc7 = dot4(acc7, in0_0, load_i8q(w_at + 224));
  }
  store(out, saturate_u8v(requantize_small(acc0, load_i32v(multiplier), load_i32v(shift))));
  store(out + 8, saturate_u8v(requantize_small(acc1, load_i32v(multiplier + 8), load_i32v(shift + 8))));
  store(out + 16, saturate_u8v(requantize_small(acc2, load_i32v(multiplier + 16), load_i32v(shift + 16))));
  store(out + 24, saturate_u8v(requantize_small(acc3, load_i32v(multiplier + 24), load_i32v(shift + 24))));
  store(out + 32, saturate_u8v(requantize_small(acc4, load_i32v(multiplier + 32), load_i32v(shift + 32))));
  store(out + 40, saturate_u8v(requantize_small(acc5, load_i32v(multiplier + 40), load_i32v(shift + 40))));
  store(out + 48, saturate_u8v(requantize_small(acc6, load_i32v(multiplier + 48), load_i32v(shift + 48))));
  store(out + 56, saturate_u8v(requantize_small(acc7, load_i32v(multiplier + 56), load_i32v(shift + 56))));
}

// 1x1 convolution, 112 -> 128 channels, 8 pixels.
// A step computes 4 pixels x 2 vectors of 8 channels; 8 tiles of channels.
// weights + 0: parameters[16], 64: bias[128], 576: multiplier[128], 1088: shift[128], 1600: i8 w[8][28][16][4], 15936:
// order[8][30]
// Called by block 19.
NOINLINE static void conv_112_128x8(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1600);
  const u16* order = (const u16*)(weights + 15936);
  const i32* multiplier = (const i32*)(weights + 576);
  const i32* shift = (const i32*)(weights + 1088);
  for (i32 tile = 0; tile < 8; ++tile) {
    const i32 small = order[1], large = 28 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 448 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 112);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 224);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 336);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 448 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 112);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 224);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 336);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      u8* const out_at = out + x * 512;
      store(out_at, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store(out_at + 8, saturate_u8v(requantize_small(acc1, multiplier1, shift1)));
      store(out_at + 128, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
      store(out_at + 136, saturate_u8v(requantize_small(acc3, multiplier1, shift1)));
      store(out_at + 256, saturate_u8v(requantize_small(acc4, multiplier0, shift0)));
      store(out_at + 264, saturate_u8v(requantize_small(acc5, multiplier1, shift1)));
      store(out_at + 384, saturate_u8v(requantize_small(acc6, multiplier0, shift0)));
      store(out_at + 392, saturate_u8v(requantize_small(acc7, multiplier1, shift1)));
    }
    w += 1792, order += 30, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 1x1 convolution, 256 -> 128 channels, 8 pixels.
// A step computes 4 pixels x 2 vectors of 8 channels; 8 tiles of channels.
// weights + 0: parameters[16], 64: bias[128], 576: multiplier[128], 1088: shift[128], 1600: i8 w[8][64][16][4], 34368:
// order[8][66]
// Called by block 20.
NOINLINE static void conv_256_128x8(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1600);
  const u16* order = (const u16*)(weights + 34368);
  const i32* multiplier = (const i32*)(weights + 576);
  const i32* shift = (const i32*)(weights + 1088);
  for (i32 tile = 0; tile < 8; ++tile) {
    const i32 joined = order[0], first_small = 2 * joined, small = order[1];
    const i32 first_large = first_small + small, large = 64 - first_large;
    for (i32 x = 0; x < 2; ++x) {
      prefetch(w + 4096 + x * 2048, 32);
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      i32v acc2 = bias0;
      i32v acc3 = bias1;
      i32v acc4 = bias0;
      i32v acc5 = bias1;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      for (i32 pair = 0; pair < joined; ++pair) {
        const u8* const in0_at = in0 + x * 1024 + order[pair * 2 + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + pair * 128;
        const i8q w0 = load_i8q(w_at);
        const u8* const in0_at_1 = in0 + x * 1024 + order[pair * 2 + 3];
        const u8s in0_1 = load_u8s(in0_at_1);
        const i8q w1 = load_i8q(w_at + 64);
        acc0 = dot4_joined(acc0, in0_0, w0, in0_1, w1);
        const i8q w2 = load_i8q(w_at + 32);
        const i8q w3 = load_i8q(w_at + 96);
        acc1 = dot4_joined(acc1, in0_0, w2, in0_1, w3);
        const u8s in0_2 = load_u8s(in0_at + 256);
        const u8s in0_3 = load_u8s(in0_at_1 + 256);
        acc2 = dot4_joined(acc2, in0_2, w0, in0_3, w1);
        acc3 = dot4_joined(acc3, in0_2, w2, in0_3, w3);
        const u8s in0_4 = load_u8s(in0_at + 512);
        const u8s in0_5 = load_u8s(in0_at_1 + 512);
        acc4 = dot4_joined(acc4, in0_4, w0, in0_5, w1);
        acc5 = dot4_joined(acc5, in0_4, w2, in0_5, w3);
        const u8s in0_6 = load_u8s(in0_at + 768);
        const u8s in0_7 = load_u8s(in0_at_1 + 768);
        acc6 = dot4_joined(acc6, in0_6, w0, in0_7, w1);
        acc7 = dot4_joined(acc7, in0_6, w2, in0_7, w3);
      }
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 1024 + order[k + first_small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (k + first_small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 256);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 512);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 768);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 1024 + order[rest + first_large + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + first_large) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 256);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 512);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 768);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      u8* const out_at = out + x * 512;
      store(out_at, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store(out_at + 8, saturate_u8v(requantize_small(acc1, multiplier1, shift1)));
      store(out_at + 128, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
      store(out_at + 136, saturate_u8v(requantize_small(acc3, multiplier1, shift1)));
      store(out_at + 256, saturate_u8v(requantize_small(acc4, multiplier0, shift0)));
      store(out_at + 264, saturate_u8v(requantize_small(acc5, multiplier1, shift1)));
      store(out_at + 384, saturate_u8v(requantize_small(acc6, multiplier0, shift0)));
      store(out_at + 392, saturate_u8v(requantize_small(acc7, multiplier1, shift1)));
    }
    w += 4096, order += 66, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 1x1 convolution, 128 -> 9 channels, 8 pixels.
// A step computes 4 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][32][16][4], 2304:
// order[1][34]
// Called by block 21.
NOINLINE static void conv_128_9x8(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 2304);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 32 - small;
  for (i32 x = 0; x < 2; ++x) {
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    const i32v bias1 = load_i32v(bias + 8);
    i32v acc1 = bias1;
    i32v acc2 = bias0;
    i32v acc3 = bias1;
    i32v acc4 = bias0;
    i32v acc5 = bias1;
    i32v acc6 = bias0;
    i32v acc7 = bias1;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 512 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 128);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 256);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 384);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 512 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 128);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 256);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 384);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 36;
    store(out_at, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out_at + 8, saturate_u8v(requantize_shifted(acc1, multiplier1, shift1) + v_zero_point), 1);
    store(out_at + 9, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 17, saturate_u8v(requantize_shifted(acc3, multiplier1, shift1) + v_zero_point), 1);
    store(out_at + 18, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 26, saturate_u8v(requantize_shifted(acc5, multiplier1, shift1) + v_zero_point), 1);
    store(out_at + 27, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 35, saturate_u8v(requantize_shifted(acc7, multiplier1, shift1) + v_zero_point), 1);
  }
}

// ---- blocks -------------------------------------------------------------------------------------------------------

// ---- stem and inverted residual 3x3, stride 1, 3 -> 16 -> 8 -------------------------------------------------------
//   schedule  rows: 3 padded rows, 4 expanded rows, interleaved, 1 filtered row
//   scratch   6,592 bytes
//   threads   at most 28; scratch of 6,592 bytes each
//   block 0  /backbone/
//     3    Conv + Clip + QuantizeLinear  first/first.0/Conv
//     9    Conv + Clip + QuantizeLinear  blocks.0/depthwise/depthwise.0/Conv
//     15   Conv + QuantizeLinear         blocks.0/project/project.0/Conv
//     in       u8[1,128,128,3] in input0
//     out      u8[1,64,64,8] at arena 0
//     scratch  arena 32768
NOINLINE static void stem_inverted_residual(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights,
    const Task& task) {
  enum { expand = 0, depthwise = 832, project = 2624 };  // offsets in the weights
  u8* const padded = (u8*)scratch;  // 3 rows of [129][3]
  u32* const expanded = (u32*)(scratch + 1216);  // four rows in the bytes of [66][16]
  u8* const filtered = (u8*)(scratch + 5504);  // one row [64][16]
  fill_borders(padded, 3, 387, 3, 0, 128);
  fill_borders(expanded, 1, 4224, 64, 64, 0);
  const Range rows = share(64, 0, task);
  i32 expanded_rows = rows.begin - 1;  // next row to make
  i32 padded_rows = inside(expanded_rows) * 2 - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 64) {
        fill_slot(expanded + 16, 1024, expanded_rows & 3, 0);
      } else {
        for (; padded_rows < expanded_rows * 2 + 2; ++padded_rows) {
          if (padded_rows < 0) {
            __builtin_memset(padded + (padded_rows + 1) % 3 * 387 + 3, 128, 384);
          } else {
            load_row(in + padded_rows * 384, padded + (padded_rows + 1) % 3 * 387 + 3, 128, 3, 1, 3, 0);
          }
        }
        conv_3rows_9_16x64_ring(padded + (expanded_rows * 2) % 3 * 387, padded + (expanded_rows * 2 + 1) % 3 * 387,
            padded + (expanded_rows * 2 + 2) % 3 * 387, weights + expand, expanded + 16, expanded_rows & 3);
      }
    }
    depthwise_16x64(expanded, (y - 1) & 3, weights + depthwise, filtered);
    conv_16_8x64(filtered, weights + project, out + y * 512);
  }
}

// ---- inverted residual 3x3, stride 2, 8 -> 48 -> 8 ----------------------------------------------------------------
//   schedule  rows: 4 expanded rows, interleaved, 1 filtered row
//   scratch   14,144 bytes
//   threads   at most 24; scratch of 14,144 bytes each
//   block 1  /backbone/blocks.1/
//     20   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     26   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     32   Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,64,64,8] at arena 0
//     out      u8[1,32,32,8] at arena 0, with threads 46912
//     scratch  arena 32768
NOINLINE static void inverted_residual(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights,
    const Task& task) {
  enum { expand = 0, depthwise = 1088, project = 6336 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [65][48]
  u8* const filtered = (u8*)(scratch + 12544);  // one row [32][48]
  fill_borders(expanded, 1, 12480, 192, 0, 0);
  const Range rows = share(32, 0, task);
  i32 expanded_rows = rows.begin * 2 - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
      if (expanded_rows < 0) {
        fill_slot(expanded + 48, 3072, expanded_rows & 3, 0);
      } else {
        conv_8_48x64_ring(in + expanded_rows * 512, weights + expand, expanded + 48, expanded_rows & 3);
      }
    }
    depthwise_48x32_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered);
    conv_48_8x32(filtered, weights + project, out + y * 256);
  }
}

// ---- inverted residual 3x3, stride 1, 8 -> 48 -> 8, residual ------------------------------------------------------
//   schedule  rows: 4 expanded rows, interleaved, 1 filtered row
//   scratch   8,192 bytes
//   threads   at most 12; scratch of 8,192 bytes each
//   block 2  /backbone/blocks.2/
//     37   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     43   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     49   Conv + QuantizeLinear         project/project.0/Conv
//     52   Add + QuantizeLinear          Add
//     in, add  u8[1,32,32,8] at arena 0, with threads 46912
//     out      u8[1,32,32,8] at arena 0, with threads 18752
//     scratch  arena 8192, with threads 0
NOINLINE static void inverted_residual_2(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  enum { expand = 0, depthwise = 1088, project = 6336 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [34][48]
  u8* const filtered = (u8*)(scratch + 6592);  // one row [32][48]
  fill_borders(expanded, 1, 6528, 192, 192, 0);
  const Range rows = share(32, 0, task);
  i32 expanded_rows = rows.begin - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 32) {
        fill_slot(expanded + 48, 1536, expanded_rows & 3, 0);
      } else {
        conv_8_48x32_ring(in + expanded_rows * 256, weights + expand, expanded + 48, expanded_rows & 3);
      }
    }
    depthwise_48x32(expanded, (y - 1) & 3, weights + depthwise, filtered);
    conv_48_8x32_add(filtered, weights + project, residual + y * 256, out + y * 256);
  }
}

// ---- inverted residual 3x3, stride 2, 8 -> 48 -> 16 ---------------------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   18,752 bytes
//   threads   at most 7; scratch of 18,752 bytes each
//   block 3  /backbone/blocks.3/
//     57   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     63   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     69   Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,32,32,8] at arena 0, with threads 18752
//     out      u8[1,16,16,16] at arena 0, with threads 31616
//     scratch  arena 8192, with threads 0
NOINLINE static void inverted_residual_3(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights,
    const Task& task) {
  enum { expand = 0, depthwise = 1088, project = 6336 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [33][48]
  u8* const filtered = (u8*)(scratch + 6400);  // all rows of [16][48]
  fill_borders(expanded, 1, 6336, 192, 0, 0);
  const Range rows = share(16, 0, task);
  i32 expanded_rows = rows.begin * 2 - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
      if (expanded_rows < 0) {
        fill_slot(expanded + 48, 1536, expanded_rows & 3, 0);
      } else {
        conv_8_48x32_ring(in + expanded_rows * 256, weights + expand, expanded + 48, expanded_rows & 3);
      }
    }
    depthwise_48x16_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered + y * 768);
  }
  for (i32 y = rows.begin; y < rows.end; ++y) {
    const i32 pixel = y * 16;
    conv_48_16x16(filtered + pixel * 48, weights + project, out + pixel * 16);
  }
}

// ---- inverted residual 3x3, stride 1, 16 -> 96 -> 16, residual ----------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   31,616 bytes
//   threads   at most 10; scratch of 31,616 bytes each
//   block 4  /backbone/blocks.4/
//     74   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     80   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     86   Conv + QuantizeLinear         project/project.0/Conv
//     89   Add + QuantizeLinear          Add
//     in, add  u8[1,16,16,16] at arena 0, with threads 31616
//     out      u8[1,16,16,16] at arena 0, with threads 35712
//     scratch  arena 4096, with threads 0
NOINLINE static void inverted_residual_4(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  enum { expand = 0, depthwise = 2880, project = 13312 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [18][96]
  u8* const filtered = (u8*)(scratch + 6976);  // all rows of [16][96]
  fill_borders(expanded, 1, 6912, 384, 384, 0);
  const Range rows = share(16, 0, task);
  i32 expanded_rows = rows.begin - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 16) {
        fill_slot(expanded + 96, 1536, expanded_rows & 3, 0);
      } else {
        conv_16_96x16_ring(in + expanded_rows * 256, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x16(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 1536);
  }
  for (i32 y = rows.begin; y < rows.end; ++y) {
    const i32 pixel = y * 16;
    conv_96_16x16_add(filtered + pixel * 96, weights + project, residual + pixel * 16, out + pixel * 16);
  }
}

// ---- inverted residual 3x3, stride 1, 16 -> 96 -> 16, residual ----------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   31,616 bytes
//   threads   at most 10; scratch of 31,616 bytes each
//   block 5  /backbone/blocks.5/
//     94   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     100  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     106  Conv + QuantizeLinear         project/project.0/Conv
//     109  Add + QuantizeLinear          Add
//     in, add  u8[1,16,16,16] at arena 0, with threads 35712
//     out      u8[1,16,16,16] at arena 0, with threads 31616
//     scratch  arena 4096, with threads 0
NOINLINE static void inverted_residual_5(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  enum { expand = 0, depthwise = 2880, project = 13312 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [18][96]
  u8* const filtered = (u8*)(scratch + 6976);  // all rows of [16][96]
  fill_borders(expanded, 1, 6912, 384, 384, 0);
  const Range rows = share(16, 0, task);
  i32 expanded_rows = rows.begin - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 16) {
        fill_slot(expanded + 96, 1536, expanded_rows & 3, 0);
      } else {
        conv_16_96x16_ring(in + expanded_rows * 256, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x16(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 1536);
  }
  for (i32 y = rows.begin; y < rows.end; ++y) {
    const i32 pixel = y * 16;
    conv_96_16x16_add_2(filtered + pixel * 96, weights + project, residual + pixel * 16, out + pixel * 16);
  }
}

// ---- inverted residual 3x3, stride 2, 16 -> 96 -> 24 --------------------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   12,800 bytes
//   block 6  /backbone/blocks.6/
//     114  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     120  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     126  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,16,16,16] at arena 0, with threads 31616
//     out      u8[1,8,8,24] at arena 0, with threads 31616
//     scratch  arena 4096, with threads 0
NOINLINE static void inverted_residual_6(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights) {
  enum { expand = 0, depthwise = 2880, project = 13312, project_tile = 1088 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [17][96]
  u8* const filtered = (u8*)(scratch + 6592);  // all rows of [8][96]
  fill_borders(expanded, 1, 6528, 384, 0, 0);
  i32 expanded_rows = -1;  // next row to make
  for (i32 y = 0; y < 8; ++y) {
    for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
      if (expanded_rows < 0) {
        fill_slot(expanded + 96, 1536, expanded_rows & 3, 0);
      } else {
        conv_16_96x16_ring(in + expanded_rows * 256, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x8_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered + y * 768);
  }
  for (i32 unit = 0; unit < 3; ++unit) {
    conv_96_8x64(filtered, weights + project + unit * project_tile, out + unit * 8);
  }
}

// ---- inverted residual 3x3, stride 1, 24 -> 144 -> 24, residual ---------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   13,824 bytes
//   threads   at most 3; scratch of 7,616 bytes each; 12,416 bytes in common
//   block 7  /backbone/blocks.7/
//     131  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     137  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     143  Conv + QuantizeLinear         project/project.0/Conv
//     146  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,24] at arena 0, with threads 31616
//     out      u8[1,8,8,24] at arena 0, with threads 26240
//     scratch  arena 1536, with threads 0
//   block 8  /backbone/blocks.8/
//     151  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     157  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     163  Conv + QuantizeLinear         project/project.0/Conv
//     166  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,24] at arena 0, with threads 26240
//     out      u8[1,8,8,24] at arena 0, with threads 27776
//     scratch  arena 1536, with threads 0
NOINLINE static void inverted_residual_7(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 2944, project = 10880, project_tile = 896, part_bytes = 13568 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [10][72]
  u8* const filtered = (u8*)(scratch + 2944);  // all rows of [8][72]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2880, 288, 288, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(3, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 1552;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          fill_slot(expanded + 72, 576, expanded_rows & 3, 0);
        } else {
          conv_24_72x8_ring(in + expanded_rows * 192, weights + expand, expanded + 72, expanded_rows & 3);
        }
      }
      depthwise_72x8(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 576);
    }
    for (i32 unit = 0; unit < 3; ++unit) {
      conv_72_8x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 512);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 512, 2, 1552, 512);
    finish_8_add(all_weights + project + unit * project_tile, total + unit * 512, residual + unit * 8, out + unit * 8,
        64, 24);
  }
}

// ---- inverted residual 3x3, stride 1, 24 -> 144 -> 24, residual ---------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   13,824 bytes
//   threads   at most 3; scratch of 7,616 bytes each; 12,416 bytes in common
//   block 9  /backbone/blocks.9/
//     171  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     177  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     183  Conv + QuantizeLinear         project/project.0/Conv
//     186  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,24] at arena 0, with threads 27776
//     out      u8[1,8,8,24] at arena 0, with threads 32384
//     scratch  arena 1536, with threads 0
NOINLINE static void inverted_residual_8(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 2944, project = 10880, project_tile = 896, part_bytes = 13568 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [10][72]
  u8* const filtered = (u8*)(scratch + 2944);  // all rows of [8][72]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2880, 288, 288, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(3, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 1552;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          fill_slot(expanded + 72, 576, expanded_rows & 3, 0);
        } else {
          conv_24_72x8_ring(in + expanded_rows * 192, weights + expand, expanded + 72, expanded_rows & 3);
        }
      }
      depthwise_72x8(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 576);
    }
    for (i32 unit = 0; unit < 3; ++unit) {
      conv_72_8x64_sums_2(filtered, weights + project + unit * project_tile, first, partial + unit * 512);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 512, 2, 1552, 512);
    finish_8_add(all_weights + project + unit * project_tile, total + unit * 512, residual + unit * 8, out + unit * 8,
        64, 24);
  }
}

// ---- inverted residual 3x3, stride 1, 24 -> 144 -> 32 -------------------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   15,872 bytes
//   threads   at most 2; scratch of 7,616 bytes each; 16,512 bytes in common
//   block 10  /backbone/blocks.10/
//     191  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     197  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     203  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,8,8,24] at arena 0, with threads 32384
//     out      u8[1,8,8,32] at arena 0, with threads 34880
//     scratch  arena 2048, with threads 16512
NOINLINE static void inverted_residual_9(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 2944, project = 10880, project_tile = 1472, part_bytes = 13824 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [10][72]
  u8* const filtered = (u8*)(scratch + 2944);  // all rows of [8][72]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2880, 288, 288, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(2, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 2064;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          fill_slot(expanded + 72, 576, expanded_rows & 3, 0);
        } else {
          conv_24_72x8_ring(in + expanded_rows * 192, weights + expand, expanded + 72, expanded_rows & 3);
        }
      }
      depthwise_72x8(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 576);
    }
    for (i32 unit = 0; unit < 2; ++unit) {
      conv_72_16x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 1024);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 1024, 2, 2064, 1024);
    finish_16(all_weights + project + unit * project_tile, total + unit * 1024, out + unit * 16, 64, 32);
  }
}

// ---- inverted residual 3x3, stride 1, 32 -> 192 -> 32, residual ---------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   18,368 bytes
//   threads   at most 2; scratch of 10,112 bytes each; 16,512 bytes in common
//   block 11  /backbone/blocks.11/
//     208  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     214  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     220  Conv + QuantizeLinear         project/project.0/Conv
//     223  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,32] at arena 0, with threads 34880
//     out      u8[1,8,8,32] at arena 0, with threads 36928
//     scratch  arena 2048, with threads 0
//   block 12  /backbone/blocks.12/
//     228  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     234  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     240  Conv + QuantizeLinear         project/project.0/Conv
//     243  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,32] at arena 0, with threads 36928
//     out      u8[1,8,8,32] at arena 0, with threads 53312
//     scratch  arena 2048, with threads 0
NOINLINE static void inverted_residual_10(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 4416, project = 14848, project_tile = 1856, part_bytes = 18560 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [10][96]
  u8* const filtered = (u8*)(scratch + 3904);  // all rows of [8][96]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 3840, 384, 384, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(2, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 2064;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          fill_slot(expanded + 96, 768, expanded_rows & 3, 0);
        } else {
          conv_32_96x8_ring(in + expanded_rows * 256, weights + expand, expanded + 96, expanded_rows & 3);
        }
      }
      depthwise_96x8(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 768);
    }
    for (i32 unit = 0; unit < 2; ++unit) {
      conv_96_16x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 1024);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 1024, 2, 2064, 1024);
    finish_16_add(all_weights + project + unit * project_tile, total + unit * 1024, residual + unit * 16,
        out + unit * 16, 64, 32);
  }
}

// ---- inverted residual 3x3, stride 1, 32 -> 192 -> 56 -------------------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   24,512 bytes
//   threads   at most 4; scratch of 10,112 bytes each; 28,800 bytes in common
//   block 13  /backbone/blocks.13/
//     248  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     254  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     260  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,8,8,32] at arena 0, with threads 53312
//     out      u8[1,8,8,56] at arena 0, with threads 83008
//     scratch  arena 3584, with threads 28800
NOINLINE static void inverted_residual_11(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 4416, project = 14848, project_tile = 1856, project_rest = 20416, part_bytes = 21504 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [10][96]
  u8* const filtered = (u8*)(scratch + 3904);  // all rows of [8][96]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 3840, 384, 384, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(4, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 3600;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          fill_slot(expanded + 96, 768, expanded_rows & 3, 0);
        } else {
          conv_32_96x8_ring(in + expanded_rows * 256, weights + expand, expanded + 96, expanded_rows & 3);
        }
      }
      depthwise_96x8(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 768);
    }
    for (i32 unit = 0; unit < 4; ++unit) {
      if (unit < 3) {
        conv_96_16x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 1024);
      } else {
        conv_96_8x64_sums(filtered, weights + project_rest, first, partial + 3072);
      }
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (unit < 3) {
      if (!alone) add_groups<I32Sums>(total + unit * 1024, 2, 3600, 1024);
      finish_16(all_weights + project + unit * project_tile, total + unit * 1024, out + unit * 16, 64, 56);
    } else {
      if (!alone) add_groups<I32Sums>(total + 3072, 2, 3600, 512);
      finish_8(all_weights + project_rest, total + 3072, out + 48, 64, 56);
    }
  }
}

// ---- inverted residual 3x3, stride 1, dilation 2, 56 -> 336 -> 56, residual ---------------------------------------
//   schedule  channels:4: 5 expanded rows, all filtered rows
//   scratch   25,408 bytes
//   threads   at most 4; scratch of 11,008 bytes each; 57,600 bytes in common
//   block 14  /backbone/blocks.14/
//     265  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     271  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     277  Conv + QuantizeLinear         project/project.0/Conv
//     280  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,56] at arena 0, with threads 83008
//     out      u8[1,8,8,56] at arena 0, with threads 86592
//     scratch  arena 3584, with threads 57600
//   block 15  /backbone/blocks.15/
//     285  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     291  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     297  Conv + QuantizeLinear         project/project.0/Conv
//     300  Add + QuantizeLinear          Add
//     in, add  u8[1,8,8,56] at arena 0, with threads 86592
//     out      u8[1,8,8,56] at arena 0, with threads 161856
//     scratch  arena 3584, with threads 57600
NOINLINE static void inverted_residual_12(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 6528, project = 9344, project_tile = 1728, project_rest = 14528, part_bytes = 15552 };
  u8* const expanded = (u8*)scratch;  // 5 rows of [12][88]
  u8* const filtered = (u8*)(scratch + 5312);  // all rows of [8][88]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 5, 1056, 176, 176, 0);
  const Range groups = share(4, 0, task);
  const Range tiles = share(4, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 3600;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -2;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 3; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          __builtin_memset(expanded + (expanded_rows + 2) % 5 * 1056 + 176, 0, 704);
        } else {
          conv_56_88x8(in + expanded_rows * 448, weights + expand, expanded + (expanded_rows + 2) % 5 * 1056 + 176);
        }
      }
      depthwise_88x8_dilation2(expanded + y % 5 * 1056, expanded + (y + 2) % 5 * 1056, expanded + (y + 4) % 5 * 1056,
          weights + depthwise, filtered + y * 704);
    }
    for (i32 unit = 0; unit < 4; ++unit) {
      if (unit < 3) {
        conv_88_16x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 1024);
      } else {
        conv_88_8x64_sums(filtered, weights + project_rest, first, partial + 3072);
      }
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (unit < 3) {
      if (!alone) add_groups<I32Sums>(total + unit * 1024, 4, 3600, 1024);
      finish_16_add(all_weights + project + unit * project_tile, total + unit * 1024, residual + unit * 16,
          out + unit * 16, 64, 56);
    } else {
      if (!alone) add_groups<I32Sums>(total + 3072, 4, 3600, 512);
      finish_8_add(all_weights + project_rest, total + 3072, residual + 48, out + 48, 64, 56);
    }
  }
}

// ---- inverted residual 3x3, stride 1, dilation 2, 56 -> 336 -> 112 ------------------------------------------------
//   schedule  channels:4: 5 expanded rows, all filtered rows
//   scratch   39,744 bytes
//   threads   at most 7; scratch of 11,008 bytes each; 114,944 bytes in common
//   block 16  /backbone/blocks.16/
//     305  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     311  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     317  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,8,8,56] at arena 0, with threads 161856
//     out      u8[1,8,8,112] at arena 0, with threads 154688
//     scratch  arena 7168, with threads 114944
NOINLINE static void inverted_residual_13(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 6528, project = 9344, project_tile = 1728, part_bytes = 21440 };
  u8* const expanded = (u8*)scratch;  // 5 rows of [12][88]
  u8* const filtered = (u8*)(scratch + 5312);  // all rows of [8][88]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 5, 1056, 176, 176, 0);
  const Range groups = share(4, 0, task);
  const Range tiles = share(7, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 7184;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -2;  // next row to make
    for (i32 y = 0; y < 8; ++y) {
      for (; expanded_rows < y + 3; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 8) {
          __builtin_memset(expanded + (expanded_rows + 2) % 5 * 1056 + 176, 0, 704);
        } else {
          conv_56_88x8(in + expanded_rows * 448, weights + expand, expanded + (expanded_rows + 2) % 5 * 1056 + 176);
        }
      }
      depthwise_88x8_dilation2(expanded + y % 5 * 1056, expanded + (y + 2) % 5 * 1056, expanded + (y + 4) % 5 * 1056,
          weights + depthwise, filtered + y * 704);
    }
    for (i32 unit = 0; unit < 7; ++unit) {
      conv_88_16x64_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 1024);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 1024, 4, 7184, 1024);
    finish_16(all_weights + project + unit * project_tile, total + unit * 1024, out + unit * 16, 64, 112);
  }
}

// ---- mean, 8x8x112 -> 1x1x112 -------------------------------------------------------------------------------------
//   schedule  plain loops
//   block 17
//     320  GlobalAveragePool + QuantizeLinear  /GlobalAveragePool
//     in       u8[1,8,8,112] at arena 0, with threads 154688
//     out      u8[1,1,1,112] at arena 7168, with threads 0
NOINLINE static void mean(const u8* __restrict in, u8* __restrict out) {
  const Mean loops = {{1, 1, 1, 112}, {0, 0, 0, 1},
                      {1, 1, 1, 64}, {0, 0, 0, 112}};
  mean_8bit(in, out, loops, 134, 1290172940, -3, 131, 0, 255);
}

// ---- pointwise convolution, stride 1, 112 -> 128 ------------------------------------------------------------------
//   schedule  rows
//   block 18
//     325  Conv + Clip + QuantizeLinear  /pooled/pooled.0/Conv
//     in       u8[1,1,1,112] at arena 7168, with threads 0
//     out      u8[1,1,1,128] at arena 15360, with threads 18496
NOINLINE static void pointwise(const u8* in, u8* out, const u8* __restrict weights, const Task& task) {
  enum { conv = 0, conv_tile = 8064 };  // offsets in the weights
  const Range tiles = share(2, 0, task);
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    conv_112_64x1(in, weights + conv + unit * conv_tile, out + unit * 64);
  }
}

// ---- pointwise convolution, stride 1, 112 -> 128 ------------------------------------------------------------------
//   schedule  rows
//   threads   at most 8
//   block 19
//     334  Conv + Clip + QuantizeLinear  /point/point.0/Conv
//     in       u8[1,8,8,112] at arena 0, with threads 154688
//     out      u8[1,8,8,128] at arena 7168, with threads 0
NOINLINE static void pointwise_2(const u8* in, u8* out, const u8* __restrict weights, const Task& task) {
  const Range rows = share(8, 0, task);
  for (i32 y = rows.begin; y < rows.end; ++y) {
    conv_112_128x8(in + y * 896, weights, out + y * 1024);
  }
}

// ---- pointwise convolution, stride 1, 256 -> 128 ------------------------------------------------------------------
//   schedule  rows: 1 padded row
//   scratch   2,112 bytes
//   threads   at most 8; scratch of 2,112 bytes each
//   block 20  /
//     329  Resize + QuantizeLinear       Resize
//     338  Concat                        Concat
//     343  Conv + Clip + QuantizeLinear  project/project.0/Conv
//     in       u8[1,1,1,128] at arena 15360, with threads 18496
//     in       u8[1,8,8,128] at arena 7168, with threads 0
//     out      u8[1,8,8,128] at arena 7168, with threads 8192
//     scratch  arena 0, with threads 16384
NOINLINE static void pointwise_3(const u8* in0, const u8* in1, u8* out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  u8* const padded = (u8*)scratch;  // one row [8][256]
  const Range rows = share(8, 0, task);
  for (i32 y = rows.begin; y < rows.end; ++y) {
    repeat_pixel(in0, padded, 8, 128, 256);
    load_row(in1 + y * 1024, padded + 128, 8, 128, 1, 256, 0);
    conv_256_128x8(padded, weights, out + y * 1024);
  }
}

// ---- pointwise convolution, stride 1, 128 -> 9 --------------------------------------------------------------------
//   schedule  rows
//   block 21
//     349  Conv + QuantizeLinear  /classify/Conv
//     in       u8[1,8,8,128] at arena 7168, with threads 8192
//     out      u8[1,8,8,9] at arena 7040, with threads 8064
NOINLINE static void pointwise_4(const u8* in, u8* out, const u8* __restrict weights, const Task& task) {
  const Range rows = share(8, 0, task);
  for (i32 y = rows.begin; y < rows.end; ++y) {
    conv_128_9x8(in + y * 1024, weights, out + y * 72);
  }
}

// ---- resize and arg max, 8x8x9 -> 128x128 -------------------------------------------------------------------------
//   schedule  row by row
//   scratch   576 bytes
//   threads   at most 13; scratch of 576 bytes each
//   block 22  /
//     352  Resize + QuantizeLinear  Resize_1
//     355  ArgMax                   ArgMax
//     in       u8[1,8,8,9] at arena 7040, with threads 8064
//     out      i64[1,128,128] in output0
//     scratch  arena 0
NOINLINE static void arg_max_of_resized(const u8* __restrict in,
    i64* __restrict out,
    u8* __restrict scratch,
    const u8* __restrict weights,
    const Task& task) {
  const Range part = share(128, 0, task);
  const Resize resize = {8, 9, 128, 128, 0, 0};
  const Tap<f32>* const taps = (const Tap<f32>*)weights;  // 128 rows, 128 columns
  index_largest_of_resized<ByteScores>(in, out, resize, part, taps, (f32*)scratch);
}

// ---- entry points -------------------------------------------------------------------------------------------------

struct Run {
  i32 threads;
  u8* bytes;  // the arena
  const u8* payload;  // of the weights
  const uint8_t* input0;
  int64_t* output0;
  // What lies elsewhere in the arena where threads share the work.
  u8* at(i64 alone, i64 parallel) const { return bytes + (threads > 1 ? parallel : alone); }
  // What blocks write, in the arena.
  u8* out0() const { return bytes; }
  u8* out1() const { return at(0, 46912); }
  u8* out2() const { return at(0, 18752); }
  u8* out3() const { return at(0, 31616); }
  u8* out4() const { return at(0, 35712); }
  u8* out5() const { return at(0, 31616); }
  u8* out6() const { return at(0, 31616); }
  u8* out7() const { return at(0, 26240); }
  u8* out8() const { return at(0, 27776); }
  u8* out9() const { return at(0, 32384); }
  u8* out10() const { return at(0, 34880); }
  u8* out11() const { return at(0, 36928); }
  u8* out12() const { return at(0, 53312); }
  u8* out13() const { return at(0, 83008); }
  u8* out14() const { return at(0, 86592); }
  u8* out15() const { return at(0, 161856); }
  u8* out16() const { return at(0, 154688); }
  u8* out17() const { return at(7168, 0); }
  u8* out18() const { return at(15360, 18496); }
  u8* out19() const { return at(7168, 0); }
  u8* out20() const { return at(7168, 8192); }
  u8* out21() const { return at(7040, 8064); }
};

static void block0(const Run& run, const Task& task) {
  stem_inverted_residual(run.input0, run.out0(), scratch_of(task, run.bytes + 32768, run.bytes + 39360, 6592),
      run.payload, task);
}
static void block1(const Run& run, const Task& task) {
  inverted_residual(run.out0(), run.out1(), scratch_of(task, run.bytes + 32768, run.bytes + 55104, 14144),
      run.payload + 3072, task);
}
static void block2(const Run& run, const Task& task) {
  inverted_residual_2(run.out1(), run.out1(), run.out2(), scratch_of(task, run.at(8192, 0), run.bytes + 55104, 8192),
      run.payload + 10112, task);
}
static void block3(const Run& run, const Task& task) {
  inverted_residual_3(run.out2(), run.out3(), scratch_of(task, run.at(8192, 0), run.bytes + 35712, 18752),
      run.payload + 17152, task);
}
static void block4(const Run& run, const Task& task) {
  inverted_residual_4(run.out3(), run.out3(), run.out4(), scratch_of(task, run.at(4096, 0), run.bytes + 39808, 31616),
      run.payload + 24576, task);
}
static void block5(const Run& run, const Task& task) {
  inverted_residual_5(run.out4(), run.out4(), run.out5(), scratch_of(task, run.at(4096, 0), run.bytes + 39808, 31616),
      run.payload + 39744, task);
}
static void block7(const Run& run, const Task& task) {
  inverted_residual_7(run.out6(), run.out6(), run.out7(), scratch_of(task, run.at(1536, 0), run.bytes + 33152, 7616),
      run.at(9152, 13824), run.payload + 71488, task);
}
static void block8(const Run& run, const Task& task) {
  inverted_residual_7(run.out7(), run.out7(), run.out8(), scratch_of(task, run.at(1536, 0), run.bytes + 29312, 7616),
      run.at(9152, 13824), run.payload + 98624, task);
}
static void block9(const Run& run, const Task& task) {
  inverted_residual_8(run.out8(), run.out8(), run.out9(), scratch_of(task, run.at(1536, 0), run.bytes + 33920, 7616),
      run.at(9152, 13824), run.payload + 125760, task);
}
static void block10(const Run& run, const Task& task) {
  inverted_residual_9(run.out9(), run.out10(), scratch_of(task, run.at(2048, 16512), run.bytes + 36928, 7616),
      run.at(9664, 0), run.payload + 152896, task);
}
static void block11(const Run& run, const Task& task) {
  inverted_residual_10(run.out10(), run.out10(), run.out11(),
      scratch_of(task, run.at(2048, 0), run.bytes + 38976, 10112), run.at(12160, 18368), run.payload + 180544, task);
}
static void block12(const Run& run, const Task& task) {
  inverted_residual_10(run.out11(), run.out11(), run.out12(),
      scratch_of(task, run.at(2048, 0), run.bytes + 55360, 10112), run.at(12160, 18368), run.payload + 217664, task);
}
static void block13(const Run& run, const Task& task) {
  inverted_residual_11(run.out12(), run.out13(), scratch_of(task, run.at(3584, 28800), run.bytes + 86592, 10112),
      run.at(13696, 0), run.payload + 254784, task);
}
static void block14(const Run& run, const Task& task) {
  inverted_residual_12(run.out13(), run.out13(), run.out14(),
      scratch_of(task, run.at(3584, 57600), run.bytes + 90176, 11008), run.at(14592, 0), run.payload + 297792, task);
}
static void block15(const Run& run, const Task& task) {
  inverted_residual_12(run.out14(), run.out14(), run.out15(),
      scratch_of(task, run.at(3584, 57600), run.bytes + 165440, 11008), run.at(14592, 0), run.payload + 360000, task);
}
static void block16(const Run& run, const Task& task) {
  inverted_residual_13(run.out15(), run.out16(), scratch_of(task, run.at(7168, 114944), run.bytes + 165440, 11008),
      run.at(18176, 0), run.payload + 422208, task);
}
static void block19(const Run& run, const Task& task) {
  pointwise_2(run.out16(), run.out19(), run.payload + 524096, task);
}
static void block20(const Run& run, const Task& task) {
  pointwise_3(run.out18(), run.out19(), run.out20(), scratch_of(task, run.at(0, 16384), run.bytes + 18624, 2112),
      run.payload + 540544, task);
}
static void block22(const Run& run, const Task& task) {
  arg_max_of_resized(run.out21(), run.output0, scratch_of(task, run.bytes, run.bytes + 8640, 576), run.payload + 578432,
      task);
}

}  // namespace

extern "C" {

segmenter_status segmenter_check(const void* weights, size_t bytes) {
  return (segmenter_status)check_blob(weights, bytes, 0x52cb356d9c925cf8u, 0xa03f5ccf9e346b7fu, 585024, 2496);
}

segmenter_status segmenter_run_parallel(const void* weights, void* arena, const uint8_t* input0, int64_t* output0,
    int count,
    segmenter_parallel_for parallel_for, void* context) {
  if (!weights || !arena || !input0 || !output0) return SEGMENTER_NULL_POINTER;
  if ((uintptr_t)weights % 64 || (uintptr_t)arena % 64) return SEGMENTER_MISALIGNED;
  const Threads threads = {parallel_for ? count : 1, parallel_for, context};
  const Run run = {threads.count, (u8*)arena, (const u8*)weights + 2496, input0, output0};
  run_block(block0, 1, 28, run, threads);
  NARROWS_TRACE(0, run.out0(), 32768);
  run_block(block1, 1, 24, run, threads);
  NARROWS_TRACE(1, run.out1(), 8192);
  run_block(block2, 1, 12, run, threads);
  NARROWS_TRACE(2, run.out2(), 8192);
  run_block(block3, 1, 7, run, threads);
  NARROWS_TRACE(3, run.out3(), 4096);
  run_block(block4, 1, 10, run, threads);
  NARROWS_TRACE(4, run.out4(), 4096);
  run_block(block5, 1, 10, run, threads);
  NARROWS_TRACE(5, run.out5(), 4096);
  inverted_residual_6(run.out5(), run.out6(), run.at(4096, 0), run.payload + 54912);
  NARROWS_TRACE(6, run.out6(), 1536);
  run_block(block7, 2, 3, run, threads);
  NARROWS_TRACE(7, run.out7(), 1536);
  run_block(block8, 2, 3, run, threads);
  NARROWS_TRACE(8, run.out8(), 1536);
  run_block(block9, 2, 3, run, threads);
  NARROWS_TRACE(9, run.out9(), 1536);
  run_block(block10, 2, 2, run, threads);
  NARROWS_TRACE(10, run.out10(), 2048);
  run_block(block11, 2, 2, run, threads);
  NARROWS_TRACE(11, run.out11(), 2048);
  run_block(block12, 2, 2, run, threads);
  NARROWS_TRACE(12, run.out12(), 2048);
  run_block(block13, 2, 4, run, threads);
  NARROWS_TRACE(13, run.out13(), 3584);
  run_block(block14, 2, 4, run, threads);
  NARROWS_TRACE(14, run.out14(), 3584);
  run_block(block15, 2, 4, run, threads);
  NARROWS_TRACE(15, run.out15(), 3584);
  run_block(block16, 2, 7, run, threads);
  NARROWS_TRACE(16, run.out16(), 7168);
  mean(run.out16(), run.out17());
  NARROWS_TRACE(17, run.out17(), 112);
  pointwise(run.out17(), run.out18(), run.payload + 507968, all_work);
  NARROWS_TRACE(18, run.out18(), 128);
  run_block(block19, 1, 8, run, threads);
  NARROWS_TRACE(19, run.out19(), 8192);
  run_block(block20, 1, 8, run, threads);
  NARROWS_TRACE(20, run.out20(), 8192);
  pointwise_4(run.out20(), run.out21(), run.payload + 576000, all_work);
  NARROWS_TRACE(21, run.out21(), 576);
  run_block(block22, 1, 13, run, threads);
  NARROWS_TRACE(22, run.output0, 131072);
  return SEGMENTER_OK;
}

segmenter_status segmenter_run(const void* weights, void* arena, const uint8_t* input0, int64_t* output0) {
  return segmenter_run_parallel(weights, arena, input0, output0, 1, nullptr, nullptr);
}

const char* segmenter_message(segmenter_status status) { return explain(status); }

}  // extern "C"
