// Graphs that nobody would draw: random operators with random attributes on small tensors of odd sizes, several
// readers, shared weights, inputs that are outputs, scales at the ends of what there is arithmetic for.
#pragma once

#include "compiler/graph/graph.h"
#include "tests/fuzz/dice.h"

namespace narrows {

/// A graph for which verify() holds, with about `ops` operators on tensors of `type`: f32, u8 or i8. Always the same
/// one for the same arguments.
Graph random_graph(uint64_t seed, DType type, int ops);

}  // namespace narrows
