// Operators that make one element of many.
#pragma once

#include <vector>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {

/// For each element of the input, in order, the element of the output to which it belongs.
std::vector<int64_t> places_in_output(const Call& call);

/// Sums of the input over the reduced dimensions, in the order of the output.
template <typename Sum, typename T>
std::vector<Sum> sums_over(const Call& call, const std::vector<T>& input) {
  std::vector<Sum> sums(element_count(call.output().shape));
  const std::vector<int64_t> places = places_in_output(call);
  for (size_t i = 0; i < input.size(); ++i) sums[places[i]] += input[i];
  return sums;
}

}  // namespace narrows::interpreter
