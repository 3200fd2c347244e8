// Elementwise operators of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/elementwise.h"

TEST(RuntimeElementwise, UnaryF32) {
  for (Activation a : {Activation::relu, Activation::relu6, Activation::relu_n1_to_1}) {
    SingleOp s(OpKind::relu, {random_tensor(DType::f32, {1000})}, random_tensor(DType::f32, {1000}));
    s.op.attr.activation = a;
    apply(s.data<f32>(), s.result<f32>(), 1000, ClampF32{s.range_f32().min, s.range_f32().max});
    EXPECT_EQ(s.out, s.expected());
  }
  SingleOp h(OpKind::hard_swish, {random_tensor(DType::f32, {1000})}, random_tensor(DType::f32, {1000}));
  apply(h.data<f32>(), h.result<f32>(), 1000, HardSwishF32());
  EXPECT_EQ(h.out, h.expected());
  SingleOp s(OpKind::logistic, {random_tensor(DType::f32, {1000})}, random_tensor(DType::f32, {1000}));
  apply(s.data<f32>(), s.result<f32>(), 1000, LogisticF32());
  EXPECT_EQ(s.out, s.expected());
}

struct Shapes {
  Shape a, b, out;
};
const Shapes broadcasts[] = {
    {{1, 3, 4, 5}, {1, 3, 4, 5}, {1, 3, 4, 5}}, {{1, 3, 4, 5}, {5}, {1, 3, 4, 5}}, {{1}, {1, 3, 4, 5}, {1, 3, 4, 5}},
    {{1, 3, 1, 5}, {4, 1}, {1, 3, 4, 5}},       {{7, 1}, {1, 9}, {7, 9}},          {{1, 3, 4, 5}, {}, {1, 3, 4, 5}},
};

void steps_of(const Shape& shape, int* steps) {
  int step = 1;
  for (int d = 3, i = static_cast<int>(shape.size()) - 1; d >= 0; --d, --i) {
    int size = i < 0 ? 1 : shape[i];
    steps[d] = size == 1 ? 0 : step;
    step *= size;
  }
}

Broadcast broadcast_of(const SingleOp& s) {
  Broadcast b = {{1, 1, 1, 1}, {}, {}};
  const Shape& out = s.output().shape;
  std::copy(out.begin(), out.end(), b.size + 4 - out.size());
  steps_of(s.input(0).shape, b.a);
  steps_of(s.input(1).shape, b.b);
  return b;
}

template <typename F>
void run_8bit(SingleOp* s, const F& f) {
  Broadcast b = broadcast_of(*s);
  with_types(s, [&](auto* in, auto* out) {
    if (s->input(1).type == DType::u8) {
      apply_broadcast(in, s->data<u8>(1), out, b, f);
    } else {
      apply_broadcast(in, s->data<i8>(1), out, b, f);
    }
  });
}

/// All combinations of shapes, types of both operands and the output, and activations.
template <typename Run>
void for_each_8bit(OpKind kind, const Run& run) {
  for (const Shapes& shapes : broadcasts) {
    for (int types = 0; types < 8; ++types) {
      for (Activation activation : activations) {
        SingleOp s(
            kind, {random_tensor(types_8bit[types & 1], shapes.a), random_tensor(types_8bit[types >> 1 & 1], shapes.b)},
            random_tensor(types_8bit[types >> 2], shapes.out));
        s.op.attr.activation = activation;
        run(&s);
      }
    }
  }
}

TEST(RuntimeElementwise, ArithmeticF32) {
  for (const Shapes& shapes : broadcasts) {
    for (OpKind kind : {OpKind::add, OpKind::sub, OpKind::mul}) {
      for (Activation activation : activations) {
        SingleOp s(kind, {random_tensor(DType::f32, shapes.a), random_tensor(DType::f32, shapes.b)},
                   random_tensor(DType::f32, shapes.out));
        s.op.attr.activation = activation;
        RangeF r = s.range_f32();
        const f32 *a = s.data<f32>(0), *b = s.data<f32>(1);
        f32* out = s.result<f32>();
        if (kind == OpKind::add) apply_broadcast(a, b, out, broadcast_of(s), AddF32{r.min, r.max});
        if (kind == OpKind::sub) apply_broadcast(a, b, out, broadcast_of(s), SubF32{r.min, r.max});
        if (kind == OpKind::mul) apply_broadcast(a, b, out, broadcast_of(s), MulF32{r.min, r.max});
        ASSERT_EQ(s.out, s.expected()) << to_string(kind) << to_string(shapes.a) << to_string(shapes.b);
      }
    }
  }
}

