// Buffers that lie over others: random ones against brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/arena.h"
#include "compiler/program/draw_memory.h"
#include "compiler/program/plan_memory.h"

namespace narrows {
namespace {

using Buffers = std::vector<ArenaBuffer>;

constexpr int64_t unit = arena_alignment;

/// A network of `steps` steps: each writes a buffer, reads some of those before, and may have scratch. Outputs lie over
/// an input that is read for the last time, here and there.
Buffers random_network(std::mt19937* random, int steps, int max_units) {
  const auto pick = [&](int below) { return static_cast<int>((*random)() % below); };
  Buffers buffers = {{"input", unit * (1 + pick(max_units)), 0, 0}};
  for (int step = 0; step < steps; ++step) {
    const int outputs = static_cast<int>(buffers.size());
    for (int reads = 0; reads < 2; ++reads) {
      ArenaBuffer& in = buffers[outputs - 1 - pick(std::min(outputs, 3))];
      if (in.name[0] != 's') in.last = step;
    }
    buffers.push_back({"output " + std::to_string(step), unit * (1 + pick(max_units)) - pick(unit), step, step});
    if (pick(3) == 0) buffers.push_back({"scratch " + std::to_string(step), unit * (1 + pick(max_units)), step, step});
  }
  std::vector<bool> covered(buffers.size(), false);
  for (ArenaBuffer& out : buffers) {
    for (int i = 0; i < static_cast<int>(buffers.size()); ++i) {
      const ArenaBuffer& in = buffers[i];
      const bool hands_over = in.last == out.first && in.first < in.last && in.name[0] != 's' && out.name[0] == 'o';
      if (!hands_over || covered[i] || out.over >= 0 || pick(2)) continue;
      out.over = i, out.over_shift = -unit * pick(static_cast<int>((out.bytes + unit - 1) / unit));
      covered[i] = true;
    }
  }
  return buffers;
}

bool meet(const ArenaBuffer& a, const ArenaBuffer& b) { return a.first <= b.last && b.first <= a.last; }
bool partners(const Buffers& buffers, int i, int j) { return buffers[i].over == j || buffers[j].over == i; }

bool overlap(const Buffers& buffers, const std::vector<int64_t>& at, int i, int j) {
  const ArenaBuffer &a = buffers[i], &b = buffers[j];
  return meet(a, b) && !partners(buffers, i, j) && at[i] < at[j] + b.bytes && at[j] < at[i] + a.bytes;
}

void expect_valid(const Buffers& buffers, const MemoryPlan& plan) {
  SCOPED_TRACE(draw_map(buffers, plan, 100));
  EXPECT_GE(plan.bytes, plan.lower_bound);
  for (int i = 0; i < static_cast<int>(buffers.size()); ++i) {
    EXPECT_EQ(plan.offsets[i] % unit, 0);
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.bytes);
    const int over = buffers[i].over;
    if (over >= 0) {
      EXPECT_EQ(plan.offsets[i], plan.offsets[over] + buffers[i].over_shift);
    }
    for (int j = 0; j < i; ++j) EXPECT_FALSE(overlap(buffers, plan.offsets, i, j)) << i << " and " << j;
  }
}

/// True if the buffers from the one on that comes next fit into the arena.
bool fits(const Buffers& buffers, std::vector<int64_t>* at, int64_t arena) {
  const int i = static_cast<int>(at->size());
  if (i == static_cast<int>(buffers.size())) return true;
  for (int64_t offset = 0; offset + buffers[i].bytes <= arena; offset += unit) {
    const int over = buffers[i].over;
    if (over >= 0 && offset != (*at)[over] + buffers[i].over_shift) continue;
    at->push_back(offset);
    bool found = true;
    for (int j = 0; j < i && found; ++j) found = !overlap(buffers, *at, i, j);
    found = found && fits(buffers, at, arena);
    at->pop_back();
    if (found) return true;
  }
  return false;
}

int64_t smallest_arena(const Buffers& buffers) {
  std::vector<int64_t> at;
  int64_t arena = 0;
  while (!fits(buffers, &at, arena)) arena += unit;
  return arena;
}

TEST(PlanOverlaps, OnlyPartnersOverlap) {
  std::mt19937 random(1);
  int over = 0;
  for (int round = 0; round < 300; ++round) {
    const Buffers buffers = random_network(&random, 1 + static_cast<int>(random() % 20), 60);
    const MemoryPlan plan = plan_memory(buffers, 20000);
    expect_valid(buffers, plan);
    EXPECT_EQ(plan_memory(buffers, 20000).offsets, plan.offsets);
    for (const ArenaBuffer& b : buffers) over += b.over >= 0;
  }
  EXPECT_GT(over, 500);
}

TEST(PlanOverlaps, BoundAndPlanEncloseTheSmallestArena) {
  std::mt19937 random(2);
  int reached = 0;
  constexpr int rounds = 300;
  for (int round = 0; round < rounds; ++round) {
    const Buffers buffers = random_network(&random, 4, 3);
    const MemoryPlan plan = plan_memory(buffers);
    expect_valid(buffers, plan);
    const int64_t smallest = smallest_arena(buffers);
    EXPECT_LE(plan.lower_bound, smallest) << draw_map(buffers, plan, 100);
    EXPECT_GE(plan.bytes, smallest) << draw_map(buffers, plan, 100);
    if (plan.optimal) {
      EXPECT_EQ(plan.bytes, smallest) << draw_map(buffers, plan, 100);
    }
    reached += plan.bytes == smallest;
  }
  EXPECT_GE(reached, rounds * 95 / 100);
}

/// As plan_tasks() does: what is planned stays where it is, and more comes in between.
TEST(PlanOverlaps, FixedOnesStay) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Buffers buffers = random_network(&random, 8, 20);
    const MemoryPlan plan = plan_memory(buffers, 0);
    for (size_t i = 0; i < buffers.size(); ++i) buffers[i].fixed = plan.offsets[i];
    const int step = static_cast<int>(random() % 8);
    buffers.push_back({"shared", unit * static_cast<int64_t>(1 + random() % 20), step, step});
    const MemoryPlan more = plan_memory(buffers, 0);
    expect_valid(buffers, more);
    EXPECT_TRUE(std::equal(plan.offsets.begin(), plan.offsets.end(), more.offsets.begin()));
  }
}

TEST(PlanOverlaps, AChainOfThemMovesDown) {
  Buffers buffers;
  for (int i = 0; i < 40; ++i) {
    buffers.push_back({"t" + std::to_string(i), 10 * unit, i, i + 1});
    if (i) buffers.back().over = i - 1, buffers.back().over_shift = -unit;
  }
  const MemoryPlan plan = plan_memory(buffers);
  expect_valid(buffers, plan);
  EXPECT_EQ(plan.lower_bound, 11 * unit);
  EXPECT_EQ(plan.bytes, 49 * unit);  // each moves down by one
}

}  // namespace
}  // namespace narrows
