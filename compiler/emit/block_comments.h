// Comments of the emitted source: what stands above blocks and kernels.
#pragma once

#include <string>

#include "compiler/program/program.h"

namespace narrows {

/// A comment line that separates parts of the file: "// ---- title -----...".
std::string rule(const std::string& title);

/// What stands above a function: its schedule and memory, and for every block that calls it, where that block came
/// from.
std::string block_comment(const Program& program, const std::string& function);

/// For a block that needs no code, because its output is its input.
std::string in_place_comment(const Program& program, int block);

/// What stands above a kernel: what it computes and reads, and which blocks call it.
std::string kernel_comment(const Program& program, const Kernel& kernel);

}  // namespace narrows
