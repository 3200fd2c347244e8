// The operators of runtime/ against the interpreter, on random tensors: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "compiler/graph.h"
#include "compiler/interpret.h"
#include "compiler/quantization.h"
#include "runtime/prologue.h"

namespace narrows {
namespace {

#include "runtime/elementwise.h"
#include "runtime/fixed_point.h"
#include "runtime/mean.h"
#include "runtime/pool.h"
#include "runtime/quantize.h"
#include "runtime/shape_ops.h"
#include "runtime/softmax.h"

std::mt19937 random_numbers(1);

int random_int(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(random_numbers); }

Tensor make_tensor(DType type, const Shape& shape) {
  Tensor t;
  t.type = type;
  t.shape = shape;
  if (is_8bit(type)) {
    t.quant.scale = {std::uniform_real_distribution<float>(0.01f, 0.1f)(random_numbers)};
    t.quant.zero_point = {random_int(0, 255) - (type == DType::i8 ? 128 : 0)};
  }
  return t;
}

Bytes random_bytes(const Tensor& tensor) {
  Bytes bytes(tensor.bytes());
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_numbers());
  for (size_t i = 0; tensor.type == DType::f32 && i < bytes.size(); i += sizeof(float)) {
    float value = std::uniform_real_distribution<float>(-20, 20)(random_numbers);
    std::memcpy(&bytes[i], &value, sizeof value);
  }
  return bytes;
}

/// One operator with random inputs, and what the interpreter makes of them.
struct Single {
  Graph graph;
  Op op;
  std::vector<Bytes> in;
  Bytes out;  ///< for the runtime to write

  Single(OpKind kind, const std::vector<Tensor>& inputs, const Tensor& output) {
    op.kind = kind;
    for (const Tensor& t : inputs) {
      op.inputs.push_back(graph.add(t));
      in.push_back(random_bytes(t));
    }
    op.output = graph.add(output);
    out.resize(output.bytes());
  }
  const Tensor& input(int i = 0) const { return graph.input(op, i); }
  const Tensor& output() const { return graph.output(op); }
  Range range() const { return activation_range(op.attr.activation, output()); }
  RangeF range_f32() const { return activation_range_f32(op.attr.activation); }

  template <typename T>
  const T* data(int i = 0) const {
    return reinterpret_cast<const T*>(in[i].data());
  }
  template <typename T>
  T* result() {
    return reinterpret_cast<T*>(out.data());
  }
  Bytes expected(Numerics numerics = Numerics::tflite) const {
    std::vector<const Bytes*> operands;
    for (const Bytes& bytes : in) operands.push_back(&bytes);
    return interpret_op(graph, op, operands, numerics);
  }
};

/// Calls f(in, out) with pointers of the types that the first input and the output have.
template <typename F>
void with_types(Single* s, const F& f) {
  bool in_u8 = s->input().type == DType::u8, out_u8 = s->output().type == DType::u8;
  if (in_u8 && out_u8) f(s->data<u8>(), s->result<u8>());
  if (in_u8 && !out_u8) f(s->data<u8>(), s->result<i8>());
  if (!in_u8 && out_u8) f(s->data<i8>(), s->result<u8>());
  if (!in_u8 && !out_u8) f(s->data<i8>(), s->result<i8>());
}

constexpr DType types_8bit[] = {DType::u8, DType::i8};
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::relu6,
                                      Activation::relu_n1_to_1};

/// The byte table of a function of one 8-bit tensor.
Bytes table_of(const Single& s) {
  Graph graph = s.graph;
  graph.tensors[s.op.inputs[0]].shape = graph.tensors[s.op.output].shape = {256};
  Bytes all(256);
  for (int b = 0; b < 256; ++b) all[b] = static_cast<uint8_t>(b);
  return interpret_op(graph, s.op, {&all});
}

TEST(RuntimeOps, FixedPoint) {
  for (int i = 0; i < 200000; ++i) {
    i32 x = static_cast<i32>(random_numbers()) >> (i % 32), y = static_cast<i32>(random_numbers()) >> (i % 7);
    int shift = random_int(0, 31);
    ASSERT_EQ(high_mul(x, y), saturating_rounding_doubling_high_mul(x, y));
    ASSERT_EQ(divide_by_power_of_two(x, shift), rounding_divide_by_power_of_two(x, shift));
    i32 multiplier = random_int(1 << 30, INT32_MAX);
    ASSERT_EQ(rescale(x, multiplier, shift), multiply_by_quantized_multiplier(x, {multiplier, shift}));
    ASSERT_EQ(rescale(x, multiplier, -shift), multiply_by_quantized_multiplier(x, {multiplier, -shift}));
  }
  EXPECT_EQ(high_mul(INT32_MIN, INT32_MIN), INT32_MAX);
  EXPECT_EQ(divide_by_power_of_two(-6, 2), -2);
  EXPECT_EQ(divide_by_power_of_two(6, 2), 2);
}

