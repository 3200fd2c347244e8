// Measures emitted code side by side: several programs in one process, in turns.
//
// What runs is one program (compiler/measure/runner/), built for the candidates' target and run by their toolchain's
// runner. All weights and inputs are part of it, so that this one file is all that another machine needs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

/// What is measured. Candidates of one call are for the same kind of machine and have different
/// CompileOptions::name; their weights are not embedded.
struct Candidate {
  std::string label;  ///< for messages
  Compiled compiled;
  CompileOptions options;
  Toolchain toolchain;
  std::vector<std::filesystem::path> objects;  ///< linked too: what the emitted code calls
  int only_block = -1;  ///< BlockReport::index of the only block whose time counts; -1: all of the run
  int group = 0;        ///< those of one group compute the same
};

struct MeasureOptions {
  int rounds = 20;
  double seconds = 0;           ///< at least so long
  bool blocks = true;           ///< also measure each block, in turns of their own with code of their own
  bool compare_outputs = true;  ///< within each group: bytes must be equal, floats agree to 1e-5 of the range
  uint64_t seed = 1;            ///< of the inputs
  /// A folder in which the fixed part of the measuring program is kept, compiled, for further calls with the same
  /// toolchain and target; empty: it is not kept.
  std::filesystem::path objects;
};

struct Samples {
  std::vector<std::vector<double>> rounds;  ///< seconds of every run, by round
  std::vector<double>
      blocks;              ///< shortest times in seconds, by BlockReport::index; infinite: no code. Empty: not asked
  int64_t code_bytes = 0;  ///< of the emitted object: instructions and constants
};

/// What a core of the measuring machine does at best, in the same rounds.
struct CoreSpeed {
  double macs_f32 = 0, macs_8bit = 0;                ///< multiply-adds per second on registers
  double read_l1 = 0, read_l2 = 0, read_memory = 0;  ///< bytes per second
};

struct Measurement {
  CoreSpeed core;
  std::vector<Samples> candidates;  ///< in their order
};

/// Builds and runs in a temporary folder. Candidates that compute different results are errors.
std::optional<Measurement> measure(const std::vector<Candidate>& candidates, const MeasureOptions& options,
                                   Diagnostics& diagnostics);

/// Only builds, where nothing can be run: Samples::code_bytes of each candidate.
std::optional<std::vector<int64_t>> measure_code(const std::vector<Candidate>& candidates, Diagnostics& diagnostics);

/// What the measuring program printed.
std::optional<Measurement> parse_measurement(const std::string& json, const std::vector<Candidate>& candidates,
                                             const MeasureOptions& options, Diagnostics& diagnostics);

/// Bytes of instructions and constants of an object file (ELF): all of its sections that are loaded and not
/// written.
std::optional<int64_t> code_bytes(const std::filesystem::path& object, Diagnostics& diagnostics);

/// Text of a file of compiler/measure/runner/ or of the peak measurement, embedded by CMake.
std::string measure_text(const std::string& name);

}  // namespace narrows
