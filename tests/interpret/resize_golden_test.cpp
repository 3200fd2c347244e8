// The interpreter against recorded outputs of the official TFLite runtime: resizes in every form, and
// ARG_MAX. Models and outputs are in tests/golden/resize/.
#include <gtest/gtest.h>

#include "tests/support/test_data.h"

namespace narrows {
namespace {

class ResizeGolden : public testing::TestWithParam<const char*> {};

TEST_P(ResizeGolden, EqualsTheTfliteRuntime) {
  const Path folder = Path(NARROWS_SOURCE_DIR) / "tests" / "golden" / "resize";
  const std::string type = GetParam();
  const Graph graph = read_graph(folder / (type + ".tflite"));
  const Bytes recorded = read_bytes(folder / (type + ".out.bin"));
  const std::vector<Bytes> values = interpret(graph, {read_bytes(folder / (type + ".in.bin"))});
  ASSERT_EQ(graph.outputs.size(), 14u);
  auto next = recorded.begin();
  for (const Op& op : graph.ops) {
    const Bytes& actual = values.at(op.output);
    ASSERT_LE(static_cast<int64_t>(actual.size()), recorded.end() - next);
    const Bytes expected(next, next + static_cast<int64_t>(actual.size()));
    next += static_cast<int64_t>(actual.size());
    SCOPED_TRACE(std::string(to_string(op.kind)) + " to " + to_string(graph.output(op).shape) + ", op " +
                 std::to_string(op.origins.at(0).index));
    if (graph.output(op).type == DType::f32) {
      EXPECT_LE(difference_f32(expected, actual).relative(), 1e-6);
    } else {
      EXPECT_EQ(expected, actual);
    }
  }
  EXPECT_EQ(next, recorded.end());
}

INSTANTIATE_TEST_SUITE_P(All, ResizeGolden, testing::Values("f32", "u8", "i8"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace narrows
