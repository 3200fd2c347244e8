// Detectors as emitted code: outputs against those recorded from the official TFLite runtime, and the output of every
// block against the interpreter.
#include <gtest/gtest.h>

#include <optional>

#include "compiler/measure/random_inputs.h"
#include "tests/support/description.h"
#include "tests/support/test_data.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

// ---- a whole SSD -------------------------------------------------------------------------------

constexpr const char* ssd = "coco_ssd_mobilenet_v1_1.0_quant_2018_06_29";

/// `what` as these numerics give it; where they have no file of their own, they agree with the others.
Bytes recorded(const std::string& what, Numerics numerics) {
  const Path folder = test_data() / "golden" / ssd;
  const Path variant = folder / ("cats_and_dogs." + what + ".xnnpack.bin");
  const bool own = numerics == Numerics::xnnpack && std::filesystem::exists(variant);
  return read_bytes(own ? variant : folder / ("cats_and_dogs." + what + ".bin"));
}

class Ssd : public testing::TestWithParam<Configuration> {};

TEST_P(Ssd, AsRecordedAndInterpreted) {
  NARROWS_NEEDS_TEST_DATA();
  const Configuration& c = GetParam();
  const std::optional<Machine> machine = find_machine(c.target, c.compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << c.target;
  const Graph graph = read_graph(test_data() / "models" / (std::string(ssd) + ".tflite"));
  const std::vector<Bytes> inputs = {recorded("in0", Numerics::tflite)};
  const Traced run = run_traced(graph, c, *machine, inputs);
  expect_blocks(run, inputs, c.numerics);
  for (size_t i = 0; i < 4; ++i) {
    const std::string what = "out" + std::to_string(i);
    expect_equal(what, graph, graph.outputs.at(i), recorded(what, c.numerics), run.outputs.at(i));
  }
}

INSTANTIATE_TEST_SUITE_P(Detection, Ssd,
                         testing::Values(Configuration{"host", "auto"}, Configuration{"arm64-linux", "auto"},
                                         Configuration{"host", "auto", "clang++", Numerics::xnnpack}),
                         [](const auto& info) {
                           const bool xnnpack = info.param.numerics == Numerics::xnnpack;
                           return identifier(info.param.target, xnnpack ? "xnnpack" : "tflite");
                         });

// ---- post-processing alone ---------------------------------------------------------------------

Bytes postprocess_input(const char* name) {
  Bytes bytes =
      read_bytes(test_data() / "models/postprocess" / (std::string("tflite_detection_post_processing_") + name));
  bytes.erase(bytes.begin());  // of another format
  return bytes;
}

class Postprocess : public testing::TestWithParam<const char*> {};

/// The interpreter's results are those that were recorded; see tests/interpret/detection_test.cpp.
TEST_P(Postprocess, EqualsTheInterpreter) {
  NARROWS_NEEDS_TEST_DATA();
  const std::optional<Machine> machine = find_machine(GetParam());
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << GetParam();
  for (const char* kind : {"fast", "regular"}) {
    const Graph graph = read_graph(test_data() / "models/postprocess" /
                                   (std::string("tflite_detection_post_processing_") + kind + ".tflite"));
    const std::vector<Bytes> inputs = {postprocess_input("boxes.bin"), postprocess_input("scores.bin")};
    const std::vector<Bytes> found = run_emitted(graph, Numerics::tflite, *machine, inputs);
    const std::vector<Bytes> expected = interpret(graph, inputs);
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(found.at(i), expected[graph.outputs.at(i)]) << kind << " output " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Detection, Postprocess, testing::Values("host", "arm64-linux"),
                         [](const auto& info) { return identifier(info.param, "auto"); });

// ---- SSDLite -----------------------------------------------------------------------------------

class SmallSsdlite : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(SmallSsdlite, AsInterpreted) {
  const auto [type, target] = GetParam();
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  const Graph graph = read_json(std::string(R"({"resolution": 48, "width": 0.5, "last": 64,
      "rows": [{"t": 1, "c": 8}, {"t": 3, "c": 16, "n": 2, "s": 2}, {"t": 3, "c": 24, "n": 2, "s": 2},
               {"t": 3, "c": 24, "n": 2, "s": 2}],
      "head": {"kind": "ssdlite", "classes": 5, "extra": [32], "postprocess": true}, "type": ")") +
                                type + "\"}");
  expect_blocks_as_interpreted(graph, {target, "auto"}, *machine, random_inputs(graph));
}

INSTANTIATE_TEST_SUITE_P(Detection, SmallSsdlite,
                         testing::Values(std::pair{"uint8", "host"}, std::pair{"int8", "x86-64-linux-avx2"},
                                         std::pair{"int8", "arm64-linux"}),
                         [](const auto& info) { return identifier(info.param.second, info.param.first); });

}  // namespace
}  // namespace narrows
