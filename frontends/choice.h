// Elements of two tensors that a known condition chooses between, as places in both, one behind the other. Front ends
// make a gather of a concatenation of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// The shape that numpy's broadcasting makes of all; nothing where they do not fit.
std::optional<Shape> broadcast_shape(const std::vector<Shape>& shapes);

struct Choice {
  std::vector<int32_t> places;                     ///< for each element of the result
  bool takes_first = false, takes_second = false;  ///< at least one element
};
/// `condition` is a constant; what is not 0 chooses the first. All are broadcast to `shape`.
Choice chosen_places(const Tensor& condition, const Shape& first, const Shape& second, const Shape& shape);
/// Places as the indices of a gather: a constant [n,1].
Tensor indices_of(const Choice& choice);

}  // namespace narrows
