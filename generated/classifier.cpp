// The code of classifier.h, which says what it was made from. Do not edit.
//
// Contents:
//   runtime       line 82
//   kernels       line 711
//   blocks        line 3841
//   entry points  line 4442
// 37 kernels, 16 functions of blocks, 21 blocks.
#include "classifier.h"

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

typedef i32 i32v __attribute__((vector_size(LANES * 4)));
typedef u32 u32v __attribute__((vector_size(LANES * 4)));
typedef u8 u8v __attribute__((vector_size(LANES)));
typedef u8 u8q __attribute__((vector_size(LANES * 4)));
typedef i8 i8q __attribute__((vector_size(LANES * 4)));
// Four 16-bit numbers per lane, as instructions take them that multiply pairs: those for the even bytes of a quad, and
// those for the odd ones. In memory, all even pairs of a vector come before its odd ones.
struct i16q {
  i32v even, odd;
};

// ---- loads and stores --------------------------------------------------------------------------
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

// ---- splats ------------------------------------------------------------------------------------
// s - 0 and not s + 0: the latter is not an identity for -0.0f, so compilers would keep the addition.
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

// From sums over a map to the averages of AVERAGE_POOL_2D and MEAN, per channel.

// 8-bit MEAN rescales the sum and divides by the count in one multiplication; `zero` is the input's zero point times
// count.
template <class T>
static inline void pooled_mean(const i32* sums, T* out, int channels, int zero, int multiplier, int shift, int out_zero,
                               int min, int max) {
  for (int c = 0; c < channels; ++c) {
    const i32 v = rescale(sums[c] - zero, multiplier, shift) + out_zero;
    out[c] = (T)(v < min ? min : v > max ? max : v);
  }
}

// SOFTMAX over the innermost dimension: `rows` rows of `depth` elements each.
//
// 8-bit tensors come in two forms. TFLite's reference kernel is fixed-point arithmetic throughout
// (internal/reference/ softmax.h with gemmlowp's fixedpoint.h); its optimized kernel, which XNNPACK's users
// get, looks exponentials up in a table of floats. A number in Qm.n has m integer bits, a sign and n = 31 - m
// fraction bits.

template <typename T>
INLINE T largest_of(const T* in, int count) {
  T largest = in[0];
  for (int i = 1; i < count; ++i) largest = largest < in[i] ? in[i] : largest;
  return largest;
}

// exp(a) for a in [-1/4, 0), both Q0.31: Taylor's series of fourth order around -1/8.
INLINE i32 exp_of_quarter(i32 a) {
  const i32 exp_of_minus_eighth = 1895147668, third = 715827883;
  const i32 x = a + (1 << 28), x2 = high_mul_i32(x, x), x3 = high_mul_i32(x2, x), x4 = high_mul_i32(x2, x2);
  const i32 tail = divide_by_power_of_two(high_mul_i32(divide_by_power_of_two(x4, 2) + x3, third) + x2, 1);
  return exp_of_minus_eighth + high_mul_i32(exp_of_minus_eighth, x + tail);
}

// exp(a) for a <= 0, Q5.26 to Q0.31: the part below 1/4 by the series, each bit above by one factor.
static inline i32 exp_of_negative(i32 a) {
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16)
  const i32 factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const i32 quarter = 1 << 24;
  if (a == 0) return INT32_MAX;
  const i32 below_quarter = (a & (quarter - 1)) - quarter, rest = below_quarter - a;
  i32 result = exp_of_quarter(below_quarter * 32);
  for (int i = 0; i < 7; ++i)
    if (rest & (quarter << i)) result = high_mul_i32(result, factors[i]);
  return result;
}

INLINE i32 saturated_times(i32 x, i32 factor) {
  const i64 product = (i64)x * factor;
  return product < INT32_MIN ? INT32_MIN : product > INT32_MAX ? INT32_MAX : (i32)product;
}

// 1 / (1 + a) for a in [0, 1), both Q0.31: three steps of Newton and Raphson in Q2.29, from 48/17 - 32/17 x.
static inline i32 reciprocal_of_one_plus(i32 a) {
  const i32 half_denominator = (i32)(((i64)a + INT32_MAX + 1) / 2);
  i32 x = 1515870810 + high_mul_i32(half_denominator, -1010580540);
  for (int i = 0; i < 3; ++i) {
    const i32 error = (1 << 29) - high_mul_i32(half_denominator, x);
    x += saturated_times(high_mul_i32(x, error), 4);
  }
  return saturated_times(x, 2);
}

// rescale(d, multiplier, shift) turns a difference of stored values into the exponent in Q5.26; differences
// below `smallest` count as exp = 0. The output has scale 1/256; its zero point is its lowest value `lo`,
// which is the range of Out: 0 or -128.
template <typename In, typename Out>
void softmax_fixed_point(const In* in, Out* out, int rows, int depth, i32 multiplier, int shift, i32 smallest, i32 lo) {
  i32 exponentials[256];  // of -d, in Q0.31
  for (int d = 0; d < 256; ++d) exponentials[d] = -d < smallest ? 0 : exp_of_negative(rescale(-d, multiplier, shift));
  for (int r = 0; r < rows; ++r, in += depth, out += depth) {
    const i32 largest = largest_of(in, depth);
    i64 sum = 0;  // Q12.19
    for (int c = 0; c < depth; ++c) sum += divide_by_power_of_two(exponentials[largest - in[c]], 12);
    int headroom = 0;  // leading zeros of the sum
    const u32 saturated = sum > INT32_MAX ? (u32)INT32_MAX : (u32)sum;
    while (headroom < 31 && (saturated << headroom) < (1u << 31)) ++headroom;
    const i32 reciprocal = reciprocal_of_one_plus((i32)((saturated << headroom) - (1u << 31)));
    const int exponent = 12 - headroom + 31 - 8;  // at least 23, because the largest element's exponential is 1
    for (int c = 0; c < depth; ++c) {
      // A sum of 512 or more asks for a shift by more than 31 bits, where TFLite's kernel aborts. It leaves less than
      // half a unit for each element, and exactly half a unit, which is rounded up, for those whose exponential is 1 of
      // 512.
      if (exponent > 31) {
        out[c] = (Out)(lo + (sum == (512 << 19) && in[c] == largest));
        continue;
      }
      const i32 probability = high_mul_i32(reciprocal, exponentials[largest - in[c]]);
      out[c] = (Out)clamp(divide_by_power_of_two(probability, exponent) + lo, lo, lo + 255);
    }
  }
}

// From float to 8 bits and back, and from 8 bits to 8 bits.

// DEQUANTIZE: scale * (in - zero).
template <typename T>
void dequantize_8bit(const T* in, f32* out, int count, f32 scale, i32 zero) {
  for (int i = 0; i < count; ++i) out[i] = scale * (f32)(in[i] - zero);
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

// Convolution of 3 rows, 9 elements of each -> 16 channels, 48 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][3][3][16][4]
// Called by block 0.
NOINLINE static void conv_3rows_9_16x48_ring(const u8* __restrict in0, const u8* __restrict in1,
    const u8* __restrict in2, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < 8; ++x) {
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
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in0_at = in0 + (x * 6 + k) * 4;
      const u8s in0_0 = load_u8s(in0_at + 240);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 246);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 252);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 258);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in1_at = in1 + (x * 6 + k) * 4;
      const u8s in1_0 = load_u8s(in1_at + 240);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 192);
      acc0 = dot4(acc0, in1_0, w0);
      const i8q w1 = load_i8q(w_at + 224);
      acc1 = dot4(acc1, in1_0, w1);
      const u8s in1_1 = load_u8s(in1_at + 246);
      acc2 = dot4(acc2, in1_1, w0);
      acc3 = dot4(acc3, in1_1, w1);
      const u8s in1_2 = load_u8s(in1_at + 252);
      acc4 = dot4(acc4, in1_2, w0);
      acc5 = dot4(acc5, in1_2, w1);
      const u8s in1_3 = load_u8s(in1_at + 258);
      acc6 = dot4(acc6, in1_3, w0);
      acc7 = dot4(acc7, in1_3, w1);
    }
    for (i32 k = 0; k < 3; ++k) {
      const u8* const in2_at = in2 + (x * 6 + k) * 4;
      const u8s in2_0 = load_u8s(in2_at + 240);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at + 384);
      acc0 = dot4(acc0, in2_0, w0);
      const i8q w1 = load_i8q(w_at + 416);
      acc1 = dot4(acc1, in2_0, w1);
      const u8s in2_1 = load_u8s(in2_at + 246);
      acc2 = dot4(acc2, in2_1, w0);
      acc3 = dot4(acc3, in2_1, w1);
      const u8s in2_2 = load_u8s(in2_at + 252);
      acc4 = dot4(acc4, in2_2, w0);
      acc5 = dot4(acc5, in2_2, w1);
      const u8s in2_3 = load_u8s(in2_at + 258);
      acc6 = dot4(acc6, in2_3, w0);
      acc7 = dot4(acc7, in2_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v0 = splat_i32v(0);
    const i32v v255 = splat_i32v(255);
    u32* const out_at = out + x * 64;
    store_byte(out_at + 640, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store_byte(out_at + 648, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 656, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 664, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 672, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 680, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
    store_byte(out_at + 688, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
    store_byte(out_at + 696, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
  }
}

// 3x3 depthwise convolution, stride 1, 16 channels, 48 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i16 w[slot][3][2][2][8][2]
// Called by block 0.
NOINLINE static void depthwise_16x48(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 256) + slot * 192;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  for (i32 x = 0; x < 12; ++x) {
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

// 1x1 convolution, 16 -> 8 channels, 48 pixels.
// A step computes 10 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][4][8][4], 384: order[1][6]
// Called by block 0.
NOINLINE static void conv_16_8x48(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 384);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 4 - small;
  for (i32 x = 0; x < 3; ++x) {
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
      const u8* const in0_at = in0 + x * 160 + order[k + 2];
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
      const u8* const in0_at = in0 + x * 160 + order[rest + small + 2];
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
    u8* const out_at = out + x * 80;
    store(out_at, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 8, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 16, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 24, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 32, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 40, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 48, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 56, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out_at + 64, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
    store(out_at + 72, saturate_u8v(requantize_shifted(acc9, multiplier0, shift0) + v_zero_point));
  }
  for (i32 x = 0; x < 2; ++x) {
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
      acc0 = dot4_small(acc0, load_u8s(in0_at + 480), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 496), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 512), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 528), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 544), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 560), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 592), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 608), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 144 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at + 480), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 496), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 512), w0);
      acc3 = dot4(acc3, load_u8s(in0_at + 528), w0);
      acc4 = dot4(acc4, load_u8s(in0_at + 544), w0);
      acc5 = dot4(acc5, load_u8s(in0_at + 560), w0);
      acc6 = dot4(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4(acc7, load_u8s(in0_at + 592), w0);
      acc8 = dot4(acc8, load_u8s(in0_at + 608), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 72;
    store(out_at + 240, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 248, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 256, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 264, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 272, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 280, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 288, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 296, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out_at + 304, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
  }
}

// 1x1 convolution, 8 -> 48 channels, 48 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 3 tiles of channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i8 w[3][2][16][4], 1024:
// order[3][4]
// Called by block 0.
NOINLINE static void conv_8_48x48_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 640);
  const u16* order = (const u16*)(weights + 1024);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 tile = 0; tile < 3; ++tile) {
    const i32 small = order[1], large = 2 - small;
    for (i32 x = 0; x < 8; ++x) {
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
        const u8* const in0_at = in0 + x * 32 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at + 320);
        const i8* const w_at = w + k * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 328);
        acc2 = dot4_small(acc2, in0_1, w0);
        acc3 = dot4_small(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 336);
        acc4 = dot4_small(acc4, in0_2, w0);
        acc5 = dot4_small(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 344);
        acc6 = dot4_small(acc6, in0_3, w0);
        acc7 = dot4_small(acc7, in0_3, w1);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 32 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at + 320);
        const i8* const w_at = w + (rest + small) * 64;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const u8s in0_1 = load_u8s(in0_at + 328);
        acc2 = dot4(acc2, in0_1, w0);
        acc3 = dot4(acc3, in0_1, w1);
        const u8s in0_2 = load_u8s(in0_at + 336);
        acc4 = dot4(acc4, in0_2, w0);
        acc5 = dot4(acc5, in0_2, w1);
        const u8s in0_3 = load_u8s(in0_at + 344);
        acc6 = dot4(acc6, in0_3, w0);
        acc7 = dot4(acc7, in0_3, w1);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 192;
      store_byte(out_at + 1920, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 1928, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 1968, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 1976, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 2016, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 2024, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 2064, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 2072, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 128, order += 4, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 2, 48 channels, 24 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 0.
NOINLINE static void depthwise_48x24_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 6; ++x) {
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

// 1x1 convolution, 48 -> 8 channels, 24 pixels.
// A step computes 8 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][12][8][4], 640:
// order[1][14]
// Called by block 0.
NOINLINE static void conv_48_8x24(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 640);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 12 - small;
  for (i32 x = 0; x < 3; ++x) {
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

// 1x1 convolution, 8 -> 48 channels, 24 pixels; to byte `slot` of a ring of four rows.
// A step computes 5 pixels x 2 vectors of 8 channels; 3 tiles of channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i8 w[3][2][16][4], 1024:
// order[3][4]
// Called by blocks 1, 2.
NOINLINE static void conv_8_48x24_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
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
        const u8* const in0_at = in0 + order[rest + small + 2];
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
      store_byte(out + 960, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out + 968, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 1008, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 1016, vclamp(requantize_crossing(acc3, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 1056, vclamp(requantize_crossing(acc4, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 1064, vclamp(requantize_crossing(acc5, multiplier1, shift1), v0, v255), slot);
      store_byte(out + 1104, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out + 1112, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
    }
    w += 128, order += 4, bias += 16, multiplier += 16, shift += 16, out += 16;
  }
}

// 3x3 depthwise convolution, stride 1, 48 channels, 24 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 1.
NOINLINE static void depthwise_48x24(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 6; ++x) {
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

// 1x1 convolution, 48 -> 8 channels, 24 pixels, plus a residual.
// A step computes 8 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][12][8][4], 640:
// order[1][14]
// Called by block 1.
NOINLINE static void conv_48_8x24_add(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
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
  for (i32 x = 0; x < 3; ++x) {
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
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at)), add)));
    store(out_at + 8,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc1, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 8)), add)));
    store(out_at + 16,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 16)), add)));
    store(out_at + 24,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc3, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 24)), add)));
    store(out_at + 32,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 32)), add)));
    store(out_at + 40,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc5, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 40)), add)));
    store(out_at + 48,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 48)), add)));
    store(out_at + 56,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc7, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 56)), add)));
  }
}

