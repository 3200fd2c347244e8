// Sound models that mutants are made of. Together they have nearly every operator that readers know.
#pragma once

#include <string>
#include <vector>

#include "onnx/onnx_pb.h"
#include "tests/support/tflite_builder.h"

namespace narrows {

std::vector<TfliteBuilder> tflite_seeds();
std::vector<onnx::ModelProto> onnx_seeds();
std::vector<std::string> description_seeds();

}  // namespace narrows
