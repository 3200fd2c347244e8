// DeepLab models as emitted code: the class map against the recorded one in every pixel, and the output of
// every block against the interpreter.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/code/traced.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

constexpr const char* uint8_model = "deeplabv3_mnv2_dm05_pascal_quant";
constexpr const char* float_model = "deeplabv3";
constexpr const char* picture = "bird_segmentation";

Path golden(const std::string& model, const std::string& ending) {
  return test_data() / "golden" / model / (picture + ending);
}

/// Runs the model on the picture and checks every block; nothing where this machine cannot.
std::optional<Traced> run_checked(const std::string& model, const Configuration& configuration) {
  const std::optional<Machine> machine = find_machine(configuration.target, configuration.compiler);
  if (!machine) return std::nullopt;
  const Graph graph = read_graph(test_data() / "models" / (model + ".tflite"));
  const std::vector<Bytes> inputs = {read_bytes(golden(model, ".in0.bin"))};
  Traced run = run_traced(graph, configuration, *machine, inputs);
  expect_blocks(run, inputs, configuration.numerics);
  return run;
}

class Segmentation : public testing::TestWithParam<const char*> {};

TEST_P(Segmentation, ClassMapAsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const std::optional<Traced> run = run_checked(uint8_model, {GetParam(), "auto"});
  if (!run) GTEST_SKIP() << "cannot build or run code for " << GetParam();
  const Bytes expected = read_bytes(golden(uint8_model, ".out0.u8.bin"));
  const Bytes& wide = run->outputs.at(0);
  ASSERT_EQ(wide.size(), 8 * expected.size());
  int64_t different = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    int64_t index;
    std::memcpy(&index, &wide[8 * i], sizeof index);
    different += index != expected[i];
  }
  EXPECT_EQ(different, 0);
}

TEST_P(Segmentation, ScoresAsInterpreted) {
  NARROWS_NEEDS_TEST_DATA();
  if (!run_checked(float_model, {GetParam(), "auto"})) {
    GTEST_SKIP() << "cannot build or run code for " << GetParam();
  }
}

INSTANTIATE_TEST_SUITE_P(DeepLab, Segmentation,
                         testing::Values("x86-64-linux-avx512vnni", "x86-64-linux-avx2",
                                         "arm64-linux-dotprod", "arm64-linux"),
                         [](const auto& info) { return identifier(info.param, "auto"); });

/// 513x513 pixels with 21 scores would take 5.5 MB.
TEST(SegmentationMemory, ScoresAtFullSizeAreNotPlanned) {
  NARROWS_NEEDS_TEST_DATA();
  Diagnostics diagnostics("test");
  CompileOptions options;
  options.name = "net";
  options.target = *parse_target("x86-64-linux-avx2", diagnostics);
  const Graph graph = read_graph(test_data() / "models" / (std::string(uint8_model) + ".tflite"));
  const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  ASSERT_TRUE(compiled) << diagnostics.str();
  EXPECT_LT(compiled->arena_bytes, 1200000);
}

}  // namespace
}  // namespace narrows
