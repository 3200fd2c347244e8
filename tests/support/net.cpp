#include "tests/support/net.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compiler/graph/rules/op_rules.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/tflite_builder.h"

namespace narrows {
namespace {

constexpr float input_bound = 8;

template <typename T>
void append(T value, std::vector<uint8_t>* data) {
  const size_t at = data->size();
  data->resize(at + sizeof value);
  std::memcpy(&(*data)[at], &value, sizeof value);
}

Shape windowed(const Shape& in, const Window& w, int channels) {
  const MapSize size = window_positions({in[1], in[2]}, w);
  return {1, size.height, size.width, channels};
}

/// Inputs that are spread over what random 8-bit inputs of the twins mean.
std::vector<Bytes> calibration_inputs(const Graph& graph) {
  std::mt19937 random(2);
  std::vector<Bytes> inputs;
  for (int id : graph.inputs) {
    Bytes bytes;
    for (int64_t i = 0; i < element_count(graph.tensors[id].shape); ++i) {
      append(static_cast<float>(random() >> 16) / 32768 * input_bound - input_bound, &bytes);
    }
    inputs.push_back(bytes);
  }
  return inputs;
}

Net::Ranges ranges_of(const Graph& graph) {
  const std::vector<Bytes> values = interpret(graph, calibration_inputs(graph));
  Net::Ranges ranges(values.size());
  for (size_t t = 0; t < values.size(); ++t) {
    for (size_t i = 0; i + sizeof(float) <= values[t].size(); i += sizeof(float)) {
      float value;
      std::memcpy(&value, &values[t][i], sizeof value);
      ranges[t] = {std::min(ranges[t].first, value), std::max(ranges[t].second, value)};
    }
  }
  return ranges;
}

}  // namespace

Window square(int kernel, int stride, int dilation, int pad) {
  Window w;
  w.kernel_h = w.kernel_w = kernel;
  w.stride_h = w.stride_w = stride;
  w.dilation_h = w.dilation_w = dilation;
  w.pad = {pad, pad, pad, pad};
  return w;
}

// ---- tensors -----------------------------------------------------------------------------------

/// The generator's numbers are the same everywhere; the standard library's distributions are not.
float Net::random(float low, float high) { return low + static_cast<float>(random_() >> 8) * 0x1p-24f * (high - low); }

Quant Net::next_quant(float shrink) const {
  if (type_ == DType::f32) return {};
  const auto [low, high] = ranges_.at(graph.tensors.size());
  return quant_for_range(type_, low * shrink, high * shrink);
}

int Net::put(const Shape& shape, const Quant& quant, std::vector<uint8_t> data, DType type) {
  Tensor t;
  t.name = name_ + " " + std::to_string(graph.tensors.size());
  t.type = type;
  t.shape = shape;
  t.quant = quant;
  t.data = std::move(data);
  return graph.add(t);
}

int Net::input(int height, int width, int channels) {
  const Quant quant = type_ == DType::f32 ? Quant{} : quant_for_range(type_, -input_bound, input_bound * 127 / 128);
  graph.inputs.push_back(put({1, height, width, channels}, quant, {}, type_));
  return graph.inputs.back();
}

/// u8: one scale and zero point; i8: symmetric, a scale per channel.
int Net::put_weights(const Shape& shape, int axis, const Weights& w) {
  const int channels = shape[axis];
  const bool innermost = axis + 1 == static_cast<int>(shape.size());
  const int64_t count = element_count(shape);
  Quant quant;
  if (type_ == DType::u8) quant = quant_for_range(DType::u8, w.low, w.high);
  for (int c = 0; type_ == DType::i8 && c < channels; ++c) {
    const float factor = w.uneven ? std::ldexp(1.0f, -(c % 13)) : 1;
    quant.scale.push_back(std::max(-w.low, w.high) / 127 * factor);
    quant.zero_point.push_back(0);
    quant.axis = axis;
  }
  std::vector<uint8_t> data;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = innermost ? i % channels : i / (count / channels);
    const float factor = w.uneven ? std::ldexp(1.0f, -static_cast<int>(c % 13)) : 1;
    const float step = (w.high - w.low) / 255;
    const float real = w.tiny ? std::round(random(-1.5f, 1.5f)) * step : random(w.low, w.high);
    if (type_ == DType::f32) {
      append(real * factor, &data);
    } else if (type_ == DType::i8) {
      append(static_cast<int8_t>(std::lround(real * factor / quant.scale[c])), &data);
    } else {
      const long stored = std::lround(real * factor / quant.scale[0]) + quant.zero_point[0];
      append(static_cast<uint8_t>(std::clamp(stored, 0l, 255l)), &data);
    }
  }
  return put(shape, quant, std::move(data), type_);
}

int Net::put_bias(int channels, int in, int weights) {
  std::vector<uint8_t> data;
  const Tensor &x = graph.tensors[in], &w = graph.tensors[weights];
  for (int c = 0; c < channels; ++c) {
    const float real = random(-0.1f, 0.1f);
    if (type_ == DType::f32) {
      append(real, &data);
      continue;
    }
    const float scale = w.quant.scale[w.quant.scale.size() == 1 ? 0 : static_cast<size_t>(c)];
    append(static_cast<int32_t>(std::lround(real / (x.scale() * scale))), &data);
  }
  return put({channels}, {}, std::move(data), type_ == DType::f32 ? DType::f32 : DType::i32);
}

