// Stands for the ONNX front end in builds without it.
#include <optional>

#include "frontends/frontends.h"

namespace narrows {

std::optional<Graph> read_onnx(const std::vector<uint8_t>&, const std::string&, Diagnostics& diagnostics,
                               const ReadOptions&) {
  diagnostics.error("the file is an ONNX model, but this build has no ONNX support");
  diagnostics.note("configure with -DNARROWS_ONNX=ON");
  return std::nullopt;
}

std::vector<std::string> onnx_operators() { return {}; }

}  // namespace narrows
