// Front ends: model file bytes in, Graph out. No other part of the project sees a file format's own types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph.h"

namespace narrows {

/// Reads the model in `bytes`, picking the reader by the content. `name` becomes Graph::name.
/// On any error returns nothing and has added at least one error to `diagnostics`; all problems of the model are
/// reported in one run. Never crashes, whatever the bytes.
std::optional<Graph> read_model(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics);

/// TensorFlow Lite flatbuffer (file identifier "TFL3").
std::optional<Graph> read_tflite(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics);

/// A network in the terms of the MobileNetV2 paper, description.fbs: JSON, or the binary form (file identifier "NRWD").
/// Its weights are made up.
std::optional<Graph> read_description(const std::vector<uint8_t>& bytes, const std::string& name,
                                      Diagnostics& diagnostics);
/// True where the first character that is not white space opens a JSON object.
bool is_json(const std::vector<uint8_t>& bytes);

}  // namespace narrows
