// What planning and lowering the blocks of a graph share.
#pragma once

#include "compiler/graph/graph.h"
#include "compiler/lower/conv_weights.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/options.h"

namespace narrows {

/// What a plan is made from. A plan has the sizes of a block and no code.
struct PlanContext {
  const Graph& graph;
  const CompileOptions& options;
  WeightCache& weights;

  const Target& target() const { return options.target; }
};

/// What code is made from: kernels are shared by all blocks.
struct LoweringContext : PlanContext {
  LoweringContext(const PlanContext& plan, KernelLibrary& kernels) : PlanContext(plan), kernels(kernels) {}

  KernelLibrary& kernels;
};

}  // namespace narrows
