#include "tests/support/mobilenet_v2.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

#include "frontends/frontends.h"
#include "tests/support/tflite_builder.h"

namespace narrows {
namespace {

using Fused = TfliteBuilder::Fused;
using Padding = TfliteBuilder::Padding;

/// Table 2 of the paper: blocks of one row have expansion t, output channels c, n repeats, first stride s.
struct Row {
  int t, c, n, s;
};
constexpr Row rows[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                        {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

/// Scaled channel counts are multiples of 8, and never less than 90% of what was asked for.
int scaled(int channels, float width) {
  const float exact = static_cast<float>(channels) * width;
  const int rounded = std::max(8, (static_cast<int>(exact) + 4) / 8 * 8);
  return static_cast<float>(rounded) < 0.9f * exact ? rounded + 8 : rounded;
}

/// What tells one convolution from another.
struct Layer {
  int kernel, stride;
  float gain;  ///< of the values, from input to output
  Fused fused;
};

/// Layers appended one after the other, with weights from one stream of random numbers.
class Writer {
 public:
  Writer(const MobileNetV2& net, const std::vector<ValueRange>& ranges)
      : net_(net), ranges_(ranges), random_(net.seed) {}

  std::vector<uint8_t> write();

 private:
  int conv(const std::string& name, int in, int channels, const Layer& layer);
  int depthwise(const std::string& name, int in, int stride);
  int block(const std::string& name, int in, int expansion, int channels, int stride);
  int head(int in);
  int dense(const std::string& name, int in, int channels, float gain);

  std::vector<float> numbers(int64_t count, float deviation);
  int channels_of(int tensor) { return b_.tensor(tensor).shape.back(); }
  Quant activation_quant(Fused fused);

  const MobileNetV2& net_;
  const std::vector<ValueRange>& ranges_;
  std::mt19937 random_;
  TfliteBuilder b_;
};

/// About normally distributed: the sum of four uniform numbers. The standard library's distributions differ
/// between its implementations; its generators do not.
std::vector<float> Writer::numbers(int64_t count, float deviation) {
  std::vector<float> values(count);
  for (float& value : values) {
    int sum = 0;
    for (int i = 0; i < 4; ++i) sum += static_cast<int>(random_() >> 16) - 32768;
    value = static_cast<float>(sum) / 37837 * deviation;  // 37837: standard deviation of the sum
  }
  return values;
}

/// Parameters of the tensor that the builder adds next. Behind ReLU6 they are those of 0 to 6, as training
/// gives.
Quant Writer::activation_quant(Fused fused) {
  if (net_.type == DType::f32) return {};
  if (fused == Fused::RELU6) return quant_for_range(net_.type, 0, 6);
  const ValueRange& range = ranges_.at(b_.subgraph().tensors.size());
  return quant_for_range(net_.type, range.low, range.high);
}

int Writer::conv(const std::string& name, int in, int channels, const Layer& layer) {
  const auto& [kernel, stride, gain, fused] = layer;
  const int depth = channels_of(in);
  const int64_t taps = int64_t{kernel} * kernel * depth;
  const auto values = numbers(taps * channels, gain / std::sqrt(static_cast<float>(taps)));
  const int weights = b_.add_weights(name + "/weights", net_.type, {channels, kernel, kernel, depth}, values, 0);
  const int bias = b_.add_bias(name + "/bias", numbers(channels, 0.1f), in, weights);
  return b_.conv2d(name, {in, weights, bias}, {stride}, fused, activation_quant(fused));
}

int Writer::depthwise(const std::string& name, int in, int stride) {
  const int channels = channels_of(in);
  const int weights = b_.add_weights(name + "/weights", net_.type, {1, 3, 3, channels}, numbers(9 * channels, 0.4f), 3);
  const int bias = b_.add_bias(name + "/bias", numbers(channels, 0.3f), in, weights);
  return b_.depthwise_conv2d(name, {in, weights, bias}, {stride}, Fused::RELU6, activation_quant(Fused::RELU6));
}

int Writer::dense(const std::string& name, int in, int channels, float gain) {
  const int depth = channels_of(in);
  const auto values = numbers(int64_t{depth} * channels, gain / std::sqrt(static_cast<float>(depth)));
  const int weights = b_.add_weights(name + "/weights", net_.type, {channels, depth}, values, 0);
  const int bias = b_.add_bias(name + "/bias", numbers(channels, 0.1f), in, weights);
  return b_.fully_connected(name, {in, weights, bias}, Fused::NONE, activation_quant(Fused::NONE));
}

/// Inverted residual with linear bottleneck.
int Writer::block(const std::string& name, int in, int expansion, int channels, int stride) {
  int out = in;
  if (expansion != 1) out = conv(name + "/expand", in, expansion * channels_of(in), {1, 1, 1.4f, Fused::RELU6});
  out = depthwise(name + "/depthwise", out, stride);
  out = conv(name + "/project", out, channels, {1, 1, 1.0f, Fused::NONE});
  const bool residual = stride == 1 && channels == channels_of(in);
  return residual ? b_.add(name + "/add", in, out, Fused::NONE, activation_quant(Fused::NONE)) : out;
}

/// The gain makes some classes clearly more likely than others, so that the result is more than zeros.
int Writer::head(int in) {
  constexpr float gain = 6;
  const Shape map = b_.tensor(in).shape;
  int out = b_.pool(TfliteBuilder::Code::AVERAGE_POOL_2D, "pool", in, {1, Padding::VALID, 1, map[1], map[2]});
  if (net_.dense) {
    out = b_.reshape("features", out, {1, map[3]});
    out = dense("logits", out, net_.classes, gain);
  } else {
    out = conv("logits/conv", out, net_.classes, {1, 1, gain, Fused::NONE});
    out = b_.reshape("logits", out, {1, net_.classes});
  }
  return b_.softmax("probabilities", out);
}

std::vector<uint8_t> Writer::write() {
  int out = b_.add_input("image", net_.type, {1, net_.size, net_.size, 3},
                         per_tensor(1.0f / 128, net_.type == DType::u8 ? 128 : 0));
  out = conv("stem", out, scaled(32, net_.width), {3, 2, 2.0f, Fused::RELU6});
  int number = 0;
  for (const Row& row : rows) {
    for (int i = 0; i < row.n; ++i) {
      const std::string name = "block" + std::to_string(number++);
      out = block(name, out, row.t, scaled(row.c, net_.width), i == 0 ? row.s : 1);
    }
  }
  out = conv("last", out, net_.width < 1 ? 1280 : scaled(1280, net_.width), {1, 1, 1.4f, Fused::RELU6});
  return b_.finish({head(out)});
}

}  // namespace

std::vector<uint8_t> build_mobilenet_v2(const MobileNetV2& net, const std::vector<ValueRange>& ranges) {
  return Writer(net, ranges).write();
}

std::vector<ValueRange> calibrate(const MobileNetV2& net) {
  MobileNetV2 float_net = net;
  float_net.type = DType::f32;
  Diagnostics diagnostics("demo model");
  const std::optional<Graph> graph = read_tflite(build_mobilenet_v2(float_net, {}), "demo", diagnostics);
  if (!graph) throw std::runtime_error(diagnostics.str());
  return calibrate(*graph, net.seed);
}

}  // namespace narrows
