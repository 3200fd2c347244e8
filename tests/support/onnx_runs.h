// ONNX models that tests make, and what onnxruntime makes of them: recorded in tests/golden/onnx_runs/NAME.bin, the
// outputs of all models of a group one behind the other. Where onnxruntime's npm package is installed
// (NARROWS_ONNXRUNTIME names the node_modules folder), it is run again.
#pragma once

#include <string>
#include <vector>

#include "tests/support/onnx_builder.h"

namespace narrows {

struct OnnxCase {
  std::string name;
  OnnxBuilder net;
};

/// Every output of every model, as it is interpreted and as it was recorded: integers are equal, stored numbers at most
/// `steps` apart, floats within 1e-5 of the range.
void expect_as_onnxruntime(const std::string& group, const std::vector<OnnxCase>& cases,
                           const std::vector<uint8_t>& input, int steps = 0);
/// What onnxruntime makes of the models now is what was recorded. Where it is not, it is written to a file that a
/// message names. Skips the test where onnxruntime is not installed.
void expect_recorded_run(const std::string& group, const std::vector<OnnxCase>& cases,
                         const std::vector<uint8_t>& input);

}  // namespace narrows
