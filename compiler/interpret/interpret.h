// The oracle: evaluates a Graph in plain loops with TFLite's reference arithmetic. Every numeric test compares with it,
// and it is itself compared with recorded outputs of the official TFLite runtime.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/quantization.h"

namespace narrows {

using Bytes = std::vector<uint8_t>;

/// Evaluates `graph` on raw input bytes (one entry per graph input, dense, the tensor's own type and shape).
/// Returns the bytes of every tensor, by tensor id; empty for tensors that nothing produced, except graph inputs and
/// for constants that are graph outputs.
/// The graph must pass verify(); sizes of `inputs` must fit (internal error otherwise).
std::vector<Bytes> interpret(const Graph& graph, const std::vector<Bytes>& inputs,
                             Numerics numerics = Numerics::tflite);

/// Evaluates one op from the bytes of its inputs. Used by constant folding and to tabulate 8-bit functions.
Bytes interpret_op(const Graph& graph, const Op& op, const std::vector<const Bytes*>& inputs,
                   Numerics numerics = Numerics::tflite);

}  // namespace narrows
