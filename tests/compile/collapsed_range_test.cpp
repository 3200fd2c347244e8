// Activations that leave one stored value, which is then all that Halide would see of a kernel.

#include <gtest/gtest.h>

#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

struct Parameters {
  DType type;
  Numerics numerics;
  const char *target, *schedule;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.type) << " for " << p.target << ", " << p.schedule;
}

class CollapsedRange : public testing::TestWithParam<Parameters> {};

TEST_P(CollapsedRange, AsInterpreted) {
  const auto& [type, numerics, target, schedule] = GetParam();
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  const Graph graph = collapsed_graph(type);
  Configuration configuration = {target, schedule};
  configuration.numerics = numerics;
  expect_blocks_as_interpreted(graph, configuration, *machine, random_inputs(graph));
}

constexpr Numerics xnnpack = Numerics::xnnpack, tflite = Numerics::tflite;

INSTANTIATE_TEST_SUITE_P(All, CollapsedRange,
                         testing::Values(Parameters{DType::u8, xnnpack, "host", "auto"},
                                         Parameters{DType::i8, tflite, "host", "halide"},
                                         Parameters{DType::i8, xnnpack, "x86-64-linux-avx2", "halide"},
                                         Parameters{DType::u8, tflite, "x86-64-linux-avx2", "channels"},
                                         Parameters{DType::i8, tflite, "arm64-linux", "auto"},
                                         Parameters{DType::u8, xnnpack, "arm64-linux", "halide"}),
                         [](const auto& info) {
                           return std::string(to_string(info.param.type)) +
                                  (info.param.numerics == xnnpack ? "_xnnpack_" : "_tflite_") +
                                  identifier(info.param.target, info.param.schedule);
                         });

}  // namespace
}  // namespace narrows
