// Picks the reader by the content of the file; names of files mean nothing.
#include <fmt/format.h>

#include <cctype>

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

/// TensorFlow Lite files leave nothing open that the options could say, and are NHWC in any case.
bool check_options(const ReadOptions& options, Diagnostics& diagnostics) {
  if (options.shapes.empty()) return true;
  diagnostics.error("--shape is for symbolic dimensions of ONNX models; a TensorFlow Lite model has none");
  return false;
}

}  // namespace

std::optional<Graph> read_model(const std::vector<uint8_t>& bytes, const std::string& name,
                                Diagnostics& diagnostics, const ReadOptions& options) {
  // A flatbuffer starts with the offset of its root; its file identifier follows.
  constexpr size_t header = 8;
  if (bytes.size() < header) {
    diagnostics.error(fmt::format(
        "a file of {} bytes is not a model; expected a TensorFlow Lite or ONNX model", bytes.size()));
    return std::nullopt;
  }
  if (std::string(bytes.begin() + 4, bytes.begin() + 8) == "TFL3") {
    const bool options_ok = check_options(options, diagnostics);
    std::optional<Graph> graph = read_tflite(bytes, name, diagnostics);
    return options_ok ? std::move(graph) : std::nullopt;
  }
  if (starts_like_onnx(bytes)) return read_onnx(bytes, name, diagnostics, options);
  diagnostics.error(
      fmt::format("unknown file format; expected an ONNX model, or the identifier 'TFL3' of TensorFlow Lite "
                  "at byte 4, found {}",
                  show(&bytes[4])));
  return std::nullopt;
}

}  // namespace narrows
