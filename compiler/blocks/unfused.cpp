#include "compiler/blocks/unfused.h"

#include <algorithm>

#include "compiler/blocks/finished_conv.h"
#include "compiler/graph/ops.h"

namespace narrows {

namespace {

constexpr const char* words[unfused_reasons] = {
    "its result is an output of the model",
    "several operators read its result",
    "it is a 1x1 convolution that widens nothing",
    "the map before the projection is no wider than the result",
    "its map has few rows",
    "what follows is not computed with a convolution",
    "no convolution stands before it",
    "others read the convolution before it",
    "its operand is not a constant for each channel",
    "no block computes this operator with others",
    "its schedule keeps whole tensors",
};

/// What follows a convolution alone.
Unfused behind_convolution(const Graph& graph, const Block& block) {
  if (graph.is_output(block.output)) return Unfused::output;
  const std::vector<int> readers = graph.consumers(block.output);
  if (readers.size() != 1) return Unfused::several_readers;
  const Op& next = graph.ops[readers[0]];
  if (!is_pointwise(next)) return Unfused::behind;
  const Op& conv = *convolutions_of(graph, block)[0].conv;
  const int channels = graph.output(conv).shape.back();
  if (is_pointwise(conv) && channels <= graph.input(conv, 0).shape.back()) return Unfused::pointwise;
  const bool narrow = channels <= graph.output(next).shape.back();
  return narrow ? Unfused::narrow : Unfused::few_rows;
}

/// An operator that a convolution can compute where it finishes.
Unfused behind_nothing(const Graph& graph, const Op& op) {
  const auto from_convolution = [&](int tensor) {
    const int writer = graph.producer(tensor);
    return writer >= 0 && is_convolution(graph.ops[writer]);
  };
  const auto made = std::find_if(op.inputs.begin(), op.inputs.end(), from_convolution);
  if (made == op.inputs.end()) return Unfused::no_convolution;
  if (graph.is_output(*made) || graph.consumers(*made).size() > 1) return Unfused::read_by_others;
  return Unfused::operand;
}

}  // namespace

const char* to_string(Unfused reason) { return words[static_cast<int>(reason)]; }

Unfused why_unfused(const Graph& graph, const Block& block) {
  if (block.kind == BlockKind::chain) {
    const bool alone = convolutions_of(graph, block).size() == 1;
    return alone ? behind_convolution(graph, block) : Unfused::whole_tensors;
  }
  const Op& op = graph.ops[block.ops.back()];
  const bool finishes = facts(op.kind).is(trait::finishes) || op.kind == OpKind::add;
  return finishes ? behind_nothing(graph, op) : Unfused::never;
}

}  // namespace narrows
