// Cascades against the interpreter. All cases of one type stand in one program; a message names the case.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/cascade_graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

struct Parameters {
  DType type;
  std::string target;
  bool plain;
  int columns;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.type) << " for " << p.target << (p.plain ? ", plain rings" : "") << ", columns:" << p.columns;
}

class Cascades : public testing::TestWithParam<Parameters> {};

TEST_P(Cascades, AsInterpreted) {
  const Parameters& p = GetParam();
  std::optional<Machine> machine = find_machine(p.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.target;
  // The optimizer sees cascades for arm64 and in `auto` of real models.
  if (p.target == "host") machine = unoptimized_host();
  const Graph graph = cascade_graph(p.type);
  Configuration configuration = {p.target, p.columns ? "rows columns:" + std::to_string(p.columns) : "rows"};
  configuration.schedules = cascade_schedules(graph, p.plain, p.columns);
  const Traced run = expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
  const auto is_cascade = [](const BlockReport& block) { return block.kind == "cascade"; };
  EXPECT_EQ(std::count_if(run.compiled.blocks.begin(), run.compiled.blocks.end(), is_cascade), 44);
  if (p.columns) return;  // strips read their input again, which nothing may overwrite
  const std::vector<ArenaBuffer>& buffers = run.compiled.memory.buffers;
  EXPECT_TRUE(std::any_of(buffers.begin(), buffers.end(), [](const ArenaBuffer& b) { return b.over >= 0; }));
}

/// Rings are interleaved in 8 bit alone. Not every pair of a type and a target, for the sake of time.
const Parameters all[] = {{DType::f32, "host", false, 0}, {DType::u8, "host", false, 0},
                          {DType::i8, "host", true, 0},   {DType::i8, "arm64-linux-dotprod", false, 0},
                          {DType::f32, "host", false, 5}, {DType::u8, "host", false, 2},
                          {DType::i8, "host", true, 64}};

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Parameters& p = info.param;
  const std::string columns = p.columns ? "_columns_" + std::to_string(p.columns) : "";
  return to_string(p.type) + ("_" + identifier(p.target, p.plain ? "plain" : "cascade")) + columns;
}

INSTANTIATE_TEST_SUITE_P(All, Cascades, testing::ValuesIn(all), name_of);

}  // namespace
}  // namespace narrows
