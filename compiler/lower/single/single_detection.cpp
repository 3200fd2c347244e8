// TFLite_Detection_PostProcess (runtime/detection_postprocess.h).
#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

float scale_of(const Operand& o) { return is_8bit(o.memory) ? o.tensor.scale() : 1; }
int zero_of(const Operand& o) { return is_8bit(o.memory) ? o.zero() : 0; }

void lower_detection_postprocess(SingleCode& s) {
  const DetectionOptions& o = s.op.attr.detection;
  const Operand &boxes = s.in[0], &scores = s.in[1];
  const int count = boxes.tensor.shape[1], columns = scores.tensor.shape[2];
  s.body.line("Detector d;");
  s.body.line("d.boxes = {}, d.encoding_size = {};", count, boxes.tensor.shape[2]);
  s.body.line("d.columns = {}, d.first_class = {}, d.classes = {};", columns, columns - o.classes, o.classes);
  s.body.line("d.max_detections = {}, d.classes_per_detection = {}, d.detections_per_class = {};", o.max_detections,
              o.classes_per_detection, o.detections_per_class);
  s.body.line("d.score_threshold = {}, d.iou_threshold = {};", float_literal(o.score_threshold),
              float_literal(o.iou_threshold));
  s.body.line("d.y_scale = {}, d.x_scale = {}, d.h_scale = {}, d.w_scale = {};", float_literal(o.y_scale),
              float_literal(o.x_scale), float_literal(o.h_scale), float_literal(o.w_scale));
  s.body.line("d.box_unit = {}, d.box_zero = {};", float_literal(scale_of(boxes)), zero_of(boxes));
  s.body.line("d.score_unit = {}, d.score_zero = {};", float_literal(scale_of(scores)), zero_of(scores));
  s.body.line("detect_{}({}, {}, {}, out, d, scratch);", o.regular ? "regular" : "fast", boxes.name, scores.name,
              s.in[2].name);
  s.scratch_bytes = int64_t{28} * count;
}

constexpr SingleLowering rows[] = {
    {OpKind::detection_postprocess, lower_detection_postprocess},
};

}  // namespace

const Table<SingleLowering> detection_lowerings = rows;

}  // namespace narrows
