// Several calls of compilers at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

/// The arguments of build_program().
struct Build {
  Toolchain toolchain;
  std::vector<std::string> sources, more_flags;
  std::string output;
};

/// Runs as many at a time as the machine has cores. Messages come in the order of the builds.
bool run_builds(const std::vector<Build>& builds, const std::filesystem::path& folder, Diagnostics& diagnostics);

}  // namespace narrows
