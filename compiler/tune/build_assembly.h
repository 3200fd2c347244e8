// Emitted code as assembly, to be looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"

namespace narrows {

/// What the compiler makes of <name>.cpp, which is among `files`.
std::optional<std::string> build_assembly(const std::vector<File>& files, const std::string& name,
                                          const Toolchain& toolchain, Diagnostics& diagnostics);

}  // namespace narrows
