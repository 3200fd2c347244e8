// Facts about every operator of a Graph, one row each in ops.cpp. The printer, the parser, the verifier and the passes
// ask this table, so that a new operator is known to all of them by its row. What the interpreter and the lowering do
// with an operator stands in tables of their own (compiler/interpret/kernels.h, compiler/lower/single.h), as this
// folder must not know of those above it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// Members of Attributes that an operator may set; all others keep their defaults.
namespace member {
enum : unsigned {
  window = 1 << 0,
  activation = 1 << 1,
  axis = 1 << 2,
  axes = 1 << 3,
  pads = 1 << 4,  ///< pads and fill
  beta = 1 << 5,
  sampling = 1 << 6,
  slice = 1 << 7,  ///< begin and steps
  detection = 1 << 8,
  function = 1 << 9,  ///< function and alpha
  mirror = 1 << 10,
  batch_dims = 1 << 11,
  smallest = 1 << 12,
};
}

/// What holds of an operator, whatever its attributes.
namespace trait {
enum : unsigned {
  /// An element of the output depends on one element of each operand, at the place that broadcasting gives it. So the
  /// output may overwrite an operand with as many bytes, and a broadcast behind the operator costs less than one
  /// before.
  elementwise = 1 << 0,
  /// Two operands, whose shapes are broadcast as numpy does.
  broadcasts = 1 << 1,
  /// A convolution or matrix product: input 1 are weights, input 2 is a bias.
  weighted = 1 << 2,
  /// Without an activation, it gives elements of its inputs (gather: of the first), whatever they are: equal inputs
  /// give equal outputs, larger ones never smaller outputs. Zero, with which pad fills, has a stored number in every
  /// representation.
  picks = 1 << 3,
  /// In 8 bits it computes with stored - zero point, and adds the output's zero point last. So u8 and i8 with zero
  /// points that lie 128 apart are the same to it, at its inputs (other than weights) and at its output.
  either_8bit_type = 1 << 4,
  /// Takes 8-bit inputs as well as floats, with a result that is never quantized.
  reads_stored = 1 << 5,
  /// Input 0 and the output are maps: height and width are dimensions 1 and 2.
  on_maps = 1 << 6,
  /// Dimension i of the output is dimension i of each input, where they have as many.
  keeps_dimensions = 1 << 7,
  /// Results lie from 0 to 1.
  unit_range = 1 << 8,
  /// A convolution computes it where it finishes, before anything is stored, if all operands but the first are
  /// constants with one value, or one for each channel (compiler/blocks/finished_conv.h). Needs `elementwise`.
  finishes = 1 << 9,
};
}

struct OpFacts {
  OpKind kind;
  const char* name;  ///< as printed, e.g. "conv2d"
  int min_inputs, max_inputs;
  /// What is wrong with the operator, or an empty string: rules/op_rules.h.
  std::string (*rule)(const Graph&, const Op&);
  /// There is fixed-point arithmetic for the operator on 8-bit numbers with these scales: rules/op_scales.h. Null where
  /// quantize and dequantize around the operator do not become part of it.
  bool (*scales_fit)(const Graph&, const Op&);
  unsigned members;  ///< of `member`
  unsigned traits;   ///< of `trait`

  bool uses(unsigned m) const { return (members & m) != 0; }
  bool is(unsigned t) const { return (traits & t) != 0; }
};

const OpFacts& facts(OpKind kind);
/// Every row, in the order of OpKind.
const std::vector<OpFacts>& all_ops();

// The inverse of to_string(); nothing for an unknown name.
std::optional<OpKind> parse_op_kind(const std::string& name);
std::optional<Activation> parse_activation(const std::string& name);
std::optional<Sampling> parse_sampling(const std::string& name);
std::optional<Function> parse_function(const std::string& name);
std::optional<Mirror> parse_mirror(const std::string& name);
std::optional<DType> parse_dtype(const std::string& name);

/// The function that x to this power is: a square, a root or a reciprocal.
std::optional<Function> power_function(float exponent);

/// A resize of one pixel: it repeats it, exactly in 8 bits.
bool is_broadcast(const Graph& graph, const Op& op);

/// A convolution or matrix product. Whether the chains can compute it is checked elsewhere (check_supported.h).
bool is_convolution(const Op& op);
/// True if `op` averages the whole map, per channel.
bool is_global_pool(const Graph& graph, const Op& op);

}  // namespace narrows
