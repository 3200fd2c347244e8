// Operators on single elements at random.
#include <algorithm>

#include "compiler/graph/ops.h"
#include "compiler/graph/rules/op_rules.h"
#include "tests/fuzz/graph_writer.h"

namespace narrows {
namespace {

/// A shape that is broadcast to `full`.
Shape part_of(Dice& dice, const Shape& full) {
  switch (dice.below(4)) {
    case 0:
      return full;
    case 1:
      return {full.back()};
    case 2:
      return {1};
    default: {
      Shape some = full;
      for (int& size : some) size = dice.one_in(2) ? 1 : size;
      return some;
    }
  }
}

/// In 8 bit, results should use a good part of the 256 steps.
Quant result_of(GraphWriter& w, OpKind kind, const Tensor& a, const Tensor& b) {
  if (!w.quantized()) return {};
  if (kind == OpKind::maximum || kind == OpKind::minimum) return a.quant;
  Quant q = w.quant();
  const float wide = kind == OpKind::mul ? a.scale() * b.scale() * 60 : std::max(a.scale(), b.scale());
  if (!w.dice.one_in(8)) q.scale = {wide * std::exp2(w.dice.real(-1, 2))};
  return q;
}

}  // namespace

bool make_binary(GraphWriter& w) {
  const std::vector<OpKind> kinds = {OpKind::add,     OpKind::add,     OpKind::add,
                                     OpKind::sub,     OpKind::mul,     OpKind::mul,
                                     OpKind::maximum, OpKind::minimum, OpKind::squared_difference};
  const OpKind kind = w.dice.pick(kinds);
  const int a = w.any();
  if (w.tensor(a).type != w.type()) return false;
  int b = w.like(w.shape(a), a);
  if (b < 0 || w.dice.one_in(3)) {
    Quant q = w.quant();
    if (kind == OpKind::maximum || kind == OpKind::minimum) q = w.tensor(a).quant;
    if (w.quantized() && kind == OpKind::add && !w.dice.one_in(4))
      q.scale = {w.tensor(a).scale() * std::exp2(w.dice.real(-3, 3))};
    b = w.constant(part_of(w.dice, w.shape(a)), q);
  }
  if (w.dice.one_in(20)) b = a;
  Attributes attr;
  if (facts(kind).uses(member::activation)) attr.activation = w.activation();
  const std::vector<int> inputs = w.dice.one_in(2) ? std::vector<int>{a, b} : std::vector<int>{b, a};
  return w.append(kind, inputs, attr, w.made(w.shape(a), result_of(w, kind, w.tensor(a), w.tensor(b))));
}

bool make_unary(GraphWriter& w) {
  const OpKind kind = w.dice.pick(
      std::vector<OpKind>{OpKind::relu, OpKind::relu, OpKind::hard_swish, OpKind::logistic, OpKind::softmax});
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  Attributes attr;
  Quant q = w.quant();
  if (kind == OpKind::relu) {
    const std::vector<Activation> all = {Activation::relu, Activation::relu6, Activation::relu_n1_to_1};
    attr.activation = w.dice.pick(all);
    if (w.dice.one_in(2)) q = w.tensor(in).quant;
  }
  if (kind == OpKind::softmax && w.dice.one_in(3)) attr.beta = w.dice.real(0.1f, 4);
  const bool unit = kind == OpKind::softmax || kind == OpKind::logistic;
  if (unit && w.quantized()) q = {{1.0f / 256}, {w.type() == DType::u8 ? 0 : -128}, 0};
  return w.append(kind, {in}, attr, w.made(w.shape(in), q));
}

/// Floats are not given to functions that jump or that have no value for every number: there, results that differ in
/// the last bit would tell nothing.
bool make_function(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  const std::vector<Function> smooth = {Function::abs,      Function::neg,       Function::square, Function::sin,
                                        Function::cos,      Function::tanh,      Function::erf,    Function::elu,
                                        Function::gelu,     Function::gelu_tanh, Function::mish,   Function::softplus,
                                        Function::softsign, Function::neg};
  const std::vector<Function> others = {Function::sign, Function::sqrt,  Function::rsqrt,
                                        Function::exp,  Function::log,   Function::floor,
                                        Function::ceil, Function::round, Function::reciprocal};
  Attributes attr;
  attr.function = w.dice.pick(w.quantized() && w.dice.one_in(2) ? others : smooth);
  return w.append(OpKind::unary, {in}, attr, w.made(w.shape(in), w.quant()));
}

bool make_prelu(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  const int slopes = w.constant(part_of(w.dice, w.shape(in)), w.quant());
  return w.append(OpKind::prelu, {in, slopes}, {}, w.made(w.shape(in), w.quant()));
}

/// To other parameters, to float and back, or to another type of number.
bool make_conversion(GraphWriter& w) {
  const int in = w.any();
  if (!is_activation_type(w.tensor(in))) return false;
  Tensor out = w.made(w.shape(in), w.quant());
  if (w.tensor(in).type == DType::f32 && w.quantized()) return w.append(OpKind::quantize, {in}, {}, out);
  if (w.quantized() && w.dice.one_in(2)) {
    out.quant.scale = {w.tensor(in).scale() * std::exp2(w.dice.real(-2, 2))};
    return w.append(OpKind::quantize, {in}, {}, out);
  }
  if (w.quantized()) {
    out.type = DType::f32;
    out.quant = {};
    return w.append(OpKind::dequantize, {in}, {}, out);
  }
  out.type = w.dice.one_in(2) ? DType::i32 : DType::i64;
  return w.append(OpKind::cast, {in}, {}, out);
}

}  // namespace narrows
