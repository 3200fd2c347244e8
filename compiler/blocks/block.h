// Partitioning: which operators become one emitted function.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/uses.h"

namespace narrows {

enum class BlockKind {
  /// One to three convolutions, row by row: [conversions, concatenation or multiplication] [conv2d] [depthwise_conv2d]
  /// [1x1 conv2d] [add]. The inverted residual with and without expansion or projection, the stem with the block behind
  /// it, separable convolutions, a full convolution with a projection, and every convolution on its own. Behind each
  /// convolution may stand an operator that can finish it (finished_conv.h).
  chain,
  /// 1x1 conv2d, maybe an operator that finishes it, and global pool: the map between them never exists.
  pooled_conv,
  /// One or two resize_bilinear and an arg_max over the channels: the resized images never exist.
  resize_argmax,
  /// Any other operator.
  single,
};

struct Block {
  BlockKind kind = BlockKind::single;
  std::vector<int> ops;  ///< indices into Graph::ops, in execution order
  int input = -1;        ///< tensor of the first operator; chain with a concatenation: of the first convolution
  /// Chain with a concatenation of channels: the tensors that are joined row by row, so that `input` never exists. One
  /// that is a single pixel is repeated.
  std::vector<int> sources;
  /// Chain with a multiplication: `sources` are a map and a pixel, which has a factor for each channel. `input` is
  /// their product, of which only rows exist.
  bool multiplies = false;
  /// How many of the first `ops` are conversions of a graph input, which are applied while a row is loaded
  /// (conversions.h).
  int conversions = 0;
  int residual = -1;  ///< chain with an add: the tensor that is added
  /// Chain with an add behind a pad of channels: what is padded. `residual` is the result, of which only rows exist.
  int padded_residual = -1;
  int output = -1;
  std::vector<int> readers;  ///< of the output: indices into Graph::ops, ascending
  /// The chains that a cascade consists of, in order; empty for other blocks. Each chain is the only reader of what the
  /// chain before it makes.
  std::vector<Block> links;
};

/// Blocks in execution order; every op is in exactly one. A tensor inside a block has one consumer, which is in the
/// block, and is not a graph output: tensors with other readers are block outputs, that is, they are materialised.
std::vector<Block> partition(const Graph& graph);

/// The only operator that reads what `op` makes, if that is no graph output; otherwise -1.
int only_consumer(const Uses& uses, const Op& op);

/// A 1x1 convolution that reads each pixel once: what can project, pixel by pixel.
bool is_pointwise(const Op& op);

/// A reshape changes nothing in memory: its output is its input.
bool is_reshape(const Graph& graph, const Block& block);

}  // namespace narrows
