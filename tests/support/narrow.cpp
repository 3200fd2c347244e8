#include "tests/support/narrow.h"

#include <algorithm>
#include <cmath>

#include "compiler/blocks/block.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/ops.h"
#include "tests/support/tflite_builder.h"

namespace narrows {
namespace {

void append_half(float value, std::vector<uint8_t>* data) {
  const uint16_t bits = to_half(value);
  data->push_back(static_cast<uint8_t>(bits));
  data->push_back(static_cast<uint8_t>(bits >> 8));
}

/// Scales along `axis`, or one for all where it is negative.
Tensor quantized(const Tensor& wide, int axis) {
  const std::vector<float> values = real_values(wide, wide.data);
  const size_t channels = axis < 0 ? 1 : wide.shape[axis];
  const size_t inner = axis == 0 ? values.size() / channels : 1;  // depthwise weights count channels last
  const auto channel = [&](size_t i) { return i / inner % channels; };
  Tensor t = wide;
  t.type = DType::i8;
  t.quant = {std::vector<float>(channels, 1e-6f), std::vector<int32_t>(channels), std::max(axis, 0)};
  for (size_t i = 0; i < values.size(); ++i) {
    float& scale = t.quant.scale[channel(i)];
    scale = std::max(scale, std::fabs(values[i]) / 127);
  }
  t.data.clear();
  for (size_t i = 0; i < values.size(); ++i)
    t.data.push_back(static_cast<uint8_t>(std::lround(values[i] / t.quant.scale[channel(i)])));
  return t;
}

Tensor halved(const Tensor& wide) {
  Tensor t = wide;
  t.type = DType::f16;
  t.data.clear();
  for (float value : real_values(wide, wide.data)) append_half(value, &t.data);
  return t;
}

}  // namespace

std::vector<uint8_t> float16_model(const std::vector<uint8_t>& bytes) {
  TfliteBuilder b;
  b.model = *tflite_format::UnPackModel(bytes.data());
  const size_t operators = b.subgraph().operators.size();
  const int tensors = static_cast<int>(b.subgraph().tensors.size());
  for (int id = 0; id < tensors; ++id) {
    if (b.tensor(id).type != tflite_format::TensorType::FLOAT32 || b.data(id).empty()) continue;
    Tensor wide;
    wide.data = b.data(id);
    const int half = b.add_constant(b.tensor(id).name + "/half", DType::f16, b.tensor(id).shape, halved(wide).data);
    b.tensor(id).buffer = 0;
    b.add_op(TfliteBuilder::Code::DEQUANTIZE, {half}, {id});
  }
  auto& list = b.subgraph().operators;
  std::rotate(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(operators), list.end());
  return b.finish();
}

Graph with_narrow_weights(Graph graph, DType type) {
  int count = 0;
  for (Op& op : graph.ops) {
    if (!is_convolution(op) || graph.input(op, 1).type != DType::f32) continue;
    const Tensor& wide = graph.input(op, 1);
    const int axis = ++count % 3 == 0 ? -1 : channel_axis(op.kind);
    op.inputs[1] = graph.add(type == DType::f16 ? halved(wide) : quantized(wide, axis));
  }
  return graph;
}

}  // namespace narrows
