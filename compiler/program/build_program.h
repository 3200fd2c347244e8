// From a graph after all passes to a Program: partition, lower, plan the arena, lay out the weights.
#pragma once

#include "compiler/program/program.h"

namespace narrows {

/// `graph` and `options` must outlive the Program.
Program build_program(const Graph& graph, const CompileOptions& options);
/// The same with kernels that several programs for one target share; they are in `kernels` and not in the Program.
Program build_program(const Graph& graph, const CompileOptions& options, KernelLibrary& kernels);

/// What the blocks of a Program became, for reports.
std::vector<BlockReport> report_blocks(const Program& program);

/// The arena that running op by op would need at least: the most bytes of activations alive at once, inputs of the
/// graph not counted.
int64_t layerwise_bytes(const Graph& graph);

}  // namespace narrows
