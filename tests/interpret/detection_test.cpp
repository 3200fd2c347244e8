// TFLite_Detection_PostProcess as the front end reads it and the interpreter computes it.
#include <flatbuffers/flexbuffers.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <sstream>

#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "tests/support/detector.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Floats = std::vector<float>;

Graph read(const TfliteBuilder& builder) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_tflite(builder.finish(), "m", diagnostics);
  NARROWS_CHECK(graph.has_value(), diagnostics.str());
  EXPECT_EQ(verify(*graph), std::vector<std::string>());
  return *graph;
}

Floats floats_of(const Bytes& bytes) {
  Floats values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Bytes as_bytes(const Floats& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

struct Results {
  Floats boxes, classes, scores, count;
};

Results run(const Graph& graph, const std::vector<Bytes>& inputs) {
  const std::vector<Bytes> values = interpret(graph, inputs);
  const auto output = [&](int i) { return floats_of(values[graph.outputs[i]]); };
  return {output(0), output(1), output(2), output(3)};
}

/// Detections among n anchors as they are: encodings are zero.
Results run(const DetectionOptions& options, const Floats& scores, int n, int columns) {
  const Graph graph = read(detector(DType::f32, options, n, columns));
  return run(graph, {as_bytes(Floats(4 * n)), as_bytes(scores)});
}

// ---- what the file says ------------------------------------------------------------------------

TEST(Detection, OptionsAndShapes) {
  DetectionOptions o = small_detector_options();
  o.regular = true, o.classes_per_detection = 3, o.detections_per_class = 7;
  const Graph graph = read(detector(DType::u8, o));
  ASSERT_EQ(graph.ops.at(0).kind, OpKind::detection_postprocess);
  const DetectionOptions& d = graph.ops[0].attr.detection;
  EXPECT_TRUE(d.regular);
  EXPECT_EQ(d.max_detections, 2);
  EXPECT_EQ(d.classes_per_detection, 3);
  EXPECT_EQ(d.detections_per_class, 7);
  EXPECT_EQ(d.classes, 2);
  EXPECT_EQ(d.score_threshold, 0.25f);
  EXPECT_EQ(d.iou_threshold, 0.5f);
  EXPECT_EQ(d.y_scale, 10);
  EXPECT_EQ(d.w_scale, 5);
  std::vector<Shape> shapes;
  for (int id : graph.outputs) shapes.push_back(graph.tensors[id].shape);
  EXPECT_EQ(shapes, (std::vector<Shape>{{1, 6, 4}, {1, 6}, {1, 6}, {1}}));
}

TEST(Detection, PrintedAndParsed) {
  DetectionOptions o = small_detector_options();
  o.regular = true;
  const Graph graph = read(detector(DType::f32, o));
  const std::string text = print(graph, true);
  EXPECT_NE(text.find("detections 2 1 100 2 regular 0.25 0.5 10 10 5 5"), std::string::npos) << text;
  Diagnostics diagnostics("text");
  EXPECT_EQ(print(parse_graph(text, diagnostics), true), text);
  EXPECT_EQ(diagnostics.str(), "");
}

TEST(Detection, DefaultsOfMissingOptions) {
  DetectionOptions o = small_detector_options();
  o.regular = true, o.detections_per_class = 7;
  TfliteBuilder b = detector(DType::f32, o);
  b.op(0).custom_options = detector_options(o, "use_regular_nms");
  EXPECT_FALSE(read(b).ops.at(0).attr.detection.regular);
  b.op(0).custom_options = detector_options(o, "detections_per_class");
  EXPECT_EQ(read(b).ops.at(0).attr.detection.detections_per_class, 100);
}

/// Writers differ in how they store numbers.
TEST(Detection, NumbersOfOtherKinds) {
  const DetectionOptions o = small_detector_options();
  TfliteBuilder b = detector(DType::f32, o);
  b.op(0).custom_options = detector_options(o, "y_scale", [](auto& m) { m.Int("y_scale", 20); });
  EXPECT_EQ(read(b).ops.at(0).attr.detection.y_scale, 20);
  b.op(0).custom_options = detector_options(o, "y_scale", [](auto& m) { m.Double("y_scale", 0.1); });
  EXPECT_EQ(read(b).ops.at(0).attr.detection.y_scale, 0.1f);
  b.op(0).custom_options = detector_options(o, "num_classes", [](auto& m) { m.UInt("num_classes", 3); });
  EXPECT_EQ(read(b).ops.at(0).attr.detection.classes, 3);
  b.op(0).custom_options = detector_options(o, "use_regular_nms", [](auto& m) { m.Int("use_regular_nms", 1); });
  EXPECT_TRUE(read(b).ops.at(0).attr.detection.regular);
}

// ---- what is computed --------------------------------------------------------------------------

TEST(Detection, BoxesFromEncodings) {
  DetectionOptions o = small_detector_options();
  o.max_detections = 1;
  const Graph graph = read(detector(DType::f32, o, 2));
  // Anchor 1 has its center at (0.5, 0.5).
  const Results r = run(graph, {as_bytes({0, 0, 0, 0, 1, -2, 5, -5}), as_bytes({0, 0, 0, 0, 0, 0.5f})});
  const float h = 0.5f * std::exp(1.0f), w = 0.5f * std::exp(-1.0f);
  const float expected[] = {0.6f - h, 0.3f - w, 0.6f + h, 0.3f + w};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(r.boxes[i], expected[i], 1e-6) << i;
  EXPECT_EQ(r.classes, Floats{1});
  EXPECT_EQ(r.scores, Floats{0.5f});
  EXPECT_EQ(r.count, Floats{1});
}

/// Neighbours overlap by a third; the first and the third do not.
TEST(Detection, OverlapsAreSuppressed) {
  DetectionOptions o = small_detector_options();
  o.max_detections = 3, o.iou_threshold = 0.3f;
  const Floats scores = {0, 0.5f, 0, 0, 0, 0.75f, 0, 0.25f, 0};
  Results r = run(o, scores, 3, 3);
  EXPECT_EQ(r.scores, (Floats{0.75f, 0, 0}));
  EXPECT_EQ(r.classes, (Floats{1, 0, 0}));
  EXPECT_EQ(r.count, Floats{1});
  // Class by class, only boxes of one class compete.
  o.regular = true;
  r = run(o, scores, 3, 3);
  EXPECT_EQ(r.scores, (Floats{0.75f, 0.5f, 0.25f}));
  EXPECT_EQ(r.classes, (Floats{1, 0, 0}));
  EXPECT_EQ(r.count, Floats{3});
  o.iou_threshold = 0.4f, o.regular = false;
  EXPECT_EQ(run(o, scores, 3, 3).count, Floats{3});
}

TEST(Detection, ThresholdIsReached) {
  DetectionOptions o = small_detector_options();
  o.score_threshold = 0.5f;
  const Floats scores = {1, 0.5f, 0, 1, 0.49f, 0, 1, 0, 0};
  for (bool regular : {false, true}) {
    o.regular = regular;
    EXPECT_EQ(run(o, scores, 3, 3).scores, (Floats{0.5f, 0}));
  }
}

TEST(Detection, SeveralClassesForEachBox) {
  DetectionOptions o = small_detector_options();
  o.classes_per_detection = 2, o.classes = 3;
  const Floats scores = {0.1f, 0.2f, 0.9f, 0.4f, 0.4f, 0.2f};
  const Results r = run(o, scores, 2, 3);
  EXPECT_EQ(r.scores, (Floats{0.9f, 0.2f, 0.4f, 0.4f}));
  EXPECT_EQ(r.classes, (Floats{2, 1, 0, 1}));
  EXPECT_EQ(r.count, Floats{2});
  // More than there are: what is left is zero.
  o.classes_per_detection = 4;
  EXPECT_EQ(run(o, scores, 2, 3).scores, (Floats{0.9f, 0.2f, 0.1f, 0, 0.4f, 0.4f, 0.2f, 0}));
}

TEST(Detection, EqualScoresInOrder) {
  DetectionOptions o = small_detector_options();
  o.max_detections = 4;
  const Floats scores = {0, 0.5f, 0.5f, 0, 0.5f, 0.5f, 0, 0.5f, 0.5f};
  Results r = run(o, scores, 3, 3);
  EXPECT_EQ(r.classes, (Floats{0, 0, 0, 0}));
  EXPECT_EQ((Floats{r.boxes[0], r.boxes[4], r.boxes[8]}), (Floats{-0.5f, 0, 0.5f}));
  o.regular = true;
  r = run(o, scores, 3, 3);
  EXPECT_EQ(r.classes, (Floats{0, 0, 0, 1}));
  EXPECT_EQ((Floats{r.boxes[0], r.boxes[4], r.boxes[8], r.boxes[12]}), (Floats{-0.5f, 0, 0.5f, -0.5f}));
}

TEST(Detection, DetectionsPerClass) {
  DetectionOptions o = small_detector_options();
  o.regular = true, o.detections_per_class = 1, o.max_detections = 3;
  const Results r = run(o, {0, 0.5f, 0.25f, 0, 0.75f, 0.5f, 0, 1, 0.5f}, 3, 3);
  EXPECT_EQ(r.scores, (Floats{1, 0.5f, 0}));
  EXPECT_EQ(r.classes, (Floats{0, 1, 0}));
}

/// As the floats that they stand for.
TEST(Detection, QuantizedInputs) {
  const DetectionOptions o = small_detector_options();
  const Bytes stored_boxes = {120, 128, 140, 128, 130, 127, 128, 96, 128, 200, 100, 128};
  const Bytes stored_scores = {0, 200, 100, 3, 140, 220, 99, 64, 63};
  Floats boxes, scores;
  for (uint8_t v : stored_boxes) boxes.push_back((static_cast<float>(v) - 128) * 0.125f);
  for (uint8_t v : stored_scores) scores.push_back(static_cast<float>(v) / 256);
  const Results expected = run(read(detector(DType::f32, o)), {as_bytes(boxes), as_bytes(scores)});
  EXPECT_EQ(expected.count, Floats{2});
  for (DType type : {DType::u8, DType::i8}) {
    Bytes b = stored_boxes, s = stored_scores;
    for (Bytes* list : {&b, &s}) {
      for (uint8_t& v : *list) v = static_cast<uint8_t>(type == DType::i8 ? v ^ 0x80 : v);
    }
    const Results r = run(read(detector(type, o)), {b, s});
    EXPECT_EQ(r.boxes, expected.boxes);
    EXPECT_EQ(r.classes, expected.classes);
    EXPECT_EQ(r.scores, expected.scores);
    EXPECT_EQ(r.count, expected.count);
  }
}

// ---- recorded ----------------------------------------------------------------------------------

/// Floats behind one byte of another format.
Bytes recorded_input(const char* name) {
  Bytes bytes =
      read_bytes(test_data() / "models/postprocess" / (std::string("tflite_detection_post_processing_") + name));
  bytes.erase(bytes.begin());
  return bytes;
}

/// "classes", "scores" or "boxes" of the section of the list of expected outputs.
Floats recorded_numbers(const std::string& section, const std::string& what, size_t count) {
  const Bytes file = read_bytes(test_data() / "models/postprocess/EXPECTED.md");
  const std::string text(file.begin(), file.end());
  std::istringstream words(text.substr(text.find("\n" + what, text.find("## use_regular_nms = " + section))));
  std::string word;
  words >> word;
  Floats numbers(count);
  for (float& n : numbers) words >> n;
  EXPECT_TRUE(words) << section << " " << what;
  return numbers;
}

/// These come from another implementation, which decodes boxes in float, as TensorFlow Lite once did; today it does so
/// in double (see layers_golden_test.cpp for boxes from it).
TEST(Detection, AsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  for (bool regular : {false, true}) {
    const std::string name = regular ? "regular" : "fast", section = regular ? "true" : "false";
    const Graph graph =
        read_graph(test_data() / "models/postprocess" / ("tflite_detection_post_processing_" + name + ".tflite"));
    const Results r = run(graph, {recorded_input("boxes.bin"), recorded_input("scores.bin")});
    const Floats boxes = recorded_numbers(section, "boxes", 40);
    for (size_t i = 0; i < boxes.size(); ++i) EXPECT_NEAR(r.boxes[i], boxes[i], 1e-7) << name << " " << i;
    EXPECT_EQ(r.classes, recorded_numbers(section, "classes", 10)) << name;
    EXPECT_EQ(r.scores, recorded_numbers(section, "scores", 10)) << name;
    EXPECT_EQ(r.count, Floats{10}) << name;
  }
}

}  // namespace
}  // namespace narrows
