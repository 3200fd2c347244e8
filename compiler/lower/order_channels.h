// The order of the expanded channels of an inverted residual, which nobody outside of the block sees.
//
// Where 8-bit products are added in pairs, steps of the reduction with small weights are cheaper (sorts_steps in
// schedules/kernels.h). A step is small for a tile of channels if it is for each of them. So channels of the expansion
// whose large steps are the same are put side by side; and among those that are, pairs are sought that the projection
// may add.
#pragma once

#include <vector>

#include "compiler/lower/conv_weights.h"

namespace narrows {

/// A permutation of the expanded channels: which channel comes first, and so on. `group` is the number of channels that
/// are computed together in both convolutions.
std::vector<int> order_expanded(const ConvWeights& expand, const ConvWeights& project, int group);

/// Output channels, or elements of the depth of a pointwise convolution, in another order.
void reorder_channels(const std::vector<int>& order, ConvWeights* weights);
void reorder_depth(const std::vector<int>& order, ConvWeights* weights);

}  // namespace narrows
