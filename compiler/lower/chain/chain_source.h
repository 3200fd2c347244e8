// What a chain is planned from: its convolutions, and a schedule that leaves nothing open.
#pragma once

#include <optional>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/blocks/finished_conv.h"
#include "compiler/blocks/schedule.h"
#include "compiler/lower/context.h"

namespace narrows {

/// Maps with fewer rows than this are not cut into rows alone: some threads would have one more than others.
constexpr int few_rows = 8;

/// A map that a convolution reads or writes; a fully connected layer is a 1x1 convolution over a map of height 1.
struct ConvMap {
  int height = 1, width = 1, channels = 1;
};
ConvMap map_of(const Graph& graph, const Op& op, int tensor);

/// A convolution, what finishes behind it, and what is asked of it.
struct ChainConv {
  FinishedConv finished;
  const Op& op;                ///< the convolution itself
  size_t link;                 ///< of a cascade; 0 for a block alone
  bool first;                  ///< of its link
  const ConvWeights& weights;  ///< as the model has them
  std::optional<Tile> tile;    ///< none: the cost model chooses
  bool plain;                  ///< a depthwise convolution reads plain rows, also where four could be interleaved

  bool depthwise() const { return op.kind == OpKind::depthwise_conv2d; }
  int tensor() const { return finished.tensor(); }
};

struct ChainSource {
  ChainSource(const PlanContext& context, const Block& block);

  const PlanContext& context;
  const Block& block;
  Schedule asked;  ///< of the block
  std::vector<ChainConv> convs;
  bool row_source;  ///< the input comes row by row from a callback
  bool needs_load;  ///< the first convolution cannot read the tensor itself

  const Graph& graph() const { return context.graph; }
  const Target& target() const { return context.target(); }
  int lanes() const { return lanes_of(context.target()); }
  const Arithmetic& arithmetic() const { return convs[0].weights.arithmetic; }
};

/// How the variant `channels` cuts the expanded channels.
struct PartsSchedule {
  int count = 1;
  int channels = 0;     ///< of each part
  bool strips = false;  ///< threads share rows
};

/// How a chain is computed.
struct ChainSchedule {
  Variant variant = Variant::rows;     ///< not `automatic`
  int columns = 1;                     ///< strips of columns
  std::optional<PartsSchedule> parts;  ///< in the variant `channels`
};
ChainSchedule resolve_schedule(const ChainSource& source);

}  // namespace narrows
