// detection_postprocess: how its one output holds what TFLite has as four, and which options are legal. Front ends,
// the verifier and the emitter share this.
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// One of the four results: `shape` elements of the output from element `begin` on.
struct DetectionPart {
  int begin;
  Shape shape;
};
constexpr int detection_parts = 4;

/// With K detections, part 0 holds boxes [1,K,4] as (ymin, xmin, ymax, xmax), part 1 classes [1,K], part 2 scores
/// [1,K], part 3 how many boxes were found, [1]. All are f32; what lies behind the last detection is 0.
DetectionPart detection_part(const DetectionOptions& options, int part);
/// Shape of the output, in which the parts follow each other.
Shape detection_shape(const DetectionOptions& options);

/// What is wrong with the options, or with the shapes of boxes [1,N,4 or more], scores [1,N,classes, or one more
/// for the background] and anchors [N,4]; one line per problem.
std::vector<std::string> check_detection(const DetectionOptions& options, const Shape& boxes, const Shape& scores,
                                         const Shape& anchors);

/// What is wrong with what non_max_suppression uses of the options; an empty string: nothing. Its results are those of
/// TFLite's NON_MAX_SUPPRESSION_V4 and V5: boxes are two corners (y, x, y, x), the ones behind the last are 0, and of
/// equal scores the first counts.
std::string check_suppression(const DetectionOptions& options);

/// What is wrong with the values of constant f32 anchors, rows of (y, x, h, w); empty: nothing.
std::string check_detection_anchors(const Tensor& anchors);

}  // namespace narrows
