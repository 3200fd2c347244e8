// Copies of a tensor beside each other, as TILE makes them, as slices: a dimension of one element that is walked
// through with steps of 0 repeats what lies inside of it. All front ends share this.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// A slice of a tensor with the shape `in` that begins at its first element, and has the shape `out`.
struct Repeat {
  Shape in, out;
  std::vector<int> steps;
};

/// Slices, one behind the other, that repeat dimension d of a tensor of the shape counts[d] times; a reshape stands in
/// front of each, and behind the last one. One slice, where the loops of emitted code suffice for it.
std::vector<Repeat> repeats_of(const Shape& shape, const std::vector<int>& counts);

}  // namespace narrows