Add8 add8_of(const SingleOp& s) {
  AddParameters p = add_parameters(s.input(0), s.input(1), s.output());
  EXPECT_EQ(p.left_shift, 20);
  Add8 add = {};
  add.zero_a = s.input(0).zero_point(), add.multiplier_a = p.in0.value, add.shift_a = p.in0.shift;
  add.zero_b = s.input(1).zero_point(), add.multiplier_b = p.in1.value, add.shift_b = p.in1.shift;
  add.zero = s.output().zero_point(), add.multiplier = p.out.value, add.shift = p.out.shift;
  add.lo = s.range().min, add.hi = s.range().max;
  return add;
}

TEST(RuntimeElementwise, Add8Bit) {
  for_each_8bit(OpKind::add, [](SingleOp* s) {
    run_8bit(s, add8_of(*s));
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeElementwise, Sub8Bit) {
  for_each_8bit(OpKind::sub, [](SingleOp* s) {
    run_8bit(s, Sub8{add8_of(*s)});
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeElementwise, Mul8Bit) {
  for_each_8bit(OpKind::mul, [](SingleOp* s) {
    float scale = s->input(0).scale() * s->input(1).scale() / s->output().scale();
    Multiplier m = quantize_multiplier(scale);
    run_8bit(s, Mul8{s->input(0).zero_point(), s->input(1).zero_point(), s->output().zero_point(), m.value, m.shift,
                     s->range().min, s->range().max});
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeElementwise, PreluF32) {
  for (const Shapes& shapes : broadcasts) {
    SingleOp s(OpKind::prelu, {random_tensor(DType::f32, shapes.a), random_tensor(DType::f32, shapes.b)},
               random_tensor(DType::f32, shapes.out));
    apply_broadcast(s.data<f32>(0), s.data<f32>(1), s.result<f32>(), broadcast_of(s), PreluF32{});
    ASSERT_EQ(s.out, s.expected()) << to_string(shapes.a) << to_string(shapes.b);
  }
}

TEST(RuntimeElementwise, Prelu8Bit) {
  for_each_8bit(OpKind::prelu, [](SingleOp* s) {
    s->op.attr.activation = Activation::none;
    const float in = s->input(0).scale(), slope = s->input(1).scale(), out = s->output().scale();
    const Multiplier same = quantize_multiplier(in / out), sloped = quantize_multiplier(in * slope / out);
    run_8bit(s, Prelu8{s->input(0).zero_point(), s->input(1).zero_point(), s->output().zero_point(), same.value,
                       same.shift, sloped.value, sloped.shift, s->range().min, s->range().max});
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeElementwise, AddXnnpack8Bit) {
  for_each_8bit(OpKind::add, [](SingleOp* s) {
    XnnAddParameters p = xnn_add_parameters(s->input(0), s->input(1), s->output());
    run_8bit(s, AddXnnpack8{p.multiplier0, p.multiplier1, p.bias, p.shift, s->output().zero_point(), s->range().min,
                            s->range().max});
    ASSERT_EQ(s->out, s->expected(Numerics::xnnpack));
  });
}

TEST(RuntimeElementwise, MulXnnpack8Bit) {
  for_each_8bit(OpKind::mul, [](SingleOp* s) {
    float scale = s->input(0).scale() * s->input(1).scale() / s->output().scale();
    run_8bit(s, MulXnnpack8{s->input(0).zero_point(), s->input(1).zero_point(), scale, s->output().zero_point(),
                            s->range().min, s->range().max});
    ASSERT_EQ(s->out, s->expected(Numerics::xnnpack));
  });
}

TEST(RuntimeElementwise, BroadcastInPlace) {
  SingleOp s(OpKind::add, {random_tensor(DType::u8, {1, 5, 7, 3}), random_tensor(DType::u8, {3})},
             random_tensor(DType::u8, {1, 5, 7, 3}));
  s.out = s.in[0];
  apply_broadcast(s.result<u8>(), s.data<u8>(1), s.result<u8>(), broadcast_of(s), add8_of(s));
  EXPECT_EQ(s.out, s.expected());
}

}  // namespace
}  // namespace narrows