TEST(RuntimeOps, Rounding) {
  for (int i = -4000; i <= 4000; ++i) {
    float value = static_cast<float>(i) / 8;
    for (float v : {value, std::nextafter(value, 1e9f), std::nextafter(value, -1e9f)}) {
      ASSERT_EQ(round_half_away(v), std::lround(v)) << v;
      ASSERT_EQ(round_half_even(v), std::lrint(v)) << v;
    }
  }
  EXPECT_EQ(round_half_away(NAN), 0);
}

TEST(RuntimeOps, Quantize) {
  for (DType type : types_8bit) {
    Single s(OpKind::quantize, {make_tensor(DType::f32, {1000})}, make_tensor(type, {1000}));
    float special[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 0.f, -0.f, 2.5f * s.output().scale()};
    std::memcpy(s.in[0].data(), special, sizeof special);
    Range r = s.range();
    if (type == DType::u8) {
      quantize_f32(s.data<f32>(), s.result<u8>(), 1000, s.output().scale(), s.output().zero_point(), r.min,
                   r.max);
    } else {
      quantize_f32(s.data<f32>(), s.result<i8>(), 1000, s.output().scale(), s.output().zero_point(), r.min,
                   r.max);
    }
    EXPECT_EQ(s.out, s.expected());
  }
}

TEST(RuntimeOps, Dequantize) {
  for (DType type : types_8bit) {
    Single s(OpKind::dequantize, {make_tensor(type, {1000})}, make_tensor(DType::f32, {1000}));
    if (type == DType::u8) {
      dequantize_8bit(s.data<u8>(), s.result<f32>(), 1000, s.input().scale(), s.input().zero_point());
    } else {
      dequantize_8bit(s.data<i8>(), s.result<f32>(), 1000, s.input().scale(), s.input().zero_point());
    }
    EXPECT_EQ(s.out, s.expected());
  }
}

TEST(RuntimeOps, Lookup) {
  for (OpKind kind : {OpKind::quantize, OpKind::relu, OpKind::logistic}) {
    for (DType in : types_8bit) {
      for (DType out : types_8bit) {
        Single s(kind, {make_tensor(in, {3000})}, make_tensor(out, {3000}));
        if (kind == OpKind::relu) s.op.attr.activation = Activation::relu6;
        Bytes table = table_of(s);
        lookup_8bit(s.in[0].data(), s.out.data(), 3000, table.data());
        EXPECT_EQ(s.out, s.expected());
      }
    }
  }
}

TEST(RuntimeOps, FlipSign) {
  Tensor in = make_tensor(DType::u8, {1000}), out = make_tensor(DType::i8, {1000});
  out.quant.scale = in.quant.scale;
  out.quant.zero_point = {in.zero_point() - 128};
  Single s(OpKind::quantize, {in}, out);
  flip_sign(s.in[0].data(), s.out.data(), 1000);
  EXPECT_EQ(s.out, s.expected());
}

TEST(RuntimeOps, UnaryF32) {
  for (Activation a : {Activation::relu, Activation::relu6, Activation::relu_n1_to_1}) {
    Single s(OpKind::relu, {make_tensor(DType::f32, {1000})}, make_tensor(DType::f32, {1000}));
    s.op.attr.activation = a;
    apply(s.data<f32>(), s.result<f32>(), 1000, ClampF32{s.range_f32().min, s.range_f32().max});
    EXPECT_EQ(s.out, s.expected());
  }
  Single s(OpKind::logistic, {make_tensor(DType::f32, {1000})}, make_tensor(DType::f32, {1000}));
  apply(s.data<f32>(), s.result<f32>(), 1000, LogisticF32());
  EXPECT_EQ(s.out, s.expected());
}

// ---- operators with two operands --------------------------------------------------------------------------

struct Shapes {
  Shape a, b, out;
};
const Shapes broadcasts[] = {
    {{1, 3, 4, 5}, {1, 3, 4, 5}, {1, 3, 4, 5}},
    {{1, 3, 4, 5}, {5}, {1, 3, 4, 5}},
    {{1}, {1, 3, 4, 5}, {1, 3, 4, 5}},
    {{1, 3, 1, 5}, {4, 1}, {1, 3, 4, 5}},
    {{7, 1}, {1, 9}, {7, 9}},
    {{1, 3, 4, 5}, {}, {1, 3, 4, 5}},
};

