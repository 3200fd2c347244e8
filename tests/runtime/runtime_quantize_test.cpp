// Fixed-point arithmetic and conversions of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/fixed_point.h"
#include "runtime/quantize.h"

int random_int(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(test_random()); }

/// The byte table of a function of one 8-bit tensor.
Bytes table_of(const SingleOp& s) {
  Graph graph = s.graph;
  graph.tensors[s.op.inputs[0]].shape = graph.tensors[s.op.output].shape = {256};
  Bytes all(256);
  for (int b = 0; b < 256; ++b) all[b] = static_cast<uint8_t>(b);
  return interpret_op(graph, s.op, {&all});
}

TEST(RuntimeQuantize, FixedPoint) {
  for (int i = 0; i < 200000; ++i) {
    i32 x = static_cast<i32>(test_random()()) >> (i % 32), y = static_cast<i32>(test_random()()) >> (i % 7);
    int shift = random_int(0, 31);
    ASSERT_EQ(high_mul_i32(x, y), saturating_rounding_doubling_high_mul(x, y));
    ASSERT_EQ(divide_by_power_of_two(x, shift), rounding_divide_by_power_of_two(x, shift));
    i32 multiplier = random_int(1 << 30, INT32_MAX);
    ASSERT_EQ(rescale(x, multiplier, shift), multiply_by_quantized_multiplier(x, {multiplier, shift}));
    ASSERT_EQ(rescale(x, multiplier, -shift), multiply_by_quantized_multiplier(x, {multiplier, -shift}));
  }
  EXPECT_EQ(high_mul_i32(INT32_MIN, INT32_MIN), INT32_MAX);
  EXPECT_EQ(divide_by_power_of_two(-6, 2), -2);
  EXPECT_EQ(divide_by_power_of_two(6, 2), 2);
}

TEST(RuntimeQuantize, Rounding) {
  for (int i = -4000; i <= 4000; ++i) {
    float value = static_cast<float>(i) / 8;
    for (float v : {value, std::nextafter(value, 1e9f), std::nextafter(value, -1e9f)}) {
      ASSERT_EQ(round_half_away(v), std::lround(v)) << v;
      ASSERT_EQ(round_half_even(v), std::lrint(v)) << v;
    }
  }
  EXPECT_EQ(round_half_away(NAN), 0);
}

TEST(RuntimeQuantize, Quantize) {
  for (DType type : types_8bit) {
    SingleOp s(OpKind::quantize, {random_tensor(DType::f32, {1000})}, random_tensor(type, {1000}));
    float special[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 0.f, -0.f, 2.5f * s.output().scale()};
    std::memcpy(s.in[0].data(), special, sizeof special);
    Range r = s.range();
    if (type == DType::u8) {
      quantize_f32(s.data<f32>(), s.result<u8>(), 1000, s.output().scale(), s.output().zero_point(), r.min, r.max);
    } else {
      quantize_f32(s.data<f32>(), s.result<i8>(), 1000, s.output().scale(), s.output().zero_point(), r.min, r.max);
    }
    EXPECT_EQ(s.out, s.expected());
  }
}

TEST(RuntimeQuantize, Dequantize) {
  for (DType type : types_8bit) {
    SingleOp s(OpKind::dequantize, {random_tensor(type, {1000})}, random_tensor(DType::f32, {1000}));
    if (type == DType::u8) {
      dequantize_8bit(s.data<u8>(), s.result<f32>(), 1000, s.input().scale(), s.input().zero_point());
    } else {
      dequantize_8bit(s.data<i8>(), s.result<f32>(), 1000, s.input().scale(), s.input().zero_point());
    }
    EXPECT_EQ(s.out, s.expected());
  }
}

TEST(RuntimeQuantize, Lookup) {
  for (OpKind kind : {OpKind::quantize, OpKind::relu, OpKind::logistic}) {
    for (DType in : types_8bit) {
      for (DType out : types_8bit) {
        SingleOp s(kind, {random_tensor(in, {3000})}, random_tensor(out, {3000}));
        if (kind == OpKind::relu) s.op.attr.activation = Activation::relu6;
        Bytes table = table_of(s);
        lookup_8bit(s.in[0].data(), s.out.data(), 3000, table.data());
        EXPECT_EQ(s.out, s.expected());
      }
    }
  }
}

TEST(RuntimeQuantize, FlipSign) {
  Tensor in = random_tensor(DType::u8, {1000}), out = random_tensor(DType::i8, {1000});
  out.quant.scale = in.quant.scale;
  out.quant.zero_point = {in.zero_point() - 128};
  SingleOp s(OpKind::quantize, {in}, out);
  flip_sign(s.in[0].data(), s.out.data(), 1000);
  EXPECT_EQ(s.out, s.expected());
}

}  // namespace
}  // namespace narrows
