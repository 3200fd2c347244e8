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

}  // namespace

std::optional<Graph> read_model(const std::vector<uint8_t>& bytes, const std::string& name,
                                Diagnostics& diagnostics) {
  if (is_json(bytes)) return read_description(bytes, name, diagnostics);
  // A flatbuffer starts with the offset of its root; its file identifier follows.
  constexpr size_t header = 8;
  if (bytes.size() < header) {
    diagnostics.error(
        fmt::format("a file of {} bytes is not a model; expected a TensorFlow Lite model or a description",
                    bytes.size()));
    return std::nullopt;
  }
  const std::string identifier(bytes.begin() + 4, bytes.begin() + 8);
  if (identifier == "TFL3") return read_tflite(bytes, name, diagnostics);
  if (identifier == "NRWD") return read_description(bytes, name, diagnostics);
  diagnostics.error(
      fmt::format("unknown file format; expected a description as JSON, or the identifier 'TFL3' of "
                  "TensorFlow Lite or 'NRWD' "
                  "of a description at byte 4, found {}",
                  show(&bytes[4])));
  return std::nullopt;
}

}  // namespace narrows
