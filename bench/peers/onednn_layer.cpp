// Layers with weights as oneDNN convolutions. What quantization needs beyond scales goes into the bias, which
// may be float: zero points of the input times the weights' sums, of the output, and of the addend.
#include <cmath>
#include <cstring>

#include "bench/peers/onednn.h"
#include "compiler/graph/quantization.h"

namespace narrows::onednn {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using Convolution = dnnl::convolution_forward;

bool is_depthwise(const Op& op) { return op.kind == OpKind::depthwise_conv2d; }

/// Weights as the graph has them: [out,h,w,in], or [1,h,w,out] for one input channel each.
memory::desc weights_desc(const Graph& graph, const Op& op, bool any) {
  const Tensor& t = graph.input(op, 1);
  const auto type = t.type == DType::f32 ? memory::data_type::f32 : memory::data_type::s8;
  if (is_depthwise(op)) {
    const memory::dim h = t.shape[1], w = t.shape[2], c = t.shape[3];
    const memory::dims shape = {c, 1, 1, h, w};
    return any ? memory::desc(shape, type, memory::format_tag::any) : memory::desc(shape, type, {1, 1, 1, w * c, c});
  }
  return {dims(t.shape), type, any ? memory::format_tag::any : memory::format_tag::nhwc};
}

template <class T>
std::vector<T> values_of(const Tensor& t) {
  std::vector<T> values(t.data.size() / sizeof(T));
  std::memcpy(values.data(), t.data.data(), t.data.size());
  return values;
}

int channel_count(const Graph& graph, const Op& op) { return graph.output(op).shape.back(); }

/// Sum of each output channel's weights.
std::vector<int64_t> weight_sums(const Graph& graph, const Op& op) {
  const std::vector<int8_t> weights = values_of<int8_t>(graph.input(op, 1));
  const auto channels = static_cast<size_t>(channel_count(graph, op));
  std::vector<int64_t> sums(channels);
  for (size_t i = 0; i < weights.size(); ++i)
    sums[is_depthwise(op) ? i % channels : i / (weights.size() / channels)] += weights[i];
  return sums;
}

/// What one step of an accumulator is worth in steps of the output.
std::vector<float> scales(const Graph& graph, const Op& op, int result) {
  const std::vector<float>& weights = graph.input(op, 1).quant.scale;
  std::vector<float> all;
  for (int c = 0; c < channel_count(graph, op); ++c)
    all.push_back(graph.input(op, 0).scale() * weights[weights.size() == 1 ? 0 : c] / graph.tensors[result].scale());
  return all;
}

std::vector<float> float_bias(const Graph& graph, const Op& op) {
  if (op.inputs.size() < 3) return std::vector<float>(channel_count(graph, op));
  const Tensor& bias = graph.input(op, 2);
  if (bias.type == DType::f32) return values_of<float>(bias);
  const std::vector<int32_t> values = values_of<int32_t>(bias);
  return {values.begin(), values.end()};
}

/// `constant` is what comes to every output, in its steps.
std::vector<float> quantized_bias(const Graph& graph, const Op& op, const std::vector<float>& scales, float constant) {
  std::vector<float> bias = float_bias(graph, op);
  const std::vector<int64_t> sums = weight_sums(graph, op);
  const int zero_point = stored(graph, op.inputs[0]).zero_point;
  for (size_t c = 0; c < bias.size(); ++c) bias[c] += static_cast<float>(-zero_point * sums[c]) + constant / scales[c];
  return bias;
}

void append_activation(dnnl::post_ops& ops, const Graph& graph, const Op& op, int result) {
  if (op.attr.activation == Activation::none) return;
  RangeF range = activation_range_f32(op.attr.activation);
  if (is_8bit(graph.tensors[result].type)) {
    const Range steps = activation_range(op.attr.activation, graph.tensors[result]);
    if (steps.max - steps.min == 255) return;  // as storing it does
    const int offset = stored(graph, result).offset;
    range = {static_cast<float>(steps.min + offset), static_cast<float>(steps.max + offset)};
  }
  if (std::isinf(range.max)) {
    ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
  } else {
    ops.append_eltwise(1, algorithm::eltwise_clip, range.min, range.max);
  }
}

struct Arithmetic {
  dnnl::primitive_attr attr = attributes();
  std::vector<float> bias;
};

/// `addend`: the tensor that is added, or -1; `result`: the tensor that all this makes.
Arithmetic arithmetic(const Graph& graph, const Op& op, int addend, int result) {
  Arithmetic a;
  const Tensor& out = graph.tensors[result];
  float sum_scale = 1;
  if (is_8bit(out.type)) {
    const std::vector<float> all = scales(graph, op, result);
    float constant = static_cast<float>(stored(graph, result).zero_point);
    if (addend >= 0) {
      sum_scale = graph.tensors[addend].scale() / out.scale();
      constant -= static_cast<float>(stored(graph, addend).zero_point) * sum_scale;
    }
    a.attr.set_output_scales(2, all);
    a.bias = quantized_bias(graph, op, all, constant);
  } else {
    a.bias = float_bias(graph, op);
  }
  dnnl::post_ops ops;
  if (addend >= 0) ops.append_sum(sum_scale);
  append_activation(ops, graph, op, result);
  a.attr.set_post_ops(ops);
  return a;
}

memory constant(Plan& plan, const memory::desc& from, const void* data, const memory::desc& to) {
  memory plain(from, plan.engine, const_cast<void*>(data)), packed(to, plan.engine);
  dnnl::reorder(plain, packed).execute(plan.stream, plain, packed);
  plan.stream.wait();
  return packed;
}

void check_layer(const Graph& graph, const Op& op) {
  const Tensor &in = graph.input(op, 0), &weights = graph.input(op, 1);
  if (is_depthwise(op) && weights.shape[3] != in.shape[3]) refuse(op, "several outputs per channel");
  if (in.type == DType::f32) return;
  for (const int zero_point : weights.quant.zero_point)
    if (weights.type != DType::i8 || zero_point != 0) refuse(op, "8-bit weights with a zero point");
  if (op.attr.window.pad.any() && stored(graph, op.inputs[0]).zero_point != 0) refuse(op, "padding with a zero point");
}

}  // namespace