// 3x3 depthwise convolution, stride 2, 48 channels, 12 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[48], 256: multiplier[48], 448: shift[48], 640: i16 w[slot][3][6][2][8][2]
// Called by block 2.
NOINLINE static void depthwise_48x12_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 640) + slot * 576;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 256);
  const i32* shift = (const i32*)(weights + 448);
  for (i32 x = 0; x < 3; ++x) {
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

// 1x1 convolution, 48 -> 16 channels, 144 pixels.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][12][16][4], 1024:
// order[1][14]
// Called by block 2.
NOINLINE static void conv_48_16x144(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 12 - small;
  for (i32 x = 0; x < 28; ++x) {
    prefetch(w + 768 + x * 26, 1);
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
      const u8* const in0_at = in0 + x * 240 + order[k + 2];
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
      const u8s in0_4 = load_u8s(in0_at + 192);
      acc8 = dot4_small(acc8, in0_4, w0);
      acc9 = dot4_small(acc9, in0_4, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 240 + order[rest + small + 2];
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
      const u8s in0_4 = load_u8s(in0_at + 192);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 80;
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
    store(out_at + 64, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
    store(out_at + 72, saturate_u8v(requantize_shifted(acc9, multiplier1, shift1) + v_zero_point));
  }
  {
    prefetch(w + 768 + 728, 1);
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
      const u8s in0_0 = load_u8s(in0_at + 6720);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 6768);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 6816);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 6864);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 6720);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 6768);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 6816);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 6864);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    store(out + 2240, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out + 2248, saturate_u8v(requantize_shifted(acc1, multiplier1, shift1) + v_zero_point));
    store(out + 2256, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out + 2264, saturate_u8v(requantize_shifted(acc3, multiplier1, shift1) + v_zero_point));
    store(out + 2272, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out + 2280, saturate_u8v(requantize_shifted(acc5, multiplier1, shift1) + v_zero_point));
    store(out + 2288, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out + 2296, saturate_u8v(requantize_shifted(acc7, multiplier1, shift1) + v_zero_point));
  }
}

// 1x1 convolution, 16 -> 96 channels, 12 pixels; to byte `slot` of a ring of four rows.
// A step computes 4 pixels x 2 vectors of 8 channels; 6 tiles of channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i8 w[6][4][16][4], 2752:
// order[6][6]
// Called by blocks 3, 4, 5.
NOINLINE static void conv_16_96x12_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 2752);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 6; ++tile) {
    const i32 small = order[1], large = 4 - small;
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

// 3x3 depthwise convolution, stride 1, 96 channels, 12 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 4 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by blocks 3, 4.
NOINLINE static void depthwise_96x12(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1152;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 x = 0; x < 3; ++x) {
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

// 1x1 convolution, 96 -> 16 channels, 144 pixels, plus a residual.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by block 3.
NOINLINE static void conv_96_16x144_add(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
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
  for (i32 x = 0; x < 28; ++x) {
    prefetch(w + 1536 + x * 52, 1);
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
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    const u8* const residual_at = residual + x * 80;
    u8* const out_at = out + x * 80;
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
    store(out_at + 64,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc8, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 64)), add)));
    store(out_at + 72,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc9, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 72)), add)));
  }
  {
    prefetch(w + 1536 + 1456, 1);
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
      const u8s in0_0 = load_u8s(in0_at + 13440);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 13536);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 13632);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 13728);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 13440);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 13536);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 13632);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 13728);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    store(out + 2240,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2240)), add)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out + 2248,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc1, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2248)), add)));
    store(out + 2256,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2256)), add)));
    store(out + 2264,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc3, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2264)), add)));
    store(out + 2272,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2272)), add)));
    store(out + 2280,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc5, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2280)), add)));
    store(out + 2288,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2288)), add)));
    store(out + 2296,
        saturate_u8v(add_residual(vclamp(requantize_shifted(acc7, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2296)), add)));
  }
}

// 1x1 convolution, 96 -> 16 channels, 144 pixels, plus a residual.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by block 4.
NOINLINE static void conv_96_16x144_add_2(const u8* __restrict in0, const u8* __restrict weights, const u8* residual,
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
  for (i32 x = 0; x < 28; ++x) {
    prefetch(w + 1536 + x * 52, 1);
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
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    const u8* const residual_at = residual + x * 80;
    u8* const out_at = out + x * 80;
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
    store(out_at + 64,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc8, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 64)), add)));
    store(out_at + 72,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc9, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual_at + 72)), add)));
  }
  {
    prefetch(w + 1536 + 1456, 1);
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
      const u8s in0_0 = load_u8s(in0_at + 13440);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 13536);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 13632);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 13728);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 13440);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 13536);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 13632);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 13728);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_minus_zero_point = splat_i32v(-zero_point);
    const i32v v255_minus_zero_point = splat_i32v(255 - zero_point);
    store(out + 2240,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc0, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2240)), add)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out + 2248,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc1, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2248)), add)));
    store(out + 2256,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc2, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2256)), add)));
    store(out + 2264,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc3, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2264)), add)));
    store(out + 2272,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc4, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2272)), add)));
    store(out + 2280,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc5, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2280)), add)));
    store(out + 2288,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc6, multiplier0, shift0), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2288)), add)));
    store(out + 2296,
        saturate_u8v(add_larger_residual(vclamp(requantize_shifted(acc7, multiplier1, shift1), v_minus_zero_point,
        v255_minus_zero_point), to_i32v(load_u8v(residual + 2296)), add)));
  }
}

// 3x3 depthwise convolution, stride 2, 96 channels, 6 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 3 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by block 5.
NOINLINE static void depthwise_96x6_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
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
      const u8* const in_at = in + (x * 72 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 768);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 1536);
      acc2 = dot4(acc2, in1, w0);
      const i16q w1 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, load_u8q(in_at + 384), w1);
      acc1 = dot4(acc1, load_u8q(in_at + 1152), w1);
      acc2 = dot4(acc2, load_u8q(in_at + 1920), w1);
      const i16q w2 = load_i16q(w_at + 768);
      acc0 = dot4(acc0, in0, w2);
      acc1 = dot4(acc1, in1, w2);
      acc2 = dot4(acc2, load_u8q(in_at + 2304), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 36 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 96 -> 8 channels, 36 pixels.
// A step computes 9 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][24][8][4], 1024:
// order[1][26]
// Called by block 5.
NOINLINE static void conv_96_8x36(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 24 - small;
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 768 + x * 192, 3);
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
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 96), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 192), w0);
      acc3 = dot4_small(acc3, load_u8s(in0_at + 288), w0);
      acc4 = dot4_small(acc4, load_u8s(in0_at + 384), w0);
      acc5 = dot4_small(acc5, load_u8s(in0_at + 480), w0);
      acc6 = dot4_small(acc6, load_u8s(in0_at + 576), w0);
      acc7 = dot4_small(acc7, load_u8s(in0_at + 672), w0);
      acc8 = dot4_small(acc8, load_u8s(in0_at + 768), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 864 + order[rest + small + 2];
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
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v_zero_point = splat_i32v(zero_point);
    u8* const out_at = out + x * 216;
    store(out_at, saturate_u8v(requantize_shifted(acc0, multiplier0, shift0) + v_zero_point));
    store(out_at + 24, saturate_u8v(requantize_shifted(acc1, multiplier0, shift0) + v_zero_point));
    store(out_at + 48, saturate_u8v(requantize_shifted(acc2, multiplier0, shift0) + v_zero_point));
    store(out_at + 72, saturate_u8v(requantize_shifted(acc3, multiplier0, shift0) + v_zero_point));
    store(out_at + 96, saturate_u8v(requantize_shifted(acc4, multiplier0, shift0) + v_zero_point));
    store(out_at + 120, saturate_u8v(requantize_shifted(acc5, multiplier0, shift0) + v_zero_point));
    store(out_at + 144, saturate_u8v(requantize_shifted(acc6, multiplier0, shift0) + v_zero_point));
    store(out_at + 168, saturate_u8v(requantize_shifted(acc7, multiplier0, shift0) + v_zero_point));
    store(out_at + 192, saturate_u8v(requantize_shifted(acc8, multiplier0, shift0) + v_zero_point));
  }
}

