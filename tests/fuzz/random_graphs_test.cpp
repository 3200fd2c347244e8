// Random graphs: passes leave what they compute as it is, they compile for every target in every way, and emitted code
// computes what the interpreter does. NARROWS_SEEDS=N goes through N of them instead of the usual number.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/fuzz/check_model.h"
#include "tests/fuzz/random_graph.h"
#include "tests/fuzz/soak.h"
#include "tests/support/targets.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

constexpr DType kTypes[] = {DType::f32, DType::u8, DType::i8};

const std::vector<std::string> kTargets = {
    "x86-64-linux",         "x86-64-linux-avx2", "x86-64-linux-avx512", "x86-64-linux-avx512vnni", "generic",
    "x86-64-linux-avxvnni", "arm64-linux",       "arm64-linux-dotprod", "generic-big-endian"};
const std::vector<std::string> kSchedules = {"auto", "layerwise", "rows",       "channels",       "channels:3",
                                             "auto", "cascade",   "rows plain", "rows columns:3", "cascade columns:2"};

/// Combinations of all kinds come about as their numbers of choices have no common factor, or a small one.
Configuration configuration_of(int seed) {
  Configuration c;
  c.target = kTargets[seed % kTargets.size()];
  c.schedule = kSchedules[seed * 7 % kSchedules.size()];
  c.numerics = seed % 4 == 1 ? Numerics::xnnpack : Numerics::tflite;
  c.narrow_weights = seed % 5 == 2 ? NarrowWeights::widen : NarrowWeights::keep;
  if (c.schedule == "auto") c.goal = seed % 3 == 0 ? Goal::memory : seed % 3 == 1 ? Goal::balanced : Goal::latency;
  return c;
}

Graph graph_of(int seed) { return random_graph(seed, kTypes[seed % 3], 3 + seed % 11); }

void save(const std::string& name, const Graph& graph) {
  const std::string text = print(graph, /*with_data=*/true);
  save_failure(name, {text.begin(), text.end()});
}

TEST(RandomGraphs, PassAndCompile) {
  int ops = 0;
  for (int seed = first_seed(); seed < soak_seeds(90); ++seed) {
    const NowTesting now("random graph", seed);
    const Graph graph = graph_of(seed);
    ops += static_cast<int>(graph.ops.size());
    const Configuration c = configuration_of(seed);
    const CompileOptions options = options_for(c, {target_named(c.target), {}});
    const std::string problem = check_graph(graph, &options);
    EXPECT_EQ(problem, "") << "seed " << seed << " for " << c.target << ", " << c.schedule;
    if (!problem.empty()) save(fmt::format("graph_{}.txt", seed), graph);
  }
  EXPECT_GT(ops + 300 * (first_seed() > 0), 300);
}

/// Several graphs beside each other, which is one program instead of many.
Graph joined(const std::vector<Graph>& graphs) {
  Graph all;
  all.name = "random";
  for (const Graph& g : graphs) {
    const int first = static_cast<int>(all.tensors.size());
    for (const Tensor& t : g.tensors) all.add(t);
    const auto append = [&](const std::vector<int>& ids, std::vector<int>* to) {
      for (const int id : ids) to->push_back(first + id);
    };
    for (Op op : g.ops) {
      for (int& id : op.inputs) id += first;
      op.output += first;
      all.ops.push_back(op);
    }
    append(g.inputs, &all.inputs);
    append(g.outputs, &all.outputs);
  }
  return all;
}

constexpr int kTogether = 12;  ///< graphs in a program

/// False where this machine cannot build and run code for the target.
bool run(int seed) {
  const NowTesting now("emitted code of random graphs", seed, /*seconds=*/900);
  const Configuration c = configuration_of(seed);
  std::optional<Machine> machine = find_machine(c.target, c.target.rfind("x86", 0) == 0 ? "clang++" : "");
  if (!machine) machine = find_machine(c.target);
  if (!machine) return false;
  machine->toolchain.flags.push_back("-O0");
  std::vector<Graph> graphs;
  for (int i = 0; i < kTogether; ++i) graphs.push_back(graph_of(seed * kTogether + i));
  const Graph graph = joined(graphs);
  SCOPED_TRACE(fmt::format("seed {} for {}, {}", seed, c.target, c.schedule));
  const auto problems = [] {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
  };
  const int before = problems();
  try {
    expect_blocks_as_interpreted(graph, c, *machine, random_inputs(graph));
  } catch (const std::exception& e) {
    ADD_FAILURE() << std::string(e.what()).substr(0, 2000);
  }
  if (problems() > before) save(fmt::format("run_{}.txt", seed), graph);
  return true;
}

TEST(RandomGraphs, RunAsInterpreted) {
  int programs = 0;
  for (int seed = first_seed(); seed < soak_seeds(9); ++seed) programs += run(seed);
  EXPECT_GT(programs, 0);
  std::printf("%d programs of %d graphs each\n", programs, kTogether);
}

}  // namespace
}  // namespace narrows
