// All odd graphs of one type stand in one program, so that there is one for each type, target and schedule; a
// message names the case.
#include <gtest/gtest.h>

#include "tests/code/graphs.h"
#include "tests/code/traced.h"

namespace narrows {
namespace {

struct Parameters {
  DType type;
  Configuration configuration;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.type) << " for " << p.configuration.target << ", " << p.configuration.schedule;
}

class OddGraphs : public testing::TestWithParam<Parameters> {};

TEST_P(OddGraphs, AsInterpreted) {
  const Parameters& p = GetParam();
  const std::optional<Machine> machine = find_machine(p.configuration.target, p.configuration.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.configuration.target;
  const Graph graph = odd_graph(p.type);
  expect_blocks_as_interpreted(graph, p.configuration, *machine, random_inputs(graph));
}

/// Not every pair of a target and a schedule, for the sake of time: the demo models have those. `auto` is one
/// of the others for each block. The 8-bit type that a target does not store is shifted once, whatever the schedule.
/// On the host, `channels:3` is compared under sanitizers, and `rows` and f32 by `halide` between guard pages: see
/// emitted_memory_test.cpp.
std::vector<Parameters> all_parameters() {
  const std::vector<Configuration> all = {{"host", "layerwise"},
                                          {"host", "halide"},
                                          {"host", "channels", "clang++"},
                                          {"host", "rows columns:4", "clang++"},
                                          {"x86-64-linux-avx2", "rows"},
                                          {"x86-64-linux-avx2", "halide"},
                                          {"arm64-linux-dotprod", "channels:3"},
                                          {"arm64-linux-dotprod", "halide"}};
  std::vector<Parameters> with_types;
  for (const Configuration& c : all) {
    if (is_host(c.target)) continue;
    const bool arm = c.target.rfind("arm64", 0) == 0, once = c.schedule == (arm ? "channels:3" : "rows");
    if (c.target != "host" || c.schedule != "halide") with_types.push_back({DType::f32, c});
    with_types.push_back({arm ? DType::i8 : DType::u8, c});
    if (once) with_types.push_back({arm ? DType::u8 : DType::i8, c});
  }
  return with_types;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Configuration& c = info.param.configuration;
  return std::string(to_string(info.param.type)) + "_" + identifier(c.target, c.schedule);
}

INSTANTIATE_TEST_SUITE_P(All, OddGraphs, testing::ValuesIn(all_parameters()), name_of);

}  // namespace
}  // namespace narrows
