// The order in which blocks run, where the graph leaves a choice: heads of detectors, branches of pyramids.
#pragma once

#include <vector>

#include "compiler/program/planned_blocks.h"

namespace narrows {

/// The order in which blocks run: by position, which of `planned` comes there. Another order than their own if the
/// arena becomes smaller by it; every block comes behind those whose outputs it reads.
std::vector<int> order_blocks(const PlannedBlocks& planned);

}  // namespace narrows
