// Static estimates by llvm-mca: how fast a processor that is not here would run a loop whose data is in the first-level
// cache.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/target.h"
#include "compiler/tune/assembly.h"

namespace narrows {

struct LoopEstimate {
  double cycles = 0;  ///< per iteration, of many
  double share = 0;   ///< of the rate at which the processor issues the loop's own kind of multiply-add, 0 to 1
};

/// One estimate per loop for a processor by LLVM's name, such as "neoverse-n1".
std::optional<std::vector<LoopEstimate>> estimate_loops(const std::vector<InnerLoop>& loops, const Target& target,
                                                        const std::string& processor, Diagnostics& diagnostics);

/// Whether llvm-mca is on this machine.
bool has_mca();

/// Whether code for the target has instructions that llvm-mca knows; an error if not.
bool check_estimates(const Target& target, Diagnostics& diagnostics);

/// Cycles that each of the texts of instructions takes when it is run `iterations` times, one after the other.
std::optional<std::vector<double>> estimate_cycles(const std::vector<std::string>& bodies, int iterations,
                                                   const Target& target, const std::string& processor,
                                                   Diagnostics& diagnostics);

}  // namespace narrows
