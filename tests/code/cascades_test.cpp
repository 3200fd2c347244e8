// Cascades against the interpreter. All cases of one type stand in one program; a message names the case.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/code/cascade_graphs.h"
#include "tests/code/traced.h"

namespace narrows {
namespace {

struct Parameters {
  DType type;
  std::string target;
  bool plain;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.type) << " for " << p.target << (p.plain ? ", plain rings" : "");
}

class Cascades : public testing::TestWithParam<Parameters> {};

TEST_P(Cascades, AsInterpreted) {
  const Parameters& p = GetParam();
  std::optional<Machine> machine = find_machine(p.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.target;
  // The optimizer sees cascades for arm64 and in `auto` of real models.
  if (p.target == "host") machine = unoptimized_host();
  const Graph graph = cascade_graph(p.type);
  Configuration configuration = {p.target, "rows"};
  configuration.schedules = cascade_schedules(graph, p.plain);
  const Traced run = expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
  const auto is_cascade = [](const BlockReport& block) { return block.kind == "cascade"; };
  EXPECT_EQ(std::count_if(run.compiled.blocks.begin(), run.compiled.blocks.end(), is_cascade), 41);
  const std::vector<ArenaBuffer>& buffers = run.compiled.memory.buffers;
  EXPECT_TRUE(std::any_of(buffers.begin(), buffers.end(), [](const ArenaBuffer& b) { return b.over >= 0; }));
}

/// Rings are interleaved in 8 bit alone. Not every pair of a type and a target, for the sake of time.
const Parameters all[] = {{DType::f32, "host", false},
                          {DType::u8, "host", false},
                          {DType::i8, "host", true},
                          {DType::i8, "arm64-linux-dotprod", false}};

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Parameters& p = info.param;
  return to_string(p.type) + ("_" + identifier(p.target, p.plain ? "plain" : "cascade"));
}

INSTANTIATE_TEST_SUITE_P(All, Cascades, testing::ValuesIn(all), name_of);

}  // namespace
}  // namespace narrows
