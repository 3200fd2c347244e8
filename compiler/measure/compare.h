// Comparing a tensor that emitted code computed with the one that the interpreter computed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"
#include "compiler/target.h"

namespace narrows {

/// Float tensors may differ by this much of the expected tensor's range: sums are taken in another order.
constexpr double kFloatBound = 1e-5;

struct Comparison {
  int64_t elements = 0;
  int64_t different = 0;      ///< whose bits are not the same
  double max_difference = 0;  ///< of stored values
  double range = 0;           ///< float only: what kFloatBound is a part of
  /// index of the first different element; for floats, of the first outside the bound if there is one
  int64_t first = -1;
  double expected = 0, found = 0;  ///< there
  bool equal = false;              ///< quantized and integer: bit for bit; float: within the bound
};

/// What a block of emitted code wrote, in the tensor's own type: blocks keep 8-bit tensors in the type that the
/// target multiplies.
Bytes in_tensor_type(Bytes bytes, const Tensor& tensor, const Target& target);

/// The length of the interval in which a tensor's values lie whatever the input: 1 for softmax and logistic,
/// else 0.
double fixed_range(const Graph& graph, int tensor);

/// `range` is what a float bound refers to; 0: largest minus smallest expected value, or the magnitude where
/// all are equal. Both have the tensor's type and shape (internal error otherwise). What is not a number is
/// never equal.
Comparison compare(const Tensor& tensor, const Bytes& expected, const Bytes& found, double range = 0);

/// The op whose classes a tensor holds: an arg_max, behind which may stand what changes only the type or the shape.
/// -1: none.
int arg_max_of(const Graph& graph, int tensor);

/// How many elements have another class, if both classes of each have the same score, up to the bound for floats
/// on either side. Scores of 8 bits are computed exactly, and so are their ties. 0: some class is wrong, or `tensor`
/// holds no classes. `values` are those that the interpreter computed for all tensors of the graph.
int64_t count_ties(const Graph& graph, int tensor, const std::vector<Bytes>& values, const Bytes& found);

/// "equal", "within 3.1e-07 of the range", or how much is different and where.
std::string describe(const Comparison& comparison, const Tensor& tensor);

/// The stored value of one element.
double element(const Tensor& tensor, const Bytes& bytes, int64_t index);

}  // namespace narrows