// 1x1 convolution, 24 -> 72 channels, 6 pixels; to byte `slot` of a ring of four rows.
// A step computes 3 pixels x 3 vectors of 8 channels; 3 tiles of channels.
// weights + 0: parameters[16], 64: bias[72], 384: multiplier[72], 704: shift[72], 1024: i8 w[3][6][24][4], 2752:
// order[3][8]
// Called by blocks 6, 7, 8, 9.
NOINLINE static void conv_24_72x6_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1024);
  const u16* order = (const u16*)(weights + 2752);
  const i32* multiplier = (const i32*)(weights + 384);
  const i32* shift = (const i32*)(weights + 704);
  for (i32 tile = 0; tile < 3; ++tile) {
    const i32 small = order[1], large = 6 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      const i32v bias2 = load_i32v(bias + 16);
      i32v acc2 = bias2;
      i32v acc3 = bias0;
      i32v acc4 = bias1;
      i32v acc5 = bias2;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      i32v acc8 = bias2;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 72 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 96;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const i8q w2 = load_i8q(w_at + 64);
        acc2 = dot4_small(acc2, in0_0, w2);
        const u8s in0_1 = load_u8s(in0_at + 24);
        acc3 = dot4_small(acc3, in0_1, w0);
        acc4 = dot4_small(acc4, in0_1, w1);
        acc5 = dot4_small(acc5, in0_1, w2);
        const u8s in0_2 = load_u8s(in0_at + 48);
        acc6 = dot4_small(acc6, in0_2, w0);
        acc7 = dot4_small(acc7, in0_2, w1);
        acc8 = dot4_small(acc8, in0_2, w2);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 72 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 96;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const i8q w2 = load_i8q(w_at + 64);
        acc2 = dot4(acc2, in0_0, w2);
        const u8s in0_1 = load_u8s(in0_at + 24);
        acc3 = dot4(acc3, in0_1, w0);
        acc4 = dot4(acc4, in0_1, w1);
        acc5 = dot4(acc5, in0_1, w2);
        const u8s in0_2 = load_u8s(in0_at + 48);
        acc6 = dot4(acc6, in0_2, w0);
        acc7 = dot4(acc7, in0_2, w1);
        acc8 = dot4(acc8, in0_2, w2);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 216;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      const i32v multiplier2 = load_i32v(multiplier + 16);
      const i32v shift2 = load_i32v(shift + 16);
      store_byte(out_at + 16, vclamp(requantize_crossing(acc2, multiplier2, shift2), v0, v255), slot);
      store_byte(out_at + 72, vclamp(requantize_crossing(acc3, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 80, vclamp(requantize_crossing(acc4, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 88, vclamp(requantize_crossing(acc5, multiplier2, shift2), v0, v255), slot);
      store_byte(out_at + 144, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 152, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 160, vclamp(requantize_crossing(acc8, multiplier2, shift2), v0, v255), slot);
    }
    w += 576, order += 8, bias += 24, multiplier += 24, shift += 24, out += 24;
  }
}

// 3x3 depthwise convolution, stride 1, 72 channels, 6 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 3 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[72], 384: multiplier[72], 704: shift[72], 1024: i16 w[slot][3][9][2][8][2]
// Called by blocks 6, 7, 8, 9.
NOINLINE static void depthwise_72x6(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
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
      const u8* const in_at = in + (x * 27 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 288);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 576);
      acc2 = dot4(acc2, in1, w0);
      const i16q w1 = load_i16q(w_at + 288);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      const u8q in2 = load_u8q(in_at + 864);
      acc2 = dot4(acc2, in2, w1);
      const i16q w2 = load_i16q(w_at + 576);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, load_u8q(in_at + 1152), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 27 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 72, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 144, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 72 -> 8 channels, 36 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 9 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][18][8][4], 832:
// order[1][20]
// Called by blocks 6, 7, 8.
NOINLINE static void conv_72_8x36_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 832);
  const i32 small = order[1], large = 18 - small;
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 576 + x * 144, 3);
    i32v acc0 = load_i32v(start + x * start_pitch * 9);
    i32v acc1 = load_i32v(start + (x * 9 + 1) * start_pitch);
    i32v acc2 = load_i32v(start + (x * 9 + 2) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 9 + 3) * start_pitch);
    i32v acc4 = load_i32v(start + (x * 9 + 4) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 9 + 5) * start_pitch);
    i32v acc6 = load_i32v(start + (x * 9 + 6) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 9 + 7) * start_pitch);
    i32v acc8 = load_i32v(start + (x * 9 + 8) * start_pitch);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 648 + order[k + 2];
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
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 648 + order[rest + small + 2];
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
    }
    i32* const out_at = out + x * 72;
    store(out_at, acc0);
    store(out_at + 8, acc1);
    store(out_at + 16, acc2);
    store(out_at + 24, acc3);
    store(out_at + 32, acc4);
    store(out_at + 40, acc5);
    store(out_at + 48, acc6);
    store(out_at + 56, acc7);
    store(out_at + 64, acc8);
  }
}

// Finishes the sums of 8 channels, plus a residual, for `pixels` pixels, `pitch` elements apart in `residual` and
// `out`.
// A step computes 1 pixel x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: w, which it does not read
// Called by blocks 6, 7, 8, 13, 14.
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

// 1x1 convolution, 72 -> 16 channels, 36 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][18][16][4], 1408:
// order[1][20]
// Called by block 9.
NOINLINE static void conv_72_16x36_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1408);
  const i32 small = order[1], large = 18 - small;
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 1152 + x * 144, 3);
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
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 1152 + (x + 4) * 144, 3);
    i32v acc0 = load_i32v(start + (x * 4 + 20) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 4 + 20) * start_pitch + 8);
    i32v acc2 = load_i32v(start + (x * 4 + 21) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 4 + 21) * start_pitch + 8);
    i32v acc4 = load_i32v(start + (x * 4 + 22) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 4 + 22) * start_pitch + 8);
    i32v acc6 = load_i32v(start + (x * 4 + 23) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 4 + 23) * start_pitch + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 288 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at + 1440);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 1512);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 1584);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 1656);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 288 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 1440);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 1512);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 1584);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 1656);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    i32* const out_at = out + x * 64;
    store(out_at + 320, acc0);
    store(out_at + 328, acc1);
    store(out_at + 336, acc2);
    store(out_at + 344, acc3);
    store(out_at + 352, acc4);
    store(out_at + 360, acc5);
    store(out_at + 368, acc6);
    store(out_at + 376, acc7);
  }
}

// Finishes the sums of 16 channels, for `pixels` pixels, `pitch` elements apart in `out`.
// A step computes 1 pixel x 2 vectors of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: w, which it does not read
// Called by blocks 9, 15.
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

// 1x1 convolution, 32 -> 96 channels, 6 pixels; to byte `slot` of a ring of four rows.
// A step computes 3 pixels x 3 vectors of 8 channels; 4 tiles of channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i8 w[4][8][24][4], 4288:
// order[4][10]
// Called by blocks 10, 11, 12.
NOINLINE static void conv_32_96x6_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 4288);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 4; ++tile) {
    const i32 small = order[1], large = 8 - small;
    for (i32 x = 0; x < 2; ++x) {
      const i32v bias0 = load_i32v(bias);
      i32v acc0 = bias0;
      const i32v bias1 = load_i32v(bias + 8);
      i32v acc1 = bias1;
      const i32v bias2 = load_i32v(bias + 16);
      i32v acc2 = bias2;
      i32v acc3 = bias0;
      i32v acc4 = bias1;
      i32v acc5 = bias2;
      i32v acc6 = bias0;
      i32v acc7 = bias1;
      i32v acc8 = bias2;
      for (i32 k = 0; k < small; ++k) {
        const u8* const in0_at = in0 + x * 96 + order[k + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + k * 96;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4_small(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4_small(acc1, in0_0, w1);
        const i8q w2 = load_i8q(w_at + 64);
        acc2 = dot4_small(acc2, in0_0, w2);
        const u8s in0_1 = load_u8s(in0_at + 32);
        acc3 = dot4_small(acc3, in0_1, w0);
        acc4 = dot4_small(acc4, in0_1, w1);
        acc5 = dot4_small(acc5, in0_1, w2);
        const u8s in0_2 = load_u8s(in0_at + 64);
        acc6 = dot4_small(acc6, in0_2, w0);
        acc7 = dot4_small(acc7, in0_2, w1);
        acc8 = dot4_small(acc8, in0_2, w2);
      }
      for (i32 rest = 0; rest < large; ++rest) {
        const u8* const in0_at = in0 + x * 96 + order[rest + small + 2];
        const u8s in0_0 = load_u8s(in0_at);
        const i8* const w_at = w + (rest + small) * 96;
        const i8q w0 = load_i8q(w_at);
        acc0 = dot4(acc0, in0_0, w0);
        const i8q w1 = load_i8q(w_at + 32);
        acc1 = dot4(acc1, in0_0, w1);
        const i8q w2 = load_i8q(w_at + 64);
        acc2 = dot4(acc2, in0_0, w2);
        const u8s in0_1 = load_u8s(in0_at + 32);
        acc3 = dot4(acc3, in0_1, w0);
        acc4 = dot4(acc4, in0_1, w1);
        acc5 = dot4(acc5, in0_1, w2);
        const u8s in0_2 = load_u8s(in0_at + 64);
        acc6 = dot4(acc6, in0_2, w0);
        acc7 = dot4(acc7, in0_2, w1);
        acc8 = dot4(acc8, in0_2, w2);
      }
      const i32v multiplier0 = load_i32v(multiplier);
      const i32v shift0 = load_i32v(shift);
      const i32v v0 = splat_i32v(0);
      const i32v v255 = splat_i32v(255);
      u32* const out_at = out + x * 288;
      store_byte(out_at, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
      const i32v multiplier1 = load_i32v(multiplier + 8);
      const i32v shift1 = load_i32v(shift + 8);
      store_byte(out_at + 8, vclamp(requantize_crossing(acc1, multiplier1, shift1), v0, v255), slot);
      const i32v multiplier2 = load_i32v(multiplier + 16);
      const i32v shift2 = load_i32v(shift + 16);
      store_byte(out_at + 16, vclamp(requantize_crossing(acc2, multiplier2, shift2), v0, v255), slot);
      store_byte(out_at + 96, vclamp(requantize_crossing(acc3, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 104, vclamp(requantize_crossing(acc4, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 112, vclamp(requantize_crossing(acc5, multiplier2, shift2), v0, v255), slot);
      store_byte(out_at + 192, vclamp(requantize_crossing(acc6, multiplier0, shift0), v0, v255), slot);
      store_byte(out_at + 200, vclamp(requantize_crossing(acc7, multiplier1, shift1), v0, v255), slot);
      store_byte(out_at + 208, vclamp(requantize_crossing(acc8, multiplier2, shift2), v0, v255), slot);
    }
    w += 768, order += 10, bias += 24, multiplier += 24, shift += 24, out += 24;
  }
}

// 3x3 depthwise convolution, stride 1, 96 channels, 6 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 3 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by blocks 10, 11.
NOINLINE static void depthwise_96x6(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
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
      const u8* const in_at = in + (x * 36 + c) * 32;
      const i16* const w_at = w + c * 32;
      const i16q w0 = load_i16q(w_at);
      acc0 = dot4(acc0, load_u8q(in_at), w0);
      const u8q in0 = load_u8q(in_at + 384);
      acc1 = dot4(acc1, in0, w0);
      const u8q in1 = load_u8q(in_at + 768);
      acc2 = dot4(acc2, in1, w0);
      const i16q w1 = load_i16q(w_at + 384);
      acc0 = dot4(acc0, in0, w1);
      acc1 = dot4(acc1, in1, w1);
      const u8q in2 = load_u8q(in_at + 1152);
      acc2 = dot4(acc2, in2, w1);
      const i16q w2 = load_i16q(w_at + 768);
      acc0 = dot4(acc0, in1, w2);
      acc1 = dot4(acc1, in2, w2);
      acc2 = dot4(acc2, load_u8q(in_at + 1536), w2);
      const i32* const multiplier_at = multiplier + c * 8;
      const i32v multiplier0 = load_i32v(multiplier_at);
      const i32* const shift_at = shift + c * 8;
      const i32v shift0 = load_i32v(shift_at);
      u8* const out_at = out + (x * 36 + c) * 8;
      store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
      store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
      store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
    }
  }
}

// 1x1 convolution, 96 -> 16 channels, 36 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][24][16][4], 1792:
// order[1][26]
// Called by blocks 10, 11.
NOINLINE static void conv_96_16x36_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1792);
  const i32 small = order[1], large = 24 - small;
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 1536 + x * 192, 3);
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
  for (i32 x = 0; x < 4; ++x) {
    prefetch(w + 1536 + (x + 4) * 192, 3);
    i32v acc0 = load_i32v(start + (x * 4 + 20) * start_pitch);
    i32v acc1 = load_i32v(start + (x * 4 + 20) * start_pitch + 8);
    i32v acc2 = load_i32v(start + (x * 4 + 21) * start_pitch);
    i32v acc3 = load_i32v(start + (x * 4 + 21) * start_pitch + 8);
    i32v acc4 = load_i32v(start + (x * 4 + 22) * start_pitch);
    i32v acc5 = load_i32v(start + (x * 4 + 22) * start_pitch + 8);
    i32v acc6 = load_i32v(start + (x * 4 + 23) * start_pitch);
    i32v acc7 = load_i32v(start + (x * 4 + 23) * start_pitch + 8);
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + x * 384 + order[k + 2];
      const u8s in0_0 = load_u8s(in0_at + 1920);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 2016);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 2112);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 2208);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + x * 384 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 1920);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 2016);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 2112);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 2208);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    i32* const out_at = out + x * 64;
    store(out_at + 320, acc0);
    store(out_at + 328, acc1);
    store(out_at + 336, acc2);
    store(out_at + 344, acc3);
    store(out_at + 352, acc4);
    store(out_at + 360, acc5);
    store(out_at + 368, acc6);
    store(out_at + 376, acc7);
  }
}

