// TFLite_Detection_PostProcess: boxes from their encodings, and non-maximum suppression; and NON_MAX_SUPPRESSION.
// Source: tensorflow/lite/kernels/detection_postprocess.cc. Of equal scores, the lower index comes first; results
// behind the last detection are 0.
#pragma once

#include "prologue.h"

struct Box {
  f32 ymin, xmin, ymax, xmax;
};

struct Detector {
  int boxes, encoding_size;  // encodings of boxes: (y, x, h, w), and what else a model has behind them
  int columns, first_class;  // scores per box; the class of index 0 stands behind the background
  int classes;
  int max_detections, classes_per_detection, detections_per_class;
  f32 score_threshold, iou_threshold;
  f32 y_scale, x_scale, h_scale, w_scale;
  f32 box_unit, score_unit;  // of 8-bit inputs: scale and zero point
  i32 box_zero, score_zero;
};

// The results, one behind the other: boxes, classes, scores, and how many boxes there are.
struct Detections {
  Box* boxes;
  f32 *classes, *scores, *count;
};

template <typename T>
INLINE f32 real_value(T stored, f32 unit, i32 zero) {
  return (f32)(stored - zero) * unit;
}

// Out of line, so that no compiler rounds a product and a sum in one step.
NOINLINE static double product(double a, double b) { return a * b; }
NOINLINE static f32 area(f32 height, f32 width) { return height * width; }

// From center and size relative to the anchors (y, x, h, w) to corners.
template <typename T>
void decode_boxes(const Detector& d, const T* encodings, const f32* anchors, Box* boxes) {
  for (int i = 0; i < d.boxes; ++i, encodings += d.encoding_size, anchors += 4) {
    double e[4];
    for (int k = 0; k < 4; ++k) e[k] = (double)real_value(encodings[k], d.box_unit, d.box_zero);
    const f32 y = (f32)(product(e[0] / (double)d.y_scale, (double)anchors[2]) + (double)anchors[0]);
    const f32 x = (f32)(product(e[1] / (double)d.x_scale, (double)anchors[3]) + (double)anchors[1]);
    const f32 half_h = (f32)(0.5 * exp(e[2] / (double)d.h_scale) * (double)anchors[2]);
    const f32 half_w = (f32)(0.5 * exp(e[3] / (double)d.w_scale) * (double)anchors[3]);
    boxes[i].ymin = y - half_h, boxes[i].xmin = x - half_w;
    boxes[i].ymax = y + half_h, boxes[i].xmax = x + half_w;
  }
}

// Intersection over union.
static f32 overlap(const Box& a, const Box& b) {
  const f32 area_a = area(a.ymax - a.ymin, a.xmax - a.xmin), area_b = area(b.ymax - b.ymin, b.xmax - b.xmin);
  if (area_a <= 0 || area_b <= 0) return 0;
  const f32 height = (b.ymax < a.ymax ? b.ymax : a.ymax) - (a.ymin < b.ymin ? b.ymin : a.ymin);
  const f32 width = (b.xmax < a.xmax ? b.xmax : a.xmax) - (a.xmin < b.xmin ? b.xmin : a.xmin);
  const f32 common = area(height < 0 ? 0 : height, width < 0 ? 0 : width);
  return common / (area_a + area_b - common);
}

// ---- boxes by decreasing score: a heap of their indices ----------------------------------------

