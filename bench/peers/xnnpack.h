// A part of a network as a subgraph of XNNPACK.
#pragma once

#include <xnnpack.h>

#include <deque>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows::xnnpack {

/// Ends the process with a message where XNNPACK refuses `what`.
void check(xnn_status status, const std::string& what);

/// Operators [begin, end) of the graph. Tensors that it shares with the rest of the network are external
/// values, by their numbers in the graph.
struct Subgraph {
  Subgraph(const Graph& graph_, size_t begin_, size_t end_) : graph(graph_), begin(begin_), end(end_) {}

  const Graph& graph;
  size_t begin, end;
  xnn_subgraph_t handle = nullptr;
  std::vector<uint32_t> values = std::vector<uint32_t>(graph.tensors.size(), XNN_INVALID_VALUE_ID);
  std::deque<std::vector<float>> scales;  // that the subgraph points to
  std::vector<uint32_t> externals;

  bool makes(int tensor) const {
    const int op = graph.producer(tensor);
    return op >= static_cast<int>(begin) && op < static_cast<int>(end);
  }
  bool leaves(int tensor) const {
    if (graph.is_output(tensor)) return true;
    for (const int op : graph.consumers(tensor))
      if (op < static_cast<int>(begin) || op >= static_cast<int>(end)) return true;
    return false;
  }
};

/// Defines the operator and what it reads and writes.
void define(Subgraph& subgraph, const Op& op);

}  // namespace narrows::xnnpack
