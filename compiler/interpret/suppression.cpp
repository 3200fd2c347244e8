// NON_MAX_SUPPRESSION_V4 and V5. Source: tensorflow/lite/kernels/internal/reference/non_max_suppression.h. Where that
// leaves the order to the standard library, here the lower index comes first among equal scores.
#include <algorithm>
#include <cmath>
#include <queue>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

struct Candidate {
  int index;
  float score;
  int compared;  ///< so many of the selected boxes have taken their part of the score already

  bool operator<(const Candidate& o) const { return score < o.score || (score == o.score && index > o.index); }
};

/// Intersection over union of two boxes, each given by two corners.
float overlap(const float* a, const float* b) {
  const auto [a_top, a_bottom] = std::minmax(a[0], a[2]);
  const auto [a_left, a_right] = std::minmax(a[1], a[3]);
  const auto [b_top, b_bottom] = std::minmax(b[0], b[2]);
  const auto [b_left, b_right] = std::minmax(b[1], b[3]);
  const float area_a = (a_bottom - a_top) * (a_right - a_left), area_b = (b_bottom - b_top) * (b_right - b_left);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = std::max(std::min(a_bottom, b_bottom) - std::max(a_top, b_top), 0.0f);
  const float width = std::max(std::min(a_right, b_right) - std::max(a_left, b_left), 0.0f);
  const float common = height * width, both = area_a + area_b - common;
  return both == 0 ? 0 : common / both;
}

/// Lowers the candidate's score by what the selected boxes that overlap it take. False where one of them suppresses it.
bool survives(const std::vector<float>& boxes, const std::vector<Candidate>& selected, const DetectionOptions& o,
              Candidate* candidate) {
  const int count = static_cast<int>(selected.size());
  for (int j = count - 1; j >= candidate->compared; --j) {
    const float iou = overlap(&boxes[4 * candidate->index], &boxes[4 * selected[j].index]);
    if (iou >= o.iou_threshold) return false;
    if (o.sigma > 0) candidate->score *= std::exp(-0.5f / o.sigma * iou * iou);
    if (candidate->score <= o.score_threshold) break;
  }
  candidate->compared = count;
  return true;
}

/// By decreasing score. What is selected stays a candidate, as it does in TFLite: it suppresses itself then, unless it
/// has no area.
std::vector<Candidate> select(const std::vector<float>& boxes, const std::vector<float>& scores,
                              const DetectionOptions& o) {
  std::priority_queue<Candidate> candidates;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] > o.score_threshold) candidates.push({static_cast<int>(i), scores[i], 0});
  }
  const size_t most = std::min<size_t>(candidates.size(), o.max_detections);
  std::vector<Candidate> selected;
  while (selected.size() < most && !candidates.empty()) {
    Candidate next = candidates.top();
    candidates.pop();
    const float before = next.score;
    if (!survives(boxes, selected, o, &next)) continue;
    if (next.score == before) selected.push_back(next);
    if (next.score > o.score_threshold) candidates.push(next);
  }
  return selected;
}

Bytes non_max_suppression(const Call& call) {
  const std::vector<Candidate> selected = select(floats(*call.in[0]), floats(*call.in[1]), call.attr().detection);
  Bytes result(call.output().bytes());
  if (call.output().type == DType::f32) {
    std::vector<float> scores(element_count(call.output().shape));
    for (size_t i = 0; i < selected.size(); ++i) scores[i] = selected[i].score;
    return bytes_of(scores);
  }
  for (size_t i = 0; i < selected.size(); ++i) put_integer(DType::i32, &result, i, selected[i].index);
  put_integer(DType::i32, &result, call.attr().detection.max_detections, static_cast<int64_t>(selected.size()));
  return result;
}

constexpr Evaluator rows[] = {{OpKind::non_max_suppression, non_max_suppression}};

}  // namespace

const Table<Evaluator> suppression_evaluators = rows;

}  // namespace narrows::interpreter
