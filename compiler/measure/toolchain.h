// Which compiler builds emitted code for a target on this machine, and what runs the result.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/measure/process.h"
#include "compiler/target.h"

namespace narrows {

struct Toolchain {
  std::vector<std::string> compiler;  ///< command with its own first arguments
  std::vector<std::string> runner;    ///< put in front of the built program; empty: the machine runs it itself
  std::vector<std::string> flags;     ///< language level, optimization, the target's instructions, static linking
};

/// The compiler is `compiler` if given, else for this machine's own kind $CXX, g++ or clang++, else the cross
/// compiler. The runner is `runner` if given, else nothing where the machine runs the target's code, else an
/// emulator.
std::optional<Toolchain> find_toolchain(const Target& target, const std::string& compiler, const std::string& runner,
                                        Diagnostics& diagnostics);

/// A toolchain without a runner, for what is only built.
std::optional<Toolchain> find_builder(const Target& target, const std::string& compiler, Diagnostics& diagnostics);

/// The compilers that could build code for the target where none is chosen and that exist: of the machine's own kind
/// usually two.
std::vector<std::string> found_compilers(const Target& target);

/// One call of a compiler, in a folder.
struct Build {
  Toolchain toolchain;
  std::vector<std::string> sources;     ///< file names in the folder
  std::vector<std::string> more_flags;  ///< besides the toolchain's
  std::string output;                   ///< file name
};

/// Builds a program, or what more_flags asks for. What the compiler said on failure is added to `diagnostics`; its
/// warnings are not shown.
bool build_program(const Build& build, const std::filesystem::path& folder, Diagnostics& diagnostics);

/// The command that a user types to compile the emitted source: "g++ -std=c++11 -O2 -mavx2 -mfma -mf16c -c net.cpp".
std::string build_command(const Target& target, const std::vector<std::string>& sources);

}  // namespace narrows
