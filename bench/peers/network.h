// What all engines are given: one network as an ONNX file, and the same network as a Graph.
#pragma once

#include <filesystem>
#include <optional>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"
#include "frontends/frontends.h"

namespace narrows {

/// The model in `path` with nothing left that an operator can absorb: padding, batch norm and activations are
/// folded, weights of float operators are f32. Maps at the edges are NHWC.
std::optional<Graph> read_network(const std::filesystem::path& path, Diagnostics& diagnostics);

/// The network without what follows its last layer with weights, as far as that is softmax, logistic,
/// reshape, concatenation or detection_postprocess: engines differ in which of these they have, and what they
/// would do in their place is not what is to be compared.
Graph cut_at_logits(Graph graph);

}  // namespace narrows
