#include <fmt/format.h>

#include <cstdlib>

#include "bench/peers/xnnpack.h"
#include "compiler/graph/ops.h"
#include "compiler/graph/quantization.h"

namespace narrows::xnnpack {
namespace {

// ---- values ------------------------------------------------------------------------------------

xnn_datatype datatype(DType type, bool per_channel) {
  switch (type) {
    case DType::u8:
      return xnn_datatype_quint8;
    case DType::i8:
      return per_channel ? xnn_datatype_qcint8 : xnn_datatype_qint8;
    case DType::i32:
      return per_channel ? xnn_datatype_qcint32 : xnn_datatype_qint32;
    default:
      return xnn_datatype_fp32;
  }
}

/// How a tensor stores numbers; no scales: as they are.
struct Scaling {
  std::vector<float> scales;
  int zero_point = 0;
  size_t axis = 0;
};

uint32_t define_tensor(Subgraph& s, const Tensor& t, const Scaling& scaling, uint32_t external, uint32_t flags) {
  const auto& [scales, zero_point, axis] = scaling;
  const std::vector<size_t> shape(t.shape.begin(), t.shape.end());
  const void* const data = t.constant() ? t.data.data() : nullptr;
  const xnn_datatype type = datatype(t.type, scales.size() > 1);
  uint32_t id = 0;
  if (scales.empty()) {
    check(xnn_define_tensor_value(s.handle, type, shape.size(), shape.data(), data, external, flags, &id), "a tensor");
  } else if (scales.size() == 1) {
    check(xnn_define_quantized_tensor_value(s.handle, type, zero_point, scales[0], shape.size(), shape.data(), data,
                                            external, flags, &id),
          fmt::format("a tensor of type {} with zero point {}", to_string(t.type), zero_point));
  } else {
    s.scales.push_back(scales);
    check(xnn_define_channelwise_quantized_tensor_value(s.handle, type, s.scales.back().data(), shape.size(), axis,
                                                        shape.data(), data, external, flags, &id),
          "a tensor with scales per channel");
  }
  return id;
}

uint32_t value(Subgraph& s, int tensor) {
  uint32_t& id = s.values[tensor];
  if (id != XNN_INVALID_VALUE_ID) return id;
  const Tensor& t = s.graph.tensors[tensor];
  const bool in = !t.constant() && !s.makes(tensor), out = s.makes(tensor) && s.leaves(tensor);
  const uint32_t flags = (in ? XNN_VALUE_FLAG_EXTERNAL_INPUT : 0) | (out ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0);
  const uint32_t external = in || out ? static_cast<uint32_t>(tensor) : XNN_INVALID_VALUE_ID;
  if (in || out) s.externals.push_back(external);
  const Scaling scaling{t.quant.scale, t.has_scales() ? t.zero_point() : 0, static_cast<size_t>(t.quant.axis)};
  id = define_tensor(s, t, scaling, external, flags);
  return id;
}

uint32_t bias(Subgraph& s, const Op& op) {
  if (op.inputs.size() < 3) return XNN_INVALID_VALUE_ID;
  std::vector<float> scales;
  for (const float scale : s.graph.input(op, 1).quant.scale) scales.push_back(s.graph.input(op, 0).scale() * scale);
  return define_tensor(s, s.graph.input(op, 2), {scales, 0, 0}, XNN_INVALID_VALUE_ID, 0);
}

// ---- operators ---------------------------------------------------------------------------------

uint32_t unsigned_of(int n) { return static_cast<uint32_t>(n); }

xnn_status define_conv(Subgraph& s, const Op& op, RangeF range) {
  const Window& w = op.attr.window;
  const Shape &in = s.graph.input(op, 0).shape, &out = s.graph.output(op).shape;
  const uint32_t x = value(s, op.inputs[0]), weights = value(s, op.inputs[1]), b = bias(s, op);
  const uint32_t y = value(s, op.output);
  const auto call = [&](auto function, auto... channels) {
    return function(s.handle, unsigned_of(w.pad.top), unsigned_of(w.pad.right), unsigned_of(w.pad.bottom),
                    unsigned_of(w.pad.left), unsigned_of(w.kernel_h), unsigned_of(w.kernel_w), unsigned_of(w.stride_h),
                    unsigned_of(w.stride_w), unsigned_of(w.dilation_h), unsigned_of(w.dilation_w), channels...,
                    range.min, range.max, x, weights, b, y, 0u);
  };
  const auto ins = static_cast<size_t>(in[3]), outs = static_cast<size_t>(out[3]);
  if (op.kind == OpKind::conv2d) return call(xnn_define_convolution_2d, 1u, ins, outs);
  return call(xnn_define_depthwise_convolution_2d, static_cast<uint32_t>(outs / ins), ins);
}

bool is_global_pool(const Graph& graph, const Op& op) {
  const Shape& in = graph.input(op, 0).shape;
  if (op.kind == OpKind::mean) return in.size() == 4 && op.attr.axes == std::vector<int>{1, 2};
  return op.attr.window.kernel_h == in[1] && op.attr.window.kernel_w == in[2];
}

xnn_status define_resize(Subgraph& s, const Op& op) {
  const Shape &in = s.graph.input(op, 0).shape, &out = s.graph.output(op).shape;
  uint32_t flags = op.attr.sampling == Sampling::align_corners ? XNN_FLAG_ALIGN_CORNERS
                   : op.attr.sampling == Sampling::asymmetric  ? XNN_FLAG_TENSORFLOW_LEGACY_MODE
                                                               : 0;
  if (in[1] == 1 && in[2] == 1) flags = 0;  // whatever the sampling, every pixel is a copy
  return xnn_define_static_resize_bilinear_2d(s.handle, static_cast<size_t>(out[1]), static_cast<size_t>(out[2]),
                                              value(s, op.inputs[0]), value(s, op.output), flags);
}

xnn_status status_of(Subgraph& s, const Op& op) {
  const RangeF range = activation_range_f32(op.attr.activation);
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::depthwise_conv2d:
      return define_conv(s, op, range);
    case OpKind::fully_connected:
      return xnn_define_fully_connected(s.handle, range.min, range.max, value(s, op.inputs[0]), value(s, op.inputs[1]),
                                        bias(s, op), value(s, op.output), 0);
    case OpKind::add:
      return xnn_define_add2(s.handle, range.min, range.max, value(s, op.inputs[0]), value(s, op.inputs[1]),
                             value(s, op.output), 0);
    case OpKind::average_pool:
    case OpKind::mean:
      if (!is_global_pool(s.graph, op)) return xnn_status_unsupported_parameter;
      return xnn_define_global_average_pooling_2d(s.handle, range.min, range.max, value(s, op.inputs[0]),
                                                  value(s, op.output), 0);
    case OpKind::resize_bilinear:
      return define_resize(s, op);
    default:
      return xnn_status_unsupported_parameter;
  }
}

}  // namespace

void check(xnn_status status, const std::string& what) {
  if (status == xnn_status_success) return;
  fmt::print(stderr, "{} is refused, status {}\n", what, static_cast<int>(status));
  std::exit(1);
}

void define(Subgraph& subgraph, const Op& op) {
  const Tensor& output = subgraph.graph.output(op);
  check(status_of(subgraph, op), fmt::format("{} of type {}", to_string(op.kind), to_string(output.type)));
}

}  // namespace narrows::xnnpack
