// The models of tests/golden/tflite_runs/ with inputs and what the official TFLite runtime makes of them.
#pragma once

#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace narrows {

struct RecordedModel {
  Graph graph;
  std::vector<Bytes> inputs;
  Bytes outputs;  ///< one behind the other
};

/// The names of all models, sorted.
std::vector<std::string> recorded_models();

RecordedModel read_recorded_model(const std::string& name);

/// Expects outputs `found` of the graph as they were recorded: integers exactly, floats within 1e-6 of their range.
void expect_as_recorded(const RecordedModel& model, const std::vector<Bytes>& found);

}  // namespace narrows
