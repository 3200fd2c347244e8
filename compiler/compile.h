// The compiler as a function: Graph in, files out. compile.cpp is the table of contents of the whole compiler.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/options.h"
#include "compiler/program/program.h"
#include "compiler/program/report_blocks.h"

namespace narrows {

struct File {
  std::string name;  ///< without folder
  std::string content;
};

struct Compiled {
  std::vector<File> files;  ///< <name>.h, <name>.cpp, <name>.weights [, <name>_main.cpp]
  Graph graph;              ///< after all passes; blocks refer to its tensors
  std::vector<BlockReport> blocks;
  int64_t arena_bytes = 0;
  MemoryMap memory;
  double recomputation = 1;  ///< multiply-adds that are done by those of the model
  ParallelArena parallel_arena;
  int64_t weights_bytes = 0;  ///< size of the blob
  WeightsReport weights;
  int64_t layerwise_bytes = 0;  ///< arena that layer-by-layer execution would need at least
};

/// Compiles a graph that a front end returned. Unsupported operators are reported in `diagnostics`, all in one run.
std::optional<Compiled> compile(Graph graph, const CompileOptions& options, Diagnostics& diagnostics);

}  // namespace narrows
