// Who writes and who reads the tensors of a graph, found in one walk: Graph::producer() and Graph::consumers() search
// all operators, which makes whatever asks them for each operator quadratic in deep networks.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// Says how a graph was when this was made of it.
class Uses {
 public:
  explicit Uses(const Graph& graph)
      : producers_(graph.tensors.size(), -1), consumers_(graph.tensors.size()), outputs_(graph.tensors.size()) {
    for (int i = 0; i < static_cast<int>(graph.ops.size()); ++i) {
      const Op& op = graph.ops[i];
      if (producers_[op.output] < 0) producers_[op.output] = i;
      for (int t : op.inputs) {
        if (consumers_[t].empty() || consumers_[t].back() != i) consumers_[t].push_back(i);
      }
    }
    for (int t : graph.outputs) outputs_[t] = true;
  }

  /// Op index, or -1, also for what was added to the graph since.
  int producer(int tensor) const { return tensor < static_cast<int>(producers_.size()) ? producers_[tensor] : -1; }
  const std::vector<int>& consumers(int tensor) const { return consumers_[tensor]; }  ///< op indices, ascending, once
  bool is_output(int tensor) const { return outputs_[tensor]; }
  /// One operator reads the tensor and the model's caller does not see it. False for what was added to the graph since.
  bool single(int tensor) const {
    return tensor < static_cast<int>(outputs_.size()) && consumers_[tensor].size() == 1 && !outputs_[tensor];
  }

 private:
  std::vector<int> producers_;
  std::vector<std::vector<int>> consumers_;
  std::vector<bool> outputs_;
};

}  // namespace narrows
