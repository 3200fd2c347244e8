// TfliteBuilder: tensors, quantization of constants, the file.
#include "tests/support/tflite_builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace narrows {

namespace format = tflite_format;

namespace {

format::TensorType type_of(DType type) {
  switch (type) {
    case DType::f32:
      return format::TensorType::FLOAT32;
    case DType::f16:
      return format::TensorType::FLOAT16;
    case DType::u8:
      return format::TensorType::UINT8;
    case DType::i8:
      return format::TensorType::INT8;
    case DType::i32:
      return format::TensorType::INT32;
    case DType::i64:
      return format::TensorType::INT64;
  }
  return format::TensorType::FLOAT32;
}

template <class T>
std::vector<uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

uint8_t quantize(float value, float scale, int zero_point, int lowest) {
  const int stored = static_cast<int>(std::lround(value / scale)) + zero_point;
  return static_cast<uint8_t>(std::clamp(stored, lowest, lowest + 255));
}

}  // namespace

Quant per_tensor(float scale, int32_t zero_point) { return {{scale}, {zero_point}, 0}; }

Quant quant_for_range(DType type, float low, float high) {
  low = std::min(low, 0.0f);
  high = std::max(high, 0.0f);
  const float scale = high > low ? (high - low) / 255 : 1.0f;
  const int lowest = type == DType::u8 ? 0 : -128;
  const int zero_point = lowest + static_cast<int>(std::lround(-low / scale));
  return per_tensor(scale, std::clamp(zero_point, lowest, lowest + 255));
}

TfliteBuilder::TfliteBuilder() {
  model.version = 3;
  model.description = "narrows";
  model.subgraphs.push_back(std::make_unique<format::SubGraphT>());
  model.buffers.push_back(std::make_unique<format::BufferT>());  // buffer 0 is that of tensors without data
}

// ---- tensors -----------------------------------------------------------------------------------

int TfliteBuilder::add_tensor(const std::string& name, DType type, const Shape& shape, const Quant& quant) {
  auto t = std::make_unique<format::TensorT>();
  t->name = name;
  t->type = type_of(type);
  t->shape = shape;
  if (type != DType::f32 && !quant.scale.empty()) {
    t->quantization = std::make_unique<format::QuantizationParametersT>();
    t->quantization->scale = quant.scale;
    t->quantization->zero_point.assign(quant.zero_point.begin(), quant.zero_point.end());
    t->quantization->quantized_dimension = quant.axis;
  }
  subgraph().tensors.push_back(std::move(t));
  return static_cast<int>(subgraph().tensors.size()) - 1;
}

int TfliteBuilder::add_input(const std::string& name, DType type, const Shape& shape, const Quant& quant) {
  subgraph().inputs.push_back(add_tensor(name, type, shape, quant));
  return subgraph().inputs.back();
}

int TfliteBuilder::add_constant(const std::string& name, DType type, const Shape& shape, std::vector<uint8_t> bytes,
                                const Quant& quant) {
  const int id = add_tensor(name, type, shape, quant);
  tensor(id).buffer = static_cast<uint32_t>(model.buffers.size());
  model.buffers.push_back(std::make_unique<format::BufferT>());
  model.buffers.back()->data = std::move(bytes);
  return id;
}

int TfliteBuilder::add_floats(const std::string& name, const Shape& shape, const std::vector<float>& values) {
  return add_constant(name, DType::f32, shape, bytes_of(values));
}

int TfliteBuilder::add_ints(const std::string& name, const Shape& shape, const std::vector<int32_t>& values) {
  return add_constant(name, DType::i32, shape, bytes_of(values));
}

int TfliteBuilder::add_weights(const std::string& name, DType type, const Shape& shape,
                               const std::vector<float>& values, int channel_axis) {
  if (type == DType::f32) return add_floats(name, shape, values);
  std::vector<uint8_t> bytes(values.size());
  if (type == DType::u8) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const Quant quant = quant_for_range(type, *low, *high);
    for (size_t i = 0; i < values.size(); ++i) bytes[i] = quantize(values[i], quant.scale[0], quant.zero_point[0], 0);
    return add_constant(name, type, shape, std::move(bytes), quant);
  }
  // INT8: symmetric, one scale per channel. `inner` elements lie between two neighbours along the channel
  // axis.
  const int channels = shape[channel_axis];
  const int64_t inner = element_count(Shape(shape.begin() + channel_axis + 1, shape.end()));
  const auto channel = [&](size_t i) { return static_cast<int64_t>(i) / inner % channels; };
  Quant quant{std::vector<float>(channels, 0), std::vector<int32_t>(channels, 0), channel_axis};
  for (size_t i = 0; i < values.size(); ++i) {
    quant.scale[channel(i)] = std::max(quant.scale[channel(i)], std::abs(values[i]) / 127);
  }
  for (float& scale : quant.scale) scale = scale > 0 ? scale : 1;
  for (size_t i = 0; i < values.size(); ++i) bytes[i] = quantize(values[i], quant.scale[channel(i)], 0, -128);
  return add_constant(name, type, shape, std::move(bytes), quant);
}

int TfliteBuilder::add_bias(const std::string& name, const std::vector<float>& values, int input, int weights) {
  const Shape shape = {static_cast<int>(values.size())};
  if (tensor(weights).type == format::TensorType::FLOAT32) return add_floats(name, shape, values);
  const std::vector<float>& scale = quantization(weights).scale;
  const float input_scale = quantization(input).scale[0];
  Quant quant;
  for (float s : scale) {
    quant.scale.push_back(input_scale * s);
    quant.zero_point.push_back(0);
  }
  std::vector<int32_t> stored;
  for (size_t i = 0; i < values.size(); ++i) {
    stored.push_back(static_cast<int32_t>(std::lround(values[i] / quant.scale[scale.size() > 1 ? i : 0])));
  }
  return add_constant(name, DType::i32, shape, bytes_of(stored), quant);
}

// ---- the file ----------------------------------------------------------------------------------

std::vector<uint8_t> TfliteBuilder::finish(const std::vector<int>& outputs) {
  subgraph().outputs = outputs;
  return finish();
}

std::vector<uint8_t> TfliteBuilder::finish() const {
  flatbuffers::FlatBufferBuilder fbb;
  format::FinishModelBuffer(fbb, format::Model::Pack(fbb, &model));
  return {fbb.GetBufferPointer(), fbb.GetBufferPointer() + fbb.GetSize()};
}

}  // namespace narrows
