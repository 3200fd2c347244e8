// The memory planner: gives every buffer of the arena an offset for its lifetime. It knows nothing of graphs.
//
// A program is a sequence of steps. A buffer is alive from the step that first writes it to the step that
// last reads it, both included; two buffers may share bytes only if no step needs both. Scratch memory of one
// step has first == last.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace narrows {

struct ArenaBuffer {
  std::string name;
  int64_t bytes = 0;
  int first = 0, last = 0;   ///< steps
  int alias_of = -1;         ///< lies inside this other buffer: in-place operators, slices of a concatenation
  int64_t alias_offset = 0;  ///< bytes from the start of that buffer
  int64_t fixed = -1;        ///< offset that the caller has chosen; -1: the planner chooses
  /// This buffer is written while that one is read for the last time, and starts `over_shift` bytes from its start
  /// (negative: before): the step keeps the two apart by itself. -1: none.
  int over = -1;
  int64_t over_shift = 0;  ///< a multiple of arena_alignment
};

struct MemoryPlan {
  std::vector<int64_t> offsets;  ///< of the buffers in their order; multiples of arena_alignment, except for aliases
  int64_t bytes = 0;             ///< size of the arena, a multiple of arena_alignment
  int64_t lower_bound = 0;       ///< most bytes alive in one step: no plan is smaller
  bool optimal = false;          ///< no plan is smaller than `bytes`
};

/// A buffer and its aliases form one slab that lives as long as any of them. `max_nodes` limits the exact search that
/// follows where the best greedy plan is above the lower bound and no buffer is over another. The same buffers always
/// give the same plan. Aliases must not form a cycle or be fixed, fixed buffers must not collide, and buffers over each
/// other must be slabs that share one step only, all of them fixed or none (internal error otherwise).
MemoryPlan plan_memory(const std::vector<ArenaBuffer>& buffers, int max_nodes = 200000);

/// Bytes alive in each step, what overlaps counted once: no plan is smaller than the most of them.
std::vector<int64_t> live_bytes(const std::vector<ArenaBuffer>& buffers);

}  // namespace narrows
