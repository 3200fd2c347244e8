// Pools and means of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/mean.h"
#include "runtime/pool.h"

struct PoolCase {
  Shape in, out;
  Window window;
};
const PoolCase pools[] = {
    {{1, 7, 7, 70}, {1, 1, 1, 70}, {7, 7, 1, 1, 1, 1, {}}},
    {{1, 8, 9, 3}, {1, 4, 4, 3}, {2, 2, 2, 2, 1, 1, {}}},
    {{1, 8, 9, 130}, {1, 4, 5, 130}, {3, 3, 2, 2, 1, 1, {0, 1, 1, 1}}},
    {{1, 5, 4, 5}, {1, 5, 4, 5}, {4, 3, 1, 1, 1, 1, {2, 1, 1, 1}}},
};

Pool pool_of(const PoolCase& c) {
  const Window& w = c.window;
  return {c.in[1],    c.in[2],    c.in[3],    c.out[1],  c.out[2],  w.kernel_h,
          w.kernel_w, w.stride_h, w.stride_w, w.pad.top, w.pad.left};
}

SingleOp pool_op(OpKind kind, DType type, const PoolCase& c, Activation activation) {
  Tensor in = random_tensor(type, c.in), out = random_tensor(type, c.out);
  out.quant = in.quant;
  SingleOp s(kind, {in}, out);
  s.op.attr.window = c.window;
  s.op.attr.activation = activation;
  return s;
}

TEST(RuntimePool, PoolF32) {
  for (const PoolCase& c : pools) {
    for (Activation activation : activations) {
      SingleOp s = pool_op(OpKind::average_pool, DType::f32, c, activation);
      average_pool_f32(s.data<f32>(), s.result<f32>(), pool_of(c), s.range_f32().min, s.range_f32().max);
      EXPECT_EQ(s.out, s.expected());
      s.op.kind = OpKind::max_pool;
      max_pool_f32(s.data<f32>(), s.result<f32>(), pool_of(c), s.range_f32().min, s.range_f32().max);
      EXPECT_EQ(s.out, s.expected());
    }
  }
}

TEST(RuntimePool, Pool8Bit) {
  for (const PoolCase& c : pools) {
    for (DType type : types_8bit) {
      for (Activation activation : activations) {
        SingleOp s = pool_op(OpKind::average_pool, type, c, activation);
        Range r = s.range();
        if (type == DType::u8) average_pool_8bit(s.data<u8>(), s.result<u8>(), pool_of(c), 0, 0, r.min, r.max);
        if (type == DType::i8) average_pool_8bit(s.data<i8>(), s.result<i8>(), pool_of(c), 0, 0, r.min, r.max);
        EXPECT_EQ(s.out, s.expected());
        s.op.kind = OpKind::max_pool;
        if (type == DType::u8) max_pool_8bit(s.data<u8>(), s.result<u8>(), pool_of(c), 0, 0, r.min, r.max);
        if (type == DType::i8) max_pool_8bit(s.data<i8>(), s.result<i8>(), pool_of(c), 0, 0, r.min, r.max);
        EXPECT_EQ(s.out, s.expected());
      }
    }
  }
}

Bytes flipped(Bytes bytes) {
  for (uint8_t& byte : bytes) byte ^= 0x80;
  return bytes;
}

