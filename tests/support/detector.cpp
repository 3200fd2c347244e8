#include "tests/support/detector.h"

#include <flatbuffers/flexbuffers.h>

#include <cmath>

namespace narrows {

DetectionOptions small_detector_options() {
  DetectionOptions o;
  o.max_detections = 2;
  o.classes = 2;
  o.score_threshold = 0.25f, o.iou_threshold = 0.5f;
  o.y_scale = o.x_scale = 10, o.h_scale = o.w_scale = 5;
  return o;
}

std::vector<uint8_t> detector_options(const DetectionOptions& o, const std::string& left_out,
                                      const std::function<void(flexbuffers::Builder&)>& change) {
  flexbuffers::Builder b;
  b.Map([&] {
    const auto integer = [&](const char* key, int value) {
      if (left_out != key) b.Int(key, value);
    };
    const auto real = [&](const char* key, float value) {
      if (left_out != key) b.Float(key, value);
    };
    integer("max_detections", o.max_detections);
    integer("max_classes_per_detection", o.classes_per_detection);
    integer("detections_per_class", o.detections_per_class);
    if (left_out != "use_regular_nms") b.Bool("use_regular_nms", o.regular);
    real("nms_score_threshold", o.score_threshold);
    real("nms_iou_threshold", o.iou_threshold);
    integer("num_classes", o.classes);
    real("y_scale", o.y_scale);
    real("x_scale", o.x_scale);
    real("h_scale", o.h_scale);
    real("w_scale", o.w_scale);
    if (change) change(b);
  });
  b.Finish();
  return b.GetBuffer();
}

TfliteBuilder detector(DType type, const DetectionOptions& options, int n, int columns, float scores_scale) {
  TfliteBuilder b;
  const int zero = type == DType::u8 ? 0 : -128;
  b.add_input("boxes", type, {1, n, 4}, per_tensor(0.125f, zero + 128));
  b.add_input("scores", type, {1, n, columns}, per_tensor(scores_scale, zero));
  std::vector<float> anchors;
  for (int i = 0; i < n; ++i) anchors.insert(anchors.end(), {0.5f * static_cast<float>(i), 0.5f, 1, 1});
  if (type == DType::f32) {
    b.add_floats("anchors", {n, 4}, anchors);
  } else {
    std::vector<uint8_t> bytes;
    for (float a : anchors) bytes.push_back(static_cast<uint8_t>(std::lround(a / 0.25f) + zero));
    b.add_constant("anchors", type, {n, 4}, bytes, per_tensor(0.25f, zero));
  }
  for (const char* name : {"out_boxes", "out_classes", "out_scores", "out_count"}) b.add_tensor(name, DType::f32, {});
  b.subgraph().outputs = {3, 4, 5, 6};
  const int op = b.add_custom_op("TFLite_Detection_PostProcess", {0, 1, 2}, {3, 4, 5, 6});
  b.op(op).custom_options = detector_options(options);
  return b;
}

}  // namespace narrows
