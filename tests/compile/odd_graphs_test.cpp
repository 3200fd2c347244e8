// All odd graphs of one type stand in one program, so that there is one for each type, target and schedule; a
// message names the case.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

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

/// The compiler would take seconds, or hours, to compute them.
TEST(ConstantConvolutions, AreLeftToTheNetworkWhereTheyTakeLong) {
  const Graph graph = typed_graph(R"(graph "constant"
inputs %0
outputs %4
%0 f32[1,60,60,96] "x"
%1 f32[1,60,60,96] "map" = seed 1
%2 f32[128,8,3,96] "weights" = seed 2
%3 f32[1,60,60,128] "filtered" = conv2d %1 %2 kernel 8 3 pad 3 4 1 1
%5 f32[1,1,1,96] "few" = seed 3
%6 f32[2,1,1,96] "pointwise" = seed 4
%7 f32[1,1,1,2] "pixel" = conv2d %5 %6
%8 f32[128,1,1,96] "last" = seed 5
%9 f32[1,60,60,128] "own" = conv2d %0 %8
%10 f32[1,60,60,128] "sum" = add %9 %3
%11 f32[2,1,1,128] "two" = seed 6
%12 f32[1,60,60,2] "projected" = conv2d %10 %11
%4 f32[1,60,60,2] "y" = add %12 %7
)",
                                  DType::f32);
  const std::optional<Machine> machine = find_machine("host");
  const Traced run = expect_blocks_as_interpreted(graph, {}, *machine, random_inputs(graph));
  const auto writes = [&](const char* name) {
    const Graph& compiled = run.compiled.graph;
    return std::any_of(compiled.ops.begin(), compiled.ops.end(),
                       [&](const Op& op) { return compiled.output(op).name == name; });
  };
  EXPECT_TRUE(writes("filtered"));
  EXPECT_FALSE(writes("pixel"));
}

}  // namespace
}  // namespace narrows
