// Facts about every operator of a Graph, one row each in ops.cpp. The printer, the parser and the verifier
// ask this table, so that a new operator is known to all of them by its row; its shape rule stands in
// op_rules.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

struct OpFacts {
  OpKind kind;
  const char* name;  ///< as printed, e.g. "conv2d"
  int min_inputs, max_inputs;
  // Which members of Attributes the operator uses; all others keep their defaults.
  bool window = false, activation = false, axis = false, axes = false, pads = false, beta = false, sampling = false,
       slice = false, detection = false;
};

const OpFacts& facts(OpKind kind);
/// Every row, in the order of OpKind.
const std::vector<OpFacts>& all_ops();

// The inverse of to_string(); nothing for an unknown name.
std::optional<OpKind> parse_op_kind(const std::string& name);
std::optional<Activation> parse_activation(const std::string& name);
std::optional<Sampling> parse_sampling(const std::string& name);
std::optional<DType> parse_dtype(const std::string& name);

/// A resize of one pixel: it repeats it, exactly in 8 bits.
bool is_broadcast(const Graph& graph, const Op& op);

/// True if the op is a convolution that the chains can compute: constant weights and bias, f32 or 8 bit throughout.
bool is_convolution(const Op& op);
/// True if `op` averages the whole map, per channel.
bool is_global_pool(const Graph& graph, const Op& op);

}  // namespace narrows
