// The ONNX operator narrows.TFLite_Detection_PostProcess: as TensorFlow Lite's, of which the other tests speak.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/onnx_bad_model.h"
#include "tests/support/onnx_stored.h"

namespace narrows {
namespace {

using Ints = std::vector<int64_t>;

/// Boxes and scores come out of transposes, as behind the heads of a detector.
OnnxBuilder detector() {
  OnnxBuilder b;
  b.input("maps", {1, 4, 3});
  b.input("s", {1, 3, 3});
  set(b.op("Transpose", {"maps"}, "e"), "perm", Ints{0, 2, 1});
  finish_with_detections(b, "e", "s");
  return b;
}

TEST(OnnxDetection, FourOutputs) {
  const OnnxBuilder b = detector();
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(count_ops(graph, OpKind::detection_postprocess), 1);
  EXPECT_EQ(graph.tensors[graph.outputs[2]].name, "scores");
  const Array maps = {{1, 4, 3}, {0, 1, 0, 0, -2, 0, 0, 5, 0, 0, -5, 0}};
  const Array scores = {{1, 3, 3}, {0, 0.1f, 0.5f, 0, 0.75f, 0, 0, 0, 0.1f}};
  const std::vector<Array> out = run_onnx(b, {maps, scores});
  ASSERT_EQ(out.size(), 4u);
  const float h = 0.5f * std::exp(1.0f), w = 0.5f * std::exp(-1.0f);
  expect_near({{1, 2, 4}, {0.6f - h, 0.3f - w, 0.6f + h, 0.3f + w, -0.5f, 0, 0.5f, 1}}, out[0]);
  expect_near({{1, 2}, {0, 1}}, out[1]);
  expect_near({{1, 2}, {0.75f, 0.5f}}, out[2]);
  expect_near({{1}, {2}}, out[3]);
}

TEST(OnnxDetection, OutputsThatNobodyWants) {
  OnnxBuilder b = detector();
  b.node(1).set_output(1, "");
  b.node(1).mutable_output()->RemoveLast();
  b.graph().clear_output();
  b.output("scores");
  const Graph graph = read_onnx_graph(b);
  EXPECT_EQ(graph.outputs.size(), 1u);
  EXPECT_EQ(count_ops(graph, OpKind::slice), 1);
}

TEST(OnnxDetection, ReadOn) {
  OnnxBuilder b = detector();
  b.graph().clear_output();
  b.op("Relu", {"classes"}, "r");
  b.output("r");
  const Array maps = {{1, 4, 3}, std::vector<float>(12)};
  const Array scores = {{1, 3, 3}, {0, 0.1f, 0.5f, 0, 0, 0, 0, 0, 0.1f}};
  expect_near({{1, 2}, {1, 0}}, run_onnx(b, {maps, scores})[0]);
}

TEST(OnnxDetection, Problems) {
  const std::string at = "m: op 1 narrows.TFLite_Detection_PostProcess 'boxes': error: ";
  OnnxBuilder b = detector();
  b.node(1).clear_attribute();
  EXPECT_EQ(errors_of_onnx(b),
            at + "has no attribute max_detections\n" +  //
                at + "has no attribute num_classes\n" + at + "has no attribute nms_score_threshold\n" + at +
                "has no attribute nms_iou_threshold\n" + at + "has no attribute y_scale\n" + at +
                "has no attribute x_scale\n" + at + "has no attribute h_scale\n" + at + "has no attribute w_scale\n");
  b = detector();
  b.node(1).mutable_attribute(0)->set_i(int64_t{1} << 31);
  EXPECT_EQ(errors_of_onnx(b), at + "max_detections is 2147483648, which does not fit in 32 bits\n");
  b = detector();
  b.node(1).mutable_attribute(0)->set_i(0);
  b.node(1).set_input(2, "s");
  EXPECT_EQ(errors_of_onnx(b), at + "anchors 's': expected a constant, found a value computed at run time\n" + at +
                                   "max_detections is 0; expected 1 to 1048576\n" + at +
                                   "anchors have shape [1,3,3]; expected [3,4]\n");
  b = detector();
  b.node(1).set_domain("");
  EXPECT_EQ(first_error_of_onnx(b), "m: error: 1 operator is not supported: TFLite_Detection_PostProcess (op 1)");
}

}  // namespace
}  // namespace narrows
