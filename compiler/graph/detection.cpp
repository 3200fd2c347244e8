#include "compiler/graph/detection.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "compiler/graph/rules/op_rules.h"

namespace narrows {
namespace {

// Beyond any use; keeps all arithmetic within 31 bits.
constexpr int64_t most_detections = 1 << 20;
constexpr int64_t most_boxes = 1 << 24;

using Problems = std::vector<std::string>;

void check_count(const char* option, int64_t value, int64_t most, Problems* problems) {
  if (value >= 1 && value <= most) return;
  problems->push_back(fmt::format("{} is {}; expected 1 to {}", option, value, most));
}

void check_scale(const char* option, float value, Problems* problems) {
  if (std::isfinite(value) && value > 0) return;
  problems->push_back(fmt::format("{} is {}; expected a positive number", option, value));
}

void check_options(const DetectionOptions& o, Problems* problems) {
  check_count("max_detections", o.max_detections, most_detections, problems);
  check_count("max_classes_per_detection", o.classes_per_detection, most_detections, problems);
  check_count("detections_per_class", o.detections_per_class, INT32_MAX, problems);
  check_count("num_classes", o.classes, INT32_MAX, problems);
  const int64_t rows = int64_t{o.max_detections} * o.classes_per_detection;
  if (problems->empty() && rows > most_detections) {
    problems->push_back(fmt::format("max_detections {} times max_classes_per_detection {} is more than the limit of {}",
                                    o.max_detections, o.classes_per_detection, most_detections));
  }
  if (!std::isfinite(o.score_threshold))
    problems->push_back(fmt::format("nms_score_threshold is {}; expected a number", o.score_threshold));
  if (!(o.iou_threshold > 0 && o.iou_threshold <= 1))
    problems->push_back(fmt::format("nms_iou_threshold is {}; expected more than 0, at most 1", o.iou_threshold));
  check_scale("y_scale", o.y_scale, problems);
  check_scale("x_scale", o.x_scale, problems);
  check_scale("h_scale", o.h_scale, problems);
  check_scale("w_scale", o.w_scale, problems);
}

}  // namespace

DetectionPart detection_part(const DetectionOptions& o, int part) {
  const int rows = o.max_detections * o.classes_per_detection;
  switch (part) {
    case 0:
      return {0, {1, rows, 4}};
    case 1:
      return {4 * rows, {1, rows}};
    case 2:
      return {5 * rows, {1, rows}};
    default:
      return {6 * rows, {1}};
  }
}

Shape detection_shape(const DetectionOptions& options) { return {detection_part(options, 3).begin + 1}; }

std::vector<std::string> check_detection(const DetectionOptions& options, const Shape& boxes, const Shape& scores,
                                         const Shape& anchors) {
  Problems problems;
  check_options(options, &problems);
  if (boxes.size() != 3 || boxes[0] != 1 || boxes[1] > most_boxes || boxes[2] < 4) {
    problems.push_back(
        fmt::format("boxes have shape {}; expected [1,N,4], N at most {}", to_string(boxes), most_boxes));
    return problems;
  }
  const int count = boxes[1];
  if (scores.size() != 3 || scores[0] != 1 || scores[1] != count) {
    problems.push_back(fmt::format("scores have shape {}; expected [1,{},classes]", to_string(scores), count));
  } else if (options.classes >= 1 && scores[2] != options.classes && scores[2] - 1 != options.classes) {
    problems.push_back(
        fmt::format("num_classes is {}, but scores have shape {}; expected {} of them, or {} behind the background",
                    options.classes, to_string(scores), scores[2], scores[2] - 1));
  }
  if (anchors != Shape{count, 4})
    problems.push_back(fmt::format("anchors have shape {}; expected [{},4]", to_string(anchors), count));
  return problems;
}

std::string check_detection_anchors(const Tensor& anchors) {
  for (size_t i = 0; i < anchors.data.size() / 16; ++i) {
    float a[4];
    std::memcpy(a, &anchors.data[16 * i], sizeof(a));
    const bool finite = std::isfinite(a[0]) && std::isfinite(a[1]) && std::isfinite(a[2]) && std::isfinite(a[3]);
    if (finite && a[2] >= 0 && a[3] >= 0) continue;
    return fmt::format("anchor {} is ({}, {}, {}, {}); expected numbers (y, x, h, w), h and w not negative", i, a[0],
                       a[1], a[2], a[3]);
  }
  return "";
}

std::string check_suppression(const DetectionOptions& o) {
  if (o.max_detections < 1 || o.max_detections > most_detections)
    return fmt::format("the most boxes are {}; expected 1 to {}", o.max_detections, most_detections);
  if (!std::isfinite(o.iou_threshold) || std::isnan(o.score_threshold))
    return fmt::format("thresholds are {} and {}; expected numbers", o.iou_threshold, o.score_threshold);
  if (!std::isfinite(o.sigma) || o.sigma < 0) return fmt::format("sigma is {}; expected a number from 0 on", o.sigma);
  return "";
}

std::string check_non_max_suppression(const Graph& graph, const Op& op) {
  const Tensor &boxes = graph.input(op, 0), &scores = graph.input(op, 1), &output = graph.output(op);
  if (boxes.type != DType::f32 || scores.type != DType::f32) return "boxes and scores must be f32";
  if (boxes.shape.size() != 2 || boxes.shape[1] != 4 || boxes.shape[0] > most_boxes)
    return fmt::format("boxes have shape {}; expected [n,4], n at most {}", to_string(boxes.shape), most_boxes);
  if (scores.shape != Shape{boxes.shape[0]})
    return fmt::format("scores have shape {}; expected [{}]", to_string(scores.shape), boxes.shape[0]);
  if (std::string e = check_suppression(op.attr.detection); !e.empty()) return e;
  if (output.type != DType::f32 && output.type != DType::i32)
    return fmt::format("output type {} is not i32 or f32", to_string(output.type));
  return wrong_output(output, {op.attr.detection.max_detections + (output.type == DType::i32 ? 1 : 0)});
}

std::string check_detection_postprocess(const Graph& graph, const Op& op) {
  const Tensor &boxes = graph.input(op, 0), &scores = graph.input(op, 1), &anchors = graph.input(op, 2);
  for (const Tensor* t : {&boxes, &scores}) {
    if (!is_activation_type(*t)) return fmt::format("input type {} is not f32, u8 or i8", to_string(t->type));
    if (is_8bit(t->type) && !per_tensor(*t)) return fmt::format("activation '{}' has a scale per channel", t->name);
  }
  if (anchors.type != DType::f32) return fmt::format("anchors have type {}", to_string(anchors.type));
  if (graph.output(op).type != DType::f32) return fmt::format("output type is {}", to_string(graph.output(op).type));
  const Problems problems = check_detection(op.attr.detection, boxes.shape, scores.shape, anchors.shape);
  if (!problems.empty()) return problems[0];
  return wrong_output(graph.output(op), detection_shape(op.attr.detection));
}

}  // namespace narrows
