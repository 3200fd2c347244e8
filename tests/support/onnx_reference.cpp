#include "tests/support/onnx_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "compiler/interpret/interpret.h"
#include "tests/support/sound_model.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

std::vector<int> strides_of(const Shape& shape) {
  std::vector<int> strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

int windows(int size, int before, int after, int kernel, const Slide& s) {
  return (size + before + after - (kernel - 1) * s.dilation - 1) / s.stride + 1;
}

/// `reduce` of the pixels of every window that lie in the map.
Array pool_nchw(const Array& x, int kernel, const Slide& s,
                const std::function<float(const std::vector<float>&)>& reduce) {
  const int height = x.shape[2], width = x.shape[3];
  Array y{{1, x.shape[1], windows(height, s.top, s.bottom, kernel, s), windows(width, s.left, s.right, kernel, s)}, {}};
  for (int c = 0; c < y.shape[1]; ++c) {
    for (int oy = 0; oy < y.shape[2]; ++oy) {
      for (int ox = 0; ox < y.shape[3]; ++ox) {
        std::vector<float> pixels;
        for (int k = 0; k < kernel * kernel; ++k) {
          const int iy = oy * s.stride - s.top + k / kernel, ix = ox * s.stride - s.left + k % kernel;
          if (iy >= 0 && iy < height && ix >= 0 && ix < width)
            pixels.push_back(x.values[(c * height + iy) * width + ix]);
        }
        y.values.push_back(reduce(pixels));
      }
    }
  }
  return y;
}

}  // namespace

Array padded_nchw(const Array& x, const Slide& pads) {
  Array y{{1, x.shape[1], x.shape[2] + pads.top + pads.bottom, x.shape[3] + pads.left + pads.right}, {}};
  for (int c = 0; c < y.shape[1]; ++c) {
    for (int row = -pads.top; row < x.shape[2] + pads.bottom; ++row) {
      for (int column = -pads.left; column < x.shape[3] + pads.right; ++column) {
        const bool inside = row >= 0 && row < x.shape[2] && column >= 0 && column < x.shape[3];
        y.values.push_back(inside ? x.values[(c * x.shape[2] + row) * x.shape[3] + column] : 0.0f);
      }
    }
  }
  return y;
}

