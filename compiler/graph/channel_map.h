// Operators that multiply each channel by a number and add another: what stands between pixels and a float network. A
// chain does them to every row when it loads it, so that the map of floats never exists.
#pragma once

#include <optional>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// y[c] = scale[c] * x[c] + addend[c] of stored values x.
struct ChannelMap {
  std::vector<float> scale, addend;  ///< one per channel
};

/// The values of a constant of floats that broadcasting applies per channel, one for each of `channels`.
std::optional<std::vector<float>> per_channel(const Tensor& tensor, int channels);

/// What an add, sub or mul of an f32 map with a constant does to each channel, without its activation. The constant
/// may stand on either side, except that nothing is subtracted from it.
std::optional<ChannelMap> arithmetic_map(const Graph& graph, const Op& op);

/// What an operator does to each channel: dequantize and cast of 8-bit maps, and add, sub and mul of an f32 map with
/// a constant; nothing for other operators.
std::optional<ChannelMap> channel_map(const Graph& graph, const Op& op);

/// What all these operators do to each channel, one after the other.
ChannelMap conversion_of(const Graph& graph, const std::vector<int>& ops);

}  // namespace narrows
