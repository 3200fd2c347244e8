// Several calls of compilers at a time.
#pragma once

#include <filesystem>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

/// Runs as many at a time as the machine has cores. Messages come in the order of the builds.
bool run_builds(const std::vector<Build>& builds, const std::filesystem::path& folder, Diagnostics& diagnostics);

}  // namespace narrows
