// Convolutions and fully connected layers: accumulate, then add the bias, rescale and clamp.
// Sources: tensorflow/lite/kernels/internal/reference/{conv.h,depthwiseconv_float.h,depthwiseconv_uint8.h}
// and reference/integer_ops/{conv.h,depthwise_conv.h,fully_connected.h}.
// Narrow weights of float operators are widened first. TFLite's own hybrid kernels quantize the activations instead, by
// their range at run time, which costs precision.
#include <algorithm>

#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

/// Sizes of one convolution. A fully connected layer is a 1x1 convolution over a column of batches.
struct Sizes {
  int in_h, in_w, in_c;
  int out_h, out_w, out_c;
  Window window;
};

Sizes conv_sizes(const Call& call) {
  const Shape &in = call.input().shape, &out = call.output().shape;
  return {in[1], in[2], in[3], out[1], out[2], out[3], call.attr().window};
}

/// The taps [begin, end) of a kernel of `count` taps that lie inside of [0, size), the first tap being at
/// `start`.
struct Taps {
  int begin, end;
};
Taps taps_inside(int start, int dilation, int count, int size) {
  Taps taps{0, count};
  while (taps.begin < count && start + taps.begin * dilation < 0) ++taps.begin;
  while (taps.end > taps.begin && start + (taps.end - 1) * dilation >= size) --taps.end;
  return taps;
}

// Integers wrap at 32 bits, as they do on every machine that TFLite runs on.
float add(float a, float b) { return a + b; }
int32_t add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }

template <typename Sum, typename T>
Sum multiply_add(const T* a, const T* b, int count, Sum sum) {
  for (int i = 0; i < count; ++i) sum = add(sum, a[i] * b[i]);
  return sum;
}

/// out[y][x][oc] = sum over ky, kx, ic in this order, as TFLite's reference sums.
template <typename Sum, typename T>
std::vector<Sum> convolve(const Sizes& s, const std::vector<T>& input, const std::vector<T>& weights) {
  const Window& w = s.window;
  std::vector<Sum> out(static_cast<size_t>(s.out_h) * s.out_w * s.out_c);
  Sum* pixel = out.data();
  for (int y = 0; y < s.out_h; ++y) {
    const int top = y * w.stride_h - w.pad.top;
    const Taps rows = taps_inside(top, w.dilation_h, w.kernel_h, s.in_h);
    for (int x = 0; x < s.out_w; ++x, pixel += s.out_c) {
      const int left = x * w.stride_w - w.pad.left;
      const Taps columns = taps_inside(left, w.dilation_w, w.kernel_w, s.in_w);
      // Without dilation the taps of a kernel row are one contiguous run in input and weights.
      const int run = w.dilation_w == 1 ? std::max(columns.end - columns.begin, 1) : 1;
      for (int oc = 0; oc < s.out_c; ++oc) {
        Sum sum = 0;
        for (int ky = rows.begin; ky < rows.end; ++ky) {
          const int64_t row = static_cast<int64_t>(top + ky * w.dilation_h) * s.in_w;
          const int64_t kernel_row = (static_cast<int64_t>(oc) * w.kernel_h + ky) * w.kernel_w;
          for (int kx = columns.begin; kx < columns.end; kx += run) {
            sum = multiply_add(&input[(row + left + kx * w.dilation_w) * s.in_c], &weights[(kernel_row + kx) * s.in_c],
                               run * s.in_c, sum);
          }
        }
        pixel[oc] = sum;
      }
    }
  }
  return out;
}

