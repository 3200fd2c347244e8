// The order in which blocks run, where the graph leaves a choice: heads of detectors, branches of pyramids.
#pragma once

#include "compiler/program/program.h"

namespace narrows {

/// Reorders blocks and code of a program whose blocks are lowered if the arena becomes smaller by it. Every block stays
/// behind those whose outputs it reads.
void order_blocks(Program* program);

}  // namespace narrows
