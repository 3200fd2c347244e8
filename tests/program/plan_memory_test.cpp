// The planner against brute force, and on the shapes of lifetimes that networks have.
#include "compiler/program/plan_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/arena.h"
#include "compiler/diagnostics.h"
#include "compiler/program/draw_memory.h"
#include "compiler/program/pack_arena.h"

namespace narrows {
namespace {

constexpr int64_t unit = arena_alignment;

bool overlap(const ArenaBuffer& a, int64_t a_at, const ArenaBuffer& b, int64_t b_at) {
  return a.first <= b.last && b.first <= a.last && a_at < b_at + b.bytes && b_at < a_at + a.bytes;
}

void expect_valid(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  EXPECT_GE(plan.bytes, plan.lower_bound);
  EXPECT_EQ(plan.bytes % unit, 0);
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_EQ(plan.offsets[i] % unit, 0);
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.bytes);
    if (buffers[i].fixed >= 0) {
      EXPECT_EQ(plan.offsets[i], buffers[i].fixed);
    }
    for (size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(overlap(buffers[i], plan.offsets[i], buffers[j], plan.offsets[j])) << dump(buffers, plan);
    }
  }
}

std::vector<ArenaBuffer> random_buffers(std::mt19937* random, int count, int steps, int max_units) {
  std::vector<ArenaBuffer> buffers;
  for (int i = 0; i < count; ++i) {
    int first = static_cast<int>((*random)() % steps);
    int last = std::min<int>(first + static_cast<int>((*random)() % 4), steps - 1);
    buffers.push_back({std::to_string(i), unit * static_cast<int64_t>(1 + (*random)() % max_units), first, last});
  }
  return buffers;
}

/// Smallest arena by trying every offset of every buffer, in units.
bool fits(const std::vector<ArenaBuffer>& buffers, std::vector<int64_t>* offsets, int64_t arena) {
  size_t i = offsets->size();
  if (i == buffers.size()) return true;
  for (int64_t at = 0; at + buffers[i].bytes <= arena; at += unit) {
    if (buffers[i].fixed >= 0 && at != buffers[i].fixed) continue;
    bool free = true;
    for (size_t j = 0; j < i; ++j) free = free && !overlap(buffers[i], at, buffers[j], (*offsets)[j]);
    if (!free) continue;
    offsets->push_back(at);
    bool found = fits(buffers, offsets, arena);
    offsets->pop_back();
    if (found) return true;
  }
  return false;
}

int64_t brute_force(const std::vector<ArenaBuffer>& buffers) {
  std::vector<int64_t> offsets;
  int64_t arena = 0;
  for (int step = 0; step < 10; ++step) {
    int64_t live = 0;
    for (const ArenaBuffer& b : buffers) live += b.first <= step && step <= b.last ? b.bytes : 0;
    arena = std::max(arena, live);
  }
  while (!fits(buffers, &offsets, arena)) arena += unit;
  return arena;
}

TEST(PlanMemory, PlansNothing) {
  MemoryPlan plan = plan_memory({});
  EXPECT_EQ(plan.bytes, 0);
  EXPECT_TRUE(plan.optimal);
}

TEST(PlanMemory, RandomPlansHaveNoOverlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<ArenaBuffer> buffers = random_buffers(&random, 1 + static_cast<int>(random() % 40), 20, 100);
    for (ArenaBuffer& b : buffers) b.bytes -= random() % unit;
    expect_valid(buffers, plan_memory(buffers, 2000));
  }
}

TEST(PlanMemory, IsOptimalOnSmallInstances) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    std::vector<ArenaBuffer> buffers = random_buffers(&random, 7, 6, 3);
    MemoryPlan plan = plan_memory(buffers);
    expect_valid(buffers, plan);
    EXPECT_TRUE(plan.optimal);
    ASSERT_EQ(plan.bytes, brute_force(buffers)) << dump(buffers, plan);
  }
}

TEST(PlanMemory, IsOptimalAroundFixedBuffers) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<ArenaBuffer> buffers = random_buffers(&random, 6, 5, 3);
    buffers[0].fixed = unit * static_cast<int64_t>(random() % 4);
    MemoryPlan plan = plan_memory(buffers);
    expect_valid(buffers, plan);
    EXPECT_TRUE(plan.optimal);
    ASSERT_EQ(plan.bytes, brute_force(buffers)) << dump(buffers, plan);
  }
}

// A network without branches: every step reads the buffer of the step before.
TEST(PlanMemory, ReachesTheBoundOnChains) {
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    std::vector<ArenaBuffer> buffers;
    for (int i = 0; i < 60; ++i) {
      buffers.push_back({"t" + std::to_string(i), 1 + static_cast<int64_t>(random() % 1000000), i, i + 1});
    }
    MemoryPlan plan = plan_memory(buffers);
    expect_valid(buffers, plan);
    EXPECT_EQ(plan.bytes, plan.lower_bound);
  }
}

