// What the lowering of all blocks of a graph shares.
#pragma once

#include "compiler/graph/graph.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/options.h"

namespace narrows {

struct LoweringContext {
  const Graph& graph;
  const CompileOptions& options;
  KernelLibrary& kernels;
};

}  // namespace narrows
