// What `narrows run` prints of a detector's results.
#include "compiler/cli/detections.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "compiler/passes/passes.h"
#include "frontends/frontends.h"
#include "tests/support/detector.h"

namespace narrows {
namespace {

Graph read(const TfliteBuilder& builder) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_tflite(builder.finish(), "m", diagnostics);
  NARROWS_CHECK(graph.has_value(), diagnostics.str());
  return remove_identities(*graph);
}

Bytes as_bytes(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(Detections, AreFoundInWhateverOrder) {
  TfliteBuilder b = detector(DType::f32, small_detector_options());
  EXPECT_EQ(find_detections(read(b)), (DetectionOutputs{0, 1, 2, 3}));
  b.subgraph().outputs = {6, 4, 3, 5};
  EXPECT_EQ(find_detections(read(b)), (DetectionOutputs{2, 1, 3, 0}));
  b.subgraph().outputs = {6, 4, 3};
  EXPECT_EQ(find_detections(read(b)), std::nullopt);
}

TEST(Detections, Listed) {
  const std::vector<Bytes> outputs = {as_bytes({0.1f, 0.2f, 0.5f, 0.75f, 0, 0.25f, 1.5f, 1, 0, 0, 0, 0}),
                                      as_bytes({1, 7, 0}), as_bytes({0.875f, 0.5f, 0}), as_bytes({2})};
  EXPECT_EQ(list_detections({0, 1, 2, 3}, outputs, {"", {"cat", "dog"}}),
            "  score      top    left  bottom   right  label\n"
            " 0.8750   0.1000  0.2000  0.5000  0.7500  dog\n"
            " 0.5000   0.0000  0.2500  1.5000  1.0000  class 7\n");
}

TEST(Detections, None) {
  const std::vector<Bytes> outputs = {as_bytes({0, 0, 0, 0}), as_bytes({0}), as_bytes({0}), as_bytes({0})};
  EXPECT_EQ(list_detections({0, 1, 2, 3}, outputs, {}), "  score      top    left  bottom   right  label\n");
}

}  // namespace
}  // namespace narrows
