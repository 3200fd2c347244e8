#include "tests/support/onnx_stored.h"

#include <cmath>

namespace narrows {

Array stored_numbers(const Shape& shape, const Stored& as, int seed) {
  const std::vector<int> values = small_integers(element_count(shape), as.least(), 256, seed);
  return {shape, {values.begin(), values.end()}};
}

Array real(const Array& stored, const Stored& as) { return dequantized(stored, as.scale, as.zero); }

Array quantized(const Array& x, const Stored& as) {
  return apply(rounded(x, as.scale, as.zero, as.dtype()),
               [&](float v) { return std::nearbyint(v / as.scale) + static_cast<float>(as.zero); });
}

ReadOptions nhwc() {
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  return options;
}

void finish_with_detections(OnnxBuilder& b, const std::string& boxes, const std::string& scores) {
  b.floats("a", {3, 4}, {0, 0.5f, 1, 1, 0.5f, 0.5f, 1, 1, 1, 0.5f, 1, 1});
  OnnxBuilder::Node& node = b.op("TFLite_Detection_PostProcess", {boxes, scores, "a"}, "boxes");
  node.set_domain("narrows");
  for (const char* name : {"classes", "scores", "count"}) node.add_output(name);
  set(node, "max_detections", 2);
  set(node, "num_classes", 2);
  set(node, "nms_score_threshold", 0.25f);
  set(node, "nms_iou_threshold", 0.5f);
  for (const char* name : {"y_scale", "x_scale"}) set(node, name, 10.f);
  for (const char* name : {"h_scale", "w_scale"}) set(node, name, 5.f);
  for (const char* name : {"boxes", "classes", "scores", "count"}) b.output(name);
}

}  // namespace narrows
