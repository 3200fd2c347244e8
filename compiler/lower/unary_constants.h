// What kernels read for the operators on single elements that they compute behind convolutions.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/table.h"
#include "compiler/target.h"
#include "schedules/region.h"

namespace narrows {

/// Packed as they are: integers, or the bits of floats.
struct UnaryConstants {
  Unary unary;
  std::vector<int32_t> channels;    ///< one for each channel, or none
  std::vector<int32_t> parameters;  ///< for all channels; in 8 bit the stored zero point of the result comes first
};

/// An operator that can be computed behind a convolution.
struct UnaryLowering {
  OpKind kind;
  UnaryConstants (*constants)(const Graph&, const Op&, const Target&);
};
/// A row for each operator with trait::finishes.
extern const Table<UnaryLowering> finishing_lowerings;

/// An operator on single elements as a function of one 8-bit value: what the interpreter makes of each. Values count
/// from the lowest one of their types, so that it does not matter which of the two is stored. Operands beside the first
/// are constants for all elements.
std::vector<uint8_t> tabulate_function(const Graph& graph, const Op& op);

/// `op`, which can_finish() a convolution.
UnaryConstants unary_constants(const Graph& graph, const Op& op, const Target& target);

}  // namespace narrows