// Finishes the sums of 16 channels, plus a residual, for `pixels` pixels, `pitch` elements apart in `residual` and
// `out`.
// A step computes 1 pixel x 2 vectors of 8 channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: w, which it does not read
// Called by blocks 10, 11.
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

// 3x3 depthwise convolution, stride 2, 96 channels, 3 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 3 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[96], 448: multiplier[96], 832: shift[96], 1216: i16 w[slot][3][12][2][8][2]
// Called by block 12.
NOINLINE static void depthwise_96x3_stride2(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1152;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 c = 0; c < 12; ++c) {
    const i32* const bias_at = bias + c * 8;
    const i32v bias0 = load_i32v(bias_at);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    const u8* const in_at = in + c * 32;
    const i16* const w_at = w + c * 32;
    const i16q w0 = load_i16q(w_at);
    acc0 = dot4(acc0, load_u8q(in_at), w0);
    const u8q in0 = load_u8q(in_at + 768);
    acc1 = dot4(acc1, in0, w0);
    const u8q in1 = load_u8q(in_at + 1536);
    acc2 = dot4(acc2, in1, w0);
    const i16q w1 = load_i16q(w_at + 384);
    acc0 = dot4(acc0, load_u8q(in_at + 384), w1);
    acc1 = dot4(acc1, load_u8q(in_at + 1152), w1);
    acc2 = dot4(acc2, load_u8q(in_at + 1920), w1);
    const i16q w2 = load_i16q(w_at + 768);
    acc0 = dot4(acc0, in0, w2);
    acc1 = dot4(acc1, in1, w2);
    acc2 = dot4(acc2, load_u8q(in_at + 2304), w2);
    const i32* const multiplier_at = multiplier + c * 8;
    const i32v multiplier0 = load_i32v(multiplier_at);
    const i32* const shift_at = shift + c * 8;
    const i32v shift0 = load_i32v(shift_at);
    u8* const out_at = out + c * 8;
    store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
    store(out_at + 96, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
    store(out_at + 192, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
  }
}

// 1x1 convolution, 96 -> 8 channels, 9 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 9 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][24][8][4], 1024:
// order[1][26]
// Called by block 12.
NOINLINE static void conv_96_8x9_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1024);
  const i32 small = order[1], large = 24 - small;
  prefetch(w + 2048, 12);
  i32v acc0 = load_i32v(start);
  i32v acc1 = load_i32v(start + start_pitch);
  i32v acc2 = load_i32v(start + start_pitch * 2);
  i32v acc3 = load_i32v(start + start_pitch * 3);
  i32v acc4 = load_i32v(start + start_pitch * 4);
  i32v acc5 = load_i32v(start + start_pitch * 5);
  i32v acc6 = load_i32v(start + start_pitch * 6);
  i32v acc7 = load_i32v(start + start_pitch * 7);
  i32v acc8 = load_i32v(start + start_pitch * 8);
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
}

// Finishes the sums of 8 channels, for `pixels` pixels, `pitch` elements apart in `out`.
// A step computes 1 pixel x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: w, which it does not read
// Called by block 12.
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

// 1x1 convolution, 56 -> 88 channels, 3 pixels; to byte `slot` of a ring of four rows.
// A step computes 3 pixels x 1 vector of 8 channels; 11 tiles of channels.
// weights + 0: parameters[16], 64: bias[88], 448: multiplier[88], 832: shift[88], 1216: i8 w[11][14][8][4], 6144:
// order[11][16]
// Called by blocks 13, 14, 15.
NOINLINE static void conv_56_88x3_ring(const u8* __restrict in0, const u8* __restrict weights, u32* out, i32 slot) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 1216);
  const u16* order = (const u16*)(weights + 6144);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 tile = 0; tile < 11; ++tile) {
    const i32 small = order[1], large = 14 - small;
    const i32v bias0 = load_i32v(bias);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + 2];
      const i8* const w_at = w + k * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, load_u8s(in0_at), w0);
      acc1 = dot4_small(acc1, load_u8s(in0_at + 56), w0);
      acc2 = dot4_small(acc2, load_u8s(in0_at + 112), w0);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const i8* const w_at = w + (rest + small) * 32;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, load_u8s(in0_at), w0);
      acc1 = dot4(acc1, load_u8s(in0_at + 56), w0);
      acc2 = dot4(acc2, load_u8s(in0_at + 112), w0);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    const i32v v0 = splat_i32v(0);
    const i32v v255 = splat_i32v(255);
    store_byte(out, vclamp(requantize_crossing(acc0, multiplier0, shift0), v0, v255), slot);
    store_byte(out + 88, vclamp(requantize_crossing(acc1, multiplier0, shift0), v0, v255), slot);
    store_byte(out + 176, vclamp(requantize_crossing(acc2, multiplier0, shift0), v0, v255), slot);
    w += 448, order += 16, bias += 8, multiplier += 8, shift += 8, out += 8;
  }
}

// 3x3 depthwise convolution, stride 1, 88 channels, 3 pixels; from a ring of four rows, the first one in byte `slot`.
// A step computes 3 pixels x 1 vector of 8 channels.
// weights + 0: parameters[16], 64: bias[88], 448: multiplier[88], 832: shift[88], 1216: i16 w[slot][3][11][2][8][2]
// Called by blocks 13, 14, 15.
NOINLINE static void depthwise_88x3(const u32* __restrict ring, i32 slot, const u8* __restrict weights,
    u8* __restrict out) {
  const u8* in = (const u8*)ring;
  const i16* w = (const i16*)(weights + 1216) + slot * 1056;
  const i32* bias = (const i32*)(weights + 64);
  const i32* multiplier = (const i32*)(weights + 448);
  const i32* shift = (const i32*)(weights + 832);
  for (i32 c = 0; c < 11; ++c) {
    const i32* const bias_at = bias + c * 8;
    const i32v bias0 = load_i32v(bias_at);
    i32v acc0 = bias0;
    i32v acc1 = bias0;
    i32v acc2 = bias0;
    const u8* const in_at = in + c * 32;
    const i16* const w_at = w + c * 32;
    const i16q w0 = load_i16q(w_at);
    acc0 = dot4(acc0, load_u8q(in_at), w0);
    const u8q in0 = load_u8q(in_at + 352);
    acc1 = dot4(acc1, in0, w0);
    const u8q in1 = load_u8q(in_at + 704);
    acc2 = dot4(acc2, in1, w0);
    const i16q w1 = load_i16q(w_at + 352);
    acc0 = dot4(acc0, in0, w1);
    acc1 = dot4(acc1, in1, w1);
    const u8q in2 = load_u8q(in_at + 1056);
    acc2 = dot4(acc2, in2, w1);
    const i16q w2 = load_i16q(w_at + 704);
    acc0 = dot4(acc0, in1, w2);
    acc1 = dot4(acc1, in2, w2);
    acc2 = dot4(acc2, load_u8q(in_at + 1408), w2);
    const i32* const multiplier_at = multiplier + c * 8;
    const i32v multiplier0 = load_i32v(multiplier_at);
    const i32* const shift_at = shift + c * 8;
    const i32v shift0 = load_i32v(shift_at);
    u8* const out_at = out + c * 8;
    store(out_at, saturate_u8v(requantize_crossing(acc0, multiplier0, shift0)));
    store(out_at + 88, saturate_u8v(requantize_crossing(acc1, multiplier0, shift0)));
    store(out_at + 176, saturate_u8v(requantize_crossing(acc2, multiplier0, shift0)));
  }
}

// 1x1 convolution, 88 -> 8 channels, 9 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 9 pixels x 1 vector of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[8], 128: multiplier[8], 192: shift[8], 256: i8 w[1][22][8][4], 960:
// order[1][24]
// Called by blocks 13, 14.
NOINLINE static void conv_88_8x9_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 8;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 960);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 22 - first_large;
  prefetch(w + 2048, 11);
  i32v acc0 = load_i32v(start);
  i32v acc1 = load_i32v(start + start_pitch);
  i32v acc2 = load_i32v(start + start_pitch * 2);
  i32v acc3 = load_i32v(start + start_pitch * 3);
  i32v acc4 = load_i32v(start + start_pitch * 4);
  i32v acc5 = load_i32v(start + start_pitch * 5);
  i32v acc6 = load_i32v(start + start_pitch * 6);
  i32v acc7 = load_i32v(start + start_pitch * 7);
  i32v acc8 = load_i32v(start + start_pitch * 8);
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
}

