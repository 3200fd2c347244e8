// Picks the reader by the content of the file; names of files mean nothing.
#include <fmt/format.h>

#include <cctype>
#include <optional>

#include "frontends/frontends.h"

namespace narrows {
namespace {

/// The four bytes as text where they are printable, otherwise in hexadecimal.
std::string show(const uint8_t* bytes) {
  std::string text, hex;
  bool printable = true;
  for (int i = 0; i < 4; ++i) {
    printable = printable && bytes[i] < 128 && std::isgraph(bytes[i]) && bytes[i] != '\'';
    text += static_cast<char>(bytes[i]);
    hex += fmt::format("{:02x}", bytes[i]);
  }
  return printable ? "'" + text + "'" : "0x" + hex;
}

/// A protobuf has no identifier. The first field of an ONNX model, the version of the format, has number 1
/// and is a small integer; writers put it first.
bool starts_like_onnx(const std::vector<uint8_t>& bytes) { return bytes[0] == 0x08 && bytes[1] < 0x80; }

/// Only TensorFlow Lite models have signatures.
bool check_signature(const ReadOptions& options, Diagnostics& diagnostics) {
  if (options.signature.empty()) return true;
  diagnostics.error("--signature is for TensorFlow Lite models; others have no signatures");
  return false;
}

/// Descriptions leave no size open.
bool check_options(const ReadOptions& options, Diagnostics& diagnostics) {
  if (options.shapes.empty()) return true;
  diagnostics.error("--shape is for sizes that ONNX and TensorFlow Lite models leave open; a description has none");
  return false;
}

}  // namespace

std::optional<Graph> read_model(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                                const ReadOptions& options) {
  const bool description = is_json(bytes);
  // A flatbuffer starts with the offset of its root; its file identifier follows.
  constexpr size_t header = 8;
  if (!description && bytes.size() < header) {
    diagnostics.error(fmt::format(
        "a file of {} bytes is not a model; expected a TensorFlow Lite model, an ONNX model or a description",
        bytes.size()));
    return std::nullopt;
  }
  const std::string identifier = description ? "" : std::string(bytes.begin() + 4, bytes.begin() + 8);
  if (identifier == "TFL3") return read_tflite(bytes, name, diagnostics, options);
  const bool signature_ok = check_signature(options, diagnostics);
  if (description || identifier == "NRWD") {
    const bool options_ok = check_options(options, diagnostics) && signature_ok;
    std::optional<Graph> graph = read_description(bytes, name, diagnostics, options);
    return options_ok ? std::move(graph) : std::nullopt;
  }
  if (starts_like_onnx(bytes)) {
    std::optional<Graph> graph = read_onnx(bytes, name, diagnostics, options);
    return signature_ok ? std::move(graph) : std::nullopt;
  }
  diagnostics.error(
      fmt::format("unknown file format; expected an ONNX model, a description as JSON, or at byte 4 the "
                  "identifier 'TFL3' of TensorFlow Lite or 'NRWD' of a description, found {}",
                  show(&bytes[4])));
  return std::nullopt;
}

}  // namespace narrows
