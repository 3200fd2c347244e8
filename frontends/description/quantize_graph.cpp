// Makes the 8-bit twin of a float graph, as post-training quantization does.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "frontends/description/calibrate.h"

namespace narrows {
namespace {

using Ranges = std::vector<ValueRange>;

/// The scale that divides `range` into `steps`; ranges that are next to nothing must not end in a scale of 0.
float scale_of(float range, int steps) {
  constexpr float smallest = 1e-12f;
  return range > 0 ? std::max(range / static_cast<float>(steps), smallest) : 1.0f;
}

Quant per_tensor(float scale, int zero_point) { return {{scale}, {zero_point}, 0}; }
int lowest(DType type) { return type == DType::u8 ? 0 : -128; }

Quant quant_of(DType type, const ValueRange& range) {
  const float scale = scale_of(range.high - range.low, 255);
  const int zero_point = lowest(type) + static_cast<int>(std::lround(-range.low / scale));
  return per_tensor(scale, std::clamp(zero_point, lowest(type), lowest(type) + 255));
}

/// The stored values of such an operator's output are those of its inputs, so that all have the same
/// parameters.
bool copies_values(OpKind kind) {
  return kind == OpKind::reshape || kind == OpKind::average_pool || kind == OpKind::max_pool ||
         kind == OpKind::concatenation || kind == OpKind::resize_bilinear;
}

/// Widens the ranges of the operator's inputs and output to the range of all of them; true if one has
/// changed.
bool unify(const Op& op, Ranges& ranges) {
  ValueRange all = ranges[op.output];
  for (const int id : op.inputs) {
    all = {std::min(all.low, ranges[id].low), std::max(all.high, ranges[id].high)};
  }
  bool changed = false;
  const auto widen = [&](int id) {
    changed = changed || ranges[id].low != all.low || ranges[id].high != all.high;
    ranges[id] = all;
  };
  for (const int id : op.inputs) widen(id);
  widen(op.output);
  return changed;
}

/// Behind ReLU6 values lie between 0 and 6, as training gives; copies have the range of what they copy.
void settle_ranges(const Graph& graph, Ranges& ranges) {
  for (const Op& op : graph.ops) {
    if (op.attr.activation == Activation::relu6) ranges[op.output] = {0, 6};
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Op& op : graph.ops) changed |= copies_values(op.kind) && unify(op, ranges);
  }
}

// ---- constants ---------------------------------------------------------------------------------

std::vector<float> floats(const Tensor& tensor) {
  std::vector<float> values(tensor.data.size() / sizeof(float));
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

/// The output channel of element `i` of weights whose output channels lie along `axis`, the first or the
/// last.
size_t channel_of(const Tensor& weights, int axis, size_t i) {
  const auto channels = static_cast<size_t>(weights.shape[axis]);
  const size_t count = weights.data.size() / sizeof(float);
  return axis == 0 ? i / (count / channels) : i % channels;
}

/// Symmetric, one scale per output channel.
Quant quant_per_channel(const Tensor& weights, int axis, const std::vector<float>& values) {
  std::vector<float> bound(weights.shape[axis], 0.0f);
  for (size_t i = 0; i < values.size(); ++i) {
    float& channel = bound[channel_of(weights, axis, i)];
    channel = std::max(channel, std::fabs(values[i]));
  }
  Quant quant;
  quant.axis = axis;
  for (const float b : bound) quant.scale.push_back(scale_of(b, 127));
  quant.zero_point.assign(bound.size(), 0);
  return quant;
}

Quant quant_of_all(const std::vector<float>& values) {
  ValueRange range;
  for (const float v : values) range = {std::min(range.low, v), std::max(range.high, v)};
  return quant_of(DType::u8, range);
}

void quantize_weights(Tensor& weights, DType type, int axis) {
  const std::vector<float> values = floats(weights);
  const Quant quant = type == DType::i8 ? quant_per_channel(weights, axis, values) : quant_of_all(values);
  std::vector<uint8_t> data;
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = type == DType::i8 ? channel_of(weights, axis, i) : 0;
    const long stored = std::lround(values[i] / quant.scale[c]) + quant.zero_point[c];
    const long least = type == DType::i8 ? -127 : 0;
    data.push_back(static_cast<uint8_t>(std::clamp(stored, least, lowest(type) + 255l)));
  }
  weights.type = type;
  weights.quant = quant;
  weights.data = std::move(data);
}

void quantize_bias(Tensor& bias, const Tensor& in, const Tensor& weights) {
  const std::vector<float> values = floats(bias);
  const std::vector<float>& scale = weights.quant.scale;
  for (size_t c = 0; c < values.size(); ++c) {
    const double real = double{values[c]} / (double{in.scale()} * scale[scale.size() == 1 ? 0 : c]);
    const auto stored = static_cast<int32_t>(std::lround(std::clamp(real, -2147483648.0, 2147483647.0)));
    std::memcpy(&bias.data[c * sizeof(stored)], &stored, sizeof(stored));
  }
  bias.type = DType::i32;
}

}  // namespace

/// Detections are real numbers in any model.
bool makes_real_values(const Graph& graph, const Op& op) {
  if (op.kind == OpKind::detection_postprocess) return true;
  if (op.kind != OpKind::slice && op.kind != OpKind::reshape) return false;
  const int producer = graph.producer(op.inputs[0]);
  return producer >= 0 && makes_real_values(graph, graph.ops[producer]);
}

Graph quantize_graph(Graph graph, DType type, std::vector<ValueRange> ranges) {
  settle_ranges(graph, ranges);
  for (const int id : graph.inputs) {
    graph.tensors[id].type = type;
    graph.tensors[id].quant = per_tensor(1.0f / 128, lowest(type) + 128);
  }
  for (const Op& op : graph.ops) {
    const bool convolution = op.kind == OpKind::conv2d || op.kind == OpKind::depthwise_conv2d;
    if (convolution) {
      Tensor& weights = graph.tensors[op.inputs.at(1)];
      quantize_weights(weights, type, op.kind == OpKind::conv2d ? 0 : 3);
      quantize_bias(graph.tensors[op.inputs.at(2)], graph.input(op, 0), weights);
    }
    Tensor& output = graph.tensors[op.output];
    if (output.type != DType::f32) continue;  // classes are numbers as they are
    if (makes_real_values(graph, op)) continue;
    const bool unit = op.kind == OpKind::softmax || op.kind == OpKind::logistic;
    output.type = type;
    output.quant = unit ? per_tensor(1.0f / 256, lowest(type)) : quant_of(type, ranges[op.output]);
  }
  return graph;
}

}  // namespace narrows
