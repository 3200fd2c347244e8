#include "compiler/graph/narrow_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "compiler/graph/ops.h"

namespace narrows {

// ---- half-precision numbers --------------------------------------------------------------------

float from_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  float value = std::ldexp(static_cast<float>(exponent ? fraction + 1024 : fraction), std::max(exponent, 1) - 25);
  if (exponent == 31) value = fraction ? NAN : INFINITY;
  return std::copysign(value, bits & 0x8000 ? -1.0f : 1.0f);
}

uint16_t to_half(float value) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const float size = std::fabs(value);
  if (std::isnan(value)) return sign | 0x7e00;
  if (size >= 65520.0f) return sign | 0x7c00;
  // In units of the last place; at 2^11 units the next exponent begins, which is what the carry gives.
  const int exponent = size < 0x1p-14f ? 1 : std::ilogb(size) + 15;
  const auto units = static_cast<int>(std::nearbyint(std::ldexp(size, 25 - exponent)));
  return static_cast<uint16_t>(sign | (units + ((exponent - 1) << 10)));
}

// ---- what constants stand for ------------------------------------------------------------------

std::vector<float> real_values(const Tensor& t, const std::vector<uint8_t>& bytes) {
  std::vector<float> values(bytes.size() / size_of(t.type));
  size_t stride = 1;  // elements between two neighbours along the quantized dimension
  for (size_t d = t.quant.axis + 1; d < t.shape.size(); ++d) stride *= t.shape[d];
  for (size_t i = 0; i < values.size(); ++i) {
    if (t.type == DType::f32) {
      std::memcpy(&values[i], &bytes[4 * i], 4);
    } else if (t.type == DType::f16) {
      uint16_t bits = 0;
      std::memcpy(&bits, &bytes[2 * i], 2);
      values[i] = from_half(bits);
    } else {
      NARROWS_CHECK((is_8bit(t.type) || t.type == DType::i32) && t.has_scales(),
                    "the tensor does not stand for floats");
      const size_t channel = t.quant.scale.size() == 1 ? 0 : i / stride % t.quant.scale.size();
      int32_t stored = t.type == DType::i8 ? int{static_cast<int8_t>(bytes[i])} : int{bytes[i]};
      if (t.type == DType::i32) std::memcpy(&stored, &bytes[4 * i], 4);  // a bias
      values[i] = t.quant.scale[channel] * static_cast<float>(stored - t.quant.zero_point[channel]);
    }
  }
  return values;
}

std::optional<Tensor> as_halves(const Tensor& t) {
  Tensor narrow = t;
  narrow.type = DType::f16;
  narrow.data.clear();
  for (float value : real_values(t, t.data)) {
    const uint16_t bits = to_half(value);
    if (!std::isfinite(value) || from_half(bits) != value) return std::nullopt;
    narrow.data.push_back(static_cast<uint8_t>(bits));
    narrow.data.push_back(static_cast<uint8_t>(bits >> 8));
  }
  return narrow;
}

bool is_symmetric(const Tensor& t) {
  return std::all_of(t.quant.zero_point.begin(), t.quant.zero_point.end(), [](int32_t zero) { return zero == 0; });
}

int channel_axis(OpKind kind) { return kind == OpKind::depthwise_conv2d ? 3 : 0; }

bool has_narrow_weights(const Graph& graph, const Op& op) {
  return is_convolution(op) && graph.input(op, 0).type == DType::f32 && is_narrow(graph.input(op, 1).type);
}

// ---- the report --------------------------------------------------------------------------------

namespace {

/// The constant that the weights of a float operator are made of: themselves, or what is dequantized and perhaps
/// reordered before the operator reads it.
int source_of(const Graph& graph, int weights) {
  for (int producer; (producer = graph.producer(weights)) >= 0;) {
    const OpKind kind = graph.ops[producer].kind;
    if (kind != OpKind::dequantize && kind != OpKind::transpose && kind != OpKind::reshape) break;
    weights = graph.ops[producer].inputs[0];
  }
  return weights;
}

}  // namespace

WeightsReport report_weights(const Graph& model, const Graph& compiled) {
  std::set<int> narrow, all, kept_8bit, kept_16bit;
  for (const Op& op : model.ops) {
    if (!is_convolution(op) || model.input(op, 0).type != DType::f32) continue;
    const int source = source_of(model, op.inputs[1]);
    if (model.tensors[source].constant() && model.tensors[source].type != DType::f32) narrow.insert(source);
  }
  for (const Op& op : compiled.ops) {
    if (!is_convolution(op)) continue;
    all.insert(op.inputs[1]);
    if (has_narrow_weights(compiled, op))
      (compiled.input(op, 1).type == DType::i8 ? kept_8bit : kept_16bit).insert(op.inputs[1]);
  }
  const auto size = [](const std::set<int>& ids) { return static_cast<int>(ids.size()); };
  const int kept = size(kept_8bit) + size(kept_16bit);
  return {size(all), size(kept_8bit), size(kept_16bit), std::max(size(narrow) - kept, 0)};
}

std::string to_string(const WeightsReport& r) {
  std::string text;
  const auto append = [&](int count, const char* what) {
    if (count == 0) return;
    text +=
        text.empty() ? fmt::format("{} of {} tensors {}", count, r.tensors, what) : fmt::format(", {} {}", count, what);
  };
  append(r.kept_8bit, "kept in 8 bits");
  append(r.kept_16bit, "kept in 16 bits");
  append(r.widened, "widened to float");
  return text;
}

}  // namespace narrows
