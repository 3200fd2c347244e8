#include "compiler/lower/constant_channels.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace narrows {

namespace {

constexpr int32_t int32_max = std::numeric_limits<int32_t>::max();
constexpr int32_t int32_min = std::numeric_limits<int32_t>::min();
/// The vector forms of TFLite's rounding have no room for larger sums (runtime/requantize.h).
constexpr int64_t kLargeSum = int64_t{1} << 30;

int32_t wrapped(int64_t sum) { return static_cast<int32_t>(static_cast<uint32_t>(sum)); }
bool fits(int64_t value) { return value >= int32_min && value <= int32_max; }

int32_t value_of(int32_t sum, const ChannelRounding& r) {
  return r.numerics == Numerics::tflite ? requantize(sum, r.multiplier, r.zero_point, r.range)
                                        : requantize_xnnpack(sum, r.scale, r.zero_point, r.range);
}

/// Larger sums give no smaller values, unless a step in between wraps: then false.
bool is_monotonic_up_to(int32_t sum, const ChannelRounding& r) {
  if (r.numerics == Numerics::xnnpack) return true;
  if (!fits(static_cast<int64_t>(sum) * (int64_t{1} << std::clamp(r.multiplier.shift, 0, 31)))) return false;
  return fits(static_cast<int64_t>(multiply_by_quantized_multiplier(sum, r.multiplier)) + r.zero_point);
}

}  // namespace

SumRange reachable_sums(const ConvWeights& conv, int channel, Range inputs) {
  const size_t count = static_cast<size_t>(conv.rows) * conv.row_size;
  SumRange sums{conv.bias[channel], conv.bias[channel]};
  for (size_t i = channel * count; i < (channel + 1) * count; ++i) {
    const int64_t a = int64_t{conv.weights[i]} * inputs.min, b = int64_t{conv.weights[i]} * inputs.max;
    sums.least += std::min<int64_t>({a, b, 0});
    sums.most += std::max<int64_t>({a, b, 0});
  }
  return sums;
}

std::optional<int32_t> only_value(SumRange sums, const ChannelRounding& rounding) {
  const int32_t first = wrapped(sums.least), last = wrapped(sums.most), value = value_of(first, rounding);
  if (sums.least == sums.most) return value;
  if (sums.most - sums.least > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  // In order, the sums are one interval, or two where they wrap.
  std::vector<int32_t> ends = {first, last};
  if (first > last) ends = {first, int32_max, int32_min, last};
  for (const int32_t end : ends) {
    if (!is_monotonic_up_to(end, rounding) || value_of(end, rounding) != value) return std::nullopt;
  }
  return value;
}

void fold_constant_channels(ConvWeights* conv, Range inputs, int32_t zero_point, Range range, Numerics numerics) {
  const size_t count = static_cast<size_t>(conv->rows) * conv->row_size;
  for (int c = 0; c < conv->channels; ++c) {
    const SumRange sums = reachable_sums(*conv, c, inputs);
    const auto value = only_value(sums, {numerics, conv->multipliers[c], conv->scales[c], zero_point, range});
    if (!value) {
      conv->large_sums |= sums.most >= kLargeSum || sums.least <= -kLargeSum;
      continue;
    }
    // A quarter of four times the value needs neither a left shift nor a rounding.
    std::fill_n(conv->weights.begin() + static_cast<std::ptrdiff_t>(c * count), count, 0);
    conv->bias[c] = 4 * (*value - zero_point);
    conv->multipliers[c] = quantize_multiplier(0.25);
    conv->scales[c] = 0.25f;
  }
}

}  // namespace narrows
