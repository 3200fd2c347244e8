// One operator on random tensors, for comparing an implementation with the interpreter.
#pragma once

#include <random>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/quantization.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

/// Always the same numbers in the same test program.
std::mt19937& test_random();

/// 8-bit tensors get random parameters.
Tensor random_tensor(DType type, const Shape& shape);

struct SingleOp {
  SingleOp(OpKind kind, const std::vector<Tensor>& inputs, const Tensor& output);

  Graph graph;
  Op op;
  std::vector<Bytes> in;  ///< random
  Bytes out;              ///< for the tested implementation to write

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

  /// What the interpreter computes.
  Bytes expected(Numerics numerics = Numerics::tflite) const;
};

/// Calls f(in, out) with pointers to uint8_t or int8_t, as the first input and the output have it.
template <typename F>
void with_types(SingleOp* s, const F& f) {
  bool in_u8 = s->input().type == DType::u8, out_u8 = s->output().type == DType::u8;
  if (in_u8 && out_u8) f(s->data<uint8_t>(), s->result<uint8_t>());
  if (in_u8 && !out_u8) f(s->data<uint8_t>(), s->result<int8_t>());
  if (!in_u8 && out_u8) f(s->data<int8_t>(), s->result<uint8_t>());
  if (!in_u8 && !out_u8) f(s->data<int8_t>(), s->result<int8_t>());
}

constexpr DType types_8bit[] = {DType::u8, DType::i8};
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1};

}  // namespace narrows
