// The yardstick: what Halide's own back end makes of an inverted residual block, as something that can be
// measured.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "compiler/measure/measure.h"

namespace narrows {

/// `network` is a block as extract_block() gives it. Writes the object into `folder`, where it stays. The
/// candidate has the interface of emitted code, and its only block has the number that the block has in the
/// code emitted for `network`. Nothing where Halide cannot compile the block: it is no inverted residual with
/// an expansion, or has TFLite's rounding.
std::optional<Candidate> make_yardstick(const Graph& network, const CompileOptions& options, const Toolchain& toolchain,
                                        const std::filesystem::path& folder);

}  // namespace narrows
