// Division, functions, reductions and lengths of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/division.h"
#include "runtime/functions.h"
#include "runtime/l2_normalization.h"
#include "runtime/reduce.h"

Tensor scaled(DType type, const Shape& shape, float scale) {
  Tensor t = random_tensor(type, shape);
  t.quant.scale = {scale};
  return t;
}

/// All pairs of bytes, among them divisors of 0, and quotients so small that they are shifted by 32 bits and more.
TEST(RuntimeDivision, Div8) {
  for (const float scale : {0.5f, 0.04f, 2.0f, 0.001f}) {
    for (const DType type : types_8bit) {
      SingleOp s(OpKind::div, {scaled(type, {256, 1}, 0.05f), scaled(type, {256}, 0.03f)},
                 scaled(type, {256, 256}, scale));
      for (int i = 0; i < 256; ++i) s.in[0][i] = s.in[1][i] = static_cast<uint8_t>(i);
      const Multiplier m = quotient_multiplier(s.input(0), s.input(1), s.output());
      const Div8 div = {s.input(0).zero_point(),
                        s.input(1).zero_point(),
                        s.output().zero_point(),
                        m.value,
                        m.shift,
                        s.range().min,
                        s.range().max};
      const Broadcast loops = {{1, 1, 256, 256}, {0, 0, 1, 0}, {0, 0, 0, 1}};
      if (type == DType::u8)
        apply_broadcast(s.data<u8>(0), s.data<u8>(1), s.result<u8>(), loops, div);
      else
        apply_broadcast(s.data<i8>(0), s.data<i8>(1), s.result<i8>(), loops, div);
      EXPECT_EQ(s.out, s.expected()) << scale;
    }
  }
}

template <typename T, typename Element>
void expect_binary(OpKind kind, DType type, const Element& element) {
  SingleOp s(kind, {random_tensor(type, {500}), random_tensor(type, {500})}, random_tensor(type, {500}));
  // The numbers at which integers are no longer opposites or quotients of one another, and others near 0.
  for (int i = 0; i < 25; ++i) {
    const T numbers[] = {0, static_cast<T>(-1), 1, static_cast<T>(T{1} << (8 * sizeof(T) - 2)) * -2, 7};
    reinterpret_cast<T*>(s.in[0].data())[i] = numbers[i / 5];
    reinterpret_cast<T*>(s.in[1].data())[i] = numbers[i % 5];
    reinterpret_cast<T*>(s.in[1].data())[25 + i] = static_cast<T>(i - 12);
  }
  const Broadcast loops = {{1, 1, 1, 500}, {0, 0, 0, 1}, {0, 0, 0, 1}};
  apply_broadcast(s.data<T>(0), s.data<T>(1), s.result<T>(), loops, element);
  EXPECT_EQ(s.out, s.expected()) << to_string(kind) << " of " << to_string(type);
}

template <typename T, typename U>
void expect_integers(DType type) {
  const RangeI all = activation_range_integer(Activation::none, type);
  expect_binary<T>(OpKind::div, type, DivInteger<T, U>{static_cast<T>(all.min), static_cast<T>(all.max)});
  expect_binary<T>(OpKind::floor_div, type, FloorDivInteger<T, U>());
  expect_binary<T>(OpKind::floor_mod, type, FloorModInteger<T, U>());
  expect_binary<T>(OpKind::pow, type, PowInteger<T, U>());
  expect_binary<T>(OpKind::squared_difference, type, SquaredDifferenceInteger<T, U>());
}

TEST(RuntimeDivision, Integers) {
  expect_integers<i32, u32>(DType::i32);
  expect_integers<i64, uint64_t>(DType::i64);
}

template <typename Element>
void expect_function(Function function, const Element& element, float alpha = 1) {
  SingleOp s(OpKind::unary, {random_tensor(DType::f32, {1000})}, random_tensor(DType::f32, {1000}));
  s.op.attr.function = function;
  s.op.attr.alpha = alpha;
  auto* values = reinterpret_cast<float*>(s.in[0].data());
  for (int i = 0; i < 1000; ++i) values[i] *= 5;
  apply(s.data<f32>(), s.result<f32>(), 1000, element);
  const Bytes expected = s.expected();
  for (int i = 0; i < 1000; ++i) {
    const float found = s.result<f32>()[i], wanted = reinterpret_cast<const float*>(expected.data())[i];
    if (wanted != wanted && found != found) continue;
    EXPECT_FLOAT_EQ(found, wanted) << to_string(function) << " of " << values[i];
  }
}

TEST(RuntimeFunctions, F32) {
  expect_function(Function::abs, AbsF32());
  expect_function(Function::neg, NegF32());
  expect_function(Function::sign, SignF32());
  expect_function(Function::square, SquareF32());
  expect_function(Function::sqrt, SqrtF32());
  expect_function(Function::rsqrt, RsqrtF32());
  expect_function(Function::reciprocal, ReciprocalF32());
  expect_function(Function::exp, ExpF32());
  expect_function(Function::log, LogF32());
  expect_function(Function::sin, SinF32());
  expect_function(Function::cos, CosF32());
  expect_function(Function::tanh, TanhF32());
  expect_function(Function::erf, ErfF32());
  expect_function(Function::floor, FloorF32());
  expect_function(Function::ceil, CeilF32());
  expect_function(Function::round, RoundF32());
  expect_function(Function::elu, EluF32{0.3f}, 0.3f);
  expect_function(Function::gelu, GeluF32());
  expect_function(Function::gelu_tanh, GeluTanhF32());
  expect_function(Function::softplus, SoftplusF32());
  expect_function(Function::softsign, SoftsignF32());
  expect_function(Function::mish, MishF32());
  expect_function(Function::thresholded_relu, ThresholdedReluF32{-1.5f}, -1.5f);
}

TEST(RuntimeReduce, LengthsOfRows) {
  for (const DType type : types_8bit) {
    for (const int depth : {1, 2, 7, 300}) {
      SingleOp s(OpKind::l2_normalization, {random_tensor(type, {9, depth})}, random_tensor(type, {9, depth}));
      const bool early = type == DType::u8;
      std::fill_n(s.in[0].begin(), depth, static_cast<uint8_t>(s.input().zero_point()));  // a row without a length
      const L2Normalization n{s.input().zero_point(),  early ? 128 : 1, early ? 0 : 7,
                              s.output().zero_point(), s.range().min,   s.range().max};
      with_types(&s, [&](auto* in, auto* out) { l2_normalize_8bit(in, out, 9, depth, n); });
      EXPECT_EQ(s.out, s.expected()) << to_string(type) << " " << depth;
    }
  }
}

TEST(RuntimeReduce, SumsOfOtherScales) {
  for (const DType type : types_8bit) {
    SingleOp s(OpKind::sum, {random_tensor(type, {5, 70, 6})}, random_tensor(type, {5, 6}));
    s.op.attr.axes = {1};
    const SumParameters p = sum_parameters(s.input(), s.output(), 70);
    const Mean loops = {{1, 1, 5, 6}, {0, 0, 420, 1}, {1, 1, 1, 70}, {0, 0, 0, 6}};
    with_types(&s, [&](auto* in, auto* out) {
      rescaled_sum_over(in, out, loops, 0, p.scale, p.bias, s.output().zero_point());
    });
    EXPECT_EQ(s.out, s.expected()) << to_string(type);
  }
}

}  // namespace
}  // namespace narrows
