// How a model's input stands for pixels.
#pragma once

#include <optional>

#include "compiler/graph/graph.h"

namespace narrows {

/// How a pixel p becomes a real number: (p - mean) / std.
struct Normalization {
  float mean = 127.5f, std = 127.5f;
};

/// The normalization that a quantized input was trained with, as far as its range of real values shows it:
/// [-1, 1], [0, 1] or [0, 255]. Nothing for other ranges. Float inputs: [-1, 1], the usual choice for this
/// family of models.
std::optional<Normalization> guess_normalization(const Tensor& input);

}  // namespace narrows
