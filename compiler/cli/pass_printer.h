// --print-after: shows what the passes make of a graph.
#pragma once

#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows {

class PassPrinter {
 public:
  /// `wanted` is the name of a pass, or "all". `before` is the graph in front of the first pass.
  PassPrinter(std::string wanted, const Graph& before);

  /// To be called after each pass; prints the graph, or that the pass left it as it was.
  void after(const std::string& pass, const Graph& graph);

  /// Adds an error if no pass had the wanted name.
  void finish(Diagnostics& diagnostics) const;

 private:
  std::string wanted_, text_;
  std::vector<std::string> passes_;
};

}  // namespace narrows