// Inverted residuals, layer by layer: x -> expanded -> filtered -> projected, then + x, with scratch in every
// step.
TEST(PlanMemory, ReachesTheBoundOnResidualBlocks) {
  std::vector<ArenaBuffer> buffers;
  int64_t map = 56 * 56 * 24;
  for (int block = 0; block < 5; ++block) {
    int s = 4 * block;
    std::string n = std::to_string(block);
    buffers.push_back({"x" + n, map, s, s + 4});
    buffers.push_back({"expanded" + n, 6 * map, s + 1, s + 2});
    buffers.push_back({"filtered" + n, 6 * map, s + 2, s + 3});
    buffers.push_back({"projected" + n, map, s + 3, s + 4});
    buffers.push_back({"scratch" + n, 5000, s + 2, s + 2});
  }
  MemoryPlan plan = plan_memory(buffers);
  expect_valid(buffers, plan);
  EXPECT_EQ(plan.bytes, plan.lower_bound);
  EXPECT_EQ(plan.lower_bound, 13 * map + 5056);  // x, expanded, filtered and scratch of one block
}

// Some of these need the search; all of them are small enough for it to finish.
TEST(PlanMemory, SearchImprovesOnGreedyPlans) {
  std::mt19937 random(5);
  int improved = 0, missed = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<ArenaBuffer> buffers = random_buffers(&random, 12, 12, 9);
    MemoryPlan greedy = plan_memory(buffers, 0), exact = plan_memory(buffers);
    expect_valid(buffers, exact);
    EXPECT_LE(exact.bytes, greedy.bytes);
    improved += exact.bytes < greedy.bytes;
    missed += !exact.optimal;
  }
  EXPECT_GT(improved, 0);
  EXPECT_EQ(missed, 0);
}

TEST(PlanMemory, SomeInstancesCannotReachTheBound) {
  std::vector<ArenaBuffer> buffers = {{"a", 2 * unit, 0, 1}, {"b", unit, 1, 2},     {"c", 2 * unit, 2, 3},
                                      {"d", unit, 3, 4},     {"e", 3 * unit, 0, 0}, {"f", 2 * unit, 4, 4}};
  MemoryPlan plan = plan_memory(buffers);
  expect_valid(buffers, plan);
  EXPECT_TRUE(plan.optimal);
  EXPECT_EQ(plan.bytes, brute_force(buffers));
}

TEST(PlanMemory, ScratchMayUseWhatIsDead) {
  MemoryPlan plan = plan_memory({{"in", 1000, 0, 1}, {"scratch", 1000, 0, 0}, {"out", 1000, 1, 2}});
  EXPECT_EQ(plan.bytes, 2048);
  EXPECT_EQ(plan.offsets[1], plan.offsets[2]);
}

TEST(PlanMemory, AliasesLiveInsideTheirBuffer) {
  // `both` is a concatenation whose parts are written at steps 0 and 1; `sum` overwrites part b in place.
  std::vector<ArenaBuffer> buffers = {{"both", 256, 2, 3},
                                      {"a", 128, 0, 2, 0, 0},
                                      {"b", 128, 1, 2, 0, 128},
                                      {"sum", 128, 2, 3, 2, 0},
                                      {"other", 320, 0, 1}};
  MemoryPlan plan = plan_memory(buffers);
  EXPECT_EQ(plan.bytes, 256 + 320);
  EXPECT_EQ(plan.offsets[1], plan.offsets[0]);
  EXPECT_EQ(plan.offsets[2], plan.offsets[0] + 128);
  EXPECT_EQ(plan.offsets[3], plan.offsets[2]);
  EXPECT_FALSE(overlap({"", 256, 0, 3}, plan.offsets[0], buffers[4], plan.offsets[4]));
}

TEST(PlanMemory, EmptyBuffersNeedNoPlace) {
  MemoryPlan plan = plan_memory({{"none", 0, 0, 5}, {"a", 64, 0, 1}, {"b", 128, 1, 2}, {"c", 64, 2, 3}});
  EXPECT_EQ(plan.bytes, 192);
  EXPECT_TRUE(plan.optimal);
}

TEST(PlanMemory, RefusesImpossibleRequests) {
  EXPECT_THROW(plan_memory({{"a", 64, 0, 1, -1, 0, 0}, {"b", 64, 1, 2, -1, 0, 0}}), InternalError);
  EXPECT_THROW(plan_memory({{"a", 64, 0, 1, 1}, {"b", 64, 1, 2, 0}}), InternalError);
  EXPECT_THROW(plan_memory({{"a", 64, 2, 1}}), InternalError);
  EXPECT_THROW(plan_memory({{"a", 64, 0, 1, -1, 0, 7}}), InternalError);
}

/// Sweeps over steps find what comparing all slabs finds.
TEST(Slabs, MeetAndAreAliveAsByBruteForce) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Slab> slabs;
    for (int i = 0; i < 12; ++i) {
      const int first = static_cast<int>(random() % 9);
      slabs.push_back({static_cast<int64_t>(random() % 4), first, first + static_cast<int>(random() % 4), -1});
    }
    const std::vector<std::vector<int>> meeting = meeting_slabs(slabs);
    std::vector<int64_t> live(live_units(slabs).size());
    for (int i = 0; i < 12; ++i) {
      std::vector<int> expected;
      for (int j = 0; j < 12; ++j) {
        if (j != i && slabs[i].meets(slabs[j])) expected.push_back(j);
      }
      EXPECT_EQ(meeting[i], expected);
      for (int step = slabs[i].first; step <= slabs[i].last; ++step) live[step] += slabs[i].size;
    }
    EXPECT_EQ(live_units(slabs), live);
  }
}

}  // namespace
}  // namespace narrows