// 1x1 convolution, 88 -> 16 channels, 9 pixels; unfinished sums: from the bias if `first`, else added to what `out`
// holds.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][22][16][4], 1664:
// order[1][24]
// Called by block 15.
NOINLINE static void conv_88_16x9_sums(const u8* __restrict in0, const u8* __restrict weights, bool first, i32* out) {
  const i32* start = first ? (const i32*)(weights + 64) : out;
  const i32 start_pitch = first ? 0 : 16;
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 1664);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 22 - first_large;
  {
    prefetch(w + 1408, 11);
    i32v acc0 = load_i32v(start);
    i32v acc1 = load_i32v(start + 8);
    i32v acc2 = load_i32v(start + start_pitch);
    i32v acc3 = load_i32v(start + start_pitch + 8);
    i32v acc4 = load_i32v(start + start_pitch * 2);
    i32v acc5 = load_i32v(start + start_pitch * 2 + 8);
    i32v acc6 = load_i32v(start + start_pitch * 3);
    i32v acc7 = load_i32v(start + start_pitch * 3 + 8);
    i32v acc8 = load_i32v(start + start_pitch * 4);
    i32v acc9 = load_i32v(start + start_pitch * 4 + 8);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + order[pair * 2 + 2];
      const u8s in0_0 = load_u8s(in0_at);
      const i8* const w_at = w + pair * 128;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
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
      const u8* const in0_at = in0 + order[k + first_small + 2];
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
      const u8* const in0_at = in0 + order[rest + first_large + 2];
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
  {
    prefetch(w + 1408 + 704, 11);
    i32v acc0 = load_i32v(start + start_pitch * 5);
    i32v acc1 = load_i32v(start + start_pitch * 5 + 8);
    i32v acc2 = load_i32v(start + start_pitch * 6);
    i32v acc3 = load_i32v(start + start_pitch * 6 + 8);
    i32v acc4 = load_i32v(start + start_pitch * 7);
    i32v acc5 = load_i32v(start + start_pitch * 7 + 8);
    i32v acc6 = load_i32v(start + start_pitch * 8);
    i32v acc7 = load_i32v(start + start_pitch * 8 + 8);
    for (i32 pair = 0; pair < joined; ++pair) {
      const u8* const in0_at = in0 + order[pair * 2 + 2];
      const u8s in0_0 = load_u8s(in0_at + 440);
      const i8* const w_at = w + pair * 128;
      const i8q w0 = load_i8q(w_at);
      const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
      const u8s in0_1 = load_u8s(in0_at_1 + 440);
      const i8q w1 = load_i8q(w_at + 64);
      acc0 = dot4_joined(acc0, in0_0, w0, in0_1, w1);
      const i8q w2 = load_i8q(w_at + 32);
      const i8q w3 = load_i8q(w_at + 96);
      acc1 = dot4_joined(acc1, in0_0, w2, in0_1, w3);
      const u8s in0_2 = load_u8s(in0_at + 528);
      const u8s in0_3 = load_u8s(in0_at_1 + 528);
      acc2 = dot4_joined(acc2, in0_2, w0, in0_3, w1);
      acc3 = dot4_joined(acc3, in0_2, w2, in0_3, w3);
      const u8s in0_4 = load_u8s(in0_at + 616);
      const u8s in0_5 = load_u8s(in0_at_1 + 616);
      acc4 = dot4_joined(acc4, in0_4, w0, in0_5, w1);
      acc5 = dot4_joined(acc5, in0_4, w2, in0_5, w3);
      const u8s in0_6 = load_u8s(in0_at + 704);
      const u8s in0_7 = load_u8s(in0_at_1 + 704);
      acc6 = dot4_joined(acc6, in0_6, w0, in0_7, w1);
      acc7 = dot4_joined(acc7, in0_6, w2, in0_7, w3);
    }
    for (i32 k = 0; k < small; ++k) {
      const u8* const in0_at = in0 + order[k + first_small + 2];
      const u8s in0_0 = load_u8s(in0_at + 440);
      const i8* const w_at = w + (k + first_small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 528);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 616);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 704);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + first_large + 2];
      const u8s in0_0 = load_u8s(in0_at + 440);
      const i8* const w_at = w + (rest + first_large) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 528);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 616);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 704);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    store(out + 80, acc0);
    store(out + 88, acc1);
    store(out + 96, acc2);
    store(out + 104, acc3);
    store(out + 112, acc4);
    store(out + 120, acc5);
    store(out + 128, acc6);
    store(out + 136, acc7);
  }
}

// 1x1 convolution, 112 -> 16 channels, 9 pixels.
// A step computes 5 pixels x 2 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[16], 128: multiplier[16], 192: shift[16], 256: i8 w[1][28][16][4], 2048:
// order[1][30]
// Called by block 16.
NOINLINE static void conv_112_16x9(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 256);
  const u16* order = (const u16*)(weights + 2048);
  const i32* multiplier = (const i32*)(weights + 128);
  const i32* shift = (const i32*)(weights + 192);
  const i32 small = order[1], large = 28 - small;
  {
    prefetch(w + 1792, 14);
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
      const u8* const in0_at = in0 + order[k + 2];
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
      const u8s in0_4 = load_u8s(in0_at + 448);
      acc8 = dot4_small(acc8, in0_4, w0);
      acc9 = dot4_small(acc9, in0_4, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
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
      const u8s in0_4 = load_u8s(in0_at + 448);
      acc8 = dot4(acc8, in0_4, w0);
      acc9 = dot4(acc9, in0_4, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    store(out, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out + 8, saturate_u8v(requantize_small(acc1, multiplier1, shift1)));
    store(out + 16, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
    store(out + 24, saturate_u8v(requantize_small(acc3, multiplier1, shift1)));
    store(out + 32, saturate_u8v(requantize_small(acc4, multiplier0, shift0)));
    store(out + 40, saturate_u8v(requantize_small(acc5, multiplier1, shift1)));
    store(out + 48, saturate_u8v(requantize_small(acc6, multiplier0, shift0)));
    store(out + 56, saturate_u8v(requantize_small(acc7, multiplier1, shift1)));
    store(out + 64, saturate_u8v(requantize_small(acc8, multiplier0, shift0)));
    store(out + 72, saturate_u8v(requantize_small(acc9, multiplier1, shift1)));
  }
  {
    prefetch(w + 1792 + 896, 14);
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
      const u8s in0_0 = load_u8s(in0_at + 560);
      const i8* const w_at = w + k * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4_small(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4_small(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 672);
      acc2 = dot4_small(acc2, in0_1, w0);
      acc3 = dot4_small(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 784);
      acc4 = dot4_small(acc4, in0_2, w0);
      acc5 = dot4_small(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 896);
      acc6 = dot4_small(acc6, in0_3, w0);
      acc7 = dot4_small(acc7, in0_3, w1);
    }
    for (i32 rest = 0; rest < large; ++rest) {
      const u8* const in0_at = in0 + order[rest + small + 2];
      const u8s in0_0 = load_u8s(in0_at + 560);
      const i8* const w_at = w + (rest + small) * 64;
      const i8q w0 = load_i8q(w_at);
      acc0 = dot4(acc0, in0_0, w0);
      const i8q w1 = load_i8q(w_at + 32);
      acc1 = dot4(acc1, in0_0, w1);
      const u8s in0_1 = load_u8s(in0_at + 672);
      acc2 = dot4(acc2, in0_1, w0);
      acc3 = dot4(acc3, in0_1, w1);
      const u8s in0_2 = load_u8s(in0_at + 784);
      acc4 = dot4(acc4, in0_2, w0);
      acc5 = dot4(acc5, in0_2, w1);
      const u8s in0_3 = load_u8s(in0_at + 896);
      acc6 = dot4(acc6, in0_3, w0);
      acc7 = dot4(acc7, in0_3, w1);
    }
    const i32v multiplier0 = load_i32v(multiplier);
    const i32v shift0 = load_i32v(shift);
    store(out + 80, saturate_u8v(requantize_small(acc0, multiplier0, shift0)));
    const i32v multiplier1 = load_i32v(multiplier + 8);
    const i32v shift1 = load_i32v(shift + 8);
    store(out + 88, saturate_u8v(requantize_small(acc1, multiplier1, shift1)));
    store(out + 96, saturate_u8v(requantize_small(acc2, multiplier0, shift0)));
    store(out + 104, saturate_u8v(requantize_small(acc3, multiplier1, shift1)));
    store(out + 112, saturate_u8v(requantize_small(acc4, multiplier0, shift0)));
    store(out + 120, saturate_u8v(requantize_small(acc5, multiplier1, shift1)));
    store(out + 128, saturate_u8v(requantize_small(acc6, multiplier0, shift0)));
    store(out + 136, saturate_u8v(requantize_small(acc7, multiplier1, shift1)));
  }
}

// Sums of 9 pixels, 16 channels.
// A step computes 1 pixel x 1 vector of 8 channels. It takes no weights.
// Called by block 16.
NOINLINE static void sum_16x9(const u8* __restrict in, i32* __restrict out) {
  for (i32 c = 0; c < 2; ++c) {
    i32v sum0 = splat_i32v(0);
    for (i32 p = 0; p < 9; ++p) {
      sum0 = sum0 + to_i32v(load_u8v(in + (p * 2 + c) * 8));
    }
    store(out + c * 8, sum0);
  }
}

// 1x1 convolution, 1280 -> 32 channels, 1 pixel.
// A step computes 1 pixel x 4 vectors of 8 channels; 1 tile of channels.
// weights + 0: parameters[16], 64: bias[32], 192: multiplier[32], 320: shift[32], 448: i8 w[1][320][32][4], 41408:
// order[1][322]
// Called by block 17.
NOINLINE static void conv_1280_32x1(const u8* __restrict in0, const u8* __restrict weights, u8* out) {
  const i32* bias = (const i32*)(weights + 64);
  const i8* w = (const i8*)(weights + 448);
  const u16* order = (const u16*)(weights + 41408);
  const i32* params = (const i32*)weights;
  const i32 zero_point = params[0];
  const i32* multiplier = (const i32*)(weights + 192);
  const i32* shift = (const i32*)(weights + 320);
  const i32 joined = order[0], first_small = 2 * joined, small = order[1];
  const i32 first_large = first_small + small, large = 320 - first_large;
  i32v acc0 = load_i32v(bias);
  i32v acc1 = load_i32v(bias + 8);
  i32v acc2 = load_i32v(bias + 16);
  i32v acc3 = load_i32v(bias + 24);
  for (i32 pair = 0; pair < joined; ++pair) {
    prefetch(w + 2048 + pair * 256, 4);
    const u8* const in0_at = in0 + order[pair * 2 + 2];
    const u8s in0_0 = load_u8s(in0_at);
    const i8* const w_at = w + pair * 256;
    const u8* const in0_at_1 = in0 + order[pair * 2 + 3];
    const u8s in0_1 = load_u8s(in0_at_1);
    acc0 = dot4_joined(acc0, in0_0, load_i8q(w_at), in0_1, load_i8q(w_at + 128));
    acc1 = dot4_joined(acc1, in0_0, load_i8q(w_at + 32), in0_1, load_i8q(w_at + 160));
    acc2 = dot4_joined(acc2, in0_0, load_i8q(w_at + 64), in0_1, load_i8q(w_at + 192));
    acc3 = dot4_joined(acc3, in0_0, load_i8q(w_at + 96), in0_1, load_i8q(w_at + 224));
  }
  for (i32 k = 0; k < small; ++k) {
    prefetch(w + 2048 + (first_small + k) * 128, 2);
    const u8* const in0_at = in0 + order[k + first_small + 2];
    const u8s in0_0 = load_u8s(in0_at);
    const i8* const w_at = w + (k + first_small) * 128;
    acc0 = dot4_small(acc0, in0_0, load_i8q(w_at));
    acc1 = dot4_small(acc1, in0_0, load_i8q(w_at + 32));
    acc2 = dot4_small(acc2, in0_0, load_i8q(w_at + 64));
    acc3 = dot4_small(acc3, in0_0, load_i8q(w_at + 96));
  }
  for (i32 rest = 0; rest < large; ++rest) {
    prefetch(w + 2048 + (first_large + rest) * 128, 2);
    const u8* const in0_at = in0 + order[rest + first_large + 2];
    const u8s in0_0 = load_u8s(in0_at);
    const i8* const w_at = w + (rest + first_large) * 128;
    acc0 = dot4(acc0, in0_0, load_i8q(w_at));
    acc1 = dot4(acc1, in0_0, load_i8q(w_at + 32));
    acc2 = dot4(acc2, in0_0, load_i8q(w_at + 64));
    acc3 = dot4(acc3, in0_0, load_i8q(w_at + 96));
  }
  const i32v v_zero_point = splat_i32v(zero_point);
  store(out, saturate_u8v(requantize_shifted(acc0, load_i32v(multiplier), load_i32v(shift)) + v_zero_point));
  store(out + 8,
      saturate_u8v(requantize_shifted(acc1, load_i32v(multiplier + 8), load_i32v(shift + 8)) + v_zero_point));
  store(out + 16,
      saturate_u8v(requantize_shifted(acc2, load_i32v(multiplier + 16), load_i32v(shift + 16)) + v_zero_point));
  store(out + 24,
      saturate_u8v(requantize_shifted(acc3, load_i32v(multiplier + 24), load_i32v(shift + 24)) + v_zero_point));
}

// ---- blocks -------------------------------------------------------------------------------------------------------

// ---- cascade of 2 blocks, 96x96x3 -> 24x24x8 ----------------------------------------------------------------------
//   schedule  cascade: 3 padded rows, 4 expanded1 rows, interleaved, 1 filtered1 row, 1 narrow1 row, 4 expanded2 rows,
//             interleaved, 1 filtered2 row
//   scratch   16,128 bytes
//   threads   at most 24; scratch of 16,128 bytes each
//   block 0  /backbone/
//     3    Conv + Clip + QuantizeLinear  first/first.0/Conv
//     9    Conv + Clip + QuantizeLinear  blocks.0/depthwise/depthwise.0/Conv
//     15   Conv + QuantizeLinear         blocks.0/project/project.0/Conv
//     20   Conv + Clip + QuantizeLinear  blocks.1/expand/expand.0/Conv
//     26   Conv + Clip + QuantizeLinear  blocks.1/depthwise/depthwise.0/Conv
//     32   Conv + QuantizeLinear         blocks.1/project/project.0/Conv
//     in       u8[1,96,96,3] in input0
//     out      u8[1,24,24,8] at arena 0
//     scratch  arena 4608
NOINLINE static void cascade(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights,
    const Task& task) {
  // offsets in the weights
  enum { expand1 = 0, depthwise1 = 832, project1 = 2624, expand2 = 3072, depthwise2 = 4160, project2 = 9408 };
  u8* const padded = (u8*)scratch;  // 3 rows of [97][3]
  u32* const expanded1 = (u32*)(scratch + 896);  // four rows in the bytes of [50][16]
  u8* const filtered1 = (u8*)(scratch + 4160);  // one row [48][16]
  u8* const narrow1 = (u8*)(scratch + 4992);  // one row [48][8]
  u32* const expanded2 = (u32*)(scratch + 5440);  // four rows in the bytes of [49][48]
  u8* const filtered2 = (u8*)(scratch + 14912);  // one row [24][48]
  fill_borders(padded, 3, 291, 3, 0, 128);
  fill_borders(expanded1, 1, 3200, 64, 64, 0);
  fill_borders(expanded2, 1, 9408, 192, 0, 0);
  const Range rows = share(24, 0, task);
  i32 expanded2_rows = rows.begin * 2 - 1;  // next row to make
  i32 expanded1_rows = inside(expanded2_rows) - 1;  // next row to make
  i32 padded_rows = inside(expanded1_rows) * 2 - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded2_rows < y * 2 + 2; ++expanded2_rows) {
      if (expanded2_rows < 0) {
        fill_slot(expanded2 + 48, 2304, expanded2_rows & 3, 0);
      } else {
        for (; expanded1_rows < expanded2_rows + 2; ++expanded1_rows) {
          if (expanded1_rows < 0 || expanded1_rows >= 48) {
            fill_slot(expanded1 + 16, 768, expanded1_rows & 3, 0);
          } else {
            for (; padded_rows < expanded1_rows * 2 + 2; ++padded_rows) {
              if (padded_rows < 0) {
                __builtin_memset(padded + (padded_rows + 1) % 3 * 291 + 3, 128, 288);
              } else {
                load_row(in + padded_rows * 288, padded + (padded_rows + 1) % 3 * 291 + 3, 96, 3, 1, 3, 0);
              }
            }
            conv_3rows_9_16x48_ring(padded + (expanded1_rows * 2) % 3 * 291,
                padded + (expanded1_rows * 2 + 1) % 3 * 291, padded + (expanded1_rows * 2 + 2) % 3 * 291,
                weights + expand1, expanded1 + 16, expanded1_rows & 3);
          }
        }
        depthwise_16x48(expanded1, (expanded2_rows - 1) & 3, weights + depthwise1, filtered1);
        conv_16_8x48(filtered1, weights + project1, narrow1);
        conv_8_48x48_ring(narrow1, weights + expand2, expanded2 + 48, expanded2_rows & 3);
      }
    }
    depthwise_48x24_stride2(expanded2, (y * 2 - 1) & 3, weights + depthwise2, filtered2);
    conv_48_8x24(filtered2, weights + project2, out + y * 192);
  }
}

