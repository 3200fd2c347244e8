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

int window_count(int in, int kernel, const TfliteBuilder::Window& window) {
  const int covered = (kernel - 1) * window.dilation + 1;
  const int room = window.padding == format::Padding::SAME ? in - 1 : in - covered;
  return room / window.stride + 1;
}

template <class Options>
Options window_options(const TfliteBuilder::Window& window, TfliteBuilder::Fused fused) {
  Options options;
  options.padding = window.padding;
  options.stride_h = options.stride_w = window.stride;
  options.fused_activation_function = fused;
  return options;
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

// ---- tensors
// ------------------------------------------------------------------------------------------------------

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

int TfliteBuilder::add_constant(const std::string& name, DType type, const Shape& shape,
                                std::vector<uint8_t> bytes, const Quant& quant) {
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
    for (size_t i = 0; i < values.size(); ++i)
      bytes[i] = quantize(values[i], quant.scale[0], quant.zero_point[0], 0);
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

int TfliteBuilder::add_bias(const std::string& name, const std::vector<float>& values, int input,
                            int weights) {
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

// ---- operators
// ----------------------------------------------------------------------------------------------------

uint32_t TfliteBuilder::operator_code(Code code, const std::string& custom_name) {
  for (size_t i = 0; i < model.operator_codes.size(); ++i) {
    const format::OperatorCodeT& known = *model.operator_codes[i];
    if (known.builtin_code == code && known.custom_code == custom_name) return static_cast<uint32_t>(i);
  }
  auto added = std::make_unique<format::OperatorCodeT>();
  added->builtin_code = code;
  added->deprecated_builtin_code = static_cast<int8_t>(std::min(static_cast<int>(code), 127));
  added->custom_code = custom_name;
  model.operator_codes.push_back(std::move(added));
  return static_cast<uint32_t>(model.operator_codes.size()) - 1;
}

int TfliteBuilder::add_op(Code code, const std::vector<int>& inputs, const std::vector<int>& outputs) {
  auto added = std::make_unique<format::OperatorT>();
  added->opcode_index = operator_code(code, "");
  added->inputs = inputs;
  added->outputs = outputs;
  subgraph().operators.push_back(std::move(added));
  return static_cast<int>(subgraph().operators.size()) - 1;
}

int TfliteBuilder::add_custom_op(const std::string& name, const std::vector<int>& inputs,
                                 const std::vector<int>& outputs) {
  const int index = add_op(Code::CUSTOM, inputs, outputs);
  op(index).opcode_index = operator_code(Code::CUSTOM, name);
  return index;
}

int TfliteBuilder::output_like(const std::string& name, int input, const Shape& shape, const Quant& quant) {
  const int id = add_tensor(name, DType::f32, shape);
  tensor(id).type = tensor(input).type;
  if (tensor(id).type == format::TensorType::FLOAT32) return id;
  tensor(id).quantization = std::make_unique<format::QuantizationParametersT>(quantization(input));
  if (quant.scale.empty()) return id;
  quantization(id).scale = quant.scale;
  quantization(id).zero_point.assign(quant.zero_point.begin(), quant.zero_point.end());
  return id;
}

int TfliteBuilder::conv2d(const std::string& name, int input, int weights, int bias, const Window& window,
                          Fused fused, const Quant& quant) {
  const Shape in = tensor(input).shape, w = tensor(weights).shape;
  const int out =
      output_like(name, input,
                  {in[0], window_count(in[1], w[1], window), window_count(in[2], w[2], window), w[0]}, quant);
  auto options = window_options<format::Conv2DOptionsT>(window, fused);
  options.dilation_h_factor = options.dilation_w_factor = window.dilation;
  add_op(Code::CONV_2D, {input, weights, bias}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::depthwise_conv2d(const std::string& name, int input, int weights, int bias,
                                    const Window& window, Fused fused, const Quant& quant) {
  const Shape in = tensor(input).shape, w = tensor(weights).shape;
  const int out =
      output_like(name, input,
                  {in[0], window_count(in[1], w[1], window), window_count(in[2], w[2], window), w[3]}, quant);
  auto options = window_options<format::DepthwiseConv2DOptionsT>(window, fused);
  options.dilation_h_factor = options.dilation_w_factor = window.dilation;
  options.depth_multiplier = w[3] / in[3];
  add_op(Code::DEPTHWISE_CONV_2D, {input, weights, bias}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::fully_connected(const std::string& name, int input, int weights, int bias, Fused fused,
                                   const Quant& quant) {
  const Shape w = tensor(weights).shape;
  const int batch = static_cast<int>(element_count(tensor(input).shape) / w[1]);
  const int out = output_like(name, input, {batch, w[0]}, quant);
  format::FullyConnectedOptionsT options;
  options.fused_activation_function = fused;
  add_op(Code::FULLY_CONNECTED, {input, weights, bias}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::pool(Code code, const std::string& name, int input, const Window& window, Fused fused) {
  const Shape in = tensor(input).shape;
  const int out = output_like(name, input,
                              {in[0], window_count(in[1], window.kernel_h, window),
                               window_count(in[2], window.kernel_w, window), in[3]},
                              {});
  auto options = window_options<format::Pool2DOptionsT>(window, fused);
  options.filter_height = window.kernel_h;
  options.filter_width = window.kernel_w;
  add_op(code, {input}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::add(const std::string& name, int a, int b, Fused fused, const Quant& quant) {
  const int out = output_like(name, a, tensor(a).shape, quant);
  format::AddOptionsT options;
  options.fused_activation_function = fused;
  add_op(Code::ADD, {a, b}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::reshape(const std::string& name, int input, const Shape& shape) {
  const int new_shape = add_ints(name + "/shape", {static_cast<int>(shape.size())}, shape);
  const int out = output_like(name, input, shape, {});
  format::ReshapeOptionsT options;
  options.new_shape = shape;
  add_op(Code::RESHAPE, {input, new_shape}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::softmax(const std::string& name, int input, float beta) {
  const int zero_point = tensor(input).type == format::TensorType::UINT8 ? 0 : -128;
  const int out = output_like(name, input, tensor(input).shape, per_tensor(1.0f / 256, zero_point));
  format::SoftmaxOptionsT options;
  options.beta = beta;
  add_op(Code::SOFTMAX, {input}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::convert(const std::string& name, int input, DType type, const Quant& quant) {
  const int out = add_tensor(name, type, tensor(input).shape, quant);
  add_op(type == DType::f32 ? Code::DEQUANTIZE : Code::QUANTIZE, {input}, {out});
  return out;
}

int TfliteBuilder::unary(Code code, const std::string& name, int input, const Quant& quant) {
  const int out = output_like(name, input, tensor(input).shape, quant);
  add_op(code, {input}, {out});
  return out;
}

// ---- the file
// -----------------------------------------------------------------------------------------------------

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
