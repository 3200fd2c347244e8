// The visual wake words model of MLPerf Tiny, as TensorFlow's converter wrote it: nine of its convolutions have dead
// channels, whose biases are near 2^30 and whose multipliers are about 2^-31.
#include <gtest/gtest.h>

#include "compiler/interpret/interpret.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

/// Compares all tensors that operators compute with TFLite's reference kernels.
TEST(DeadChannels, OfAPublicModelAreAsInTflite) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = read_graph(test_data() / "models" / "more" / "vww_96_int8.tflite");
  const std::pair<int, const char*> recorded[] = {{37, "916ad06020573ccb"}, {47, "f2d39446920500d8"}};
  for (const auto& [step, hash] : recorded) {
    Bytes input(96 * 96 * 3);
    for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<uint8_t>(i * size_t(step) + 11);
    const std::vector<Bytes> tensors = interpret(graph, {input}, Numerics::tflite);
    Bytes all;
    for (const Op& op : graph.ops) all.insert(all.end(), tensors[op.output].begin(), tensors[op.output].end());
    EXPECT_EQ(sha256_16(all), hash) << "step " << step;
  }
}

}  // namespace
}  // namespace narrows
