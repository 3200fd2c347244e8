// What the kernels of a convolution cost on processors that are not here: cycles by llvm-mca.
//
// A kernel computes its row in tiles, channels by pixels. Each kind of tile is compiled as a kernel of its own, a probe
// that takes four steps with it, and its assembly is cut into the loops of the reduction and what is around them:
// starting values, requantization, stores. llvm-mca tells the cycles of both; how often each runs, the sizes of the
// convolution say. All data are in the first-level cache then. What the orders of work do to memory is none of this.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/lower/conv_calls.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/measure/toolchain.h"
#include "compiler/tune/assembly.h"

namespace narrows {

/// Cycles of one tile on one processor.
struct TileCycles {
  double around = 0;          ///< all but the loops of the reduction
  std::vector<double> loops;  ///< an iteration of each
};

/// The loops of a probe's reduction, and a text in which each of them is there `repeats` times.
struct TileTrace {
  std::vector<std::string> loops;
  std::vector<double> recurrences;  ///< of the loops
  std::string text;
};

/// Nothing where there are not as many loops as there should be.
std::optional<TileTrace> trace_tile(const AssemblyFunction& function, size_t loops, int repeats,
                                    const AssemblySyntax& syntax);

/// Cycles of a tile whose loops run so often.
double tile_cost(const TileCycles& cycles, const std::vector<int>& iterations, const std::string& processor);

class ConvCosts {
 public:
  ConvCosts(const Target& target, const Toolchain& toolchain, const std::vector<std::string>& processors)
      : target_(target), toolchain_(toolchain), processors_(processors), probes_(target) {}

  /// For each of several ways to compute a convolution the cycles of all calls, by processor; infinite where the
  /// assembly has another form than expected. Empty if a tool failed.
  std::vector<std::vector<double>> cycles(const std::vector<std::vector<ConvCalls>>& ways, Diagnostics& diagnostics);

 private:
  /// Tiles of one kind.
  struct Tiles {
    std::string probe;  ///< its name
    double count = 0;
    std::vector<int> iterations;  ///< of the loops of their reduction
  };
  std::vector<Tiles> tiles_of(const std::vector<ConvCalls>& calls);
  bool estimate_new_probes(Diagnostics& diagnostics);

  const Target target_;
  const Toolchain toolchain_;
  const std::vector<std::string> processors_;
  KernelLibrary probes_;
  size_t estimated_ = 0;                                  ///< how many of its kernels have an estimate
  std::map<std::string, size_t> loops_;                   ///< by probe: how many there should be
  std::map<std::string, std::vector<TileCycles>> known_;  ///< by probe: by processor; none if it was not understood
};

}  // namespace narrows