// ---- inverted residual 3x3, stride 1, 8 -> 48 -> 8, residual ------------------------------------------------------
//   schedule  rows: 4 expanded rows, interleaved, 1 filtered row
//   scratch   6,272 bytes
//   threads   at most 7; scratch of 6,272 bytes each
//   block 1  /backbone/blocks.2/
//     37   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     43   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     49   Conv + QuantizeLinear         project/project.0/Conv
//     52   Add + QuantizeLinear          Add
//     in, add  u8[1,24,24,8] at arena 0
//     out      u8[1,24,24,8] at arena 4608
//     scratch  arena 9216
NOINLINE static void inverted_residual(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  enum { expand = 0, depthwise = 1088, project = 6336 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [26][48]
  u8* const filtered = (u8*)(scratch + 5056);  // one row [24][48]
  fill_borders(expanded, 1, 4992, 192, 192, 0);
  const Range rows = share(24, 0, task);
  i32 expanded_rows = rows.begin - 1;  // next row to make
  for (i32 y = rows.begin; y < rows.end; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 24) {
        fill_slot(expanded + 48, 1152, expanded_rows & 3, 0);
      } else {
        conv_8_48x24_ring(in + expanded_rows * 192, weights + expand, expanded + 48, expanded_rows & 3);
      }
    }
    depthwise_48x24(expanded, (y - 1) & 3, weights + depthwise, filtered);
    conv_48_8x24_add(filtered, weights + project, residual + y * 192, out + y * 192);
  }
}

// ---- inverted residual 3x3, stride 2, 8 -> 48 -> 16 ---------------------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   11,840 bytes
//   block 2  /backbone/blocks.3/
//     57   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     63   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     69   Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,24,24,8] at arena 4608
//     out      u8[1,12,12,16] at arena 0
//     scratch  arena 9216
NOINLINE static void inverted_residual_2(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights) {
  enum { expand = 0, depthwise = 1088, project = 6336 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [25][48]
  u8* const filtered = (u8*)(scratch + 4864);  // all rows of [12][48]
  fill_borders(expanded, 1, 4800, 192, 0, 0);
  i32 expanded_rows = -1;  // next row to make
  for (i32 y = 0; y < 12; ++y) {
    for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
      if (expanded_rows < 0) {
        fill_slot(expanded + 48, 1152, expanded_rows & 3, 0);
      } else {
        conv_8_48x24_ring(in + expanded_rows * 192, weights + expand, expanded + 48, expanded_rows & 3);
      }
    }
    depthwise_48x12_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered + y * 576);
  }
  conv_48_16x144(filtered, weights + project, out);
}

// ---- inverted residual 3x3, stride 1, 16 -> 96 -> 16, residual ----------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   19,328 bytes
//   block 3  /backbone/blocks.4/
//     74   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     80   Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     86   Conv + QuantizeLinear         project/project.0/Conv
//     89   Add + QuantizeLinear          Add
//     in, add  u8[1,12,12,16] at arena 0
//     out      u8[1,12,12,16] at arena 0
//     scratch  arena 2304
NOINLINE static void inverted_residual_3(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights) {
  enum { expand = 0, depthwise = 2880, project = 13312 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [14][96]
  u8* const filtered = (u8*)(scratch + 5440);  // all rows of [12][96]
  fill_borders(expanded, 1, 5376, 384, 384, 0);
  i32 expanded_rows = -1;  // next row to make
  for (i32 y = 0; y < 12; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 12) {
        fill_slot(expanded + 96, 1152, expanded_rows & 3, 0);
      } else {
        conv_16_96x12_ring(in + expanded_rows * 192, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x12(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 1152);
  }
  conv_96_16x144_add(filtered, weights + project, residual, out);
}

// ---- inverted residual 3x3, stride 1, 16 -> 96 -> 16, residual ----------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   19,328 bytes
//   block 4  /backbone/blocks.5/
//     94   Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     100  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     106  Conv + QuantizeLinear         project/project.0/Conv
//     109  Add + QuantizeLinear          Add
//     in, add  u8[1,12,12,16] at arena 0
//     out      u8[1,12,12,16] at arena 0
//     scratch  arena 2304
NOINLINE static void inverted_residual_4(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    const u8* __restrict weights) {
  enum { expand = 0, depthwise = 2880, project = 13312 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [14][96]
  u8* const filtered = (u8*)(scratch + 5440);  // all rows of [12][96]
  fill_borders(expanded, 1, 5376, 384, 384, 0);
  i32 expanded_rows = -1;  // next row to make
  for (i32 y = 0; y < 12; ++y) {
    for (; expanded_rows < y + 2; ++expanded_rows) {
      if (expanded_rows < 0 || expanded_rows >= 12) {
        fill_slot(expanded + 96, 1152, expanded_rows & 3, 0);
      } else {
        conv_16_96x12_ring(in + expanded_rows * 192, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x12(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 1152);
  }
  conv_96_16x144_add_2(filtered, weights + project, residual, out);
}

// ---- inverted residual 3x3, stride 2, 16 -> 96 -> 24 --------------------------------------------------------------
//   schedule  channels:1: 4 expanded rows, interleaved, all filtered rows
//   scratch   8,576 bytes
//   block 5  /backbone/blocks.6/
//     114  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     120  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     126  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,12,12,16] at arena 0
//     out      u8[1,6,6,24] at arena 0
//     scratch  arena 2304
NOINLINE static void inverted_residual_5(const u8* in, u8* out, u8* __restrict scratch, const u8* __restrict weights) {
  enum { expand = 0, depthwise = 2880, project = 13312, project_tile = 1088 };  // offsets in the weights
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [13][96]
  u8* const filtered = (u8*)(scratch + 5056);  // all rows of [6][96]
  fill_borders(expanded, 1, 4992, 384, 0, 0);
  i32 expanded_rows = -1;  // next row to make
  for (i32 y = 0; y < 6; ++y) {
    for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
      if (expanded_rows < 0) {
        fill_slot(expanded + 96, 1152, expanded_rows & 3, 0);
      } else {
        conv_16_96x12_ring(in + expanded_rows * 192, weights + expand, expanded + 96, expanded_rows & 3);
      }
    }
    depthwise_96x6_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered + y * 576);
  }
  for (i32 unit = 0; unit < 3; ++unit) {
    conv_96_8x36(filtered, weights + project + unit * project_tile, out + unit * 8);
  }
}

// ---- inverted residual 3x3, stride 1, 24 -> 144 -> 24, residual ---------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   8,512 bytes
//   threads   at most 3; scratch of 4,992 bytes each; 7,040 bytes in common
//   block 6  /backbone/blocks.7/
//     131  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     137  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     143  Conv + QuantizeLinear         project/project.0/Conv
//     146  Add + QuantizeLinear          Add
//     in, add  u8[1,6,6,24] at arena 0
//     out      u8[1,6,6,24] at arena 0, with threads 896
//     scratch  arena 896, with threads 1792
//   block 7  /backbone/blocks.8/
//     151  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     157  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     163  Conv + QuantizeLinear         project/project.0/Conv
//     166  Add + QuantizeLinear          Add
//     in, add  u8[1,6,6,24] at arena 0, with threads 896
//     out      u8[1,6,6,24] at arena 0
//     scratch  arena 896, with threads 1792
//   block 8  /backbone/blocks.9/
//     171  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     177  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     183  Conv + QuantizeLinear         project/project.0/Conv
//     186  Add + QuantizeLinear          Add
//     in, add  u8[1,6,6,24] at arena 0
//     out      u8[1,6,6,24] at arena 0, with threads 1152
//     scratch  arena 896, with threads 2048
NOINLINE static void inverted_residual_6(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 2816, project = 10752, project_tile = 896, part_bytes = 13440 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [8][72]
  u8* const filtered = (u8*)(scratch + 2368);  // all rows of [6][72]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2304, 288, 288, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(3, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 880;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 6; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 6) {
          fill_slot(expanded + 72, 432, expanded_rows & 3, 0);
        } else {
          conv_24_72x6_ring(in + expanded_rows * 144, weights + expand, expanded + 72, expanded_rows & 3);
        }
      }
      depthwise_72x6(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 432);
    }
    for (i32 unit = 0; unit < 3; ++unit) {
      conv_72_8x36_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 288);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 288, 2, 880, 288);
    finish_8_add(all_weights + project + unit * project_tile, total + unit * 288, residual + unit * 8, out + unit * 8,
        36, 24);
  }
}

