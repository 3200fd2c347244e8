// Results of detectors for people.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "compiler/cli/labels.h"
#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

/// Which outputs of the graph are the four results of a detection_postprocess, in their order
/// (compiler/graph/detection.h); nothing where the graph has not all of them.
using DetectionOutputs = std::array<int, 4>;
std::optional<DetectionOutputs> find_detections(const Graph& graph);

/// A line for each detection: score, box in parts of the picture's height and width, label.
std::string list_detections(const DetectionOutputs& which, const std::vector<Bytes>& outputs, const Labels& labels);

}  // namespace narrows
