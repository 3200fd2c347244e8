// Builds emitted code with a system compiler and runs it, here or under an emulator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/interpret/interpret.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

struct Execution {
  std::vector<Bytes> outputs;  ///< one per graph output
  std::vector<Bytes> blocks;   ///< with tracing: the output of each of Compiled::blocks, as emitted code keeps it
  std::string report;          ///< lines that the program printed: latency, arena, weights
};

struct ExecuteOptions {
  std::vector<Bytes> inputs;  ///< one per graph input
  int timed_runs = 1;
  int threads = 1;
  /// The program is one translation unit, so that the blocks can be observed; otherwise it is built as users build it.
  bool trace = false;
};

/// Works in a temporary folder. `compiled`, made with `options`, must hold <name>_main.cpp (CompileOptions::emit_main).
std::optional<Execution> execute(const Compiled& compiled, const CompileOptions& options, const Toolchain& toolchain,
                                 const ExecuteOptions& run, Diagnostics& diagnostics);

}  // namespace narrows
