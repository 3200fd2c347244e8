#include "compiler/graph/channel_map.h"

#include "compiler/graph/narrow_weights.h"

namespace narrows {

std::optional<ChannelMap> arithmetic_map(const Graph& graph, const Op& op) {
  if (op.kind != OpKind::add && op.kind != OpKind::sub && op.kind != OpKind::mul) return std::nullopt;
  const bool swapped = graph.input(op, 0).constant();
  const Tensor& map = graph.input(op, swapped);
  if (map.type != DType::f32 || map.shape.empty() || map.shape != graph.output(op).shape) return std::nullopt;
  if (swapped && op.kind == OpKind::sub) return std::nullopt;
  const int channels = map.shape.back();
  const auto constant = per_channel(graph.input(op, !swapped), channels);
  if (!constant) return {};
  if (op.kind == OpKind::mul) return ChannelMap{*constant, std::vector<float>(channels, 0.f)};
  ChannelMap map_of_op{std::vector<float>(channels, 1.f), *constant};
  if (op.kind == OpKind::sub) {
    for (float& a : map_of_op.addend) a = -a;
  }
  return map_of_op;
}

std::optional<std::vector<float>> per_channel(const Tensor& tensor, int channels) {
  if (!tensor.constant() || tensor.type != DType::f32) return std::nullopt;
  std::vector<float> values = real_values(tensor, tensor.data);
  if (values.size() == 1) return std::vector<float>(channels, values[0]);
  const bool along_channels = static_cast<int>(values.size()) == channels && tensor.shape.back() == channels;
  if (!along_channels) return std::nullopt;
  return values;
}

std::optional<ChannelMap> channel_map(const Graph& graph, const Op& op) {
  const Tensor &in = graph.input(op, 0), &out = graph.output(op);
  if (out.shape.size() != 4 || out.type != DType::f32) return std::nullopt;
  const int channels = out.shape[3];
  switch (op.kind) {
    case OpKind::cast:
      if (!is_quantized(in)) return std::nullopt;
      return ChannelMap{std::vector<float>(channels, 1.f), std::vector<float>(channels, 0.f)};
    case OpKind::dequantize: {
      if (!is_quantized(in) || in.quant.scale.size() != 1) return std::nullopt;
      const float addend = -in.scale() * static_cast<float>(in.zero_point());
      return ChannelMap{std::vector<float>(channels, in.scale()), std::vector<float>(channels, addend)};
    }
    case OpKind::add:
    case OpKind::sub:
    case OpKind::mul:
      if (op.attr.activation != Activation::none) return std::nullopt;
      return arithmetic_map(graph, op);
    default:
      return std::nullopt;
  }
}

ChannelMap conversion_of(const Graph& graph, const std::vector<int>& ops) {
  const int channels = graph.output(graph.ops[ops.at(0)]).shape[3];
  ChannelMap all{std::vector<float>(channels, 1.f), std::vector<float>(channels, 0.f)};
  for (const int i : ops) {
    const std::optional<ChannelMap> next = channel_map(graph, graph.ops[i]);
    NARROWS_CHECK(next, "a conversion that is none");
    for (int c = 0; c < channels; ++c) {
      all.scale[c] *= next->scale[c];
      all.addend[c] = all.addend[c] * next->scale[c] + next->addend[c];
    }
  }
  return all;
}

}  // namespace narrows