/// 8 bit: of the type of the net, as PRELU has it.
int Net::put_slopes(const Shape& shape) {
  constexpr float low = -0.3f, high = 0.9f;
  const Quant quant = type_ == DType::f32 ? Quant{} : quant_for_range(type_, low, high);
  std::vector<uint8_t> data;
  for (int64_t i = 0; i < element_count(shape); ++i) {
    const float real = random(low, high);
    if (type_ == DType::f32)
      append(real, &data);
    else
      append(static_cast<uint8_t>(std::lround(real / quant.scale[0]) + quant.zero_point[0]), &data);
  }
  return put(shape, quant, std::move(data), type_);
}

// ---- operators ---------------------------------------------------------------------------------

int Net::put_op(OpKind kind, const std::vector<int>& inputs, const Shape& shape, const Attributes& attr,
                const Quant& quant) {
  Op op;
  op.kind = kind;
  op.attr = attr;
  op.inputs = inputs;
  op.output = put(shape, quant, {}, type_);
  op.origins = {{static_cast<int>(graph.ops.size()), to_string(kind), graph.tensors[op.output].name}};
  graph.ops.push_back(op);
  return op.output;
}

int Net::put_convolution(OpKind kind, int in, const Filter& filter, const Shape& out, const Attributes& attr) {
  const auto& [shape, axis, weights] = filter;
  std::vector<int> inputs = {in, put_weights(shape, axis, weights)};
  if (weights.bias) inputs.push_back(put_bias(shape[axis], in, inputs[1]));
  return put_op(kind, inputs, out, attr, next_quant(weights.shrink));
}

int Net::conv(int in, int channels, const Window& window, Activation activation, const Weights& weights) {
  Attributes attr;
  attr.window = window;
  attr.activation = activation;
  const Shape shape = shape_of(in);
  return put_convolution(OpKind::conv2d, in, {{channels, window.kernel_h, window.kernel_w, shape[3]}, 0, weights},
                         windowed(shape, window, channels), attr);
}

int Net::depthwise(int in, const Window& window, int multiplier, Activation activation, const Weights& weights) {
  Attributes attr;
  attr.window = window;
  attr.activation = activation;
  const Shape shape = shape_of(in);
  const int channels = shape[3] * multiplier;
  return put_convolution(OpKind::depthwise_conv2d, in, {{1, window.kernel_h, window.kernel_w, channels}, 3, weights},
                         windowed(shape, window, channels), attr);
}

int Net::fully_connected(int in, int channels, const Weights& weights) {
  const int depth = static_cast<int>(element_count(shape_of(in)));
  return put_convolution(OpKind::fully_connected, in, {{channels, depth}, 0, weights}, {1, channels}, {});
}

int Net::add(int a, int b, Activation activation) {
  Attributes attr;
  attr.activation = activation;
  return put_op(OpKind::add, {a, b}, shape_of(a), attr, next_quant());
}

int Net::prelu(int in, Slopes slopes, float shrink) {
  const Shape shape = shape_of(in);
  Shape channels(shape.size() - 1, 1);
  channels.back() = shape.back();
  const int slope = put_slopes(slopes == Slopes::one ? Shape{1} : slopes == Slopes::channels ? channels : shape);
  return put_op(OpKind::prelu, {in, slope}, shape, {}, next_quant(shrink));
}

int Net::mul(int a, int b) {
  const bool larger = element_count(shape_of(b)) > element_count(shape_of(a));
  return put_op(OpKind::mul, {a, b}, shape_of(larger ? b : a), {}, next_quant());
}

int Net::pad_channels(int in, int channels) {
  Attributes attr;
  Shape shape = shape_of(in);
  attr.pads = {{0, 0}, {0, 0}, {0, 0}, {0, channels - shape[3]}};
  shape[3] = channels;
  return put_op(OpKind::pad, {in}, shape, attr, graph.tensors[in].quant);
}

int Net::function(OpKind kind, int in) { return put_op(kind, {in}, shape_of(in), {}, next_quant()); }

int Net::global_average_pool(int in) {
  Attributes attr;
  const Shape shape = shape_of(in);
  attr.window.kernel_h = shape[1];
  attr.window.kernel_w = shape[2];
  return put_op(OpKind::average_pool, {in}, {1, 1, 1, shape[3]}, attr, graph.tensors[in].quant);
}

int Net::mean(int in) {
  Attributes attr;
  attr.axes = {1, 2};
  return put_op(OpKind::mean, {in}, {1, shape_of(in)[3]}, attr, next_quant());
}

int Net::reshape(int in, const Shape& shape) {
  return put_op(OpKind::reshape, {in}, shape, {}, graph.tensors[in].quant);
}

int Net::inverted_residual(int in, int t, int channels, int stride) {
  const int wide = t > 1 ? conv(in, t * shape_of(in)[3], square(1), Activation::relu6) : in;
  return conv(depthwise(wide, square(3, stride, 1, 1)), channels);
}

Graph make_net(DType type, const std::function<void(Net&)>& build) {
  const Net::Ranges none;
  Net net(DType::f32, none);
  build(net);
  if (type == DType::f32) return net.graph;
  const Net::Ranges ranges = ranges_of(net.graph);
  Net twin(type, ranges);
  build(twin);
  return twin.graph;
}

}  // namespace narrows
