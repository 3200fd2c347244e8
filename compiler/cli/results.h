// What a model's outputs say, for people.
#pragma once

#include <string>
#include <vector>

#include "compiler/cli/labels.h"
#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

enum class ResultKind {
  none,        ///< anything else
  detections,  ///< the four outputs of a detection_postprocess
  scores,      ///< one number per class: all other dimensions are 1
  class_map,   ///< of an arg_max: the class of every pixel
  score_map,   ///< a number per class for every pixel; every map of features looks like that
};

struct Results {
  ResultKind kind = ResultKind::none;
  int output = 0;   ///< which of the graph's outputs; not used for detections
  int classes = 0;  ///< 0 for `none`
};

/// What is listed of the outputs of a graph.
Results find_results(const Graph& graph);

/// Detections; or the five best classes; or of maps, the share of pixels that each of the five most frequent classes
/// has. Empty for none.
std::string list_results(const Graph& graph, const Results& results, const std::vector<Bytes>& outputs,
                         const Labels& labels);

}  // namespace narrows