// ---- inverted residual 3x3, stride 1, 24 -> 144 -> 32 -------------------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   9,664 bytes
//   threads   at most 2; scratch of 4,992 bytes each; 9,344 bytes in common
//   block 9  /backbone/blocks.10/
//     191  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     197  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     203  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,6,6,24] at arena 0, with threads 1152
//     out      u8[1,6,6,32] at arena 0
//     scratch  arena 1152, with threads 2048
NOINLINE static void inverted_residual_7(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 2816, project = 10752, project_tile = 1472, part_bytes = 13696 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [8][72]
  u8* const filtered = (u8*)(scratch + 2368);  // all rows of [6][72]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2304, 288, 288, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(2, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 1168;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 6; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 6) {
          fill_slot(expanded + 72, 432, expanded_rows & 3, 0);
        } else {
          conv_24_72x6_ring(in + expanded_rows * 144, weights + expand, expanded + 72, expanded_rows & 3);
        }
      }
      depthwise_72x6(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 432);
    }
    for (i32 unit = 0; unit < 2; ++unit) {
      conv_72_16x36_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 576);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 576, 2, 1168, 576);
    finish_16(all_weights + project + unit * project_tile, total + unit * 576, out + unit * 16, 36, 32);
  }
}

// ---- inverted residual 3x3, stride 1, 32 -> 192 -> 32, residual ---------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   11,328 bytes
//   threads   at most 2; scratch of 6,656 bytes each; 9,344 bytes in common
//   block 10  /backbone/blocks.11/
//     208  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     214  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     220  Conv + QuantizeLinear         project/project.0/Conv
//     223  Add + QuantizeLinear          Add
//     in, add  u8[1,6,6,32] at arena 0
//     out      u8[1,6,6,32] at arena 0, with threads 1152
//     scratch  arena 1152, with threads 2304
//   block 11  /backbone/blocks.12/
//     228  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     234  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     240  Conv + QuantizeLinear         project/project.0/Conv
//     243  Add + QuantizeLinear          Add
//     in, add  u8[1,6,6,32] at arena 0, with threads 1152
//     out      u8[1,6,6,32] at arena 0
//     scratch  arena 1152, with threads 2304
NOINLINE static void inverted_residual_8(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 4416, project = 14848, project_tile = 1856, part_bytes = 18560 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [8][96]
  u8* const filtered = (u8*)(scratch + 3136);  // all rows of [6][96]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 3072, 384, 384, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(2, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 1168;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 6; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 6) {
          fill_slot(expanded + 96, 576, expanded_rows & 3, 0);
        } else {
          conv_32_96x6_ring(in + expanded_rows * 192, weights + expand, expanded + 96, expanded_rows & 3);
        }
      }
      depthwise_96x6(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 576);
    }
    for (i32 unit = 0; unit < 2; ++unit) {
      conv_96_16x36_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 576);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 576, 2, 1168, 576);
    finish_16_add(all_weights + project + unit * project_tile, total + unit * 576, residual + unit * 16,
        out + unit * 16, 36, 32);
  }
}

// ---- inverted residual 3x3, stride 2, 32 -> 192 -> 56 -------------------------------------------------------------
//   schedule  channels:2: 4 expanded rows, interleaved, all filtered rows
//   scratch   5,696 bytes
//   threads   at most 3; scratch of 3,648 bytes each; 4,096 bytes in common
//   block 12  /backbone/blocks.13/
//     248  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     254  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     260  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,6,6,32] at arena 0
//     out      u8[1,3,3,56] at arena 0, with threads 1152
//     scratch  arena 1152, with threads 1664
NOINLINE static void inverted_residual_9(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 4416, project = 14848, project_tile = 1088, part_bytes = 22464 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [7][96]
  u8* const filtered = (u8*)(scratch + 2752);  // all rows of [3][96]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 2688, 384, 0, 0);
  const Range groups = share(2, 0, task);
  const Range tiles = share(7, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 512;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 3; ++y) {
      for (; expanded_rows < y * 2 + 2; ++expanded_rows) {
        if (expanded_rows < 0) {
          fill_slot(expanded + 96, 576, expanded_rows & 3, 0);
        } else {
          conv_32_96x6_ring(in + expanded_rows * 192, weights + expand, expanded + 96, expanded_rows & 3);
        }
      }
      depthwise_96x3_stride2(expanded, (y * 2 - 1) & 3, weights + depthwise, filtered + y * 288);
    }
    for (i32 unit = 0; unit < 7; ++unit) {
      conv_96_8x9_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 72);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 72, 2, 512, 72);
    finish_8(all_weights + project + unit * project_tile, total + unit * 72, out + unit * 8, 9, 56);
  }
}

// ---- inverted residual 3x3, stride 1, 56 -> 336 -> 56, residual ---------------------------------------------------
//   schedule  channels:4: 4 expanded rows, interleaved, all filtered rows
//   scratch   4,672 bytes
//   threads   at most 3; scratch of 2,624 bytes each; 8,192 bytes in common
//   block 13  /backbone/blocks.14/
//     265  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     271  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     277  Conv + QuantizeLinear         project/project.0/Conv
//     280  Add + QuantizeLinear          Add
//     in, add  u8[1,3,3,56] at arena 0, with threads 1152
//     out      u8[1,3,3,56] at arena 0
//     scratch  arena 512, with threads 9856
//   block 14  /backbone/blocks.15/
//     285  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     291  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     297  Conv + QuantizeLinear         project/project.0/Conv
//     300  Add + QuantizeLinear          Add
//     in, add  u8[1,3,3,56] at arena 0
//     out      u8[1,3,3,56] at arena 0, with threads 512
//     scratch  arena 512, with threads 9216
NOINLINE static void inverted_residual_10(const u8* in, const u8* residual, u8* out, u8* __restrict scratch,
    u8* __restrict shared, const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 6528, project = 16192, project_tile = 1024, part_bytes = 23360 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [5][88]
  u8* const filtered = (u8*)(scratch + 1792);  // all rows of [3][88]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 1760, 352, 352, 0);
  const Range groups = share(4, 0, task);
  const Range tiles = share(7, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 512;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 3; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 3) {
          fill_slot(expanded + 88, 264, expanded_rows & 3, 0);
        } else {
          conv_56_88x3_ring(in + expanded_rows * 168, weights + expand, expanded + 88, expanded_rows & 3);
        }
      }
      depthwise_88x3(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 264);
    }
    for (i32 unit = 0; unit < 7; ++unit) {
      conv_88_8x9_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 72);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 72, 4, 512, 72);
    finish_8_add(all_weights + project + unit * project_tile, total + unit * 72, residual + unit * 8, out + unit * 8, 9,
        56);
  }
}

// ---- inverted residual 3x3, stride 1, 56 -> 336 -> 112 ------------------------------------------------------------
//   schedule  channels:4: 4 expanded rows, interleaved, all filtered rows
//   scratch   6,720 bytes
//   threads   at most 5; scratch of 2,624 bytes each; 16,384 bytes in common
//   block 15  /backbone/blocks.16/
//     305  Conv + Clip + QuantizeLinear  expand/expand.0/Conv
//     311  Conv + Clip + QuantizeLinear  depthwise/depthwise.0/Conv
//     317  Conv + QuantizeLinear         project/project.0/Conv
//     in       u8[1,3,3,56] at arena 0, with threads 512
//     out      u8[1,3,3,112] at arena 0, with threads 1344
//     scratch  arena 1024, with threads 18752
NOINLINE static void inverted_residual_11(const u8* in, u8* out, u8* __restrict scratch, u8* __restrict shared,
    const u8* __restrict all_weights, const Task& task) {
  // offsets in the weights
  enum { expand = 0, depthwise = 6528, project = 16192, project_tile = 1728, part_bytes = 28288 };
  u32* const expanded = (u32*)scratch;  // four rows in the bytes of [5][88]
  u8* const filtered = (u8*)(scratch + 1792);  // all rows of [3][88]
  i32* const total = (i32*)shared;  // sums over the parts so far
  fill_borders(expanded, 1, 1760, 352, 352, 0);
  const Range groups = share(4, 0, task);
  const Range tiles = share(7, 1, task);
  const bool alone = task.phase < 0;
  for (i32 group = groups.begin; group < groups.end; ++group) {
    i32* const partial = total + (alone ? 0 : group) * 1024;  // sums of this group
    const u8* const weights = all_weights + group * part_bytes;
    const bool first = group == 0 || !alone;
    i32 expanded_rows = -1;  // next row to make
    for (i32 y = 0; y < 3; ++y) {
      for (; expanded_rows < y + 2; ++expanded_rows) {
        if (expanded_rows < 0 || expanded_rows >= 3) {
          fill_slot(expanded + 88, 264, expanded_rows & 3, 0);
        } else {
          conv_56_88x3_ring(in + expanded_rows * 168, weights + expand, expanded + 88, expanded_rows & 3);
        }
      }
      depthwise_88x3(expanded, (y - 1) & 3, weights + depthwise, filtered + y * 264);
    }
    for (i32 unit = 0; unit < 7; ++unit) {
      conv_88_16x9_sums(filtered, weights + project + unit * project_tile, first, partial + unit * 144);
    }
  }
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    if (!alone) add_groups<I32Sums>(total + unit * 144, 4, 1024, 144);
    finish_16(all_weights + project + unit * project_tile, total + unit * 144, out + unit * 16, 9, 112);
  }
}