void steps_of(const Shape& shape, int* steps) {
  int step = 1;
  for (int d = 3, i = static_cast<int>(shape.size()) - 1; d >= 0; --d, --i) {
    int size = i < 0 ? 1 : shape[i];
    steps[d] = size == 1 ? 0 : step;
    step *= size;
  }
}

Broadcast broadcast_of(const Single& s) {
  Broadcast b = {{1, 1, 1, 1}, {}, {}};
  const Shape& out = s.output().shape;
  std::copy(out.begin(), out.end(), b.size + 4 - out.size());
  steps_of(s.input(0).shape, b.a);
  steps_of(s.input(1).shape, b.b);
  return b;
}

template <typename F>
void run_8bit(Single* s, const F& f) {
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
        Single s(
            kind,
            {make_tensor(types_8bit[types & 1], shapes.a), make_tensor(types_8bit[types >> 1 & 1], shapes.b)},
            make_tensor(types_8bit[types >> 2], shapes.out));
        s.op.attr.activation = activation;
        run(&s);
      }
    }
  }
}

TEST(RuntimeOps, ArithmeticF32) {
  for (const Shapes& shapes : broadcasts) {
    for (OpKind kind : {OpKind::add, OpKind::sub, OpKind::mul}) {
      for (Activation activation : activations) {
        Single s(kind, {make_tensor(DType::f32, shapes.a), make_tensor(DType::f32, shapes.b)},
                 make_tensor(DType::f32, shapes.out));
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

Add8 add8_of(const Single& s) {
  AddParameters p = add_parameters(s.input(0), s.input(1), s.output());
  EXPECT_EQ(p.left_shift, 20);
  Add8 add = {};
  add.zero_a = s.input(0).zero_point(), add.multiplier_a = p.in0.value, add.shift_a = p.in0.shift;
  add.zero_b = s.input(1).zero_point(), add.multiplier_b = p.in1.value, add.shift_b = p.in1.shift;
  add.zero = s.output().zero_point(), add.multiplier = p.out.value, add.shift = p.out.shift;
  add.lo = s.range().min, add.hi = s.range().max;
  return add;
}

TEST(RuntimeOps, Add8Bit) {
  for_each_8bit(OpKind::add, [](Single* s) {
    run_8bit(s, add8_of(*s));
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeOps, Sub8Bit) {
  for_each_8bit(OpKind::sub, [](Single* s) {
    Sub8 sub;
    static_cast<Add8&>(sub) = add8_of(*s);
    run_8bit(s, sub);
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeOps, Mul8Bit) {
  for_each_8bit(OpKind::mul, [](Single* s) {
    float scale = s->input(0).scale() * s->input(1).scale() / s->output().scale();
    Multiplier m = quantize_multiplier(scale);
    run_8bit(s, Mul8{s->input(0).zero_point(), s->input(1).zero_point(), s->output().zero_point(), m.value,
                     m.shift, s->range().min, s->range().max});
    ASSERT_EQ(s->out, s->expected());
  });
}

TEST(RuntimeOps, AddXnnpack8Bit) {
  for_each_8bit(OpKind::add, [](Single* s) {
    XnnAddParameters p = xnn_add_parameters(s->input(0), s->input(1), s->output());
    run_8bit(s, AddXnnpack8{p.multiplier0, p.multiplier1, p.bias, p.shift, s->output().zero_point(),
                            s->range().min, s->range().max});
    ASSERT_EQ(s->out, s->expected(Numerics::xnnpack));
  });
}

TEST(RuntimeOps, BroadcastInPlace) {
  Single s(OpKind::add, {make_tensor(DType::u8, {1, 5, 7, 3}), make_tensor(DType::u8, {3})},
           make_tensor(DType::u8, {1, 5, 7, 3}));
  s.out = s.in[0];
  apply_broadcast(s.result<u8>(), s.data<u8>(1), s.result<u8>(), broadcast_of(s), add8_of(s));
  EXPECT_EQ(s.out, s.expected());
}

// ---- windows and sums -------------------------------------------------------------------------------------

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

Single pool_op(OpKind kind, DType type, const PoolCase& c, Activation activation) {
  Tensor in = make_tensor(type, c.in), out = make_tensor(type, c.out);
  out.quant = in.quant;
  Single s(kind, {in}, out);
  s.op.attr.window = c.window;
  s.op.attr.activation = activation;
  return s;
}

TEST(RuntimeOps, PoolF32) {
  for (const PoolCase& c : pools) {
    for (Activation activation : activations) {
      Single s = pool_op(OpKind::average_pool, DType::f32, c, activation);
      average_pool_f32(s.data<f32>(), s.result<f32>(), pool_of(c), s.range_f32().min, s.range_f32().max);
      EXPECT_EQ(s.out, s.expected());
      s.op.kind = OpKind::max_pool;
      max_pool_f32(s.data<f32>(), s.result<f32>(), pool_of(c), s.range_f32().min, s.range_f32().max);
      EXPECT_EQ(s.out, s.expected());
    }
  }
}

TEST(RuntimeOps, Pool8Bit) {
  for (const PoolCase& c : pools) {
    for (DType type : types_8bit) {
      for (Activation activation : activations) {
        Single s = pool_op(OpKind::average_pool, type, c, activation);
        Range r = s.range();
        if (type == DType::u8) average_pool_8bit(s.data<u8>(), s.result<u8>(), pool_of(c), 0, r.min, r.max);
        if (type == DType::i8) average_pool_8bit(s.data<i8>(), s.result<i8>(), pool_of(c), 0, r.min, r.max);
        EXPECT_EQ(s.out, s.expected());
        s.op.kind = OpKind::max_pool;
        if (type == DType::u8) max_pool_8bit(s.data<u8>(), s.result<u8>(), pool_of(c), r.min, r.max);
        if (type == DType::i8) max_pool_8bit(s.data<i8>(), s.result<i8>(), pool_of(c), r.min, r.max);
        EXPECT_EQ(s.out, s.expected());
      }
    }
  }
}

Bytes flipped(Bytes bytes) {
  for (uint8_t& byte : bytes) byte ^= 0x80;
  return bytes;
}

// A model of one type, kept as the other one.
TEST(RuntimeOps, AveragePoolOfTheOtherType) {
  for (const PoolCase& c : pools) {
    Single s = pool_op(OpKind::average_pool, DType::i8, c, Activation::relu6);
    Bytes in = flipped(s.in[0]);
    average_pool_8bit(in.data(), s.out.data(), pool_of(c), 128, s.range().min + 128, s.range().max + 128);
    EXPECT_EQ(flipped(s.out), s.expected());

    Single u = pool_op(OpKind::average_pool, DType::u8, c, Activation::none);
    u.in[0] = flipped(u.in[0]);
    average_pool_8bit(u.data<i8>(), u.result<i8>(), pool_of(c), -128, -128, 127);
    u.in[0] = flipped(u.in[0]);
    EXPECT_EQ(flipped(u.out), u.expected());
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

TEST(RuntimeOps, MeanF32) {
  for (const MeanCase& c : means) {
    Single s(OpKind::mean, {make_tensor(DType::f32, c.in)}, make_tensor(DType::f32, c.out));
    s.op.attr.axes = c.axes;
    mean_f32(s.data<f32>(), s.result<f32>(), mean_of(c));
    EXPECT_EQ(s.out, s.expected()) << to_string(c.in);
  }
}

TEST(RuntimeOps, Mean8Bit) {
  for (const MeanCase& c : means) {
    for (int types = 0; types < 4; ++types) {
      Single s(OpKind::mean, {make_tensor(types_8bit[types & 1], c.in)},
               make_tensor(types_8bit[types >> 1], c.out));
      s.op.attr.axes = c.axes;
      Multiplier m = quantize_multiplier(static_cast<double>(s.input().scale()) / s.output().scale());
      Mean dims = mean_of(c);
      int count = mean_count(dims), bits = std::min(std::ilogb(count), 31 + m.shift);
      i32 multiplier = static_cast<i32>((static_cast<i64>(m.value) << bits) / count);
      Range r = s.range();
      with_types(&s, [&](auto* in, auto* out) {
        mean_8bit(in, out, dims, s.input().zero_point(), multiplier, m.shift - bits, s.output().zero_point(),
                  r.min, r.max);
      });
      EXPECT_EQ(s.out, s.expected()) << to_string(c.in);
    }
  }
}

TEST(RuntimeOps, MeanXnnpack) {
  const MeanCase& c = means[0];
  for (int types = 0; types < 4; ++types) {
    Single s(OpKind::mean, {make_tensor(types_8bit[types & 1], c.in)},
             make_tensor(types_8bit[types >> 1], c.out));
    s.op.attr.axes = c.axes;
    float rescale = s.input().scale() / s.output().scale(), scale = rescale / (7 * 7);
    with_types(&s, [&](auto* in, auto* out) {
      mean_xnnpack(in, out, mean_of(c), s.input().zero_point(), scale, s.output().zero_point(), s.range().min,
                   s.range().max);
    });
    EXPECT_EQ(s.out, s.expected(Numerics::xnnpack));
  }
}

// ---- moving elements --------------------------------------------------------------------------------------

TEST(RuntimeOps, Pad) {
  Single s(OpKind::pad, {make_tensor(DType::u8, {1, 3, 4, 5})}, make_tensor(DType::u8, {1, 6, 4, 9}));
  s.op.attr.pads = {{{0, 0}}, {{1, 2}}, {{0, 0}}, {{3, 1}}};
  pad_bytes(s.in[0].data(), s.out.data(), {{1, 3, 4, 5}, {0, 1, 0, 3}, {1, 6, 4, 9}},
            s.output().zero_point());
  EXPECT_EQ(s.out, s.expected());

  Single f(OpKind::pad, {make_tensor(DType::f32, {2, 3})}, make_tensor(DType::f32, {4, 6}));
  f.op.attr.pads = {{{1, 1}}, {{1, 2}}};
  pad_bytes(f.in[0].data(), f.out.data(), {{1, 1, 2, 12}, {0, 0, 1, 4}, {1, 1, 4, 24}}, 0);
  EXPECT_EQ(f.out, f.expected());
}

TEST(RuntimeOps, Transpose) {
  Single s(OpKind::transpose, {make_tensor(DType::f32, {1, 3, 4, 5})}, make_tensor(DType::f32, {1, 5, 3, 4}));
  s.op.attr.axes = {0, 3, 1, 2};
  transpose_elements(s.data<u32>(), s.result<u32>(), {{1, 1, 1, 5, 3, 4}, {0, 0, 0, 1, 20, 5}});
  EXPECT_EQ(s.out, s.expected());

  Single b(OpKind::transpose, {make_tensor(DType::i8, {2, 3, 2, 3, 2, 2})},
           make_tensor(DType::i8, {2, 2, 3, 2, 3, 2}));
  b.op.attr.axes = {5, 4, 3, 2, 1, 0};
  transpose_elements(b.data<u8>(), b.result<u8>(), {{2, 2, 3, 2, 3, 2}, {1, 2, 4, 12, 24, 72}});
  EXPECT_EQ(b.out, b.expected());
}

TEST(RuntimeOps, Concatenation) {
  Single s(OpKind::concatenation,
           {make_tensor(DType::f32, {1, 4, 2, 3}), make_tensor(DType::f32, {1, 4, 5, 3})},
           make_tensor(DType::f32, {1, 4, 7, 3}));
  s.op.attr.axis = 2;
  copy_blocks(s.in[0].data(), s.out.data(), 4, 2 * 3 * 4, 7 * 3 * 4);
  copy_blocks(s.in[1].data(), s.out.data() + 2 * 3 * 4, 4, 5 * 3 * 4, 7 * 3 * 4);
  EXPECT_EQ(s.out, s.expected());
}

// ---- softmax ----------------------------------------------------------------------------------------------

TEST(RuntimeOps, SoftmaxF32) {
  for (int depth : {1, 2, 21, 1001}) {
    Single s(OpKind::softmax, {make_tensor(DType::f32, {3, depth})}, make_tensor(DType::f32, {3, depth}));
    s.op.attr.beta = 0.7f;
    softmax_f32(s.data<f32>(), s.result<f32>(), 3, depth, 0.7f);
    EXPECT_EQ(s.out, s.expected());
  }
}

Single softmax_op(int depth, DType in, DType out, float in_scale) {
  Tensor input = make_tensor(in, {5, depth}), output = make_tensor(out, {5, depth});
  input.quant.scale = {in_scale};
  output.quant.scale = {1.0f / 256};
  output.quant.zero_point = {out == DType::u8 ? 0 : -128};
  return Single(OpKind::softmax, {input}, output);
}

TEST(RuntimeOps, SoftmaxFixedPoint) {
  for (int depth : {1, 2, 21, 1001}) {
    for (int types = 0; types < 4; ++types) {
      for (float scale : {0.001f, 0.05f, 0.3f, 2.0f}) {
        Single s = softmax_op(depth, types_8bit[types & 1], types_8bit[types >> 1], scale);
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

TEST(RuntimeOps, SoftmaxTable) {
  for (int depth : {1, 2, 21, 1001}) {
    for (int types = 0; types < 4; ++types) {
      Single s = softmax_op(depth, types_8bit[types & 1], types_8bit[types >> 1], 0.1f);
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
