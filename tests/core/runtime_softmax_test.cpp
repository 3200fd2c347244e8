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
    SingleOp s(OpKind::softmax, {random_tensor(DType::f32, {3, depth})},
               random_tensor(DType::f32, {3, depth}));
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
  for (int depth : {1, 2, 21, 1001}) {
    for (int types = 0; types < 4; ++types) {
      for (float scale : {0.001f, 0.05f, 0.3f, 2.0f}) {
        SingleOp s = softmax_op(depth, types_8bit[types & 1], types_8bit[types >> 1], scale);
        Multiplier m = quantize_multiplier(std::min(scale * double{1 << 26}, 2147483647.0));
        double radius = std::floor(std::ldexp(31.0, 26 - m.shift));
        int smallest = -static_cast<int>(std::min(radius, 1e9));
        with_types(&s, [&](auto* in, auto* out) {
          softmax_fixed_point(in, out, 5, depth, m.value, m.shift, smallest, s.range().min);
        });
        EXPECT_EQ(s.out, s.expected()) << depth << " " << scale;
      }
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
