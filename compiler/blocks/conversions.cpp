#include "compiler/blocks/conversions.h"

#include <algorithm>
#include <cmath>

#include "compiler/blocks/block.h"
#include "compiler/graph/channel_map.h"

namespace narrows {

namespace {

/// The longest run of conversions from `first` on; each is all that reads what the one before it makes.
std::vector<int> run_at(const Graph& graph, const Uses& uses, int first) {
  std::vector<int> run;
  int i = first;
  for (; i >= 0 && channel_map(graph, graph.ops[i]); i = only_consumer(uses, graph.ops[i])) run.push_back(i);
  if (i >= 0 && graph.ops[i].kind == OpKind::quantize) run.push_back(i);
  return run;
}

bool finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

/// A run whose result a load can make: floats by one multiplication and addition, 8 bits by a table, or by one
/// quantize.
bool can_load(const Graph& graph, const std::vector<int>& run) {
  if (graph.output(graph.ops[run.back()]).type == DType::f32) {
    const ChannelMap all = conversion_of(graph, run);
    return finite(all.scale) && finite(all.addend);
  }
  return run.size() == 1 || is_quantized(graph.tensors[converted_map(graph, graph.ops[run[0]])]);
}

}  // namespace

int converted_map(const Graph& graph, const Op& op) { return op.inputs[graph.input(op, 0).constant()]; }

std::vector<int> conversions_at(const Graph& graph, const Uses& uses, int first) {
  const Op& op = graph.ops[first];
  const auto is_input = [&](int t) { return std::count(graph.inputs.begin(), graph.inputs.end(), t) > 0; };
  if (std::none_of(op.inputs.begin(), op.inputs.end(), is_input)) return {};
  const std::vector<int> run = run_at(graph, uses, first);
  if (run.empty() || !is_input(converted_map(graph, op))) return {};
  const Op& last = graph.ops[run.back()];
  const int reader = only_consumer(uses, last);
  if (reader < 0 || graph.ops[reader].kind != OpKind::conv2d || graph.ops[reader].inputs[0] != last.output) return {};
  return can_load(graph, run) ? run : std::vector<int>{};
}

}  // namespace narrows
