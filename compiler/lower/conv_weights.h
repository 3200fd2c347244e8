// Weights and quantization of one convolution in a plain form, and their packing in the order that kernels
// read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/blocks/finished_conv.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/quantization.h"
#include "compiler/graph/uses.h"
#include "compiler/lower/unary_constants.h"
#include "schedules/kernels.h"

namespace narrows {

/// One convolution, untiled. Weights are indexed [channel][row][column * depth + k]; depthwise convolutions
/// have depth 1. 8-bit weights are without their zero point; zero points and clamps are those of stored
/// values. Narrow weights of float convolutions are kept as they are stored.
struct ConvWeights {
  Arithmetic arithmetic;
  int channels = 0, rows = 1, row_size = 0;
  std::vector<float> weights_f32, bias_f32;
  std::vector<int> weights;   ///< 8-bit values, or the bits of f16
  std::vector<int32_t> bias;  ///< with the input's zero point folded in
  int weight_zero = 0;        ///< chosen so that weight - weight_zero fits in i8; 0 wherever possible
  int out_zero = 0;
  bool large_sums = false;  ///< 8 bit: sums may have a magnitude of 2^30 or more
  std::vector<Multiplier> multipliers;
  std::vector<float> scales;  ///< xnnpack; i8 weights of float convolutions: their scales
  UnaryConstants unary;       ///< of the operator on single elements behind the convolution

  float at_f32(int c, int r, int i) const { return weights_f32[(size_t{1} * c * rows + r) * row_size + i]; }
  int at(int c, int r, int i) const { return weights[(size_t{1} * c * rows + r) * row_size + i]; }
};
/// 8-bit channels that have only one value in `numerics` are without weights (constant_channels.h).
ConvWeights read_conv(const Graph& graph, const FinishedConv& conv, Numerics numerics, const Target& target);

/// The weights of a graph's convolutions, each of which is read once, and who writes and reads its tensors.
class WeightCache {
 public:
  WeightCache(const Graph& graph, Numerics numerics, const Target& target)
      : graph_(graph), uses_(graph), numerics_(numerics), target_(target) {}

  /// Stays where it is as long as the cache lives.
  const ConvWeights& of(const FinishedConv& conv);
  const Uses& uses() const { return uses_; }

 private:
  const Graph& graph_;
  Uses uses_;
  Numerics numerics_;
  Target target_;
  std::map<int, ConvWeights> known_;  ///< by output tensor
};

/// A convolution of the graph and what is computed behind it, on the machine that computes both.
struct ConvSource {
  const Graph& graph;
  FinishedConv conv;
  const Target& target;
};

/// The finishing arithmetic of a convolution with these weights.
Finish make_finish(const ConvSource& source, const ConvWeights& weights);

/// The parameters at the head of a packed region (schedules/region.h, namespace param).
std::vector<int32_t> make_params(const ConvSource& source, const ConvWeights& weights, const Finish& finish);

/// Where in a convolution's weights those of a kernel begin.
struct Corner {
  int channel = 0;
  int depth = 0;  ///< element of the rows
};

/// The packed region of a kernel that computes spec.out.channels channels from spec.reduction.depth elements of the
/// rows, both from `first` on. Channels and elements beyond the convolution's own are zero.
std::string pack_conv(const ConvRow& spec, const ConvLayout& at, const ConvWeights& weights,
                      const std::vector<int32_t>& params, Corner first = {});
/// The packed region of a kernel that computes spec.channels channels from `first_channel` on.
std::string pack_depthwise(const DepthwiseRow& spec, const RegionLayout& at, const ConvWeights& weights,
                           std::vector<int32_t> params, int first_channel = 0);

}  // namespace narrows
