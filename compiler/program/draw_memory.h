// A memory plan as text: who holds which bytes of the arena when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/program/plan_memory.h"

namespace narrows {

/// What the steps need.
struct MemoryUse {
  std::vector<int64_t> bytes;  ///< by step: live_bytes()
  int64_t peak = 0;            ///< most of them
  std::vector<int> at_peak;    ///< steps with as many
};
MemoryUse memory_use(const std::vector<ArenaBuffer>& buffers);

/// The buffer's mark in the map. With many buffers, some share one.
char map_mark(size_t buffer);

/// One line for each buffer: mark, number, name, offset, bytes, steps, and what it lies inside of or stands over.
std::string list_buffers(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan);

/// Addresses go up, steps go right; at most `columns` characters for them. Where there are more steps, several share a
/// column, which shows that one of them that uses most bytes.
std::string draw_map(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan, int columns);

/// "arena 334,016 bytes; no plan is smaller", list and map.
std::string dump(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan);

/// "no plan is smaller", and whether that is because a step needs as much; or how far a plan could go at most.
std::string optimality(const MemoryPlan& plan);

}  // namespace narrows
