// The arena as a goal: which blocks become cascades, and which rings are plain, so that a network runs in little
// memory.
//
// A search from the schedule that the options ask for: as long as there is something to gain, the block that sets the
// peak of the arena gets another form. Only sizes are computed, no kernel is lowered.
#pragma once

#include "compiler/blocks/schedule.h"
#include "compiler/graph/graph.h"
#include "compiler/options.h"

namespace narrows {

/// CompileOptions::schedules, and those that the goal and the limit of the options add. Sizes are lower bounds: the
/// planned arena can be a little larger.
Schedules fit_arena(const Graph& graph, const CompileOptions& options);

}  // namespace narrows