const Op* fusible_sum(const Graph& graph, const Op& op) {
  const std::vector<int> readers = graph.consumers(op.output);
  if (readers.size() != 1 || graph.is_output(op.output) || op.attr.activation != Activation::none) return nullptr;
  const Op& sum = graph.ops[readers[0]];
  if (sum.kind != OpKind::add || sum.inputs[0] == sum.inputs[1]) return nullptr;
  const int other = other_addend(op, sum);
  const bool overwritten = graph.producer(other) >= 0 && !graph.is_output(other) &&
                           graph.producer(other) < graph.producer(op.output) &&
                           graph.consumers(other).back() == readers[0];
  return overwritten ? &sum : nullptr;
}

int other_addend(const Op& op, const Op& sum) { return sum.inputs[sum.inputs[0] == op.output ? 1 : 0]; }

void plan_layer(Plan& plan, const Op& op, const Op* sum) {
  const Graph& graph = plan.graph;
  check_layer(graph, op);
  const int addend = sum ? other_addend(op, *sum) : -1, result = sum ? sum->output : op.output;
  Arithmetic a = arithmetic(graph, op, addend, result);
  const Window& w = op.attr.window;
  const memory::desc bias({channel_count(graph, op)}, memory::data_type::f32, memory::format_tag::a);
  const memory::desc dst = sum ? plan.values[plan.value_of[addend]].desc : any_layout(graph, result);
  const Convolution::primitive_desc desc({dnnl::prop_kind::forward_inference,
                                          algorithm::convolution_direct,
                                          any_layout(graph, op.inputs[0]),
                                          weights_desc(graph, op, /*any=*/true),
                                          bias,
                                          dst,
                                          {w.stride_h, w.stride_w},
                                          {w.dilation_h - 1, w.dilation_w - 1},
                                          {w.pad.top, w.pad.left},
                                          {w.pad.bottom, w.pad.right}},
                                         a.attr, plan.engine);
  note_implementation(op, desc.impl_info_str());
  const int from = plan.in_layout(plan.value_of[op.inputs[0]], desc.src_desc());
  const int to = sum ? plan.value_of[addend] : plan.add_value(desc.dst_desc());
  plan.value_of[result] = to;
  plan.add_step(Convolution(desc), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}}, desc.scratchpad_desc(),
                {{DNNL_ARG_WEIGHTS, constant(plan, weights_desc(graph, op, /*any=*/false),
                                             graph.input(op, 1).data.data(), desc.weights_desc())},
                 {DNNL_ARG_BIAS, constant(plan, bias, a.bias.data(), bias)}});
}

}  // namespace narrows::onednn
