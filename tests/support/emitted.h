// Emitted code, built with a system compiler and run here or under an emulator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/interpret/interpret.h"
#include "compiler/measure/random_inputs.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

/// Where a test builds and runs emitted code.
struct Machine {
  Target target;
  Toolchain toolchain;
};

/// Builds fast and takes every warning for an error. Nothing where this computer lacks the compiler, the
/// emulator or the instructions. `compiler` may be empty: the usual one for the target.
std::optional<Machine> find_machine(const std::string& target, const std::string& compiler = "");

/// This computer, for programs that need no optimization: with Clang where there is one, which compiles them, above all
/// for sanitizers, in half the time of GCC.
Machine unoptimized_host();

/// Numbers that depend on the graph alone. Floats are multiples of 1/32 between -8 and 8, so that some of them
/// lie half-way between two stored values.
std::vector<Bytes> random_inputs(const Graph& graph);

/// Compiles the graph, builds the emitted files with their main program, runs it, and gives what it wrote.
/// Throws std::runtime_error with the diagnostics where one of these fails.
std::vector<Bytes> run_emitted(const Graph& graph, Numerics numerics, const Machine& machine,
                               const std::vector<Bytes>& inputs);

/// Runs the graph on random inputs, and expects of every output what the interpreter computes: the same
/// bytes, or floats within 1e-5 of their range.
void expect_as_interpreted(const Graph& graph, Numerics numerics, const Machine& machine);

}  // namespace narrows
