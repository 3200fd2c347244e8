// The interpreter against recorded outputs of the official TFLite runtime: LEAKY_RELU and PRELU. Models and outputs are
// in tests/golden/prelu/.
#include <gtest/gtest.h>

#include "tests/support/test_data.h"

namespace narrows {
namespace {

class PreluGolden : public testing::TestWithParam<const char*> {};

TEST_P(PreluGolden, EqualsTheTfliteRuntime) {
  const Path folder = Path(NARROWS_SOURCE_DIR) / "tests" / "golden" / "prelu";
  const std::string type = GetParam();
  const Graph graph = read_graph(folder / (type + ".tflite"));
  const Bytes recorded = read_bytes(folder / (type + ".out.bin"));
  const std::vector<Bytes> values = interpret(graph, {read_bytes(folder / (type + ".in.bin"))});
  const size_t scales = type == "f32" ? 1 : 4, operators = 14;
  ASSERT_EQ(graph.outputs.size(), scales * operators);
  Bytes all;
  for (const int output : graph.outputs) all.insert(all.end(), values[output].begin(), values[output].end());
  ASSERT_EQ(all.size(), recorded.size());
  if (type == "f32") {
    EXPECT_EQ(difference_f32(recorded, all).relative(), 0);
  } else {
    EXPECT_EQ(all, recorded);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PreluGolden, testing::Values("f32", "u8", "i8"));

}  // namespace
}  // namespace narrows