INLINE bool comes_before(const f32* scores, i32 a, i32 b) {
  return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

static void sift_down(i32* heap, int size, int at, const f32* scores) {
  for (int child = 2 * at + 1; child < size; at = child, child = 2 * at + 1) {
    if (child + 1 < size && comes_before(scores, heap[child + 1], heap[child])) ++child;
    if (comes_before(scores, heap[at], heap[child])) return;
    const i32 moved = heap[at];
    heap[at] = heap[child], heap[child] = moved;
  }
}

// Boxes that reach the threshold; returns how many.
static int make_heap(const Detector& d, const f32* scores, i32* heap) {
  int size = 0;
  for (int i = 0; i < d.boxes; ++i)
    if (scores[i] >= d.score_threshold) heap[size++] = i;
  for (int i = size / 2 - 1; i >= 0; --i) sift_down(heap, size, i, scores);
  return size;
}

// Non-maximum suppression: takes the best boxes, and leaves out those that overlap a better one. Returns how many it
// has put into `selected`, `most` or fewer.
static int select_boxes(const Detector& d, const Box* boxes, const f32* scores, i32* heap, i32* selected, int most) {
  int count = 0;
  for (int size = make_heap(d, scores, heap); size > 0 && count < most;) {
    const i32 box = heap[0];
    heap[0] = heap[--size];
    sift_down(heap, size, 0, scores);
    int better = 0;
    while (better < count && !(overlap(boxes[selected[better]], boxes[box]) > d.iou_threshold)) ++better;
    if (better == count) selected[count++] = box;
  }
  return count;
}

// ---- both ways to deal with classes ------------------------------------------------------------

// Clears the results: `rows` of them.
static Detections start_detections(f32* out, int rows) {
  __builtin_memset(out, 0, sizeof(f32) * (6 * (size_t)rows + 1));
  return {(Box*)out, out + 4 * (size_t)rows, out + 5 * (size_t)rows, out + 6 * (size_t)rows};
}

// The class with the next lower score than class `last`; the best one if that is -1.
template <typename T>
int next_class(const T* scores, int classes, int last) {
  int best = -1;
  for (int c = 0; c < classes; ++c) {
    const bool left = last < 0 || scores[c] < scores[last] || (scores[c] == scores[last] && c > last);
    if (left && (best < 0 || scores[c] > scores[best])) best = c;
  }
  return best;
}

// What the functions below need: Box[boxes], f32[boxes], i32[boxes], i32[boxes].
struct DetectorScratch {
  Box* boxes;
  f32* scores;
  i32 *heap, *selected;
};
static DetectorScratch divide_scratch(const Detector& d, u8* scratch) {
  const size_t n = (size_t)d.boxes;
  return {(Box*)scratch, (f32*)(scratch + 16 * n), (i32*)(scratch + 20 * n), (i32*)(scratch + 24 * n)};
}

// The boxes compete by their best class.
template <typename B, typename S>
void detect_fast(const B* encodings, const S* scores, const f32* anchors, f32* out, const Detector& d, u8* scratch) {
  const DetectorScratch s = divide_scratch(d, scratch);
  decode_boxes(d, encodings, anchors, s.boxes);
  scores += d.first_class;
  for (int i = 0; i < d.boxes; ++i) {
    const S* row = scores + (size_t)i * d.columns;
    const int best = next_class(row, d.classes, -1);
    s.scores[i] = real_value(row[best], d.score_unit, d.score_zero);
  }
  const Detections to = start_detections(out, d.max_detections * d.classes_per_detection);
  const int count = select_boxes(d, s.boxes, s.scores, s.heap, s.selected, d.max_detections);
  for (int i = 0; i < count; ++i) {
    const S* row = scores + (size_t)s.selected[i] * d.columns;
    for (int k = 0, c = -1; k < d.classes_per_detection && (c = next_class(row, d.classes, c)) >= 0; ++k) {
      const int at = i * d.classes_per_detection + k;
      to.boxes[at] = s.boxes[s.selected[i]];
      to.classes[at] = (f32)c;
      to.scores[at] = real_value(row[c], d.score_unit, d.score_zero);
    }
  }
  *to.count = (f32)count;
}

// Puts a detection behind all that are at least as good; the last one may fall out. Returns how many there are.
static int insert_detection(const Detector& d, const Detections& to, int count, const Box& box, int c, f32 score) {
  int at = count < d.max_detections ? count : d.max_detections;
  if (at == d.max_detections && !(to.scores[--at] < score)) return count;
  for (; at > 0 && to.scores[at - 1] < score; --at) {
    to.boxes[at] = to.boxes[at - 1];
    to.classes[at] = to.classes[at - 1];
    to.scores[at] = to.scores[at - 1];
  }
  to.boxes[at] = box, to.classes[at] = (f32)c, to.scores[at] = score;
  return count < d.max_detections ? count + 1 : count;
}

// Every class on its own; the best of all classes stay.
template <typename B, typename S>
void detect_regular(const B* encodings, const S* scores, const f32* anchors, f32* out, const Detector& d, u8* scratch) {
  const DetectorScratch s = divide_scratch(d, scratch);
  decode_boxes(d, encodings, anchors, s.boxes);
  const Detections to = start_detections(out, d.max_detections * d.classes_per_detection);
  int count = 0;
  for (int c = 0; c < d.classes; ++c) {
    for (int i = 0; i < d.boxes; ++i)
      s.scores[i] = real_value(scores[(size_t)i * d.columns + d.first_class + c], d.score_unit, d.score_zero);
    const int selected = select_boxes(d, s.boxes, s.scores, s.heap, s.selected, d.detections_per_class);
    for (int i = 0; i < selected; ++i)
      count = insert_detection(d, to, count, s.boxes[s.selected[i]], c, s.scores[s.selected[i]]);
  }
  *to.count = (f32)count;
}

// ---- NON_MAX_SUPPRESSION_V4 and V5 ---------------------------------------------------------------
// Source: tensorflow/lite/kernels/internal/reference/non_max_suppression.h.

struct Suppression {
  int boxes, most;  // most: so many may be selected
  f32 iou_threshold, score_threshold;
  f32 decay;  // scores fall by exp(decay * overlap^2); 0: they do not
};

// Boxes are given by any two opposite corners (y, x, y, x).
INLINE Box box_at(const f32* corners) {
  const f32 *a = corners, *b = corners + 2;
  const Box box = {a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1], a[0] < b[0] ? b[0] : a[0],
                   a[1] < b[1] ? b[1] : a[1]};
  return box;
}

