// Emitted code of whole models, observed block by block and compared with the interpreter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/emitted.h"

namespace narrows {

/// How a test makes a program of a graph; words as on the command line.
struct Configuration {
  std::string target = "host", schedule = "auto";
  std::string compiler = "";  ///< the usual one for the target
  Numerics numerics = Numerics::tflite;
  NarrowWeights narrow_weights = NarrowWeights::keep;
  Schedules schedules = {};  ///< of single blocks, and of cascades
  bool threads = true;       ///< the code can share its work among threads
  Goal goal = Goal::latency;
};

CompileOptions options_for(const Configuration& configuration, const Machine& machine);

/// For the name of a test: "arm64_linux_dotprod_channels_3".
std::string identifier(const std::string& target, const std::string& schedule);

/// What one run of an emitted program wrote, in the tensors' own types.
struct Traced {
  Compiled compiled;
  std::vector<Bytes> outputs;  ///< by graph output
  std::vector<Bytes> blocks;   ///< by Compiled::blocks
};

/// Throws std::runtime_error with the diagnostics where the graph cannot be compiled, built or run.
Traced run_traced(const Graph& graph, const Configuration& configuration, const Machine& machine,
                  const std::vector<Bytes>& inputs);

/// Expects one tensor of `graph`: equal bytes, or floats within 1e-5 of the tensor's range. `what` starts the
/// message.
void expect_equal(const std::string& what, const Graph& graph, int tensor, const Bytes& expected, const Bytes& found);

/// Expects of all blocks what the interpreter makes of the same inputs.
void expect_blocks(const Traced& run, const std::vector<Bytes>& inputs, Numerics numerics);

/// Runs `graph`, and expects of all blocks and outputs what the interpreter makes of the same inputs.
Traced expect_blocks_as_interpreted(const Graph& graph, const Configuration& configuration, const Machine& machine,
                                    const std::vector<Bytes>& inputs);

/// True for the name of the target that "host" stands for on this machine: a test of both would be one test twice.
bool is_host(const std::string& target);

}  // namespace narrows
