// How convolutions compute on each target, by the types of their tensors.
#include "schedules/arithmetic.h"

#include <gtest/gtest.h>

#include "tests/support/targets.h"

namespace narrows {
namespace {

Tensor tensor(DType type, bool scales) {
  Tensor t;
  t.type = type;
  t.shape = {1, 1, 1, 4};
  if (scales) t.quant = {{0.5f}, {0}, 0};
  return t;
}

/// A convolution of tensors of these types.
Graph convolution(DType activations, DType weights) {
  Graph graph;
  graph.tensors = {tensor(activations, activations != DType::f32), tensor(weights, weights == DType::i8),
                   tensor(activations, activations != DType::f32)};
  Op op;
  op.kind = OpKind::conv2d;
  op.inputs = {0, 1};
  op.output = 2;
  graph.ops = {op};
  return graph;
}

Arithmetic arithmetic(DType activations, DType weights, Numerics numerics, const Target& target) {
  const Graph graph = convolution(activations, weights);
  return arithmetic_of(graph, graph.ops[0], numerics, target);
}

Target avx2() { return target_named("x86-64-linux-avx2"); }
Target neon() { return target_named("arm64-linux"); }

TEST(Arithmetic, OfFloatsHasTheWeightsOfTheModel) {
  for (const DType weights : {DType::f32, DType::f16, DType::i8}) {
    const Arithmetic a = arithmetic(DType::f32, weights, Numerics::xnnpack, avx2());
    EXPECT_EQ(a.stored, DType::f32);
    EXPECT_EQ(a.weights, weights);
    EXPECT_EQ(a.accumulator, DType::f32);
    EXPECT_EQ(a.quad, 1);
    EXPECT_EQ(a.rounding, Rounding::none);
    EXPECT_FALSE(a.requantizes());
    EXPECT_EQ(a.scales_sums(), weights == DType::i8);
    EXPECT_EQ(a.has_multiplier(), weights == DType::i8);
    EXPECT_FALSE(a.corrects_weights(3));
  }
}

TEST(Arithmetic, OfBytesStoresWhatTheTargetMultiplies) {
  for (const DType activations : {DType::u8, DType::i8}) {
    EXPECT_EQ(arithmetic(activations, DType::i8, Numerics::tflite, avx2()).stored, DType::u8);
    EXPECT_EQ(arithmetic(activations, DType::i8, Numerics::tflite, neon()).stored, DType::i8);
  }
}

TEST(Arithmetic, OfBytesSumsIntegersAndRequantizesThem) {
  for (const DType weights : {DType::u8, DType::i8}) {
    const Arithmetic a = arithmetic(DType::u8, weights, Numerics::tflite, neon());
    EXPECT_EQ(a.weights, DType::i8);  // without their zero point
    EXPECT_EQ(a.accumulator, DType::i32);
    EXPECT_EQ(a.quad, 4);
    EXPECT_TRUE(a.requantizes());
    EXPECT_FALSE(a.scales_sums());
    EXPECT_TRUE(a.corrects_weights(3));
    EXPECT_FALSE(a.corrects_weights(0));
  }
}

TEST(Arithmetic, RoundsAsAsked) {
  EXPECT_EQ(arithmetic(DType::i8, DType::i8, Numerics::tflite, avx2()).rounding, Rounding::tflite);
  EXPECT_EQ(arithmetic(DType::i8, DType::i8, Numerics::xnnpack, avx2()).rounding, Rounding::xnnpack);
}

TEST(IsQuantized, NeedsBytesAndScales) {
  EXPECT_TRUE(is_quantized(tensor(DType::u8, true)));
  EXPECT_TRUE(is_quantized(tensor(DType::i8, true)));
  EXPECT_FALSE(is_quantized(tensor(DType::u8, false)));
  EXPECT_FALSE(is_quantized(tensor(DType::f32, false)));
  EXPECT_FALSE(is_quantized(tensor(DType::i32, true)));  // a bias
}

TEST(StoredShift, TurnsAByteOfTheModelIntoTheStoredOne) {
  EXPECT_EQ(stored_shift(DType::i8, avx2()), 128);
  EXPECT_EQ(stored_shift(DType::u8, avx2()), 0);
  EXPECT_EQ(stored_shift(DType::u8, neon()), -128);
  EXPECT_EQ(stored_shift(DType::i8, neon()), 0);
  EXPECT_EQ(stored_shift(DType::f32, neon()), 0);
}

}  // namespace
}  // namespace narrows
