// Channels of 8-bit convolutions that give one value, whatever their input is, and channels whose sums need more than
// 30 bits.
//
// Converters write such "dead" channels: weights that are all but zero, with a scale near 1e-10, and a bias that is
// clamped to 2^30 or to the ends of 32 bits. TFLite and XNNPACK round every 32-bit sum, so these channels are exact
// here as well.
#pragma once

#include <optional>

#include "compiler/lower/conv_weights.h"

namespace narrows {

/// The sums of products and bias that a channel can reach, before they wrap at 32 bits.
struct SumRange {
  int64_t least, most;
};

/// From a sum to the stored value of one channel.
struct ChannelRounding {
  Numerics numerics;
  Multiplier multiplier;  ///< tflite
  float scale;            ///< xnnpack
  int32_t zero_point;
  Range range;  ///< of stored values, behind the activation
};

/// The sums of channel `channel` of `conv`, whose weights are without zero points and whose bias is the model's, for
/// inputs without their zero point in `inputs`. Taps in the padding count as zeros.
SumRange reachable_sums(const ConvWeights& conv, int channel, Range inputs);

/// The value that all of `sums` give, if there is only one.
std::optional<int32_t> only_value(SumRange sums, const ChannelRounding& rounding);

/// Replaces channels that have only one value: their weights become 0, bias and multiplier such that both roundings,
/// and every form of them, give that value. Sets ConvWeights::large_sums if a sum of another channel can have a
/// magnitude of 2^30 or more. Zero points and range are those of the logical types, not of what the target stores.
void fold_constant_channels(ConvWeights* conv, Range inputs, int32_t zero_point, Range range, Numerics numerics);

}  // namespace narrows
