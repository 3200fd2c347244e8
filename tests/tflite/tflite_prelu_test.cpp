// Sound and wrong uses of LEAKY_RELU and PRELU.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

/// x [1,4,4,2] (id 0) -> y (the last id).
TfliteBuilder leaky_relu(float alpha, DType type = DType::f32) {
  TfliteBuilder b;
  const Quant quant = type == DType::f32 ? Quant() : per_tensor(0.5f, 3);
  b.add_input("x", type, {1, 4, 4, 2}, quant);
  b.add_tensor("y", type, {1, 4, 4, 2}, quant);
  format::LeakyReluOptionsT options;
  options.alpha = alpha;
  b.add_op(Code::LEAKY_RELU, {0}, {1}, options);
  b.subgraph().outputs = {1};
  return b;
}

/// x [1,4,4,2] (id 0), alpha (id 1) -> y (id 2).
TfliteBuilder prelu(const Shape& alpha) {
  TfliteBuilder b;
  b.add_input("x", DType::f32, {1, 4, 4, 2});
  b.add_floats("alpha", alpha, std::vector<float>(element_count(alpha), 0.25f));
  b.add_tensor("y", DType::f32, {1, 4, 4, 2});
  b.add_op(Code::PRELU, {0, 1}, {2});
  b.subgraph().outputs = {2};
  return b;
}

TEST(TflitePrelu, AlphaBecomesASlope) {
  const Graph real = read_sound_model(leaky_relu(0.2f).finish());
  EXPECT_EQ(real.ops.at(0).kind, OpKind::prelu);
  EXPECT_EQ(real.input(real.ops[0], 1).shape, Shape{1});
  // In 8 bits, 1 or -1 with alpha's magnitude as the scale.
  for (const float alpha : {0.2f, -1.5f, 0.0f}) {
    const Graph stored = read_sound_model(leaky_relu(alpha, DType::u8).finish());
    const Tensor& slope = stored.input(stored.ops.at(0), 1);
    EXPECT_EQ(slope.type, DType::i8);
    EXPECT_EQ(slope.scale() * static_cast<float>(static_cast<int8_t>(slope.data.at(0))), alpha);
  }
}

TEST(TflitePrelu, SlopesOfAnyShape) {
  for (const Shape& shape : {Shape{2}, Shape{1, 1, 2}, Shape{1}, Shape{4, 1, 1}, Shape{1, 4, 4, 2}})
    EXPECT_EQ(read_sound_model(prelu(shape).finish()).ops.at(0).kind, OpKind::prelu) << to_string(shape);
}

TEST(TflitePrelu, WrongAlpha) {
  EXPECT_EQ(errors_of(leaky_relu(std::numeric_limits<float>::infinity())),
            "m: op 0 LEAKY_RELU 'y': error: alpha inf is not supported; expected a finite number\n");
  EXPECT_EQ(errors_of(leaky_relu(std::nanf(""))),
            "m: op 0 LEAKY_RELU 'y': error: alpha nan is not supported; expected a finite number\n");
  EXPECT_EQ(errors_of(leaky_relu(4e9f, DType::i8)),
            "m: op 0 LEAKY_RELU 'y': error: input scale 0.5 / output scale 0.5 is 1, and 4000000000 with alpha's scale "
            "4000000000; below 2^30 is legal\n");
  TfliteBuilder b = leaky_relu(0.2f);
  b.op(0).builtin_options.Reset();
  EXPECT_EQ(errors_of(b), "m: op 0 LEAKY_RELU 'y': error: has no options, expected LeakyReluOptions\n");
}

TEST(TflitePrelu, WrongSlopes) {
  EXPECT_EQ(
      errors_of(prelu({3})),
      "m: op 0 PRELU 'y': error: alpha 'alpha' with shape [3] cannot be broadcast to the shape [1,4,4,2] of input "
      "'x'\n");
  EXPECT_EQ(
      errors_of(prelu({1, 1, 4, 4, 2})),
      "m: op 0 PRELU 'y': error: alpha 'alpha' with shape [1,1,4,4,2] cannot be broadcast to the shape [1,4,4,2] of "
      "input 'x'\n");
  TfliteBuilder b = prelu({2});
  const int computed = b.add_input("computed", DType::f32, {2});
  b.op(0).inputs = {0, computed};
  EXPECT_EQ(errors_of(b),
            "m: op 0 PRELU 'y': error: alpha 'computed': expected a constant, found a value computed at run time\n");
  b = prelu({2});
  b.op(0).inputs = {0, b.add_ints("integers", {2}, {1, 2})};
  EXPECT_EQ(errors_of(b),
            "m: op 0 PRELU 'y': error: input 'integers' has type INT32, expected FLOAT32 as in input 'x'\n");
}

TEST(TflitePrelu, WrongOutput) {
  TfliteBuilder b = prelu({2});
  b.tensor(2).shape = {1, 4, 2, 4};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 2 'y'", "[1,4,2,4]", "[1,4,4,2]"));
  b = prelu({2});
  b.op(0).inputs = {0};
  EXPECT_EQ(errors_of(b), "m: op 0 PRELU 'y': error: has 1 inputs, expected 2\n");
}

}  // namespace
}  // namespace narrows
