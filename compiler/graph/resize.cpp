#include "compiler/graph/resize.h"

#include <algorithm>
#include <cmath>

namespace narrows {
namespace {

float step(int in, int out, Sampling sampling) {
  const bool corners = sampling == Sampling::align_corners && out > 1;
  return corners ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                 : static_cast<float>(in) / static_cast<float>(out);
}

int step_q10(int in, int out, Sampling sampling) {
  const int corner = sampling == Sampling::align_corners && out > 1 ? 1 : 0;
  const int64_t from = in - corner, to = out - corner;
  return static_cast<int>((1024 * from + to / 2) / to);
}

}  // namespace

std::vector<Tap<float>> bilinear_taps(int in, int out, Sampling sampling) {
  const float scale = step(in, out, sampling);
  std::vector<Tap<float>> taps(out);
  for (int i = 0; i < out; ++i) {
    const bool half = sampling == Sampling::half_pixel;
    const float at = half ? (static_cast<float>(i) + 0.5f) * scale - 0.5f : static_cast<float>(i) * scale;
    const int low = std::clamp(static_cast<int>(std::floor(at)), 0, in - 1);
    const int high = std::min(static_cast<int>(std::ceil(at)), in - 1);
    const float beyond = at - static_cast<float>(low);
    taps[i] = {low, std::max(high, 0), 1 - beyond, beyond};
  }
  return taps;
}

std::vector<Tap<int32_t>> bilinear_taps_q10(int in, int out, Sampling sampling) {
  const int64_t scale = step_q10(in, out, sampling);
  std::vector<Tap<int32_t>> taps(out);
  for (int i = 0; i < out; ++i) {
    const int64_t at = i * scale + (sampling == Sampling::half_pixel ? scale / 2 - 512 : 0);
    const int low = static_cast<int>(std::max<int64_t>(at / 1024, 0));
    const int high = static_cast<int>(std::clamp<int64_t>((at + 1023) / 1024, 0, in - 1));
    // Where a rounded step leads beyond the image, TFLite reads what lies there; this stays on the last
    // pixel.
    const int32_t beyond = low < in ? static_cast<int32_t>(at - 1024 * int64_t{low}) : 0;
    taps[i] = {std::min(low, in - 1), high, 1024 - beyond, beyond};
  }
  return taps;
}

std::vector<int32_t> nearest_taps(int in, int out, Sampling sampling) {
  const float scale = step(in, out, sampling);
  const float offset = sampling == Sampling::half_pixel ? 0.5f : 0.0f;
  std::vector<int32_t> taps(out);
  for (int i = 0; i < out; ++i) {
    const float at = (static_cast<float>(i) + offset) * scale;
    const float nearest = sampling == Sampling::align_corners ? std::round(at) : std::floor(at);
    taps[i] = std::min(static_cast<int32_t>(nearest), in - 1);
  }
  return taps;
}

}  // namespace narrows
