// Front ends: model file bytes in, Graph out. No other part of the project sees a file format's own types.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// What a caller may say about a model whose file leaves it open.
struct ReadOptions {
  enum class Layout {
    keep,  ///< inputs and outputs as the file has them
    nhwc,  ///< maps at the inputs and outputs are NHWC
  };
  Layout layout = Layout::keep;
  /// Sizes of dimensions of inputs that the file leaves open: by their names, or as "input[2]" where they have none.
  std::map<std::string, int> shapes;
  /// Which of the signatures of a TensorFlow Lite model to read; empty: its first subgraph.
  std::string signature;
  /// The folder of the model's file, where the names of other files start that it needs; empty: the working directory.
  /// Nothing where the model comes from memory: ONNX models then cannot have constants in other files.
  std::optional<std::string> folder;
};

/// Reads the model in `bytes`, picking the reader by the content. `name` becomes Graph::name.
/// On any error returns nothing and has added at least one error to `diagnostics`; all problems of the model
/// are reported in one run. Never crashes, whatever the bytes.
std::optional<Graph> read_model(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                                const ReadOptions& options = {});

/// TensorFlow Lite flatbuffer (file identifier "TFL3").
std::optional<Graph> read_tflite(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                                 const ReadOptions& options = {});

/// The operators that it reads, sorted: "ADD", "CUSTOM(TFLite_Detection_PostProcess)".
std::vector<std::string> tflite_operators();

/// ONNX protobuf, operator sets 7 to 23. Builds without NARROWS_ONNX refuse every file.
std::optional<Graph> read_onnx(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                               const ReadOptions& options = {});

/// The operators that it reads, sorted, with their domain where that is not ONNX's own: "Add",
/// "com.microsoft.QLinearAdd". None in builds without NARROWS_ONNX.
std::vector<std::string> onnx_operators();

/// A network in the terms of the MobileNetV2 paper, description.fbs: JSON, or the binary form (file
/// identifier "NRWD"). Weights are the file's, another file's that it names, or made up.
std::optional<Graph> read_description(const std::vector<uint8_t>& bytes, const std::string& name,
                                      Diagnostics& diagnostics, const ReadOptions& options = {});
/// True where the first character that is not white space opens a JSON object.
bool is_json(const std::vector<uint8_t>& bytes);

}  // namespace narrows
