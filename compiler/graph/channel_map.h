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

/// Of add, sub and mul of an f32 map with a constant, which may stand on either side but is not what is subtracted
/// from; without the activation behind it.
std::optional<ChannelMap> arithmetic_map(const Graph& graph, const Op& op);

/// Of dequantize and cast of 8-bit maps, and of add, sub and mul of an f32 map with a constant; nothing for other
/// operators.
std::optional<ChannelMap> channel_map(const Graph& graph, const Op& op);

/// Of all these operators, one after the other.
ChannelMap conversion_of(const Graph& graph, const std::vector<int>& ops);

}  // namespace narrows