Bytes bytes_of(const std::vector<float>& values) {
  Bytes bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

namespace {

Bytes stored_bytes(const std::vector<float>& values, DType type) {
  if (type == DType::f32) return bytes_of(values);
  Bytes bytes;
  for (const float value : values) bytes.push_back(static_cast<uint8_t>(static_cast<int>(value)));
  return bytes;
}

template <typename T>
std::vector<float> numbers_of(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return {values.begin(), values.end()};
}

std::vector<float> numbers_of(const Bytes& bytes, DType type) {
  switch (type) {
    case DType::f32:
      return numbers_of<float>(bytes);
    case DType::u8:
      return numbers_of<uint8_t>(bytes);
    case DType::i8:
      return numbers_of<int8_t>(bytes);
    case DType::i32:
      return numbers_of<int32_t>(bytes);
    case DType::i64:
      return numbers_of<int64_t>(bytes);
    case DType::f16:  // only of constants
      break;
  }
  return {};
}

}  // namespace

Array numbers(const Shape& shape, int seed) { return {shape, small_numbers(element_count(shape), seed)}; }

Array conv_nchw(const Array& x, const Array& w, const std::vector<float>& bias, int group, const Slide& s) {
  const int height = x.shape[2], width = x.shape[3], out = w.shape[0], in = w.shape[1], kh = w.shape[2],
            kw = w.shape[3];
  Array y{{1, out, windows(height, s.top, s.bottom, kh, s), windows(width, s.left, s.right, kw, s)}, {}};
  for (int o = 0; o < out; ++o) {
    const int first = o / (out / group) * in;  // input channel of the group
    for (int oy = 0; oy < y.shape[2]; ++oy) {
      for (int ox = 0; ox < y.shape[3]; ++ox) {
        float sum = bias.empty() ? 0 : bias[o];
        for (int i = 0; i < in * kh * kw; ++i) {
          const int c = i / (kh * kw), ky = i / kw % kh, kx = i % kw;
          const int iy = oy * s.stride - s.top + ky * s.dilation, ix = ox * s.stride - s.left + kx * s.dilation;
          if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
          sum += x.values[((first + c) * height + iy) * width + ix] * w.values[o * in * kh * kw + i];
        }
        y.values.push_back(sum);
      }
    }
  }
  return y;
}

Array average_pool_nchw(const Array& x, int kernel, const Slide& slide) {
  return pool_nchw(x, kernel, slide, [](const std::vector<float>& pixels) {
    float sum = 0;
    for (const float pixel : pixels) sum += pixel;
    return sum / static_cast<float>(pixels.size());
  });
}

Array max_pool_nchw(const Array& x, int kernel, const Slide& slide) {
  return pool_nchw(x, kernel, slide,
                   [](const std::vector<float>& pixels) { return *std::max_element(pixels.begin(), pixels.end()); });
}

Array transpose(const Array& x, const std::vector<int>& perm) {
  Array y;
  for (const int dimension : perm) y.shape.push_back(x.shape[dimension]);
  const std::vector<int> from = strides_of(x.shape), to = strides_of(y.shape);
  for (int i = 0; i < static_cast<int>(x.values.size()); ++i) {
    int position = 0;
    for (size_t d = 0; d < perm.size(); ++d) position += i / to[d] % y.shape[d] * from[perm[d]];
    y.values.push_back(x.values[position]);
  }
  return y;
}

Array matmul(const Array& a, const Array& b) {
  const int m = a.shape[0], k = a.shape[1], n = b.shape[1];
  Array y{{m, n}, {}};
  for (int i = 0; i < m * n; ++i) {
    float sum = 0;
    for (int j = 0; j < k; ++j) sum += a.values[i / n * k + j] * b.values[j * n + i % n];
    y.values.push_back(sum);
  }
  return y;
}

Array combine(const Array& x, const Array& y, const std::function<float(float, float)>& f) {
  Shape shape(x.shape.size() - y.shape.size(), 1);
  shape.insert(shape.end(), y.shape.begin(), y.shape.end());
  const std::vector<int> from = strides_of(shape), to = strides_of(x.shape);
  Array result{x.shape, {}};
  for (int i = 0; i < static_cast<int>(x.values.size()); ++i) {
    int position = 0;
    for (size_t d = 0; d < shape.size(); ++d) position += shape[d] == 1 ? 0 : i / to[d] % shape[d] * from[d];
    result.values.push_back(f(x.values[i], y.values[position]));
  }
  return result;
}

Array apply(const Array& x, const std::function<float(float)>& f) {
  Array y = x;
  for (float& value : y.values) value = f(value);
  return y;
}

Array dequantized(const Array& stored, float scale, int zero_point) {
  return apply(stored, [&](float v) { return scale * (v - static_cast<float>(zero_point)); });
}

Array rounded(const Array& x, float scale, int zero_point, DType type) {
  const float least = type == DType::u8 ? 0 : -128, zero = static_cast<float>(zero_point);
  return apply(
      x, [=](float v) { return scale * (std::clamp(std::nearbyint(v / scale) + zero, least, least + 255) - zero); });
}

Array resize_linear_nchw(const Array& x, int height, int width, const Position& at) {
  Array y{{1, x.shape[1], height, width}, {}};
  const int in_h = x.shape[2], in_w = x.shape[3];
  for (int i = 0; i < x.shape[1] * height * width; ++i) {
    const double py = std::clamp(at(i / width % height, in_h, height), 0.0, in_h - 1.0),
                 px = std::clamp(at(i % width, in_w, width), 0.0, in_w - 1.0);
    const int top = static_cast<int>(py), left = static_cast<int>(px);
    const auto pixel = [&](int row, int column) {
      return x.values[(i / width / height * in_h + std::min(row, in_h - 1)) * in_w + std::min(column, in_w - 1)];
    };
    const double fy = py - top, fx = px - left;
    y.values.push_back(static_cast<float>((1 - fy) * ((1 - fx) * pixel(top, left) + fx * pixel(top, left + 1)) +
                                          fy * ((1 - fx) * pixel(top + 1, left) + fx * pixel(top + 1, left + 1))));
  }
  return y;
}

Array resize_nearest_nchw(const Array& x, int height, int width, const Position& at,
                          const std::function<double(double)>& round) {
  Array y{{1, x.shape[1], height, width}, {}};
  const int in_h = x.shape[2], in_w = x.shape[3];
  for (int i = 0; i < x.shape[1] * height * width; ++i) {
    const double row = std::clamp(round(at(i / width % height, in_h, height)), 0.0, in_h - 1.0),
                 column = std::clamp(round(at(i % width, in_w, width)), 0.0, in_w - 1.0);
    y.values.push_back(x.values[(i / width / height * in_h + static_cast<int>(row)) * in_w + static_cast<int>(column)]);
  }
  return y;
}

Array part(const Array& x, int axis, int begin, int end) {
  Array y = x;
  y.shape[axis] = end - begin;
  y.values.clear();
  const int inner = strides_of(x.shape)[axis], size = x.shape[axis];
  for (int i = 0; i < static_cast<int>(x.values.size()); ++i) {
    const int at = i / inner % size;
    if (at >= begin && at < end) y.values.push_back(x.values[i]);
  }
  return y;
}

Graph read_onnx_graph(const OnnxBuilder& builder, const ReadOptions& options) {
  return read_sound_model(builder.finish(), options);
}

std::vector<Array> run_onnx(const OnnxBuilder& builder, const std::vector<Array>& inputs, const ReadOptions& options,
                            Numerics numerics) {
  const Graph graph = read_onnx_graph(builder, options);
  if (testing::Test::HasFailure()) return std::vector<Array>(10);
  std::vector<Bytes> bytes;
  for (size_t i = 0; i < inputs.size(); ++i)
    bytes.push_back(stored_bytes(inputs[i].values, graph.tensors[graph.inputs[i]].type));
  const std::vector<Bytes> values = interpret(graph, bytes, numerics);
  std::vector<Array> outputs;
  for (const int id : graph.outputs) {
    outputs.push_back({graph.tensors[id].shape, numbers_of(values[id], graph.tensors[id].type)});
  }
  return outputs;
}

void expect_near(const Array& expected, const Array& actual) {
  EXPECT_EQ(expected.shape, actual.shape);
  EXPECT_LE(difference_f32(bytes_of(expected.values), bytes_of(actual.values)).relative(), 1e-5);
}

void expect_within(const Array& expected, const Array& actual, double distance) {
  EXPECT_EQ(expected.shape, actual.shape);
  EXPECT_LE(difference_f32(bytes_of(expected.values), bytes_of(actual.values)).largest, distance);
}

int count_ops(const Graph& graph, OpKind kind) {
  return static_cast<int>(
      std::count_if(graph.ops.begin(), graph.ops.end(), [kind](const Op& op) { return op.kind == kind; }));
}

}  // namespace narrows
