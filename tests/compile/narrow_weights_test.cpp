// Weights in 8 and 16 bits under float activations, as emitted code: against the interpreter for every schedule and
// kind of vector, and a recorded dynamic range model.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/narrow.h"
#include "tests/support/targets.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

struct Parameters {
  DType weights;
  Configuration configuration;
};

void PrintTo(const Parameters& p, std::ostream* out) {
  *out << to_string(p.weights) << " for " << p.configuration.target << ", " << p.configuration.schedule;
}

std::string name_of(const testing::TestParamInfo<Parameters>& info) {
  const Configuration& c = info.param.configuration;
  return std::string(to_string(info.param.weights)) + "_" + identifier(c.target, c.schedule);
}

/// Other schedules than `auto` have one of the two forms here and the other one in odd graphs.
std::vector<Parameters> with_both(const std::vector<Configuration>& configurations) {
  std::vector<Parameters> all = {
      {DType::f16, {"host", "rows", "clang++"}}, {DType::i8, {"host", "channels:3"}}, {DType::f16, {"host", "halide"}}};
  for (const Configuration& c : configurations) {
    if (is_host(c.target)) continue;
    for (DType type : {DType::i8, DType::f16}) all.push_back({type, c});
  }
  return all;
}

class NarrowKernels : public testing::TestWithParam<Parameters> {
 protected:
  void expect_as_interpreted(const Graph& wide) {
    const Parameters& p = GetParam();
    const std::optional<Machine> machine = find_machine(p.configuration.target, p.configuration.compiler);
    if (!machine) GTEST_SKIP() << "cannot build or run code for " << p.configuration.target;
    const Graph graph = with_narrow_weights(wide, p.weights);
    expect_blocks_as_interpreted(graph, p.configuration, *machine, random_inputs(graph));
  }
};

TEST_P(NarrowKernels, DemoModel) { expect_as_interpreted(demo_graph(DType::f32, 0.35f, 33, /*dense=*/true)); }

INSTANTIATE_TEST_SUITE_P(Targets, NarrowKernels,
                         testing::ValuesIn(with_both({{"host", "auto"},
                                                      {"host", "layerwise"},
                                                      {"x86-64-linux-avx2", "auto"},
                                                      {"x86-64-linux-sse41", "auto"},
                                                      {"arm64-linux", "auto"}})),
                         name_of);

using OddNarrowKernels = NarrowKernels;
TEST_P(OddNarrowKernels, AsInterpreted) { expect_as_interpreted(odd_graph(DType::f32)); }

INSTANTIATE_TEST_SUITE_P(Schedules, OddNarrowKernels,
                         testing::Values(Parameters{DType::i8, {"host", "rows"}},
                                         Parameters{DType::f16, {"host", "channels:3"}},
                                         Parameters{DType::i8, {"host", "halide"}}),
                         name_of);

// ---- the dynamic range model --------------------------------------------------------------------

const char* const embedder = "mobilenet_v2_035_96_embedder_with_metadata";

Graph embedder_graph() { return read_graph(test_data() / "models" / (std::string(embedder) + ".tflite")); }

struct EmbedderParameters {
  const char* target;
  NarrowWeights weights;
};

class Embedder : public testing::TestWithParam<EmbedderParameters> {};

/// The official runtime quantizes activations while it runs; the interpreter computes in float and is compared with its
/// recorded outputs in core_tests, so here it stands for both.
TEST_P(Embedder, AsInterpreted) {
  NARROWS_NEEDS_TEST_DATA();
  const Configuration configuration = {GetParam().target, "auto", "", Numerics::tflite, GetParam().weights};
  const std::optional<Machine> machine = find_machine(configuration.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration.target;
  const Graph graph = embedder_graph();
  expect_blocks_as_interpreted(graph, configuration, *machine,
                               {read_bytes(test_data() / "golden" / embedder / "bird.in0.bin")});
}

std::vector<EmbedderParameters> embedder_parameters() {
  std::vector<EmbedderParameters> all;
  for (const char* target : {"host", "x86-64-linux-avx2", "x86-64-linux-sse41", "arm64-linux"}) {
    if (is_host(target)) continue;
    for (NarrowWeights weights : {NarrowWeights::keep, NarrowWeights::widen}) all.push_back({target, weights});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Targets, Embedder, testing::ValuesIn(embedder_parameters()), [](const auto& info) {
  const char* kept = info.param.weights == NarrowWeights::keep ? "keep" : "float";
  return identifier(info.param.target, kept);
});

Compiled compile_with(const Graph& graph, NarrowWeights weights) {
  CompileOptions options;
  options.name = "net";
  options.target = target_named("x86-64-linux-avx2");
  options.narrow_weights = weights;
  return compile_or_throw(graph, options);
}

TEST(NarrowBlobs, DynamicRangeModel) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = embedder_graph();
  const Compiled kept = compile_with(graph, NarrowWeights::keep), wide = compile_with(graph, NarrowWeights::widen);
  EXPECT_LT(kept.weights_bytes, 0.32 * wide.weights_bytes);  // the model itself has 15 small tensors in float
  EXPECT_EQ(kept.blocks.size(), wide.blocks.size());
  EXPECT_EQ(to_string(kept.weights), "37 of 52 tensors kept in 8 bits");
  EXPECT_EQ(to_string(wide.weights), "37 of 52 tensors widened to float");
}

TEST(NarrowBlobs, AllWeightsInEightBits) {
  const Graph graph = with_narrow_weights(demo_graph(DType::f32), DType::i8);
  const Compiled kept = compile_with(graph, NarrowWeights::keep), wide = compile_with(graph, NarrowWeights::widen);
  EXPECT_LT(kept.weights_bytes, 0.3 * wide.weights_bytes);
}

// ---- float16 models -----------------------------------------------------------------------------

class Float16 : public testing::TestWithParam<const char*> {};

TEST_P(Float16, AsInterpreted) {
  const std::optional<Machine> machine = find_machine(GetParam());
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << GetParam();
  const Graph graph = float16_demo_graph();
  expect_blocks_as_interpreted(graph, {GetParam(), "auto"}, *machine, random_inputs(graph));
}

INSTANTIATE_TEST_SUITE_P(Targets, Float16, testing::Values("host", "x86-64-linux-sse41", "arm64-linux"),
                         [](const auto& info) { return identifier(info.param, "auto"); });

TEST(NarrowBlobs, Float16Model) {
  const Graph graph = float16_demo_graph();
  const Compiled kept = compile_with(graph, NarrowWeights::keep), wide = compile_with(graph, NarrowWeights::widen);
  EXPECT_LT(kept.weights_bytes, 0.55 * wide.weights_bytes);
  EXPECT_EQ(to_string(kept.weights), "53 of 53 tensors kept in 16 bits");
  EXPECT_EQ(to_string(wide.weights), "53 of 53 tensors widened to float");
  EXPECT_NE(kept.files[0].content.find("\n * Weights    53 of 53 tensors kept in 16 bits\n"), std::string::npos);
  // What is left of DEQUANTIZE costs nothing at run time.
  EXPECT_EQ(kept.layerwise_bytes, compile_with(demo_graph(DType::f32), NarrowWeights::keep).layerwise_bytes);
}

}  // namespace
}  // namespace narrows
