// Batch normalization at inference time multiplies and adds constants per channel, which a convolution can do
// in its weights and bias. Float only: 8-bit operators would lose precision. The scales of 8-bit weights are floats,
// which can take any factor.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "compiler/graph/channel_map.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

std::vector<float> floats_of(const Tensor& tensor) { return real_values(tensor, tensor.data); }

int add_constant(Graph* graph, const std::string& name, const Shape& shape, const std::vector<float>& values) {
  Tensor tensor;
  tensor.name = name;
  tensor.shape = shape;
  tensor.data.resize(values.size() * sizeof(float));
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return graph->add(std::move(tensor));
}

/// A float convolution or matrix product with constant weights and nothing behind it yet.
bool is_plain_linear(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::conv2d && op.kind != OpKind::depthwise_conv2d && op.kind != OpKind::fully_connected) {
    return false;
  }
  if (op.attr.activation != Activation::none) return false;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const Tensor& input = graph.tensors[op.inputs[i]];
    const bool narrow = i == 1 && is_narrow(input.type);
    if ((input.type != DType::f32 && !narrow) || (i > 0 && !input.constant())) return false;
  }
  return graph.output(op).type == DType::f32;
}

/// The output channel is the last dimension of depthwise weights and the first one of all others.
size_t channel_of(const Op& op, size_t element, size_t elements, size_t channels) {
  return op.kind == OpKind::depthwise_conv2d ? element % channels : element / (elements / channels);
}

/// 8-bit weights whose scales take the factors, one per channel; a negative factor also negates the channel's values.
/// Nothing where a scale or a value would leave its range.
std::optional<Tensor> rescaled(const Op& op, Tensor w, const std::vector<float>& factor) {
  const size_t channels = factor.size();
  std::vector<float> scale(channels);
  for (size_t c = 0; c < channels; ++c) {
    const float own = w.quant.scale[w.quant.scale.size() == 1 ? 0 : c];
    scale[c] = factor[c] == 0 ? own : own * std::fabs(factor[c]);
    if (!std::isnormal(scale[c])) return std::nullopt;
  }
  for (size_t i = 0; i < w.data.size(); ++i) {
    const float f = factor[channel_of(op, i, w.data.size(), channels)];
    const int value = static_cast<int8_t>(w.data[i]);
    if (f < 0 && value == -128) return std::nullopt;
    w.data[i] = static_cast<uint8_t>(f < 0 ? -value : f == 0 ? 0 : value);
  }
  w.quant = {scale, std::vector<int32_t>(channels), channel_axis(op.kind)};
  return w;
}

/// The id of the weights of `op` times `factor`.
int scale_weights(Graph* graph, const Op& op, const std::vector<float>& factor) {
  const Tensor& weights = graph->input(op, 1);
  if (is_narrow(weights.type)) {
    if (std::all_of(factor.begin(), factor.end(), [](float f) { return f == 1; })) return op.inputs[1];
    std::optional<Tensor> narrow;
    if (weights.type == DType::i8) narrow = rescaled(op, weights, factor);
    if (narrow) return graph->add(std::move(*narrow));
  }
  std::vector<float> w = floats_of(weights);
  for (size_t i = 0; i < w.size(); ++i) w[i] *= factor[channel_of(op, i, w.size(), factor.size())];
  return add_constant(graph, weights.name, weights.shape, w);
}

/// Gives `op` weights and bias of its own: every channel's weights times `factor`, its bias times `factor`
/// plus `addend`.
void scale_and_shift(Graph* graph, int op_index, const std::vector<float>& factor, const std::vector<float>& addend) {
  Op& op = graph->ops[op_index];
  const size_t channels = factor.size();
  bool biased = op.inputs.size() > 2;
  std::vector<float> b = biased ? floats_of(graph->tensors[op.inputs[2]]) : std::vector<float>(channels, 0.f);
  for (size_t c = 0; c < channels; ++c) b[c] = b[c] * factor[c] + addend[c];
  std::string bias_name = biased ? graph->tensors[op.inputs[2]].name : graph->tensors[op.inputs[1]].name + "/bias";
  int new_weights = scale_weights(graph, op, factor);
  int new_bias = add_constant(graph, bias_name, {static_cast<int>(channels)}, b);
  op.inputs = {op.inputs[0], new_weights, new_bias};
}

// mul(conv(x, w, b), c)  =>  conv(x, w * c, b * c)
// add(conv(x, w, b), c)  =>  conv(x, w, b + c)
// sub(conv(x, w, b), c)  =>  conv(x, w, b - c)
//
// conv is conv2d, depthwise_conv2d or fully_connected; c is one number, or one per output channel. The
// activation of the second operator becomes the convolution's.
bool fold_arithmetic(Graph* graph, int index) {
  const Op& op = graph->ops[index];
  const std::optional<ChannelMap> map = arithmetic_map(*graph, op);
  if (!map) return false;
  const int side = graph->input(op, 0).constant();  // of the convolution
  int between = op.inputs[side];
  int conv = graph->producer(between);
  if (conv < 0 || !has_single_use(*graph, between) || !is_plain_linear(*graph, graph->ops[conv])) return false;
  scale_and_shift(graph, conv, map->scale, map->addend);
  graph->ops[conv].attr.activation = op.attr.activation;
  merge_into_producer(graph, conv, index);
  return true;
}

}  // namespace

Graph fold_batch_norm(Graph graph) {
  for (int i = 0; i < static_cast<int>(graph.ops.size());) {
    if (!fold_arithmetic(&graph, i)) ++i;
  }
  return graph;
}

}  // namespace narrows
