#include "frontends/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace narrows {
namespace {

int rounded_up(int64_t a, int64_t b) { return static_cast<int>((a + b - 1) / b); }

int covered(const TransposedSize& size) { return (size.kernel - 1) * size.dilation + 1; }
int taps_of(const TransposedSize& size) { return rounded_up(covered(size), size.stride); }

/// The tap of the kernel that phase `phase` has at its tap `tap`; -1: none.
int source_tap(const TransposedSize& size, int phase, int tap) {
  const int at = size.stride * (taps_of(size) - 1 - tap) + phase;
  return at < covered(size) && at % size.dilation == 0 ? at / size.dilation : -1;
}

Quant repeated(const Quant& quant, int phases) {
  Quant result = quant;
  for (int p = 1; p < phases && quant.scale.size() > 1; ++p) {
    result.scale.insert(result.scale.end(), quant.scale.begin(), quant.scale.end());
    result.zero_point.insert(result.zero_point.end(), quant.zero_point.begin(), quant.zero_point.end());
  }
  return result;
}

}  // namespace

PhaseSize phase_size(const TransposedSize& size) {
  PhaseSize p{};
  p.taps = taps_of(size);
  // Whole blocks in front that are cut off need not be computed.
  const int left_out = std::min(size.pad / size.stride, p.taps - 1);
  p.pad_before = p.taps - 1 - left_out;
  p.crop_before = size.pad - left_out * size.stride;
  const int needed = rounded_up(int64_t{size.out} + p.crop_before, size.stride);
  p.blocks = std::max(needed, size.in + p.pad_before - (p.taps - 1));
  p.pad_after = p.blocks + p.taps - 1 - size.in - p.pad_before;
  p.crop_after = p.blocks * size.stride - p.crop_before - size.out;
  return p;
}

Window block_window(const TransposedSize& height, const TransposedSize& width) {
  const PhaseSize h = phase_size(height), w = phase_size(width);
  Window window;
  window.stride_h = height.stride, window.stride_w = width.stride;
  window.pad = {h.crop_before, h.crop_after, w.crop_before, w.crop_after};
  return window;
}

Window phase_window(const TransposedSize& height, const TransposedSize& width) {
  const PhaseSize h = phase_size(height), w = phase_size(width);
  Window window;
  window.kernel_h = h.taps, window.kernel_w = w.taps;
  window.pad = {h.pad_before, h.pad_after, w.pad_before, w.pad_after};
  return window;
}

std::string check_phases(const Tensor& weights, const TransposedSize& height, const TransposedSize& width) {
  constexpr int64_t most_bytes = int64_t{1} << 28;
  const int64_t taps = int64_t{taps_of(height)} * height.stride * taps_of(width) * width.stride;
  const int64_t bytes = weights.bytes() / (int64_t{weights.shape[1]} * weights.shape[2]) * taps;
  if (bytes > most_bytes) {
    return fmt::format("strides {}x{} make {} bytes of weights of shape {}, more than the limit of {}", height.stride,
                       width.stride, bytes, to_string(weights.shape), most_bytes);
  }
  const Padding pad = phase_window(height, width).pad;
  constexpr int most_pad = 32767;
  if (std::max({pad.top, pad.bottom, pad.left, pad.right}) <= most_pad) return "";
  return fmt::format("an output of {}x{} is too large for an input of {}x{}", height.out, width.out, height.in,
                     width.in);
}

Tensor phase_weights(const Tensor& weights, const TransposedSize& height, const TransposedSize& width) {
  const int phases = height.stride * width.stride, out = weights.shape[0];
  const int64_t pixel = int64_t{weights.shape[3]} * size_of(weights.type);
  Tensor result = weights;
  result.name += "/phases";
  result.shape = {phases * out, taps_of(height), taps_of(width), weights.shape[3]};
  result.quant = repeated(weights.quant, phases);
  const bool one = weights.quant.zero_point.size() == 1;
  uint8_t zero = is_8bit(weights.type) && one ? static_cast<uint8_t>(weights.zero_point()) : 0;
  result.data.clear();
  for (int channel = 0; channel < result.shape[0]; ++channel) {
    const int phase = channel / out, o = channel % out;
    if (is_8bit(weights.type) && weights.quant.zero_point.size() > 1)
      zero = static_cast<uint8_t>(weights.quant.zero_point[o]);
    for (int y = 0; y < result.shape[1]; ++y) {
      const int tap_y = source_tap(height, phase / width.stride, y);
      for (int x = 0; x < result.shape[2]; ++x) {
        const int tap_x = source_tap(width, phase % width.stride, x);
        const size_t at = result.data.size();
        result.data.resize(at + static_cast<size_t>(pixel), zero);
        if (tap_y < 0 || tap_x < 0) continue;
        const int64_t from = (int64_t{o} * weights.shape[1] + tap_y) * weights.shape[2] + tap_x;
        std::memcpy(&result.data[at], &weights.data[from * pixel], static_cast<size_t>(pixel));
      }
    }
  }
  return result;
}

Tensor repeated_for_phases(const Tensor& values, int phases) {
  Tensor result = values;
  result.name += "/phases";
  result.shape = {static_cast<int>(element_count(values.shape)) * phases};
  result.quant = repeated(values.quant, phases);
  for (int p = 1; p < phases; ++p) result.data.insert(result.data.end(), values.data.begin(), values.data.end());
  return result;
}

}  // namespace narrows
