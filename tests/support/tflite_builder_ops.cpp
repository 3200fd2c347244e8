// TfliteBuilder: operators, with the shapes and parameters of their outputs.
#include <algorithm>

#include "tests/support/tflite_builder.h"

namespace narrows {

namespace format = tflite_format;

namespace {

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

int TfliteBuilder::conv2d(const std::string& name, const Operands& operands, const Window& window, Fused fused,
                          const Quant& quant) {
  const auto& [input, weights, bias] = operands;
  const Shape in = tensor(input).shape, w = tensor(weights).shape;
  const int out = output_like(
      name, input, {in[0], window_count(in[1], w[1], window), window_count(in[2], w[2], window), w[0]}, quant);
  auto options = window_options<format::Conv2DOptionsT>(window, fused);
  options.dilation_h_factor = options.dilation_w_factor = window.dilation;
  add_op(Code::CONV_2D, {input, weights, bias}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::depthwise_conv2d(const std::string& name, const Operands& operands, const Window& window,
                                    Fused fused, const Quant& quant) {
  const auto& [input, weights, bias] = operands;
  const Shape in = tensor(input).shape, w = tensor(weights).shape;
  const int out = output_like(
      name, input, {in[0], window_count(in[1], w[1], window), window_count(in[2], w[2], window), w[3]}, quant);
  auto options = window_options<format::DepthwiseConv2DOptionsT>(window, fused);
  options.dilation_h_factor = options.dilation_w_factor = window.dilation;
  options.depth_multiplier = w[3] / in[3];
  add_op(Code::DEPTHWISE_CONV_2D, {input, weights, bias}, {out}, std::move(options));
  return out;
}

int TfliteBuilder::fully_connected(const std::string& name, const Operands& operands, Fused fused, const Quant& quant) {
  const auto& [input, weights, bias] = operands;
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
  const int out = output_like(
      name, input,
      {in[0], window_count(in[1], window.kernel_h, window), window_count(in[2], window.kernel_w, window), in[3]}, {});
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

}  // namespace narrows
