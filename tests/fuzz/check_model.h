// What must hold for any file, sound or not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"

namespace narrows {

/// What became of a file.
struct ModelCheck {
  bool read = false;     ///< there was a graph
  std::string messages;  ///< what was wrong with the file
  std::string problem;   ///< empty: everything that must hold, holds
};

/// Reads the file, and where there is a graph, runs all passes and compares what the graphs before and behind them
/// compute, unless that would take long. With `options`, the graph must compile, too, or be refused with a message.
ModelCheck check_model(const std::vector<uint8_t>& file, const CompileOptions* options = nullptr);
/// The part of check_model() behind the reader.
std::string check_graph(const Graph& graph, const CompileOptions* options = nullptr);

}  // namespace narrows
