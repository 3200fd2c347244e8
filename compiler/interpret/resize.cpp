// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR.
// Sources: tensorflow/lite/kernels/internal/reference/{resize_bilinear.h,resize_nearest_neighbor.h}. Float
// and uint8 images share one kernel in floats; int8 images have another in integers. TFLite's optimized uint8
// kernel multiplies the two weights first, so that one in some thousand pixels may differ from this by one.
// XNNPACK's numerics change nothing here: both profiles follow TFLite.
#include "compiler/graph/resize.h"

#include <cstring>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Calls store(i, sum) for every element i of the output, with the sum of four weighted pixels. The order of
/// the products and of the sum is TFLite's.
template <typename Pixel, typename Weight, typename Store>
void interpolate(const Call& call, const std::vector<Pixel>& in, const std::vector<Tap<Weight>>& rows,
                 const std::vector<Tap<Weight>>& columns, Store store) {
  const int width = call.input().shape[2], channels = call.input().shape[3];
  size_t i = 0;
  for (const Tap<Weight>& y : rows) {
    for (const Tap<Weight>& x : columns) {
      const auto pixel = [&](int row, int column) { return &in[(size_t{1} * row * width + column) * channels]; };
      const Pixel *low_low = pixel(y.low, x.low), *high_low = pixel(y.high, x.low);
      const Pixel *low_high = pixel(y.low, x.high), *high_high = pixel(y.high, x.high);
      for (int c = 0; c < channels; ++c, ++i) {
        store(i, static_cast<Weight>(low_low[c]) * y.low_weight * x.low_weight +
                     static_cast<Weight>(high_low[c]) * y.high_weight * x.low_weight +
                     static_cast<Weight>(low_high[c]) * y.low_weight * x.high_weight +
                     static_cast<Weight>(high_high[c]) * y.high_weight * x.high_weight);
      }
    }
  }
}

/// Rounds a sum in units of 2^-20 to an integer, halves away from zero.
int32_t rounded_q20(int32_t sum) {
  const int32_t half = 1 << 19;
  return (sum + (sum > 0 ? half : -half)) / (1 << 20);
}

Bytes resize_bilinear(const Call& call) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  const Sampling sampling = call.attr().sampling;
  if (call.input().type == DType::i8) {
    Bytes result(call.output().bytes());
    interpolate(call, stored(call.input(), *call.in[0]), bilinear_taps_q10(in[1], out[1], sampling),
                bilinear_taps_q10(in[2], out[2], sampling),
                [&](size_t i, int32_t sum) { result[i] = static_cast<uint8_t>(rounded_q20(sum)); });
    return result;
  }
  const std::vector<Tap<float>> rows = bilinear_taps(in[1], out[1], sampling);
  const std::vector<Tap<float>> columns = bilinear_taps(in[2], out[2], sampling);
  if (call.input().type == DType::f32) {
    std::vector<float> result(element_count(out));
    interpolate(call, floats(*call.in[0]), rows, columns, [&](size_t i, float sum) { result[i] = sum; });
    return bytes_of(result);
  }
  Bytes result(call.output().bytes());
  interpolate(call, *call.in[0], rows, columns,
              [&](size_t i, float sum) { result[i] = static_cast<uint8_t>(static_cast<int>(sum + 0.5f)); });
  return result;
}

Bytes resize_nearest(const Call& call) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  const std::vector<int32_t> rows = nearest_taps(in[1], out[1], call.attr().sampling);
  const std::vector<int32_t> columns = nearest_taps(in[2], out[2], call.attr().sampling);
  const size_t pixel = size_t{1} * in[3] * size_of(call.input().type);
  Bytes result(call.output().bytes());
  uint8_t* to = result.data();
  for (int32_t row : rows) {
    for (int32_t column : columns) {
      std::memcpy(to, call.in[0]->data() + (size_t{1} * row * in[2] + column) * pixel, pixel);
      to += pixel;
    }
  }
  return result;
}

constexpr Evaluator rows[] = {{OpKind::resize_bilinear, resize_bilinear}, {OpKind::resize_nearest, resize_nearest}};

}  // namespace

const Table<Evaluator> resize_evaluators = rows;

}  // namespace narrows::interpreter
