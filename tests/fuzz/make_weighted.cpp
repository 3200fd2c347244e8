// Convolutions and matrix products at random.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include "compiler/graph/rules/op_rules.h"
#include "tests/fuzz/graph_writer.h"

namespace narrows {
namespace {

/// How many weights each output channel has, and where they lie.
struct Filter {
  Shape shape;
  int axis;  ///< dimension of output channels

  int channels() const { return shape[axis]; }
  int64_t taps() const { return element_count(shape) / channels(); }
  int channel_of(int64_t i) const { return static_cast<int>(axis == 0 ? i / taps() : i % channels()); }
};

std::vector<uint8_t> bytes_of(const std::vector<int32_t>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(int32_t));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Weighted float_weights(GraphWriter& w, const Filter& f) {
  Weighted made;
  const float deviation = 1 / std::sqrt(static_cast<float>(f.taps()));
  if (w.dice.one_in(8)) {  // narrow ones
    std::vector<uint8_t> data;
    for (int64_t i = 0; i < element_count(f.shape); ++i)
      data.push_back(static_cast<uint8_t>(w.dice.between(-127, 127)));
    Quant q{{}, {}, f.axis};
    q.scale.assign(w.dice.one_in(2) ? 1 : f.channels(), deviation / 64);
    q.zero_point.assign(q.scale.size(), 0);
    made.operands = {w.stored(f.shape, DType::i8, std::move(data), q)};
  } else {
    made.operands = {w.floats(f.shape, deviation)};
  }
  if (!w.dice.one_in(5)) made.operands.push_back(w.floats({f.channels()}, 0.5f));
  return made;
}

/// Stored weights without their zero point.
std::vector<int> small_integers(GraphWriter& w, const Filter& f, int low, int high) {
  const int kind = w.dice.below(8);
  std::vector<int> values;
  for (int64_t i = 0; i < element_count(f.shape); ++i) {
    int v = w.dice.between(low, high);
    if (kind == 0) v = std::clamp(w.dice.between(-3, 3), low, high);
    if (kind == 1) v = w.dice.one_in(10) ? v : std::clamp(0, low, high);
    if (kind == 2) v = w.dice.one_in(2) ? low : high;
    if (kind == 3) v = low;
    values.push_back(v);
  }
  return values;
}

Weighted stored_weights(GraphWriter& w, int in, const Filter& f) {
  Dice& dice = w.dice;
  const bool is_u8 = w.type() == DType::u8, per_channel = !is_u8 && !dice.one_in(4);
  const int zero = is_u8 ? w.zero_point() : 0, lowest = is_u8 ? 0 : dice.one_in(10) ? -128 : -127;
  const std::vector<int> values = small_integers(w, f, lowest - zero, (is_u8 ? 255 : 127) - zero);
  std::vector<double> squares(f.channels());
  for (size_t i = 0; i < values.size(); ++i) squares[f.channel_of(static_cast<int64_t>(i))] += values[i] * values[i];
  std::vector<int32_t> bias;
  const int bias_kind = dice.below(5);
  for (int c = 0; c < f.channels(); ++c) {
    double b = (dice.real(-1, 1) + dice.real(-1, 1)) * 75 * std::sqrt(squares[c] + 1);
    if (bias_kind == 0) b = 0;
    if (bias_kind == 1 && dice.one_in(4)) b = std::ldexp(dice.real(-1, 1), dice.between(1, 31));
    bias.push_back(static_cast<int32_t>(std::clamp(b, -2147483648.0, 2147483520.0)));
  }
  Weighted made;
  made.output = w.quant();
  Quant q{{}, {}, f.axis};
  const bool wild = dice.one_in(8);
  for (int c = 0; c < (per_channel ? f.channels() : 1); ++c) {
    double multiplier = std::exp2(dice.real(2, 8)) / (75 * std::sqrt(squares[c]) + 1);
    if (wild) multiplier *= std::exp2(dice.real(-12, 12));
    if (wild && dice.one_in(4)) multiplier = std::exp2(dice.real(-38, -20));
    const auto scale = static_cast<float>(multiplier * made.output.scale[0] / w.tensor(in).scale());
    q.scale.push_back(scale > 1e-37f && scale < 1e37f ? scale : 0.01f);
    q.zero_point.push_back(zero);
  }
  std::vector<uint8_t> data;
  for (const int v : values) data.push_back(static_cast<uint8_t>(v + zero));
  made.operands = {w.stored(f.shape, w.type(), std::move(data), q)};
  if (bias_kind < 4) made.operands.push_back(w.stored({f.channels()}, DType::i32, bytes_of(bias), {}));
  return made;
}

Weighted weights_for(GraphWriter& w, int in, const Filter& f) {
  for (const Weighted& known : w.weights) {
    const Tensor& t = w.tensor(known.operands[0]);
    const bool fits = t.shape == f.shape && (t.quant.scale.size() < 2 || t.quant.axis == f.axis);
    if (fits && w.dice.one_in(3)) return known;
  }
  w.weights.push_back(w.quantized() ? stored_weights(w, in, f) : float_weights(w, f));
  return w.weights.back();
}

bool append_conv(GraphWriter& w, int in, const Filter& filter, Attributes attr) {
  const bool depthwise = filter.axis == 3;
  const Weighted made = weights_for(w, in, filter);
  std::vector<int> inputs = {in};
  inputs.insert(inputs.end(), made.operands.begin(), made.operands.end());
  const MapSize map = window_positions({w.shape(in)[1], w.shape(in)[2]}, attr.window);
  attr.activation = w.activation();
  return w.append(depthwise ? OpKind::depthwise_conv2d : OpKind::conv2d, inputs, attr,
                  w.made({1, map.height, map.width, filter.channels()}, made.output));
}

Window random_window(Dice& dice, const std::vector<std::pair<int, int>>& kernels) {
  Window w;
  std::tie(w.kernel_h, w.kernel_w) = dice.pick(kernels);
  const std::vector<int> strides = {1, 1, 1, 1, 2, 2, 3};
  w.stride_h = dice.pick(strides);
  w.stride_w = dice.one_in(12) ? dice.pick(strides) : w.stride_h;
  if (dice.one_in(10)) {
    w.dilation_h = dice.between(1, 4);
    w.dilation_w = dice.one_in(3) ? dice.between(1, 4) : w.dilation_h;
  }
  const auto pad = [&](int kernel, int dilation) {
    if (dice.one_in(3)) return 0;
    return dice.one_in(8) ? dice.between(0, 7) : dice.between(0, (kernel - 1) * dilation);
  };
  w.pad = {pad(w.kernel_h, w.dilation_h), pad(w.kernel_h, w.dilation_h), pad(w.kernel_w, w.dilation_w),
           pad(w.kernel_w, w.dilation_w)};
  if (dice.one_in(2)) {  // as in most networks
    w.pad.top = w.pad.bottom = (w.kernel_h - 1) * w.dilation_h / 2;
    w.pad.left = w.pad.right = (w.kernel_w - 1) * w.dilation_w / 2;
  }
  return w;
}

}  // namespace

bool make_conv(GraphWriter& w) {
  const int in = w.any_map();
  if (in < 0) return false;
  Attributes attr;
  attr.window = random_window(w.dice, {{1, 1}, {1, 1}, {1, 1}, {3, 3}, {3, 3}, {5, 5}, {3, 1}, {1, 5}, {2, 2}, {7, 1}});
  const Window& win = attr.window;
  const int channels = w.channels(), depth = w.shape(in)[3];
  if (int64_t{channels} * win.kernel_h * win.kernel_w * depth > 20'000) return false;
  return append_conv(w, in, {{channels, win.kernel_h, win.kernel_w, depth}, 0}, attr);
}

bool make_depthwise(GraphWriter& w) {
  const int in = w.any_map();
  if (in < 0) return false;
  Attributes attr;
  attr.window = random_window(w.dice, {{3, 3}, {3, 3}, {3, 3}, {5, 5}, {1, 1}, {3, 1}, {1, 3}, {2, 2}});
  const int multiplier = w.dice.one_in(5) ? w.dice.pick(std::vector<int>{2, 3, 8}) : 1;
  return append_conv(w, in, {{1, attr.window.kernel_h, attr.window.kernel_w, w.shape(in)[3] * multiplier}, 3}, attr);
}

bool make_fully_connected(GraphWriter& w) {
  const int in = w.any();
  if (w.tensor(in).type != w.type()) return false;
  const auto count = static_cast<int>(element_count(w.shape(in)));
  const int depth = w.dice.one_in(2) ? w.shape(in).back() : count, channels = w.channels();
  if (depth > 2000 || depth * channels > 20'000) return false;
  const Weighted made = weights_for(w, in, {{channels, depth}, 0});
  std::vector<int> inputs = {in};
  inputs.insert(inputs.end(), made.operands.begin(), made.operands.end());
  Attributes attr;
  attr.activation = w.activation();
  return w.append(OpKind::fully_connected, inputs, attr, w.made({count / depth, channels}, made.output));
}

bool make_inverted_residual(GraphWriter& w) {
  const int in = w.any_map();
  if (in < 0) return false;
  const int depth = w.shape(in)[3], wide = depth * w.dice.between(1, 4);
  if (int64_t{depth} * wide > 4000) return false;
  if (wide > depth || w.dice.one_in(2)) {
    if (!append_conv(w, in, {{wide, 1, 1, depth}, 0}, {})) return false;
  }
  Attributes attr;
  attr.window.kernel_h = attr.window.kernel_w = w.dice.one_in(4) ? 5 : 3;
  const int pad = attr.window.kernel_h / 2;
  attr.window.pad = {pad, pad, pad, pad};
  if (w.dice.one_in(4)) attr.window.stride_h = attr.window.stride_w = 2;
  const auto last = [&] { return w.graph.ops.empty() ? in : w.graph.ops.back().output; };
  const int filtered = wide > depth ? last() : in;
  if (!append_conv(w, filtered, {{1, attr.window.kernel_h, attr.window.kernel_w, w.shape(filtered)[3]}, 3}, attr))
    return true;
  const int out = w.dice.one_in(3) ? w.channels() : depth;
  if (!append_conv(w, last(), {{out, 1, 1, w.shape(last())[3]}, 0}, {})) return true;
  if (w.shape(last()) != w.shape(in)) return true;
  w.append(OpKind::add, {in, last()}, {}, w.made(w.shape(in), w.quant()));
  return true;
}

}  // namespace narrows
