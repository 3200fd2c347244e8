// From a graph after all passes to a Program: partition, lower, plan the arena, lay out the weights.
#pragma once

#include "compiler/program/program.h"

namespace narrows {

/// `graph` and `options` must outlive the Program.
Program build_program(const Graph& graph, const CompileOptions& options);
/// With kernels that several programs for one target share: they are in `kernels` and not in the Program.
Program build_program(const Graph& graph, const CompileOptions& options, KernelLibrary& kernels);

}  // namespace narrows
