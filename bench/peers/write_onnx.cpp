#include "bench/peers/write_onnx.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "compiler/graph/quantization.h"
#include "tests/support/onnx_builder.h"

namespace narrows {
namespace {

using Node = OnnxBuilder::Node;

struct Writer {
  const Graph& graph;
  Diagnostics& diagnostics;
  OnnxBuilder b{13};
  // By tensor: the name of its value as the graph has it, and of the real number where that is another.
  std::vector<std::string> stored = std::vector<std::string>(graph.tensors.size());
  std::vector<std::string> real = std::vector<std::string>(graph.tensors.size());

  /// The float value of an operator's input.
  std::string input(const Op& op, int i);
  /// Makes `value`, an operator's float result before its activation, the operator's output.
  void finish(const Op& op, const std::string& value);
  void refuse(const Op& op, const std::string& what) {
    diagnostics.error(
        fmt::format("cannot write op {} of kind {} as ONNX: {}", &op - graph.ops.data(), to_string(op.kind), what));
  }
};

int onnx_type(DType type) {
  switch (type) {
    case DType::u8:
      return onnx::TensorProto::UINT8;
    case DType::i8:
      return onnx::TensorProto::INT8;
    case DType::i32:
    case DType::i64:  // only indices, which ONNX has in 64 bits
      return onnx::TensorProto::INT64;
    default:
      return onnx::TensorProto::FLOAT;
  }
}

bool is_map(const Tensor& tensor) { return tensor.shape.size() == 4; }

Shape nchw(const Shape& s) { return s.size() == 4 ? Shape{s[0], s[3], s[1], s[2]} : s; }

int nchw_axis(const Tensor& tensor, int axis) {
  constexpr int places[] = {0, 2, 3, 1};
  return is_map(tensor) ? places[axis] : axis;
}

/// True where the elements of a map lie in the same order in NHWC and NCHW.
bool same_in_nchw(const Tensor& tensor) {
  return !is_map(tensor) || tensor.shape[1] * tensor.shape[2] == 1 || tensor.shape[3] == 1;
}

template <class Stored, class Value = Stored>
std::vector<Value> values_of(const Tensor& tensor) {
  std::vector<Stored> stored(tensor.data.size() / sizeof(Stored));
  std::memcpy(stored.data(), tensor.data.data(), tensor.data.size());
  return {stored.begin(), stored.end()};
}

template <class T>
std::vector<T> to_nchw(const Shape& s, const std::vector<T>& values) {
  if (s.size() != 4) return values;
  std::vector<T> moved;
  for (int n = 0; n < s[0]; ++n)
    for (int c = 0; c < s[3]; ++c)
      for (int pixel = 0; pixel < s[1] * s[2]; ++pixel)
        moved.push_back(values[(static_cast<size_t>(n) * s[1] * s[2] + pixel) * s[3] + c]);
  return moved;
}

std::string Writer::input(const Op& op, int i) {
  const int id = op.inputs[i];
  const Tensor& tensor = graph.tensors[id];
  if (tensor.constant()) refuse(op, "an input is a constant");
  if (!is_8bit(tensor.type)) return stored[id];
  if (real[id].empty())
    real[id] = b.dequantize(stored[id], tensor.scale(), tensor.zero_point(), onnx_type(tensor.type));
  return real[id];
}

// ---- results -----------------------------------------------------------------------------------

/// Storing in 8 bits clamps, too, and mostly to the same values.
bool clamps(const Op& op, const Tensor& output) {
  if (op.attr.activation == Activation::none) return false;
  if (!is_8bit(output.type)) return true;
  const Range range = activation_range(op.attr.activation, output);
  return range.max - range.min < 255;
}

std::string put_activation(OnnxBuilder& b, Activation activation, const std::string& value) {
  const std::string name = value + "_clamped";
  if (activation == Activation::relu) {
    b.op("Relu", {value}, name);
    return name;
  }
  const RangeF range = activation_range_f32(activation);
  b.op("Clip", {value, b.scalar(name + "_min", range.min), b.scalar(name + "_max", range.max)}, name);
  return name;
}

void Writer::finish(const Op& op, const std::string& value) {
  const Tensor& out = graph.output(op);
  const std::string result = clamps(op, out) ? put_activation(b, op.attr.activation, value) : value;
  stored[op.output] =
      is_8bit(out.type) ? b.quantize(result, out.scale(), out.zero_point(), onnx_type(out.type)) : result;
}

/// Operators whose inputs are activations only. Returns the node for attributes that follow.
Node& put_plain(Writer& w, const Op& op, const char* type) {
  std::vector<std::string> inputs;
  for (size_t i = 0; i < op.inputs.size(); ++i) inputs.push_back(w.input(op, static_cast<int>(i)));
  const std::string name = fmt::format("t{}", op.output);
  Node& node = w.b.op(type, inputs, name);
  w.finish(op, name);
  return node;
}

// ---- layers with weights -----------------------------------------------------------------------

/// `shape` is ONNX's shape of the weights, whose output channels come first.
std::string put_weights(OnnxBuilder& b, const std::string& name, const Tensor& t, const Shape& shape) {
  if (t.type == DType::f32) return b.floats(name, shape, to_nchw(t.shape, values_of<float>(t)));
  const std::vector<int> values = t.type == DType::i8 ? values_of<int8_t, int>(t) : values_of<uint8_t, int>(t);
  const std::vector<int> zero_points(t.quant.zero_point.begin(), t.quant.zero_point.end());
  return b.dequantized(name, {shape, onnx_type(t.type), to_nchw(t.shape, values), t.quant.scale, zero_points});
}

std::string put_bias(OnnxBuilder& b, const std::string& name, const Tensor& t, const Tensor& in,
                     const Tensor& weights) {
  if (t.type == DType::f32) return b.floats(name, t.shape, values_of<float>(t));
  std::vector<float> scales;
  for (const float scale : weights.quant.scale) scales.push_back(in.scale() * scale);
  return b.dequantized(name, {t.shape, onnx::TensorProto::INT32, values_of<int32_t, int>(t), scales});
}

Node& put_layer(Writer& w, const Op& op, const char* type, const Shape& weights_shape) {
  const std::string name = fmt::format("t{}", op.output);
  const Tensor& weights = w.graph.input(op, 1);
  std::vector<std::string> inputs = {w.input(op, 0), put_weights(w.b, name + "_weights", weights, weights_shape)};
  if (op.inputs.size() > 2)
    inputs.push_back(put_bias(w.b, name + "_bias", w.graph.input(op, 2), w.graph.input(op, 0), weights));
  Node& node = w.b.op(type, inputs, name);
  w.finish(op, name);
  return node;
}

void set_window(Node& node, const Window& w) {
  set(node, "kernel_shape", {w.kernel_h, w.kernel_w});
  set(node, "strides", {w.stride_h, w.stride_w});
  set(node, "pads", {w.pad.top, w.pad.left, w.pad.bottom, w.pad.right});
}

void put_conv(Writer& w, const Op& op) {
  const Shape& s = w.graph.input(op, 1).shape;
  const bool depthwise = op.kind == OpKind::depthwise_conv2d;
  const Shape shape = depthwise ? Shape{s[3], 1, s[1], s[2]} : nchw(s);
  Node& node = put_layer(w, op, "Conv", shape);
  set_window(node, op.attr.window);
  set(node, "dilations", {op.attr.window.dilation_h, op.attr.window.dilation_w});
  set(node, "group", depthwise ? w.graph.input(op, 0).shape[3] : 1);
}

void put_fully_connected(Writer& w, const Op& op) {
  if (w.graph.input(op, 0).shape.size() != 2) w.refuse(op, "its input is not a matrix");
  set(put_layer(w, op, "Gemm", w.graph.input(op, 1).shape), "transB", 1);
}

// ---- other operators ---------------------------------------------------------------------------

void put_pool(Writer& w, const Op& op) {
  const Shape& in = w.graph.input(op, 0).shape;
  const Window& window = op.attr.window;
  const bool global = window.kernel_h == in[1] && window.kernel_w == in[2] && !window.pad.any();
  if (global) {
    put_plain(w, op, "GlobalAveragePool");
  } else {
    set_window(put_plain(w, op, "AveragePool"), window);
  }
}

void put_mean(Writer& w, const Op& op) {
  const Tensor& in = w.graph.input(op, 0);
  if (!is_map(in) || op.attr.axes != std::vector<int>{1, 2}) w.refuse(op, "it is not over height and width");
  Node& node = put_plain(w, op, "ReduceMean");
  set(node, "axes", {2, 3});
  set(node, "keepdims", is_map(w.graph.output(op)) ? 1 : 0);
}

void put_reshape(Writer& w, const Op& op) {
  const Tensor& out = w.graph.output(op);
  if (!same_in_nchw(w.graph.input(op, 0)) || !same_in_nchw(out)) w.refuse(op, "it would have to move elements");
  const Shape shape = nchw(out.shape);
  const std::string name = fmt::format("t{}_shape", op.output);
  w.b.integers(name, {shape.begin(), shape.end()});
  put_plain(w, op, "Reshape").add_input(name);
}

void put_add(Writer& w, const Op& op) {
  if (w.graph.input(op, 0).shape != w.graph.input(op, 1).shape) w.refuse(op, "it broadcasts");
  put_plain(w, op, "Add");
}

void put_resize(Writer& w, const Op& op) {
  const char* const modes[] = {"asymmetric", "align_corners", "half_pixel"};
  const Shape size = nchw(w.graph.output(op).shape);
  const std::string name = fmt::format("t{}_size", op.output);
  w.b.integers(name, {size.begin(), size.end()});
  Node& node = put_plain(w, op, "Resize");
  for (const std::string& input : {std::string(), std::string(), name}) node.add_input(input);
  set(node, "mode", "linear");
  set(node, "coordinate_transformation_mode", modes[static_cast<int>(op.attr.sampling)]);
}

void put_arg_max(Writer& w, const Op& op) {
  Node& node = put_plain(w, op, "ArgMax");
  set(node, "axis", nchw_axis(w.graph.input(op, 0), op.attr.axis));
  set(node, "keepdims", 0);
}

void put_softmax(Writer& w, const Op& op) {
  const Tensor& in = w.graph.input(op, 0);
  if (op.attr.beta != 1) w.refuse(op, "beta is not 1");
  set(put_plain(w, op, "Softmax"), "axis", nchw_axis(in, static_cast<int>(in.shape.size()) - 1));
}

void put_concatenation(Writer& w, const Op& op) {
  set(put_plain(w, op, "Concat"), "axis", nchw_axis(w.graph.output(op), op.attr.axis));
}

void put_op(Writer& w, const Op& op) {
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::depthwise_conv2d:
      return put_conv(w, op);
    case OpKind::fully_connected:
      return put_fully_connected(w, op);
    case OpKind::add:
      return put_add(w, op);
    case OpKind::average_pool:
      return put_pool(w, op);
    case OpKind::mean:
      return put_mean(w, op);
    case OpKind::reshape:
      return put_reshape(w, op);
    case OpKind::softmax:
      return put_softmax(w, op);
    case OpKind::logistic:
      put_plain(w, op, "Sigmoid");
      return;
    case OpKind::concatenation:
      return put_concatenation(w, op);
    case OpKind::resize_bilinear:
      return put_resize(w, op);
    case OpKind::arg_max:
      return put_arg_max(w, op);
    case OpKind::relu:  // input(), finish() do what these three are
    case OpKind::quantize:
    case OpKind::dequantize:
      return w.finish(op, w.input(op, 0));
    default:
      w.refuse(op, "not an operator of MobileNetV2's networks");
  }
}

}  // namespace

std::optional<std::vector<uint8_t>> write_onnx(const Graph& graph, Diagnostics& diagnostics) {
  Writer w{graph, diagnostics};
  for (const int id : graph.inputs) {
    const Tensor& tensor = graph.tensors[id];
    w.stored[id] = w.b.input_of(fmt::format("in{}", id), nchw(tensor.shape), onnx_type(tensor.type));
  }
  for (const Op& op : graph.ops) put_op(w, op);
  for (const int id : graph.outputs) w.b.output(w.stored[id], onnx_type(graph.tensors[id].type));
  if (!diagnostics.ok()) return std::nullopt;
  return w.b.finish();
}

}  // namespace narrows