// A model of one type, kept as the other one; graph inputs keep their own.
TEST(RuntimePool, PoolOfTheOtherType) {
  for (const PoolCase& c : pools) {
    for (OpKind kind : {OpKind::average_pool, OpKind::max_pool}) {
      SingleOp s = pool_op(kind, DType::i8, c, Activation::relu6), u = pool_op(kind, DType::u8, c, Activation::none);
      auto run = [&](auto* in, auto* out, int in_shift, int out_shift, Range r) {
        const int lo = r.min + out_shift, hi = r.max + out_shift;
        if (kind == OpKind::max_pool) return max_pool_8bit(in, out, pool_of(c), in_shift, out_shift, lo, hi);
        average_pool_8bit(in, out, pool_of(c), in_shift, out_shift, lo, hi);
      };
      const Bytes s_flipped = flipped(s.in[0]), u_flipped = flipped(u.in[0]);
      run(s_flipped.data(), s.result<u8>(), 128, 128, s.range());
      EXPECT_EQ(flipped(s.out), s.expected());
      run(s.data<i8>(), s.result<u8>(), 0, 128, s.range());
      EXPECT_EQ(flipped(s.out), s.expected());
      run(reinterpret_cast<const i8*>(u_flipped.data()), u.result<i8>(), -128, -128, u.range());
      EXPECT_EQ(flipped(u.out), u.expected());
      run(u.data<u8>(), u.result<i8>(), 0, -128, u.range());
      EXPECT_EQ(flipped(u.out), u.expected());
    }
  }
}

struct MeanCase {
  Shape in, out;
  std::vector<int> axes;
};
const MeanCase means[] = {
    {{1, 7, 7, 130}, {1, 130}, {1, 2}}, {{1, 7, 5, 3}, {1, 1, 5, 3}, {1}},
    {{1, 4, 5, 6}, {1, 4}, {2, 3}},     {{4, 100}, {4}, {1}},
    {{3, 5, 7}, {5}, {0, 2}},           {{5, 6}, {}, {0, 1}},
};

Mean mean_of(const MeanCase& c) {
  Mean m = {{1, 1, 1, 1}, {}, {1, 1, 1, 1}, {}};
  int kept = 3, averaged = 3, step = 1;
  for (int d = static_cast<int>(c.in.size()) - 1; d >= 0; step *= c.in[d], --d) {
    bool is_averaged = std::count(c.axes.begin(), c.axes.end(), d) > 0;
    int& at = is_averaged ? averaged : kept;
    (is_averaged ? m.mean_size : m.size)[at] = c.in[d];
    (is_averaged ? m.mean_step : m.step)[at] = step;
    --at;
  }
  return m;
}

TEST(RuntimeMean, MeanF32) {
  for (const MeanCase& c : means) {
    SingleOp s(OpKind::mean, {random_tensor(DType::f32, c.in)}, random_tensor(DType::f32, c.out));
    s.op.attr.axes = c.axes;
    mean_f32(s.data<f32>(), s.result<f32>(), mean_of(c));
    EXPECT_EQ(s.out, s.expected()) << to_string(c.in);
  }
}

TEST(RuntimeMean, Mean8Bit) {
  for (const MeanCase& c : means) {
    for (int types = 0; types < 4; ++types) {
      SingleOp s(OpKind::mean, {random_tensor(types_8bit[types & 1], c.in)},
                 random_tensor(types_8bit[types >> 1], c.out));
      s.op.attr.axes = c.axes;
      Mean dims = mean_of(c);
      Multiplier m = mean_multiplier(s.input(), s.output(), mean_count(dims));
      Range r = s.range();
      with_types(&s, [&](auto* in, auto* out) {
        mean_8bit(in, out, dims, s.input().zero_point(), m.value, m.shift, s.output().zero_point(), r.min, r.max);
      });
      EXPECT_EQ(s.out, s.expected()) << to_string(c.in);
    }
  }
}

TEST(RuntimeMean, MeanXnnpack) {
  const MeanCase& c = means[0];
  for (int types = 0; types < 4; ++types) {
    SingleOp s(OpKind::mean, {random_tensor(types_8bit[types & 1], c.in)},
               random_tensor(types_8bit[types >> 1], c.out));
    s.op.attr.axes = c.axes;
    float scale = mean_scale(s.input(), s.output(), 7 * 7);
    with_types(&s, [&](auto* in, auto* out) {
      mean_xnnpack(in, out, mean_of(c), s.input().zero_point(), scale, s.output().zero_point(), s.range().min,
                   s.range().max);
    });
    EXPECT_EQ(s.out, s.expected(Numerics::xnnpack));
  }
}

}  // namespace
}  // namespace narrows
