// AVERAGE_POOL_2D and MAX_POOL_2D. Positions outside of the image do not count.
// Sources: tensorflow/lite/kernels/internal/reference/pooling.h and reference/integer_ops/pooling.h.
#include <algorithm>
#include <limits>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// The part of a window that lies inside of the image.
struct Region {
  int top, bottom, left, right;
  int area() const { return (bottom - top) * (right - left); }
};

Region window_at(const Window& w, int y, int x, const Shape& in) {
  const int top = y * w.stride_h - w.pad.top, left = x * w.stride_w - w.pad.left;
  return {std::max(top, 0), std::min(top + w.kernel_h, in[1]), std::max(left, 0), std::min(left + w.kernel_w, in[2])};
}

/// Folds each window, channel by channel, from `first`; `finish` sees the result and the number of pixels.
template <typename Sum, typename T, typename Fold, typename Finish>
void pool(const Call& call, const std::vector<T>& input, Sum first, Fold fold, Finish finish) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  const int channels = in[3];
  std::vector<Sum> sums(channels);
  size_t i = 0;
  for (int y = 0; y < out[1]; ++y) {
    for (int x = 0; x < out[2]; ++x) {
      const Region region = window_at(call.attr().window, y, x, in);
      std::fill(sums.begin(), sums.end(), first);
      for (int iy = region.top; iy < region.bottom; ++iy) {
        for (int ix = region.left; ix < region.right; ++ix) {
          const T* pixel = &input[(static_cast<int64_t>(iy) * in[2] + ix) * channels];
          for (int c = 0; c < channels; ++c) sums[c] = fold(sums[c], pixel[c]);
        }
      }
      for (int c = 0; c < channels; ++c) finish(i++, sums[c], region.area());
    }
  }
}

/// uint8 divides a sum that is never negative; int8 rounds half away from zero.
int32_t rounded_average(int32_t sum, int count) {
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

Bytes average_pool(const Call& call) {
  const int64_t count = element_count(call.output().shape);
  if (call.output().type == DType::f32) {
    const RangeF range = activation_range_f32(call.attr().activation);
    std::vector<float> out(count);
    pool(
        call, floats(*call.in[0]), 0.0f, [](float sum, float v) { return sum + v; },
        [&](size_t i, float sum, int area) {
          out[i] = std::min(std::max(sum / static_cast<float>(area), range.min), range.max);
        });
    return bytes_of(out);
  }
  const Range range = activation_range(call.attr().activation, call.output());
  Bytes out(count);
  pool(
      call, stored(call.input(), *call.in[0]), int32_t{0}, [](int32_t sum, int32_t v) { return sum + v; },
      [&](size_t i, int32_t sum, int area) { out[i] = to_byte(rounded_average(sum, area), range); });
  return out;
}

Bytes max_pool(const Call& call) {
  const int64_t count = element_count(call.output().shape);
  if (call.output().type == DType::f32) {
    const RangeF range = activation_range_f32(call.attr().activation);
    std::vector<float> out(count);
    pool(
        call, floats(*call.in[0]), std::numeric_limits<float>::lowest(),
        [](float a, float b) { return std::max(a, b); },
        [&](size_t i, float v, int) { out[i] = std::min(std::max(v, range.min), range.max); });
    return bytes_of(out);
  }
  const Range range = activation_range(call.attr().activation, call.output());
  Bytes out(count);
  pool(
      call, stored(call.input(), *call.in[0]), int32_t{-128}, [](int32_t a, int32_t b) { return std::max(a, b); },
      [&](size_t i, int32_t v, int) { out[i] = to_byte(v, range); });
  return out;
}

constexpr Evaluator rows[] = {{OpKind::average_pool, average_pool}, {OpKind::max_pool, max_pool}};

}  // namespace

const Table<Evaluator> pool_evaluators = rows;

}  // namespace narrows::interpreter
