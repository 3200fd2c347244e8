// Softmax of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/softmax.h"

TEST(RuntimeSoftmax, F32) {
  for (int depth : {1, 2, 21, 1001}) {
    SingleOp s(OpKind::softmax, {random_tensor(DType::f32, {3, depth})}, random_tensor(DType::f32, {3, depth}));
    s.op.attr.beta = 0.7f;
    softmax_f32(s.data<f32>(), s.result<f32>(), 3, depth, 0.7f);
    EXPECT_EQ(s.out, s.expected());
  }
}

SingleOp softmax_op(int depth, DType in, DType out, float in_scale) {
  Tensor input = random_tensor(in, {5, depth}), output = random_tensor(out, {5, depth});
  input.quant.scale = {in_scale};
  output.quant.scale = {1.0f / 256};
  output.quant.zero_point = {out == DType::u8 ? 0 : -128};
  return SingleOp(OpKind::softmax, {input}, output);
}

TEST(RuntimeSoftmax, FixedPoint) {
  for (int depth : {1, 2, 21, 512, 513, 1001, 5000}) {
    for (int types = 0; types < 4; ++types) {
      for (float scale : {0.001f, 0.05f, 0.3f, 2.0f}) {
        SingleOp s = softmax_op(depth, types_8bit[types & 1], types_8bit[types >> 1], scale);
        Multiplier m = quantize_multiplier(std::min(scale * double{1 << 26}, 2147483647.0));
        double radius = std::floor(std::ldexp(31.0, 26 - m.shift));
        int smallest = -static_cast<int>(std::min(radius, 1e9));
        std::fill_n(s.in[0].begin(), depth, uint8_t{7});  // a row of equal values
        with_types(&s, [&](auto* in, auto* out) {
          softmax_fixed_point(in, out, 5, depth, m.value, m.shift, smallest, s.range().min);
        });
        EXPECT_EQ(s.out, s.expected()) << depth << " " << scale;
      }
    }
  }
}

/// Stored probabilities by real arithmetic, for values that are not near a tie.
void expect_near_exact(const SingleOp& s, const Bytes& out, const std::string& what) {
  const int depth = s.output().shape.back();
  const bool in_u8 = s.input().type == DType::u8;
  const auto in = [&](int i) { return in_u8 ? s.data<uint8_t>()[i] : s.data<int8_t>()[i]; };
  const double unit = double{s.input().scale()} * s.op.attr.beta;
  for (int row = 0; row < s.output().shape[0]; ++row) {
    double sum = 0;
    for (int c = 0; c < depth; ++c) sum += std::exp(unit * in(row * depth + c));
    for (int c = 0; c < depth; ++c) {
      const double units = 256 * std::exp(unit * in(row * depth + c)) / sum;
      const int found = out[row * depth + c] ^ (s.output().type == DType::u8 ? 0 : 128);
      if (std::fabs(units - std::floor(units) - 0.5) < 1e-3) continue;
      ASSERT_EQ(found, std::min(255.0, std::round(units))) << what << ", " << depth << " values, element " << c;
    }
  }
}

// 1/512 is half a unit, which TFLite's optimized kernel rounds up.
TEST(RuntimeSoftmax, Ties) {
  for (int types = 0; types < 2; ++types) {
    SingleOp s = softmax_op(512, types_8bit[types], types_8bit[types], 0.1f);
    std::fill(s.in[0].begin(), s.in[0].end(), uint8_t{7});
    const Bytes ones(s.out.size(), s.output().type == DType::u8 ? 1 : 129);
    EXPECT_EQ(s.expected(Numerics::tflite), ones);
    EXPECT_EQ(s.expected(Numerics::xnnpack), ones);
  }
}

// A sum of exponentials of 512 or more needs a shift by more than 31 bits; one of 4096 or more saturates.
TEST(RuntimeSoftmax, ManyNearlyEqualValues) {
  for (int depth = 1; depth <= 5000; depth += depth < 530 ? 1 : 149) {
    for (int types = 0; types < 2; ++types) {
      SingleOp s = softmax_op(depth, types_8bit[types], types_8bit[types], 1e-4f);
      for (uint8_t& byte : s.in[0]) byte &= 3;
      expect_near_exact(s, s.expected(Numerics::tflite), "tflite");
      expect_near_exact(s, s.expected(Numerics::xnnpack), "xnnpack");
    }
  }
}

TEST(RuntimeSoftmax, Table) {
  for (int depth : {1, 2, 21, 1001}) {
    for (int types = 0; types < 4; ++types) {
      SingleOp s = softmax_op(depth, types_8bit[types & 1], types_8bit[types >> 1], 0.1f);
      s.op.attr.beta = 1.5f;
      float table[256], scale = s.input().scale() * s.op.attr.beta;
      for (int d = 0; d < 256; ++d) table[d] = std::exp(-scale * static_cast<float>(d));
      with_types(&s, [&](auto* in, auto* out) {
        softmax_table(in, out, 5, depth, table, s.output().scale(), s.output().zero_point(), s.range().min,
                      s.range().max);
      });
      EXPECT_EQ(s.out, s.expected(Numerics::xnnpack)) << depth;
    }
  }
}

}  // namespace
}  // namespace narrows