// Lowers the score of `box` by what the boxes selected[compared ... count) take. False where one of them suppresses it.
static inline bool survives(const f32* corners, const Suppression& s, const i32* selected, int compared, int count,
                            i32 box, f32* score) {
  const Box own = box_at(corners + 4 * (size_t)box);
  for (int j = count - 1; j >= compared; --j) {
    const f32 common = overlap(own, box_at(corners + 4 * (size_t)selected[j]));
    if (common >= s.iou_threshold) return false;
    if (s.decay < 0) *score *= expf(s.decay * common * common);
    if (*score <= s.score_threshold) break;
  }
  return true;
}

// Selects boxes by decreasing score, and their scores; returns how many. What is selected stays a candidate, which
// suppresses itself unless it has no area. `scratch` has 12 bytes for each box.
static inline int suppress_boxes(const f32* corners, const f32* scores, i32* selected, f32* selected_scores,
                                 const Suppression& s, u8* scratch) {
  f32* const score = (f32*)scratch;
  i32 *const compared = (i32*)scratch + s.boxes, *const heap = compared + s.boxes;
  int size = 0, count = 0;
  for (int i = 0; i < s.boxes; ++i) {
    score[i] = scores[i], compared[i] = 0;
    if (scores[i] > s.score_threshold) heap[size++] = i;
  }
  for (int i = size / 2 - 1; i >= 0; --i) sift_down(heap, size, i, score);
  for (const int most = size < s.most ? size : s.most; count < most && size > 0; sift_down(heap, size, 0, score)) {
    const i32 box = heap[0];
    const f32 before = score[box];
    const bool stays = survives(corners, s, selected, compared[box], count, box, &score[box]);
    compared[box] = count;
    if (stays && score[box] == before) selected[count] = box, selected_scores[count++] = before;
    if (!stays || !(score[box] > s.score_threshold)) heap[0] = heap[--size];
  }
  for (int i = count; i < s.most; ++i) selected[i] = 0, selected_scores[i] = 0;
  return count;
}
