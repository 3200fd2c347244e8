// MobileNetV2 with made-up weights, emitted for every target and schedule: what can be shown without recorded
// models. Sizes are small and odd, so that maps have rests in both directions; small widths have channels
// that fill no vector.
#include <gtest/gtest.h>

#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

struct Parameters {
  DType type;
  float width;
  int size;
  bool dense;
  Configuration configuration;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.type) << " " << p.width << " " << p.size << " for " << p.configuration.target << ", "
       << p.configuration.schedule;
}

class DemoModels : public testing::TestWithParam<Parameters> {};

TEST_P(DemoModels, AsInterpreted) {
  const Parameters& p = GetParam();
  const std::optional<Machine> machine = find_machine(p.configuration.target, p.configuration.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.configuration.target;
  const Graph graph = demo_graph(p.type, p.width, p.size, p.dense);
  expect_blocks_as_interpreted(graph, p.configuration, *machine, random_inputs(graph));
}

constexpr const char* schedules[] = {"auto", "rows", "channels:3", "layerwise", "halide"};
constexpr DType types[] = {DType::f32, DType::u8, DType::i8};

/// The 8-bit type that the target does not store: its bytes are shifted once, whatever the schedule.
bool is_shifted(DType type, const std::string& target) {
  return type == (target.rfind("arm64", 0) == 0 ? DType::u8 : DType::i8);
}

/// One small model for each type, for everything that a model can be compiled to; shifted for `auto` alone.
std::vector<Parameters> every_schedule() {
  std::vector<Parameters> all;
  for (const char* target : {"host", "x86-64-linux-avx2", "arm64-linux-dotprod"}) {
    if (is_host(target)) continue;
    for (const char* schedule : schedules) {
      for (DType type : types) {
        if (is_shifted(type, target) && schedule != std::string("auto")) continue;
        all.push_back({type, 0.35f, 33, type == DType::f32, {target, schedule}});
      }
    }
  }
  return all;
}

/// Larger and wider models, and the targets that are left. Real models have the shifted type for each target; in float,
/// code for arm64-linux is that for arm64-linux-dotprod.
std::vector<Parameters> every_size() {
  std::vector<Parameters> all;
  for (DType type : types) {
    all.push_back({type, 0.5f, 65, type == DType::i8, {"host", "auto", "clang++"}});
    if (type == DType::i8) all.push_back({type, 0.35f, 33, true, {"arm64-linux", "auto"}});
    if (is_shifted(type, "host")) continue;
    all.push_back({type, 1.4f, 33, type == DType::u8, {"host", "auto"}});
    all.push_back({type, 0.5f, 33, type == DType::u8, {"host", "channels", "clang++"}});
    all.push_back({type, 0.35f, 97, false, {"x86-64-linux-sse41", "auto"}});
    all.push_back({type, 0.35f, 65, true, {"x86-64-linux-avx512", "auto"}});
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Parameters& p = info.param;
  const std::string size = std::to_string(static_cast<int>(p.width * 100)) + "_" + std::to_string(p.size);
  return std::string(to_string(p.type)) + "_" + size + "_" +
         identifier(p.configuration.target, p.configuration.schedule);
}

INSTANTIATE_TEST_SUITE_P(EverySchedule, DemoModels, testing::ValuesIn(every_schedule()), name_of);
INSTANTIATE_TEST_SUITE_P(EverySize, DemoModels, testing::ValuesIn(every_size()), name_of);

}  // namespace
}  // namespace narrows
