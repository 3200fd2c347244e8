// Graph -> ONNX, operator set 13: float operators as they are, 8-bit ones between DequantizeLinear and
// QuantizeLinear. The ONNX front end reads the result back as an equal graph.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// Maps become NCHW. An operator or attribute without a form here, which is the networks of MobileNetV2, is
/// an error. Weights of float operators must be f32.
std::optional<std::vector<uint8_t>> write_onnx(const Graph& graph, Diagnostics& diagnostics);

}  // namespace narrows
