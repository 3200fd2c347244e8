#include "compiler/graph/normalization.h"

#include <cmath>

#include "compiler/graph/quantization.h"

namespace narrows {

std::optional<Normalization> guess_normalization(const Tensor& input) {
  if (input.type == DType::f32) return Normalization{};
  const Range range = stored_range(input.type);
  const float min = static_cast<float>(range.min - input.zero_point()) * input.scale();
  const float max = static_cast<float>(range.max - input.zero_point()) * input.scale();
  // Calibrated ranges miss the round numbers by a few per cent.
  const auto is = [&](float low, float high) {
    const float slack = 0.05f * (high - low);
    return std::abs(min - low) < slack && std::abs(max - high) < slack;
  };
  if (is(-1, 1)) return Normalization{127.5f, 127.5f};
  if (is(0, 1)) return Normalization{0, 255};
  if (is(0, 255)) return Normalization{0, 1};
  return std::nullopt;
}

}  // namespace narrows
