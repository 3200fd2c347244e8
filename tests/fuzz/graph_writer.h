// The graph that is being made at random, and the tensors to choose among.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "compiler/graph/graph.h"
#include "tests/fuzz/dice.h"

namespace narrows {

/// Constants of a convolution or matrix product, and the parameters of its output where that is quantized.
struct Weighted {
  std::vector<int> operands;  ///< weights [, bias]
  Quant output;
};

class GraphWriter {
 public:
  GraphWriter(uint64_t seed, DType type) : dice(seed), type_(type) {}

  Graph graph;
  Dice dice;
  std::vector<Weighted> weights;  ///< of all operators so far: others may share them

  DType type() const { return type_; }
  bool quantized() const { return is_8bit(type_); }
  const Tensor& tensor(int id) const { return graph.tensors[id]; }
  const Shape& shape(int id) const { return graph.tensors[id].shape; }

  // ---- tensors; each returns the id -----------------------------------------------------------
  int input(const Shape& shape);
  int constant(const Shape& shape, const Quant& quant);
  int floats(const Shape& shape, float deviation);
  int stored(const Shape& shape, DType type, std::vector<uint8_t> data, const Quant& quant);

  /// A tensor that operators have made, or an input: mostly one of the last.
  int any();
  /// Likewise with height, width and channels; -1 where there is none.
  int any_map();
  /// A tensor that has that shape; -1 where there is none.
  int like(const Shape& shape, int other_than);

  // ---- parameters ------------------------------------------------------------------------------
  float scale();
  int zero_point();
  Quant quant();  ///< empty for floats
  Activation activation();
  int channels();
  int size();

  // ---- operators -------------------------------------------------------------------------------
  /// Appends the operator if its rule, what compile() supports and the limits of these tests allow it, and says whether
  /// it did.
  bool append(OpKind kind, const std::vector<int>& inputs, const Attributes& attr, Tensor output);
  /// A tensor of the type of the graph.
  Tensor made(const Shape& shape, const Quant& quant) const;

 private:
  int add(Tensor tensor);

  DType type_;
  std::vector<int> live_;  ///< inputs, and what operators make
};

/// Each tries to append an operator of one kind, with whatever constants it needs, and says whether it did.
using Maker = bool (*)(GraphWriter&);
bool make_conv(GraphWriter& w);
bool make_depthwise(GraphWriter& w);
bool make_fully_connected(GraphWriter& w);
/// An expansion, a depthwise convolution, a projection, and often a sum with what they read.
bool make_inverted_residual(GraphWriter& w);
bool make_binary(GraphWriter& w);
bool make_unary(GraphWriter& w);
bool make_function(GraphWriter& w);
bool make_prelu(GraphWriter& w);
bool make_conversion(GraphWriter& w);
bool make_pool(GraphWriter& w);
/// A mean, a sum, or the largest or smallest along some dimensions.
bool make_reduction(GraphWriter& w);
bool make_pad(GraphWriter& w);
bool make_resize(GraphWriter& w);
bool make_reshape(GraphWriter& w);
bool make_transpose(GraphWriter& w);
bool make_slice(GraphWriter& w);
bool make_concatenation(GraphWriter& w);
bool make_arg_max(GraphWriter& w);

}  // namespace narrows
