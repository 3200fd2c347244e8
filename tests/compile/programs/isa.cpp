// Compares the functions of an instruction set with those of runtime/isa/plain.h, on edge values and random ones.
//
// In front of this stand the prologue of emitted code, LANES, STORED, which is the type of 8-bit activations, and both
// files: in the namespaces tested and plain.
#include <stdio.h>
#include <string.h>

static int failures = 0;

static const int values = 100000;  // of each function
static const int steps = values / LANES;

static u32 random_bits() {
  static u32 state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

/// Integers in [lo, hi]: both ends, 0 and what is near are as frequent as the rest.
static i32 any_of(i32 lo, i32 hi) {
  const i32 edges[] = {lo, hi, lo + 1, hi - 1, lo / 2, hi / 2, 0, 1, -1};
  const i32 edge = edges[random_bits() % 9];
  if (random_bits() % 4 == 0 && edge >= lo && edge <= hi) return edge;
  return (i32)(lo + (i64)(random_bits() % (u32)((i64)hi - lo + 1 > 0xffffffffll ? 0xffffffffll : (i64)hi - lo + 1)));
}

template <typename T>
static void fill(T* to, int count, i32 lo, i32 hi) {
  for (int i = 0; i < count; ++i) to[i] = (T)any_of(lo, hi);
}

static void fill_multipliers(i32* to) {
  for (int i = 0; i < LANES; ++i) to[i] = random_bits() % 16 ? any_of(1 << 30, INT32_MAX) : 0;
}

/// Floats with few digits, so that products and sums are exact: nobody sees how often they were rounded.
static void fill_floats(f32* to, int count) {
  for (int i = 0; i < count; ++i) to[i] = (f32)any_of(-2000, 2000) / 4 + 0.0f;
}

/// Floats around integers and ties, of all sizes that fit in 32 bits.
static void fill_ties(f32* to) {
  for (int i = 0; i < LANES; ++i) {
    const int bits = (int)(random_bits() % 31);
    to[i] = (f32)any_of(-(i32)(0x7fffff80u >> bits), (i32)(0x7fffff80u >> bits)) + (f32)(random_bits() % 5) / 4;
    if (to[i] > 2147483520.0f) to[i] = 2147483520.0f;
  }
}

template <typename T>
static void compare(const char* name, const T* found, const T* expected, int count) {
  for (int i = 0; i < count; ++i) {
    if (memcmp(found + i, expected + i, sizeof(T)) == 0) continue;
    if (++failures < 20) printf("%s: %d is %.9g, not %.9g\n", name, i, (double)found[i], (double)expected[i]);
    return;
  }
}

// Evaluates `statement`, which writes `count` elements to `out`, in both namespaces.
#define COMPARE(name, type, count, statement) \
  do {                                        \
    type found[count], expected[count];       \
    {                                         \
      using namespace tested;                 \
      type* const out = found;                \
      statement;                              \
    }                                         \
    {                                         \
      using namespace plain;                  \
      type* const out = expected;             \
      statement;                              \
    }                                         \
    compare(name, found, expected, count);    \
  } while (0)

static f32 a_f32[LANES], b_f32[LANES], c_f32[LANES];
static i32 a_i32[LANES], b_i32[LANES], c_i32[LANES], shift[LANES], multiplier[LANES];
static i16 a_i16[LANES];
static u8 a_u8[4 * LANES], b_u8[4 * LANES];
static i8 a_i8[4 * LANES], b_i8[4 * LANES];

static void compare_loads() {
  const int n = (int)(random_bits() % (LANES + 1));
  fill_floats(a_f32, LANES);
  fill(a_u8, 4 * LANES, 0, 255);
  fill(a_i8, 4 * LANES, -128, 127);
  COMPARE("load_f32v", f32, LANES, store(out, load_f32v(a_f32)));
  COMPARE("load_f32v of some", f32, LANES, store(out, load_f32v(a_f32, n)));
  COMPARE("load_u8v of some", u8, LANES, store(out, load_u8v(a_u8, n)));
  COMPARE("load_i8v of some", i8, LANES, store(out, load_i8v(a_i8, n)));
  COMPARE("store of some f32v", f32, LANES, memset(out, 0, sizeof(f32) * LANES); store(out, load_f32v(a_f32), n));
  COMPARE("store of some u8v", u8, LANES, memset(out, 0, LANES); store(out, load_u8v(a_u8), n));
  COMPARE("store of some i8v", i8, LANES, memset(out, 0, LANES); store(out, load_i8v(a_i8), n));
  COMPARE("load_u32v", u8, 4 * LANES, store((u32*)out, load_u32v((const u32*)a_u8)));
  COMPARE("splat_f32v", f32, LANES, store(out, splat_f32v(a_f32[0])));
  COMPARE("splat_u8v", u8, LANES, store(out, splat_u8v(a_u8[0])));
  COMPARE("splat_i8v", i8, LANES, store(out, splat_i8v(a_i8[0])));
  COMPARE("splat_u32v", u8, 4 * LANES, store((u32*)out, splat_u32v(0x04030201u * a_u8[0])));
}

static void compare_operators() {
  fill(a_i32, LANES, -30000, 30000);
  fill(b_i32, LANES, -30000, 30000);
  fill(shift, LANES, 0, 31);
  fill_floats(a_f32, LANES);
  fill_floats(b_f32, LANES);
  COMPARE("+", i32, LANES, store(out, load_i32v(a_i32) + load_i32v(b_i32)));
  COMPARE("-", i32, LANES, store(out, load_i32v(a_i32) - load_i32v(b_i32)));
  COMPARE("*", i32, LANES, store(out, load_i32v(a_i32) * load_i32v(b_i32)));
  COMPARE("&", i32, LANES, store(out, load_i32v(a_i32) & load_i32v(b_i32)));
  COMPARE("|", i32, LANES, store(out, load_i32v(a_i32) | load_i32v(b_i32)));
  COMPARE(">>", i32, LANES, store(out, load_i32v(a_i32) >> load_i32v(shift)));
  COMPARE("<<", i32, LANES, store(out, load_i32v(a_i32) << load_i32v(shift)));
  COMPARE(">", i32, LANES, store(out, (i32v)(load_i32v(a_i32) > load_i32v(b_i32))));
  COMPARE("> of floats", i32, LANES, store(out, (i32v)(load_f32v(a_f32) > load_f32v(b_f32))));
  COMPARE("* of floats", f32, LANES, store(out, load_f32v(a_f32) * load_f32v(b_f32)));
  COMPARE("wrapping_sum", i32, LANES, store(out, wrapping_sum(load_i32v(a_i32), load_i32v(b_i32))));
  COMPARE("u32v", u8, 4 * LANES, store((u32*)out, (u32v)load_i32v(a_i32) << (u32v)load_i32v(shift)));
}

static void compare_arithmetic() {
  fill(a_i32, LANES, INT32_MIN, INT32_MAX);
  fill(b_i32, LANES, INT32_MIN, INT32_MAX);
  fill_floats(a_f32, LANES);
  fill_floats(b_f32, LANES);
  fill_floats(c_f32, LANES);
  COMPARE("vmin", i32, LANES, store(out, vmin(load_i32v(a_i32), load_i32v(b_i32))));
  COMPARE("vmax", i32, LANES, store(out, vmax(load_i32v(a_i32), load_i32v(b_i32))));
  COMPARE("vmin of floats", f32, LANES, store(out, vmin(load_f32v(a_f32), load_f32v(b_f32))));
  COMPARE("vmax of floats", f32, LANES, store(out, vmax(load_f32v(a_f32), load_f32v(b_f32))));
  COMPARE("madd", f32, LANES, store(out, madd(load_f32v(c_f32), load_f32v(a_f32), load_f32v(b_f32))));
  COMPARE("select", f32, LANES,
          store(out, select((i32v)(load_i32v(a_i32) > load_i32v(b_i32)), load_f32v(a_f32), load_f32v(b_f32))));
  COMPARE("select of integers", i32, LANES,
          store(out, select((i32v)(load_f32v(a_f32) > load_f32v(b_f32)), load_i32v(a_i32), load_i32v(b_i32))));
}

static void compare_conversions() {
  fill(a_i32, LANES, INT32_MIN, INT32_MAX);
  fill(b_i32, LANES, -400, 400);
  fill(c_i32, LANES, 0, 255);
  fill(shift, LANES, -128, 127);
  fill(a_i16, LANES, INT16_MIN, INT16_MAX);
  fill(a_u8, 4 * LANES, 0, 255);
  fill(a_i8, 4 * LANES, -128, 127);
  fill_ties(a_f32);
  COMPARE("to_f32v", f32, LANES, store(out, to_f32v(load_i32v(a_i32))));
  COMPARE("round_i32v", i32, LANES, store(out, round_i32v(load_f32v(a_f32))));
  COMPARE("truncate_i32v", i32, LANES, store(out, truncate_i32v(load_f32v(a_f32))));
  COMPARE("to_i32v of u8v", i32, LANES, store(out, to_i32v(load_u8v(a_u8))));
  COMPARE("to_i32v of i8v", i32, LANES, store(out, to_i32v(load_i8v(a_i8))));
  COMPARE("to_i32v of i16v", i32, LANES, store(out, to_i32v(load_i16v(a_i16))));
  COMPARE("to_i16v of u8v", i32, LANES, store(out, to_i32v(to_i16v(load_u8v(a_u8)))));
  COMPARE("to_i16v of i8v", i32, LANES, store(out, to_i32v(to_i16v(load_i8v(a_i8)))));
  COMPARE("to_u8v", u8, LANES, store(out, to_u8v(load_i32v(c_i32))));
  COMPARE("to_i8v", i8, LANES, store(out, to_i8v(load_i32v(shift))));
  COMPARE("saturate_u8v", u8, LANES, store(out, saturate_u8v(load_i32v(b_i32))));
  COMPARE("saturate_i8v", i8, LANES, store(out, saturate_i8v(load_i32v(b_i32))));
  COMPARE("saturate_u8v of any", u8, LANES, store(out, saturate_u8v(load_i32v(a_i32))));
  COMPARE("saturate_i8v of any", i8, LANES, store(out, saturate_i8v(load_i32v(a_i32))));
}

static void compare_products() {
  static i16 sixteen[4 * LANES];
  fill(a_i32, LANES, -(1 << 30), 1 << 30);
  fill(a_u8, 4 * LANES, 0, 255);
  fill(b_u8, 4 * LANES, 0, 255);
  fill(a_i8, 4 * LANES, -128, 127);
  fill(b_i8, 4 * LANES, -128, 127);
  fill(sixteen, 4 * LANES, -255, 255);
  COMPARE("dot4 of u8", i32, LANES, store(out, dot4(load_i32v(a_i32), load_u8q(quads(a_u8)), load_i8q(quads(b_i8)))));
  COMPARE("dot4 of u8s", i32, LANES, store(out, dot4(load_i32v(a_i32), load_u8s(a_u8), load_i8q(quads(b_i8)))));
  COMPARE("dot4 of i8", i32, LANES, store(out, dot4(load_i32v(a_i32), load_i8q(quads(a_i8)), load_i8q(quads(b_i8)))));
  COMPARE("dot4 of i8s", i32, LANES, store(out, dot4(load_i32v(a_i32), load_i8s(a_i8), load_i8q(quads(b_i8)))));
  COMPARE("dot4 of i16", i32, LANES,
          store(out, dot4(load_i32v(a_i32), load_u8q(quads(a_u8)), load_i16q(halves(sixteen)))));
  fill(b_i8, 4 * LANES, -64, 64);
  COMPARE("dot4_small", i32, LANES,
          store(out, dot4_small(load_i32v(a_i32), load_u8q(quads(a_u8)), load_i8q(quads(b_i8)))));
  fill(a_i8, 4 * LANES, -32, 32);
  fill(b_i8, 4 * LANES, -32, 32);
  COMPARE("dot4_joined", i32, LANES,
          store(out, dot4_joined(load_i32v(a_i32), load_u8q(quads(a_u8)), load_i8q(quads(a_i8)), load_u8q(quads(b_u8)),
                                 load_i8q(quads(b_i8)))));
#ifdef QUADS_IN_PLANES
  // With activations of both signs, weights may have twice the size.
  static i8 c_i8[4 * LANES];
  fill(c_i8, 4 * LANES, -128, 127);
  fill(a_i8, 4 * LANES, -127, 127);
  COMPARE("dot4_small of i8s", i32, LANES,
          store(out, dot4_small(load_i32v(a_i32), load_i8s(c_i8), load_i8q(quads(a_i8)))));
  fill(a_i8, 4 * LANES, -63, 63);
  fill(b_i8, 4 * LANES, -63, 63);
  COMPARE("dot4_joined of i8s", i32, LANES,
          store(out, dot4_joined(load_i32v(a_i32), load_i8s(c_i8), load_i8q(quads(a_i8)), load_i8s(c_i8 + 4),
                                 load_i8q(quads(b_i8)))));
#endif
}

static void compare_tables() {
  static i32 table[64];
  fill(table, 64, INT32_MIN, INT32_MAX);
  fill(a_i32, LANES, 0, 255);
  fill(b_i32, LANES, -126, 127);
  COMPARE("look_up", i32, LANES, store(out, look_up(table, load_i32v(a_i32))));
  COMPARE("power_of_two", f32, LANES, store(out, power_of_two(load_i32v(b_i32))));
}

static void compare_requantization() {
  fill(a_i32, LANES, -(1 << 30) + 1, (1 << 30) - 1);
  fill(b_i32, LANES, INT32_MIN, INT32_MAX);
  fill(c_i32, LANES, -255, 255);
  fill_multipliers(multiplier);
  const int bits = (int)(random_bits() % 31);  // small numbers too
  for (int i = 0; i < LANES; ++i) a_i32[i] >>= bits;
  fill(shift, LANES, 0, 31);
  COMPARE("high_mul", i32, LANES, store(out, high_mul(load_i32v(b_i32), load_i32v(multiplier))));
  COMPARE("round_shift", i32, LANES, store(out, round_shift(load_i32v(a_i32), load_i32v(shift))));
  COMPARE("requantize_positive", i32, LANES,
          store(out, vmax(requantize_positive(load_i32v(a_i32), load_i32v(multiplier), load_i32v(shift)), i32v{})));
  fill(shift, LANES, 0, 31);
  COMPARE("scale_operand", i32, LANES,
          store(out, scale_operand(load_i32v(c_i32), load_i32v(multiplier), load_i32v(shift))));
  fill(shift, LANES, 1, 31);
  COMPARE("requantize_shifted", i32, LANES,
          store(out, requantize_shifted(load_i32v(a_i32), load_i32v(multiplier), load_i32v(shift))));
  COMPARE("requantize_small", i32, LANES,
          store(out, vmax(requantize_small(load_i32v(a_i32), load_i32v(multiplier), load_i32v(shift)), i32v{})));
  COMPARE("requantize_crossing", i32, LANES,
          store(out, vmax(requantize_crossing(load_i32v(a_i32), load_i32v(multiplier), load_i32v(shift)), i32v{})));
}

static void compare_memory() {
  static u8 bytes[128];
  uint16_t halves[LANES];
  fill(bytes, 128, 0, 255);
  fill(a_i8, 4 * LANES, -128, 127);
  const int n = (int)(random_bits() % 128);
  for (int i = 0; i < LANES; ++i) {
    do {
      halves[i] = (uint16_t)random_bits();
    } while ((halves[i] & 0x7c00) == 0x7c00);  // infinite, or not a number
  }
  COMPARE("widen of i8", f32, LANES, store(out, widen(a_i8)));
  COMPARE("widen of halves", f32, LANES, store(out, widen(halves)));
  COMPARE("sum_bytes", i32, 1, *out = sum_bytes((const STORED*)bytes, n));
}

int main() {
  for (int i = 0; i < steps; ++i) {
    compare_loads();
    compare_operators();
    compare_arithmetic();
    compare_conversions();
    compare_products();
    compare_tables();
    compare_requantization();
    compare_memory();
  }
  if (failures) printf("%d of the comparisons failed\n", failures);
  return failures ? 1 : 0;
}
