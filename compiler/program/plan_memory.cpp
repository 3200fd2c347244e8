#include "compiler/program/plan_memory.h"

#include <algorithm>
#include <utility>

#include "compiler/arena.h"
#include "compiler/diagnostics.h"
#include "compiler/program/pack_arena.h"

namespace narrows {
namespace {

int64_t units(int64_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment; }

// ---- aliases -----------------------------------------------------------------------------------

/// The buffer that holds buffer i in the end, and the distance from its start.
std::pair<int, int64_t> resolve_alias(const std::vector<ArenaBuffer>& buffers, int i) {
  int64_t distance = 0;
  for (size_t hops = 0; buffers[i].alias_of >= 0; ++hops) {
    bool valid = hops < buffers.size() && buffers[i].fixed < 0 && buffers[i].alias_offset >= 0 &&
                 buffers[i].alias_of < static_cast<int>(buffers.size());
    NARROWS_CHECK(valid, "alias '" + buffers[i].name + "'");
    distance += buffers[i].alias_offset;
    i = buffers[i].alias_of;
  }
  return {i, distance};
}

/// One slab per buffer; the slab of an alias is empty.
std::vector<Slab> make_slabs(const std::vector<ArenaBuffer>& buffers) {
  std::vector<int64_t> bytes(buffers.size());
  std::vector<Slab> slabs(buffers.size());
  for (size_t i = 0; i < buffers.size(); ++i) slabs[i] = {0, buffers[i].first, buffers[i].last, -1};
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ArenaBuffer& buffer = buffers[i];
    NARROWS_CHECK(buffer.bytes >= 0 && 0 <= buffer.first && buffer.first <= buffer.last && buffer.fixed < INT64_MAX / 2,
                  "buffer '" + buffer.name + "'");
    auto [root, distance] = resolve_alias(buffers, static_cast<int>(i));
    Slab& slab = slabs[root];
    bytes[root] = std::max(bytes[root], distance + buffer.bytes);
    slab.size = units(bytes[root]);
    slab.first = std::min(slab.first, buffer.first);
    slab.last = std::max(slab.last, buffer.last);
    if (buffer.fixed >= 0) {
      NARROWS_CHECK(buffer.fixed % arena_alignment == 0, "fixed offset of '" + buffer.name + "'");
      slab.fixed = buffer.fixed / arena_alignment;
    }
  }
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ArenaBuffer& buffer = buffers[i];
    if (buffer.over < 0) continue;
    const Slab& base = slabs[buffer.over];
    NARROWS_CHECK(buffer.alias_of < 0 && buffers[buffer.over].alias_of < 0 && base.last == slabs[i].first &&
                      buffer.over_shift % arena_alignment == 0,
                  "'" + buffer.name + "' over '" + buffers[buffer.over].name + "'");
    const int64_t under = buffers[buffer.over].fixed;
    NARROWS_CHECK(buffer.fixed < 0 ? under < 0 : under >= 0 && buffer.fixed == under + buffer.over_shift,
                  "fixed offset of '" + buffer.name + "' over '" + buffers[buffer.over].name + "'");
    slabs[i].base = buffer.over;
    slabs[i].shift = buffer.over_shift / arena_alignment;
  }
  return slabs;
}

void check_plan(const std::vector<ArenaBuffer>& buffers, const std::vector<Slab>& slabs, const Offsets& offsets) {
  const std::vector<std::vector<int>> meeting = meeting_slabs(slabs);
  for (int i = 0; i < static_cast<int>(slabs.size()); ++i) {
    for (int j : meeting[i]) {
      if (j > i || buffers[i].over == j || buffers[j].over == i) continue;
      const bool apart = slabs[i].size == 0 || slabs[j].size == 0 || offsets[i] + slabs[i].size <= offsets[j] ||
                         offsets[j] + slabs[j].size <= offsets[i];
      NARROWS_CHECK(apart, "'" + buffers[i].name + "' and '" + buffers[j].name + "' overlap");
    }
  }
}

}  // namespace

MemoryPlan plan_memory(const std::vector<ArenaBuffer>& buffers, int max_nodes) {
  std::vector<Slab> slabs = make_slabs(buffers);
  int64_t bound = packing_bound(slabs);
  Offsets offsets = pack_greedy(slabs);
  bool optimal = packing_height(slabs, offsets) == bound;
  // A round takes about as long as this number of steps of the search.
  constexpr int kRoundNodes = 1000;
  if (!optimal) offsets = pack_by_height(slabs, offsets, max_nodes / kRoundNodes);
  optimal = packing_height(slabs, offsets) == bound;
  const bool apart = std::all_of(slabs.begin(), slabs.end(), [](const Slab& slab) { return slab.base < 0; });
  if (!optimal && apart && max_nodes > 0) {
    Packing packing = pack_exactly(slabs, offsets, max_nodes);
    offsets = packing.offsets;
    optimal = packing.optimal;
  }
  check_plan(buffers, slabs, offsets);

  MemoryPlan plan;
  plan.bytes = packing_height(slabs, offsets) * arena_alignment;
  plan.lower_bound = bound * arena_alignment;
  plan.optimal = optimal;
  for (size_t i = 0; i < buffers.size(); ++i) {
    auto [root, distance] = resolve_alias(buffers, static_cast<int>(i));
    plan.offsets.push_back(offsets[root] * arena_alignment + distance);
  }
  return plan;
}

std::vector<int64_t> live_bytes(const std::vector<ArenaBuffer>& buffers) {
  std::vector<int64_t> live = live_units(make_slabs(buffers));
  for (int64_t& bytes : live) bytes *= arena_alignment;
  return live;
}

}  // namespace narrows
