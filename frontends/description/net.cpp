// Descriptions: layers as operators of a float graph.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "frontends/description/description.h"

namespace narrows::description {
namespace {

/// Stands for the values of a tensor that is still to be filled; it keeps shapes cheap while sizes are
/// unchecked.
int put_tensor(Graph& graph, const std::string& name, const Shape& shape) {
  Tensor tensor;
  tensor.name = name;
  tensor.shape = shape;
  return graph.add(std::move(tensor));
}

struct Extent {
  int out, before, after;
};

/// TensorFlow's SAME: ceil(in / stride) positions, the odd pixel of padding at the end.
Extent place(int in, const SquareWindow& w) {
  const int out = (in - 1) / w.stride + 1;
  const int total = std::max(0, (out - 1) * w.stride + (w.kernel - 1) * w.dilation + 1 - in);
  return {out, total / 2, total - total / 2};
}

Window same_window(const Shape& in, const SquareWindow& square) {
  const Extent vertical = place(in[1], square);
  const Extent horizontal = place(in[2], square);
  Window w;
  w.kernel_h = w.kernel_w = square.kernel;
  w.stride_h = w.stride_w = square.stride;
  w.dilation_h = w.dilation_w = square.dilation;
  w.pad = {vertical.before, vertical.after, horizontal.before, horizontal.after};
  return w;
}

Shape same_shape(const Shape& in, int stride, int channels) {
  return {1, (in[1] - 1) / stride + 1, (in[2] - 1) / stride + 1, channels};
}

/// He et al.'s initialization: with it, values neither grow nor fade from layer to layer. A rectifier takes
/// away half of the variance.
float deviation(int64_t taps, Activation activation) {
  const float gain = activation == Activation::none ? 1 : 2;
  return std::sqrt(gain / static_cast<float>(taps));
}

/// Appends weights and bias of a convolution, without values.
Filter put_filter(Net& net, const std::string& name, const Shape& weights, int channels, Activation activation) {
  Filter filter;
  filter.weights = put_tensor(net.graph, name + "/weights", weights);
  filter.bias = put_tensor(net.graph, name + "/bias", {channels});
  filter.deviation = deviation(element_count(weights) / channels, activation);
  net.filters.push_back(filter);
  return filter;
}

}  // namespace

int Net::put_op(OpKind kind, const std::string& name, const std::vector<int>& inputs, const Shape& shape,
                const Attributes& attr) {
  Op op;
  op.kind = kind;
  op.attr = attr;
  op.inputs = inputs;
  op.output = put_tensor(graph, name, shape);
  op.origins = {{static_cast<int>(graph.ops.size()), to_string(kind), name}};
  graph.ops.push_back(op);
  return op.output;
}

int Net::input(const std::string& name, int resolution) {
  graph.inputs.push_back(put_tensor(graph, name, {1, resolution, resolution, 3}));
  return graph.inputs.back();
}

int Net::conv(const std::string& name, int in, int channels, const SquareWindow& window, Activation activation) {
  const Shape map = shape(in);
  const Filter filter = put_filter(*this, name, {channels, window.kernel, window.kernel, map[3]}, channels, activation);
  Attributes attr;
  attr.window = same_window(map, window);
  attr.activation = activation;
  return put_op(OpKind::conv2d, name, {in, filter.weights, filter.bias}, same_shape(map, window.stride, channels),
                attr);
}

int Net::pointwise(const std::string& name, int in, int channels, Activation activation) {
  return conv(name, in, channels, {1}, activation);
}

int Net::depthwise(const std::string& name, int in, int stride, int dilation) {
  const Shape map = shape(in);
  const Filter filter = put_filter(*this, name, {1, 3, 3, map[3]}, map[3], Activation::relu6);
  Attributes attr;
  attr.window = same_window(map, {3, stride, dilation});
  attr.activation = Activation::relu6;
  return put_op(OpKind::depthwise_conv2d, name, {in, filter.weights, filter.bias}, same_shape(map, stride, map[3]),
                attr);
}

int Net::add(const std::string& name, int a, int b) { return put_op(OpKind::add, name, {a, b}, shape(a), {}); }

int Net::global_pool(const std::string& name, int in) {
  const Shape map = shape(in);
  Attributes attr;
  attr.window.kernel_h = map[1];
  attr.window.kernel_w = map[2];
  return put_op(OpKind::average_pool, name, {in}, {1, 1, 1, map[3]}, attr);
}

int Net::reshape(const std::string& name, int in, const Shape& shape) {
  return put_op(OpKind::reshape, name, {in}, shape, {});
}

int Net::concatenation(const std::string& name, const std::vector<int>& inputs, int axis) {
  Shape result = shape(inputs.at(0));
  result.at(axis) = 0;
  for (const int in : inputs) result[axis] += shape(in)[axis];
  Attributes attr;
  attr.axis = axis;
  return put_op(OpKind::concatenation, name, inputs, result, attr);
}

int Net::softmax(const std::string& name, int in) { return put_op(OpKind::softmax, name, {in}, shape(in), {}); }
int Net::logistic(const std::string& name, int in) { return put_op(OpKind::logistic, name, {in}, shape(in), {}); }

int Net::resize(const std::string& name, int in, int height, int width) {
  Attributes attr;
  attr.sampling = Sampling::align_corners;
  return put_op(OpKind::resize_bilinear, name, {in}, {1, height, width, channels(in)}, attr);
}

int Net::arg_max(const std::string& name, int in) {
  const Shape map = shape(in);
  Attributes attr;
  attr.axis = 3;
  const int out = put_op(OpKind::arg_max, name, {in}, {map[0], map[1], map[2]}, attr);
  graph.tensors[out].type = DType::i32;
  return out;
}

int find_tensor(const Graph& graph, const std::string& name) {
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int64_t parameter_count(const Net& net) {
  int64_t count = 0;
  for (const Filter& f : net.filters) {
    count += element_count(net.shape(f.weights)) + element_count(net.shape(f.bias));
  }
  return count;
}

void check_sizes(const Net& net, Diagnostics& diagnostics) {
  const int64_t parameters = parameter_count(net);
  if (parameters > max_parameters) {
    diagnostics.error(
        fmt::format("the network has {} parameters, more than the limit of {}", parameters, max_parameters));
  }
  for (const Tensor& tensor : net.graph.tensors) {
    if (tensor.bytes() <= std::numeric_limits<int32_t>::max()) continue;
    diagnostics.error(fmt::format("layer '{}' has {} elements of 4 bytes, more than the limit of 2^31 - 1 bytes",
                                  tensor.name, element_count(tensor.shape)));
    return;
  }
}

}  // namespace narrows::description