// ---- pointwise convolution and global pool, 9 pixels, 112 -> 1280 -------------------------------------------------
//   schedule  parts of 16 channels, averaged one by one
//   scratch   5,312 bytes
//   threads   at most 13; scratch of 5,312 bytes each
//   block 16  /
//     322  Conv + Clip + QuantizeLinear        last/last.0/Conv
//     326  GlobalAveragePool + QuantizeLinear  GlobalAveragePool
//     in       u8[1,3,3,112] at arena 0, with threads 1344
//     out      u8[1,1,1,1280] at arena 1024, with threads 64
//     scratch  arena 2304, with threads 2368
NOINLINE static void pooled_conv(const u8* __restrict in, u8* __restrict out, u8* __restrict scratch,
    const u8* __restrict weights, const Task& task) {
  u8* const map = (u8*)scratch;  // [9][16]: a part of the channels
  i32* const totals = (i32*)(scratch + 192);
  const Range parts = share(80, 0, task);
  if (parts.begin == parts.end) return;
  for (i32 part = parts.begin; part < parts.end; ++part) {
    conv_112_16x9(in, weights + part * 2112, map);
    sum_16x9(map, totals + part * 16);
  }
  const i32 first = parts.begin * 16, end = parts.end * 16;
  pooled_mean(totals + first, out + first, end - first, 0, 1408867381, -1, 0, 0, 255);
}

// ---- pointwise convolution, stride 1, 1280 -> 32 ------------------------------------------------------------------
//   schedule  rows
//   block 17
//     331  Conv + QuantizeLinear  /classify/Conv
//     in       u8[1,1,1,1280] at arena 1024, with threads 64
//     out      u8[1,1,1,32] at arena 0
NOINLINE static void pointwise(const u8* in, u8* out, const u8* __restrict weights, const Task& task) {
  const Range tiles = share(1, 0, task);
  for (i32 unit = tiles.begin; unit < tiles.end; ++unit) {
    conv_1280_32x1(in, weights, out);
  }
}

// block 18: reshape, in place; it needs no code

// ---- softmax, 32 --------------------------------------------------------------------------------------------------
//   schedule  plain loops
//   block 19
//     337  Softmax + QuantizeLinear  /Softmax
//     in       u8[1,32] at arena 0
//     out      u8[1,32] at arena 64
NOINLINE static void softmax(const u8* __restrict in, u8* __restrict out, const Task& task) {
  const Range rows = share(1, 0, task);
  softmax_fixed_point(in + rows.begin * 32, out + rows.begin * 32, rows.end - rows.begin, 32, 1835884416, 22, -496, 0);
}

// ---- dequantize, 32 -----------------------------------------------------------------------------------------------
//   schedule  plain loops
//   block 20
//     339  DequantizeLinear  probabilities_dequantize
//     in       u8[1,32] at arena 64
//     out      f32[1,32] in output0
NOINLINE static void dequantize(const u8* __restrict in, f32* __restrict out, const Task& task) {
  const Range part = share(32, 0, task);
  dequantize_8bit(in + part.begin, out + part.begin, part.end - part.begin, 0.00390625f, 0);
}

// ---- entry points -------------------------------------------------------------------------------------------------

struct Run {
  i32 threads;
  u8* bytes;  // the arena
  const u8* payload;  // of the weights
  const uint8_t* input0;
  float* output0;
  // What lies elsewhere in the arena where threads share the work.
  u8* at(i64 alone, i64 parallel) const { return bytes + (threads > 1 ? parallel : alone); }
  // What blocks write, in the arena.
  u8* out0() const { return bytes; }
  u8* out1() const { return bytes + 4608; }
  u8* out2() const { return bytes; }
  u8* out3() const { return bytes; }
  u8* out4() const { return bytes; }
  u8* out5() const { return bytes; }
  u8* out6() const { return at(0, 896); }
  u8* out7() const { return bytes; }
  u8* out8() const { return at(0, 1152); }
  u8* out9() const { return bytes; }
  u8* out10() const { return at(0, 1152); }
  u8* out11() const { return bytes; }
  u8* out12() const { return at(0, 1152); }
  u8* out13() const { return bytes; }
  u8* out14() const { return at(0, 512); }
  u8* out15() const { return at(0, 1344); }
  u8* out16() const { return at(1024, 64); }
  u8* out17() const { return bytes; }
  u8* out19() const { return bytes + 64; }
};

static void block0(const Run& run, const Task& task) {
  cascade(run.input0, run.out0(), scratch_of(task, run.bytes + 4608, run.bytes + 20736, 16128), run.payload, task);
}
static void block1(const Run& run, const Task& task) {
  inverted_residual(run.out0(), run.out0(), run.out1(), scratch_of(task, run.bytes + 9216, run.bytes + 15488, 6272),
      run.payload + 10112, task);
}
static void block6(const Run& run, const Task& task) {
  inverted_residual_6(run.out5(), run.out5(), run.out6(), scratch_of(task, run.at(896, 1792), run.bytes + 17344, 4992),
      run.at(5888, 10304), run.payload + 71488, task);
}
static void block7(const Run& run, const Task& task) {
  inverted_residual_6(run.out6(), run.out6(), run.out7(), scratch_of(task, run.at(896, 1792), run.bytes + 17344, 4992),
      run.at(5888, 10304), run.payload + 98368, task);
}
static void block8(const Run& run, const Task& task) {
  inverted_residual_6(run.out7(), run.out7(), run.out8(), scratch_of(task, run.at(896, 2048), run.bytes + 17600, 4992),
      run.at(5888, 10560), run.payload + 125248, task);
}
static void block9(const Run& run, const Task& task) {
  inverted_residual_7(run.out8(), run.out9(), scratch_of(task, run.at(1152, 2048), run.bytes + 21056, 4992),
      run.at(6144, 11712), run.payload + 152128, task);
}
static void block10(const Run& run, const Task& task) {
  inverted_residual_8(run.out9(), run.out9(), run.out10(),
      scratch_of(task, run.at(1152, 2304), run.bytes + 22976, 6656), run.at(7808, 13632), run.payload + 179520, task);
}
static void block11(const Run& run, const Task& task) {
  inverted_residual_8(run.out10(), run.out10(), run.out11(),
      scratch_of(task, run.at(1152, 2304), run.bytes + 22976, 6656), run.at(7808, 13632), run.payload + 216640, task);
}
static void block12(const Run& run, const Task& task) {
  inverted_residual_9(run.out11(), run.out12(), scratch_of(task, run.at(1152, 1664), run.bytes + 11456, 3648),
      run.at(4800, 7360), run.payload + 253760, task);
}
static void block13(const Run& run, const Task& task) {
  inverted_residual_10(run.out12(), run.out12(), run.out13(),
      scratch_of(task, run.at(512, 9856), run.bytes + 14528, 2624), run.at(3136, 1664), run.payload + 298688, task);
}
static void block14(const Run& run, const Task& task) {
  inverted_residual_10(run.out13(), run.out13(), run.out14(),
      scratch_of(task, run.at(512, 9216), run.bytes + 13888, 2624), run.at(3136, 1024), run.payload + 392128, task);
}
static void block15(const Run& run, const Task& task) {
  inverted_residual_11(run.out14(), run.out15(), scratch_of(task, run.at(1024, 18752), run.bytes + 25472, 2624),
      run.at(3648, 2368), run.payload + 485568, task);
}
static void block16(const Run& run, const Task& task) {
  pooled_conv(run.out15(), run.out16(), scratch_of(task, run.at(2304, 2368), run.bytes + 7680, 5312),
      run.payload + 598720, task);
}

}  // namespace

extern "C" {

classifier_status classifier_check(const void* weights, size_t bytes) {
  return (classifier_status)check_blob(weights, bytes, 0x11b79013c5f605fu, 0xf66a01fdf772e878u, 811840, 2048);
}

classifier_status classifier_run_parallel(const void* weights, void* arena, const uint8_t* input0, float* output0,
    int count,
    classifier_parallel_for parallel_for, void* context) {
  if (!weights || !arena || !input0 || !output0) return CLASSIFIER_NULL_POINTER;
  if ((uintptr_t)weights % 64 || (uintptr_t)arena % 64) return CLASSIFIER_MISALIGNED;
  const Threads threads = {parallel_for ? count : 1, parallel_for, context};
  const Run run = {threads.count, (u8*)arena, (const u8*)weights + 2048, input0, output0};
  run_block(block0, 1, 24, run, threads);
  NARROWS_TRACE(0, run.out0(), 4608);
  run_block(block1, 1, 7, run, threads);
  NARROWS_TRACE(1, run.out1(), 4608);
  inverted_residual_2(run.out1(), run.out2(), run.bytes + 9216, run.payload + 17152);
  NARROWS_TRACE(2, run.out2(), 2304);
  inverted_residual_3(run.out2(), run.out2(), run.out3(), run.bytes + 2304, run.payload + 24576);
  NARROWS_TRACE(3, run.out3(), 2304);
  inverted_residual_4(run.out3(), run.out3(), run.out4(), run.bytes + 2304, run.payload + 39744);
  NARROWS_TRACE(4, run.out4(), 2304);
  inverted_residual_5(run.out4(), run.out5(), run.bytes + 2304, run.payload + 54912);
  NARROWS_TRACE(5, run.out5(), 864);
  run_block(block6, 2, 3, run, threads);
  NARROWS_TRACE(6, run.out6(), 864);
  run_block(block7, 2, 3, run, threads);
  NARROWS_TRACE(7, run.out7(), 864);
  run_block(block8, 2, 3, run, threads);
  NARROWS_TRACE(8, run.out8(), 864);
  run_block(block9, 2, 2, run, threads);
  NARROWS_TRACE(9, run.out9(), 1152);
  run_block(block10, 2, 2, run, threads);
  NARROWS_TRACE(10, run.out10(), 1152);
  run_block(block11, 2, 2, run, threads);
  NARROWS_TRACE(11, run.out11(), 1152);
  run_block(block12, 2, 3, run, threads);
  NARROWS_TRACE(12, run.out12(), 504);
  run_block(block13, 2, 3, run, threads);
  NARROWS_TRACE(13, run.out13(), 504);
  run_block(block14, 2, 3, run, threads);
  NARROWS_TRACE(14, run.out14(), 504);
  run_block(block15, 2, 5, run, threads);
  NARROWS_TRACE(15, run.out15(), 1008);
  run_block(block16, 1, 13, run, threads);
  NARROWS_TRACE(16, run.out16(), 1280);
  pointwise(run.out16(), run.out17(), run.payload + 767680, all_work);
  NARROWS_TRACE(17, run.out17(), 32);
  softmax(run.bytes, run.out19(), all_work);
  NARROWS_TRACE(19, run.out19(), 32);
  dequantize(run.out19(), run.output0, all_work);
  NARROWS_TRACE(20, run.output0, 128);
  return CLASSIFIER_OK;
}

classifier_status classifier_run(const void* weights, void* arena, const uint8_t* input0, float* output0) {
  return classifier_run_parallel(weights, arena, input0, output0, 1, nullptr, nullptr);
}

const char* classifier_message(classifier_status status) { return explain(status); }

}  // extern "C"
