// Whether an operator can compute with stored 8-bit numbers: types and scales.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/passes/quantization_rewrite.h"

namespace narrows {
namespace {

float scale_of(const Tensor& tensor, size_t channel) {
  return tensor.quant.scale[tensor.quant.scale.size() == 1 ? 0 : channel];
}

/// Weights without their zero points must span no more than 8 bits.
bool weights_fit(const Tensor& weights, bool depthwise) {
  const auto channels = static_cast<size_t>(depthwise ? weights.shape[3] : weights.shape[0]);
  int least = 0, most = 0;
  for (size_t i = 0; i < weights.data.size(); ++i) {
    const size_t c = depthwise ? i % channels : i / (weights.data.size() / channels);
    const int zero = weights.quant.zero_point[weights.quant.zero_point.size() == 1 ? 0 : c];
    const int stored = weights.type == DType::u8 ? int{weights.data[i]} : int{static_cast<int8_t>(weights.data[i])};
    least = std::min(least, stored - zero);
    most = std::max(most, stored - zero);
  }
  return most - least <= 255;
}

}  // namespace

std::optional<std::vector<int32_t>> bias_units(const Graph& graph, const Op& op, int bias, bool is_stored) {
  const Tensor& tensor = graph.tensors[bias];
  const auto count = static_cast<size_t>(element_count(tensor.shape));
  const auto one_or_all = [count](size_t scales) { return scales == 1 || scales == count; };
  if (!one_or_all(graph.input(op, 1).quant.scale.size())) return std::nullopt;
  if (is_stored && !one_or_all(tensor.quant.scale.size())) return std::nullopt;
  std::vector<int32_t> values(count);
  for (size_t c = 0; c < count; ++c) {
    const double unit = double(graph.input(op, 0).scale()) * scale_of(graph.input(op, 1), c);
    float real = 0;
    std::memcpy(is_stored ? static_cast<void*>(&values[c]) : &real, &tensor.data[4 * c], 4);
    const double scale = is_stored ? scale_of(tensor, c) : 1;
    const bool same_unit = is_stored && std::abs(scale - unit) <= 1e-6 * unit;
    if (same_unit) continue;
    const double rounded = std::nearbyint((is_stored ? values[c] : double(real)) * scale / unit);
    if (!(std::abs(rounded) < 0x1p31)) return std::nullopt;
    values[c] = static_cast<int32_t>(rounded);
  }
  return values;
}

bool computes_in_8_bits(const Graph& graph, const Op& op) {
  const OpFacts& row = facts(op.kind);
  if (!row.scales_fit || !row.rule(graph, op).empty() || !row.scales_fit(graph, op)) return false;
  if (!is_convolution(op)) return true;
  return weights_fit(graph.input(op, 1), op.kind == OpKind::depthwise_conv2d);
}

}  // namespace narrows
