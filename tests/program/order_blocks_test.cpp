// The order in which blocks run: of random graphs, and of a detector whose heads can run early.
#include "compiler/program/order_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "compiler/program/tensor_memory.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

PlannedBlocks planned(const Graph& graph, const CompileOptions& options) {
  WeightCache weights(graph, options.numerics, options.target);
  return plan_blocks({graph, options, weights}, partition(graph));
}

/// The blocks in the order that order_blocks() chooses.
PlannedBlocks ordered(const PlannedBlocks& p) {
  const std::vector<int> order = order_blocks(p);
  return {p.graph, p.memory_types, reordered(order, p.blocks), reordered(order, p.plans)};
}

/// Sizes depend on the target.
CompileOptions avx2_options() {
  CompileOptions options;
  options.name = "net";
  options.target = target_named("x86-64-linux-avx2");
  return options;
}

int64_t arena_of(const PlannedBlocks& p) {
  const Homes homes(p.graph.tensors.size());
  ArenaBuffers buffers = arena_buffers(p, homes);
  put_over(p, homes, &buffers);
  return plan_memory(buffers.list).bytes;
}

/// Branches and joins of maps of one size.
Graph random_graph(uint32_t seed) {
  return make_net(DType::f32, [seed](Net& n) {
    std::mt19937 random(seed);
    std::vector<int> maps[3] = {{n.conv(n.input(6, 5, 8), 8)}, {}, {}};  // by channels
    std::set<int> unread = {maps[0][0]};
    const auto pick = [&](int size) {
      const int map = maps[size][random() % maps[size].size()];
      unread.erase(map);
      return map;
    };
    for (int i = 0; i < 14; ++i) {
      const int from = static_cast<int>(random() % 3), to = static_cast<int>(random() % 3);
      if (maps[from].empty()) continue;
      const int in = pick(from), channels = 8 << (2 * to);
      int out;
      switch (random() % 4) {
        case 0:
          out = n.inverted_residual(in, 2, channels);
          break;
        case 1:
          out = maps[to].empty() ? n.conv(in, channels) : n.add(n.conv(in, channels), pick(to));
          break;
        default:
          out = n.conv(in, channels, square(3, 1, 1, 1));
      }
      maps[to].push_back(out);
      unread.insert(out);
    }
    for (int map : unread) n.output(map);
  });
}

void expect_in_order(const PlannedBlocks& p) {
  std::set<int> made(p.graph.inputs.begin(), p.graph.inputs.end());
  std::vector<int> ops;
  for (size_t i = 0; i < p.blocks.size(); ++i) {
    for (int t : p.plans[i].inputs) EXPECT_TRUE(made.count(t)) << "block " << i << " reads %" << t;
    EXPECT_EQ(p.plans[i].inputs[0], p.blocks[i].input);
    made.insert(p.blocks[i].output);
    ops.insert(ops.end(), p.blocks[i].ops.begin(), p.blocks[i].ops.end());
  }
  std::sort(ops.begin(), ops.end());
  for (size_t i = 0; i < ops.size(); ++i) EXPECT_EQ(ops[i], static_cast<int>(i));
  EXPECT_EQ(ops.size(), p.graph.ops.size());
}

std::vector<int> outputs_of(const PlannedBlocks& p) {
  std::vector<int> outputs;
  for (const Block& block : p.blocks) outputs.push_back(block.output);
  return outputs;
}

TEST(OrderBlocks, RandomGraphsStayInOrder) {
  const CompileOptions options = avx2_options();
  int changed = 0;
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = random_graph(seed);
    const PlannedBlocks before = planned(graph, options);
    const PlannedBlocks after = ordered(before), again = ordered(planned(graph, options));
    expect_in_order(after);
    EXPECT_EQ(outputs_of(after), outputs_of(again));
    changed += outputs_of(before) != outputs_of(after);
  }
  EXPECT_GT(changed, 4);
}

/// Heads that the graph lists behind the backbone, as converters do, keep its large maps alive.
TEST(OrderBlocks, HeadsOfADetectorRunEarly) {
  const Graph graph = make_net(DType::u8, [](Net& n) {
    std::vector<int> maps = {n.conv(n.input(32, 32, 3), 32, square(3, 1, 1, 1))};
    for (int channels : {48, 64, 96}) maps.push_back(n.inverted_residual(maps.back(), 6, channels, 2));
    for (int map : maps) n.output(n.conv(map, 6));
  });
  const CompileOptions options = avx2_options();
  const PlannedBlocks before = planned(graph, options), after = ordered(before);
  expect_in_order(after);
  EXPECT_LE(arena_of(after), arena_of(before) * 19 / 20);
}

/// Equal orders are left as they are, so that chains of blocks are not shuffled.
TEST(OrderBlocks, AChainStays) {
  const Graph graph = make_net(DType::f32, [](Net& n) {
    int x = n.input(16, 16, 8);
    for (int channels : {12, 16, 8, 20}) x = n.inverted_residual(x, 3, channels);
    n.output(x);
  });
  const CompileOptions options = avx2_options();
  const PlannedBlocks before = planned(graph, options);
  EXPECT_EQ(outputs_of(ordered(before)), outputs_of(before));
}

}  // namespace
}  // namespace narrows
