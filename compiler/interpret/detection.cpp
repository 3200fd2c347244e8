// TFLite_Detection_PostProcess: boxes from their encodings, and non-maximum suppression.
// Source: tensorflow/lite/kernels/detection_postprocess.cc. Where that leaves results to the standard library or to
// what stood in memory before, here the lower index comes first among equal scores, and the rest is 0.
#include "compiler/graph/detection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

struct Box {
  float ymin, xmin, ymax, xmax;
};

/// From center and size relative to the anchors to corners.
std::vector<Box> decode(const Call& call) {
  const DetectionOptions& o = call.attr().detection;
  const std::vector<float> encodings = real_values(call.input(0), *call.in[0]), anchors = floats(*call.in[2]);
  const size_t size = call.input(0).shape[2];
  std::vector<Box> boxes;
  for (size_t i = 0; i < anchors.size() / 4; ++i) {
    const float* e = &encodings[i * size];
    const double y = anchors[4 * i], x = anchors[4 * i + 1], h = anchors[4 * i + 2], w = anchors[4 * i + 3];
    const float ycenter = static_cast<float>(double{e[0]} / double{o.y_scale} * h + y);
    const float xcenter = static_cast<float>(double{e[1]} / double{o.x_scale} * w + x);
    const float half_h = static_cast<float>(0.5 * std::exp(double{e[2]} / double{o.h_scale}) * h);
    const float half_w = static_cast<float>(0.5 * std::exp(double{e[3]} / double{o.w_scale}) * w);
    boxes.push_back({ycenter - half_h, xcenter - half_w, ycenter + half_h, xcenter + half_w});
  }
  return boxes;
}

float intersection_over_union(const Box& a, const Box& b) {
  const float area_a = (a.ymax - a.ymin) * (a.xmax - a.xmin), area_b = (b.ymax - b.ymin) * (b.xmax - b.xmin);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin);
  const float width = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
  const float area = std::max(height, 0.0f) * std::max(width, 0.0f);
  return area / (area_a + area_b - area);
}

/// ArgMaxVector; a first score that is not a number stays the largest.
int index_of_largest(const float* values, int size) {
  int largest = 0;
  for (int i = 1; i < size; ++i) {
    if (values[i] > values[largest]) largest = i;
  }
  return largest;
}

/// DecreasingArgSort and DecreasingPartialArgSort: the first `count` indices by decreasing value.
std::vector<int> best(const float* values, size_t size, size_t count) {
  if (count == 1 && size > 0) return {index_of_largest(values, static_cast<int>(size))};
  std::vector<int> indices(size);
  std::iota(indices.begin(), indices.end(), 0);
  std::stable_sort(indices.begin(), indices.end(), [&](int a, int b) { return values[a] > values[b]; });
  indices.resize(std::min(size, count));
  return indices;
}

/// NonMaxSuppressionSingleClass: indices of at most `most` boxes, by decreasing score.
std::vector<int> suppress(const DetectionOptions& o, const std::vector<Box>& boxes, const std::vector<float>& scores,
                          int most) {
  std::vector<int> kept;
  std::vector<float> kept_scores;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!(scores[i] >= o.score_threshold)) continue;
    kept.push_back(static_cast<int>(i));
    kept_scores.push_back(scores[i]);
  }
  const std::vector<int> sorted = best(kept_scores.data(), kept_scores.size(), kept_scores.size());
  std::vector<bool> active(kept.size(), true);
  std::vector<int> selected;
  for (size_t i = 0; i < sorted.size() && selected.size() < static_cast<size_t>(most); ++i) {
    if (!active[i]) continue;
    selected.push_back(kept[sorted[i]]);
    for (size_t j = i + 1; j < sorted.size(); ++j) {
      if (active[j] && intersection_over_union(boxes[selected.back()], boxes[kept[sorted[j]]]) > o.iou_threshold)
        active[j] = false;
    }
  }
  return selected;
}

/// The four results while they are written.
struct Results {
  explicit Results(const DetectionOptions& o) : values(element_count(detection_shape(o))) {
    boxes = values.data();
    classes = &values[detection_part(o, 1).begin];
    scores = &values[detection_part(o, 2).begin];
    count = &values[detection_part(o, 3).begin];
  }
  void write(size_t row, const Box& box, int label, float score) {
    float* to = boxes + 4 * row;
    to[0] = box.ymin, to[1] = box.xmin, to[2] = box.ymax, to[3] = box.xmax;
    classes[row] = static_cast<float>(label);
    scores[row] = score;
  }

  std::vector<float> values;
  float *boxes, *classes, *scores, *count;
};

/// NonMaxSuppressionMultiClassFastHelper: the boxes compete by their best class.
std::vector<float> fast(const DetectionOptions& o, const std::vector<Box>& boxes, const std::vector<float>& scores,
                        size_t columns) {
  const size_t background = columns - o.classes;
  std::vector<float> largest;
  for (size_t i = 0; i < boxes.size(); ++i) {
    const float* row = &scores[i * columns + background];
    largest.push_back(row[best(row, o.classes, 1)[0]]);
  }
  Results results(o);
  const std::vector<int> selected = suppress(o, boxes, largest, o.max_detections);
  for (size_t i = 0; i < selected.size(); ++i) {
    const float* row = &scores[selected[i] * columns + background];
    const std::vector<int> labels = best(row, o.classes, o.classes_per_detection);
    for (size_t k = 0; k < labels.size(); ++k)
      results.write(i * o.classes_per_detection + k, boxes[selected[i]], labels[k], row[labels[k]]);
  }
  *results.count = static_cast<float>(selected.size());
  return results.values;
}

/// NonMaxSuppressionMultiClassRegularHelper: every class on its own; the best of all classes stay.
std::vector<float> regular(const DetectionOptions& o, const std::vector<Box>& boxes, const std::vector<float>& scores,
                           size_t columns) {
  struct Detection {
    int box, label;
  };
  std::vector<Detection> found;
  std::vector<float> found_scores;
  for (int label = 0; label < o.classes; ++label) {
    std::vector<float> class_scores;
    for (size_t i = 0; i < boxes.size(); ++i) class_scores.push_back(scores[i * columns + columns - o.classes + label]);
    for (int box : suppress(o, boxes, class_scores, o.detections_per_class)) {
      found.push_back({box, label});
      found_scores.push_back(class_scores[box]);
    }
    std::vector<Detection> best_found;
    std::vector<float> best_scores;
    for (int i : best(found_scores.data(), found.size(), o.max_detections)) {
      best_found.push_back(found[i]);
      best_scores.push_back(found_scores[i]);
    }
    found = best_found, found_scores = best_scores;
  }
  Results results(o);
  for (size_t i = 0; i < found.size(); ++i) results.write(i, boxes[found[i].box], found[i].label, found_scores[i]);
  *results.count = static_cast<float>(found.size());
  return results.values;
}

Bytes detection_postprocess(const Call& call) {
  const DetectionOptions& o = call.attr().detection;
  const std::vector<Box> boxes = decode(call);
  const std::vector<float> scores = real_values(call.input(1), *call.in[1]);
  return bytes_of((o.regular ? regular : fast)(o, boxes, scores, call.input(1).shape[2]));
}

constexpr Evaluator rows[] = {{OpKind::detection_postprocess, detection_postprocess}};

}  // namespace

const Table<Evaluator> detection_evaluators = rows;

}  // namespace narrows::interpreter
