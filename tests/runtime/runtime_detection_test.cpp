// Detection post-processing of the runtime against the interpreter: every byte must be the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "compiler/graph/detection.h"
#include "runtime/prologue.h"
#include "tests/support/single_op.h"

namespace narrows {
namespace {

#include "runtime/detection_postprocess.h"

/// Random boxes and scores, of which few differ, so that many are equal.
SingleOp random_detector(DType type, const DetectionOptions& o, int n, int columns) {
  Tensor output;
  output.shape = detection_shape(o);
  SingleOp s(OpKind::detection_postprocess,
             {random_tensor(type, {1, n, 5}), random_tensor(type, {1, n, columns}), random_tensor(DType::f32, {n, 4})},
             output);
  s.op.attr.detection = o;
  std::vector<float> anchors;
  for (int i = 0; i < 4 * n; ++i) anchors.push_back(static_cast<float>(test_random()() % 64) / 64);
  std::memcpy(s.in[2].data(), anchors.data(), s.in[2].size());
  for (size_t i = 0; type == DType::f32 && i < s.in[1].size(); i += 4) {
    const float score = static_cast<float>(test_random()() % 8) / 8;
    std::memcpy(&s.in[1][i], &score, 4);
  }
  for (size_t i = 0; type != DType::f32 && i < s.in[1].size(); ++i) s.in[1][i] &= 0xf0;
  return s;
}

Detector detector_of(const SingleOp& s) {
  const DetectionOptions& o = s.op.attr.detection;
  const Tensor &boxes = s.input(0), &scores = s.input(1);
  Detector d;
  d.boxes = boxes.shape[1], d.encoding_size = boxes.shape[2];
  d.columns = scores.shape[2], d.first_class = d.columns - o.classes, d.classes = o.classes;
  d.max_detections = o.max_detections, d.classes_per_detection = o.classes_per_detection;
  d.detections_per_class = o.detections_per_class;
  d.score_threshold = o.score_threshold, d.iou_threshold = o.iou_threshold;
  d.y_scale = o.y_scale, d.x_scale = o.x_scale, d.h_scale = o.h_scale, d.w_scale = o.w_scale;
  d.box_unit = d.score_unit = 1, d.box_zero = d.score_zero = 0;
  if (is_8bit(boxes.type)) d.box_unit = boxes.scale(), d.box_zero = boxes.zero_point();
  if (is_8bit(scores.type)) d.score_unit = scores.scale(), d.score_zero = scores.zero_point();
  return d;
}

template <typename T>
void run(SingleOp* s) {
  const Detector d = detector_of(*s);
  std::vector<double> scratch(28 * d.boxes / sizeof(double) + 1);
  u8* bytes = reinterpret_cast<u8*>(scratch.data());
  std::fill(s->out.begin(), s->out.end(), 0xee);
  if (s->op.attr.detection.regular)
    detect_regular(s->data<T>(0), s->data<T>(1), s->data<f32>(2), s->result<f32>(), d, bytes);
  else
    detect_fast(s->data<T>(0), s->data<T>(1), s->data<f32>(2), s->result<f32>(), d, bytes);
}

TEST(RuntimeDetection, AsInterpreted) {
  DetectionOptions o;
  o.y_scale = 3, o.x_scale = 10, o.h_scale = 5, o.w_scale = 7;
  for (bool regular : {false, true}) {
    for (int max : {1, 3, 10, 100}) {
      for (int k : {1, 2, 9}) {
        for (float iou : {0.1f, 0.5f, 1.0f}) {
          for (DType type : {DType::f32, DType::u8, DType::i8}) {
            o.regular = regular, o.max_detections = max, o.classes_per_detection = k, o.iou_threshold = iou;
            o.detections_per_class = 2 * max, o.classes = 4 + max % 2;
            SingleOp s = random_detector(type, o, 37, 5);
            o.score_threshold = type == DType::f32 ? 0.3f : -1;
            s.op.attr.detection = o;
            if (type == DType::f32) run<f32>(&s);
            if (type == DType::u8) run<u8>(&s);
            if (type == DType::i8) run<i8>(&s);
            EXPECT_EQ(s.out, s.expected()) << to_string(type) << " regular " << regular << " max " << max << " k " << k;
          }
        }
      }
    }
  }
}

TEST(RuntimeDetection, NothingReachesTheThreshold) {
  DetectionOptions o;
  o.max_detections = 4, o.classes = 4, o.score_threshold = 2, o.iou_threshold = 0.5f;
  SingleOp s = random_detector(DType::f32, o, 9, 5);
  run<f32>(&s);
  EXPECT_EQ(s.out, Bytes(25 * 4));
}

}  // namespace
}  // namespace narrows
