// How much of the stack a run needs at most, with all that it calls but the caller's own functions: what the header of
// emitted code says. That GCC holds to it, tests show (tests/emit/stack_test.cpp). Nothing is said of Clang, which
// keeps more sums than there are registers, nor of -O3, which unrolls kernels, nor of -O0, which keeps everything on
// the stack.
#pragma once

#include <algorithm>
#include <cstdint>

#include "compiler/graph/graph.h"

namespace narrows {

/// GCC's levels for which the bound is tested.
constexpr const char* stack_levels[] = {"-O1", "-O2", "-Os"};

/// Pointers to more inputs and outputs than these cost 16 bytes each: they are passed on, and kept.
constexpr int64_t few_pointers = 8;
constexpr int64_t stack_bytes_of_few_pointers = 4096;

inline int64_t most_stack_bytes(const Graph& graph) {
  const int64_t pointers = static_cast<int64_t>(graph.inputs.size() + graph.outputs.size());
  return stack_bytes_of_few_pointers + 16 * std::max<int64_t>(0, pointers - few_pointers);
}

}  // namespace narrows
