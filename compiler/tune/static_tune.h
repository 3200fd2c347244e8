// Tuning without running anything: register tiles by what llvm-mca says of the kernels' loops (conv_cost.h).
//
// For each convolution of a block the tiles that the cost model puts first are compared with its own choice. The order
// of the work is left to the cost model: it differs by what it does to memory, of which llvm-mca knows nothing. So are
// depthwise convolutions and those of a single pixel, which wait for their weights.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/tune/conv_cost.h"
#include "compiler/tune/schedule_file.h"
#include "compiler/tune/search.h"

namespace narrows {

/// One cost out of those of several processors; infinite if one of them is.
double geometric_mean(const std::vector<double>& cycles);

/// The block with cycles, and the best tiles for all processors of `costs` together. `options` are those of the
/// network.
std::optional<TunedBlock> tune_statically(const Graph& graph, const TunableBlock& block, const CompileOptions& options,
                                          ConvCosts* costs, Diagnostics& diagnostics);

}  // namespace narrows