/// out[y][x][ic * multiplier + m] = sum over ky, kx.
template <typename Sum, typename T>
std::vector<Sum> convolve_depthwise(const Sizes& s, const std::vector<T>& input, const std::vector<T>& weights) {
  const Window& w = s.window;
  const int multiplier = s.out_c / s.in_c;
  std::vector<Sum> out(static_cast<size_t>(s.out_h) * s.out_w * s.out_c);
  Sum* pixel = out.data();
  for (int y = 0; y < s.out_h; ++y) {
    const int top = y * w.stride_h - w.pad.top;
    const Taps rows = taps_inside(top, w.dilation_h, w.kernel_h, s.in_h);
    for (int x = 0; x < s.out_w; ++x, pixel += s.out_c) {
      const int left = x * w.stride_w - w.pad.left;
      const Taps columns = taps_inside(left, w.dilation_w, w.kernel_w, s.in_w);
      for (int ky = rows.begin; ky < rows.end; ++ky) {
        for (int kx = columns.begin; kx < columns.end; ++kx) {
          const int64_t at = static_cast<int64_t>(top + ky * w.dilation_h) * s.in_w + left + kx * w.dilation_w;
          const T* in = &input[at * s.in_c];
          const T* tap = &weights[(static_cast<int64_t>(ky) * w.kernel_w + kx) * s.out_c];
          if (multiplier == 1) {
            for (int c = 0; c < s.in_c; ++c) pixel[c] = add(pixel[c], in[c] * tap[c]);
          } else {
            for (int oc = 0; oc < s.out_c; ++oc) pixel[oc] = add(pixel[oc], in[oc / multiplier] * tap[oc]);
          }
        }
      }
    }
  }
  return out;
}

Bytes finish_f32(const Call& call, std::vector<float> sums, int channels) {
  const std::vector<float> bias = call.has_input(2) ? floats(*call.in[2]) : std::vector<float>(channels);
  const RangeF range = activation_range_f32(call.attr().activation);
  for (size_t i = 0; i < sums.size(); ++i) {
    sums[i] = std::min(std::max(sums[i] + bias[i % channels], range.min), range.max);
  }
  return bytes_of(sums);
}

Bytes finish_quantized(const Call& call, const std::vector<int32_t>& sums, int channels) {
  const Tensor &input = call.input(0), &weights = call.input(1), &output = call.output();
  const std::vector<int32_t> bias = call.has_input(2) ? ints(*call.in[2]) : std::vector<int32_t>(channels);
  const Range range = activation_range(call.attr().activation, output);
  const int32_t zero_point = output.zero_point();
  const std::vector<Multiplier> multipliers = output_multipliers(input, weights, output, channels);
  const std::vector<float> scales = output_scales(input, weights, output, channels);
  Bytes out(sums.size());
  for (size_t i = 0; i < sums.size();) {
    for (int c = 0; c < channels; ++c, ++i) {
      const int32_t sum = add(sums[i], bias[c]);
      out[i] = static_cast<uint8_t>(call.numerics == Numerics::tflite
                                        ? requantize(sum, multipliers[c], zero_point, range)
                                        : requantize_xnnpack(sum, scales[c], zero_point, range));
    }
  }
  return out;
}

Bytes conv2d(const Call& call) {
  const Sizes s = conv_sizes(call);
  if (call.input().type == DType::f32) {
    return finish_f32(call, convolve<float>(s, floats(*call.in[0]), real_values(call.input(1), *call.in[1])), s.out_c);
  }
  const std::vector<int16_t> input = centered(call.input(0), *call.in[0]);
  return finish_quantized(call, convolve<int32_t>(s, input, centered(call.input(1), *call.in[1])), s.out_c);
}

Bytes depthwise_conv2d(const Call& call) {
  const Sizes s = conv_sizes(call);
  if (call.input().type == DType::f32) {
    return finish_f32(call, convolve_depthwise<float>(s, floats(*call.in[0]), real_values(call.input(1), *call.in[1])),
                      s.out_c);
  }
  const std::vector<int16_t> input = centered(call.input(0), *call.in[0]);
  return finish_quantized(call, convolve_depthwise<int32_t>(s, input, centered(call.input(1), *call.in[1])), s.out_c);
}

Bytes fully_connected(const Call& call) {
  const Shape& weights = call.input(1).shape;
  const int batch = static_cast<int>(element_count(call.input().shape) / weights[1]);
  const Sizes s{batch, 1, weights[1], batch, 1, weights[0], Window()};
  if (call.input().type == DType::f32) {
    return finish_f32(call, convolve<float>(s, floats(*call.in[0]), real_values(call.input(1), *call.in[1])), s.out_c);
  }
  const std::vector<int16_t> input = centered(call.input(0), *call.in[0]);
  return finish_quantized(call, convolve<int32_t>(s, input, centered(call.input(1), *call.in[1])), s.out_c);
}

constexpr Evaluator rows[] = {
    {OpKind::conv2d, conv2d},
    {OpKind::depthwise_conv2d, depthwise_conv2d},
    {OpKind::fully_connected, fully_connected},
};

}  // namespace

const Table<Evaluator> conv_evaluators = rows;

}  // namespace narrows::interpreter
