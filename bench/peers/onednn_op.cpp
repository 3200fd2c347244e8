// Tensors as oneDNN has them, and operators without weights.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "bench/peers/onednn.h"

namespace narrows::onednn {

using dnnl::algorithm;
using dnnl::memory;
constexpr auto inference = dnnl::prop_kind::forward_inference;

// ---- tensors -----------------------------------------------------------------------------------

Stored stored(const Graph& graph, int tensor) {
  const Tensor& t = graph.tensors[tensor];
  if (!is_8bit(t.type)) return {memory::data_type::f32, 0, 0};
  const int offset = t.type == DType::i8 ? 128 : 0;
  const bool input = std::find(graph.inputs.begin(), graph.inputs.end(), tensor) != graph.inputs.end();
  if (input && t.zero_point() + offset == 128) return {memory::data_type::s8, 0, offset - 128};
  return {memory::data_type::u8, t.zero_point() + offset, offset};
}

memory::dims dims(const Shape& s) {
  return s.size() == 4 ? memory::dims{s[0], s[3], s[1], s[2]} : memory::dims{s[0], s[1], 1, 1};
}

memory::desc plain(const Graph& graph, int tensor) {
  return {dims(graph.tensors[tensor].shape), stored(graph, tensor).type, memory::format_tag::nhwc};
}

memory::desc any_layout(const Graph& graph, int tensor) {
  return {dims(graph.tensors[tensor].shape), stored(graph, tensor).type, memory::format_tag::any};
}

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

void refuse(const Op& op, const std::string& what) {
  fmt::print(stderr, "there is no {} ({})\n", to_string(op.kind), what);
  std::exit(1);
}

void note_implementation(const Op& op, const std::string& name) {
  if (name.find("ref") != std::string::npos)
    fmt::print(stderr, "{} runs by reference code ({})\n", to_string(op.kind), name);
}

// ---- operators ---------------------------------------------------------------------------------

namespace {

/// A primitive with one input, in whatever layout that has.
template <class Primitive>
void plan_unary(Plan& plan, const Op& op, const typename Primitive::primitive_desc& desc) {
  note_implementation(op, desc.impl_info_str());
  const int to = plan.add_value(desc.dst_desc());
  plan.add_step(Primitive(desc), {{DNNL_ARG_SRC, plan.value_of[op.inputs[0]]}, {DNNL_ARG_DST, to}},
                desc.scratchpad_desc());
  plan.value_of[op.output] = to;
}

void require_equal_scales(const Graph& graph, const Op& op) {
  for (const int id : op.inputs) {
    const Tensor &in = graph.tensors[id], &out = graph.output(op);
    if (is_8bit(out.type) &&
        (in.scale() != out.scale() || stored(graph, id).zero_point != stored(graph, op.output).zero_point))
      refuse(op, "with other scales behind it");
  }
}

void plan_global_pool(Plan& plan, const Op& op) {
  const Shape& in = plan.graph.input(op, 0).shape;
  const bool global = op.kind == OpKind::mean ? op.attr.axes == std::vector<int>{1, 2}
                                              : op.attr.window.kernel_h == in[1] && op.attr.window.kernel_w == in[2];
  if (!global) refuse(op, "of a part of the map");
  require_equal_scales(plan.graph, op);
  plan_unary<dnnl::pooling_forward>(plan, op,
                                    {{inference,
                                      algorithm::pooling_avg_exclude_padding,
                                      plan.values[plan.value_of[op.inputs[0]]].desc,
                                      any_layout(plan.graph, op.output),
                                      {1, 1},
                                      {in[1], in[2]},
                                      {0, 0},
                                      {0, 0}},
                                     attributes(),
                                     plan.engine});
}

/// oneDNN's pixels have their centres at half coordinates; of a single pixel all samplings make the same.
void plan_resize(Plan& plan, const Op& op) {
  const Shape& in = plan.graph.input(op, 0).shape;
  if (op.attr.sampling != Sampling::half_pixel && in[1] * in[2] != 1) refuse(op, to_string(op.attr.sampling));
  require_equal_scales(plan.graph, op);
  plan_unary<dnnl::resampling_forward>(
      plan, op,
      {{inference, algorithm::resampling_linear, plan.values[plan.value_of[op.inputs[0]]].desc,
        any_layout(plan.graph, op.output)},
       attributes(),
       plan.engine});
}

void plan_concatenation(Plan& plan, const Op& op) {
  require_equal_scales(plan.graph, op);
  if (op.attr.axis != 3) refuse(op, "not of channels");
  std::vector<memory::desc> parts;
  std::vector<std::pair<int, int>> used;
  for (const int id : op.inputs) {
    used.push_back({DNNL_ARG_MULTIPLE_SRC + static_cast<int>(parts.size()), plan.value_of[id]});
    parts.push_back(plan.values[plan.value_of[id]].desc);
  }
  const dnnl::concat::primitive_desc desc(1, parts, plan.engine, attributes());
  plan.value_of[op.output] = plan.add_value(desc.dst_desc());
  used.push_back({DNNL_ARG_DST, plan.value_of[op.output]});
  plan.add_step(dnnl::concat(desc), used, desc.scratchpad_desc());
}

}  // namespace

void plan_op(Plan& plan, const Op& op) {
  if (plan.value_of[op.output] >= 0) return;  // an addition that is part of a layer
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::depthwise_conv2d:
    case OpKind::fully_connected:
      return plan_layer(plan, op, fusible_sum(plan.graph, op));
    case OpKind::average_pool:
    case OpKind::mean:
      return plan_global_pool(plan, op);
    case OpKind::resize_bilinear:
      return plan_resize(plan, op);
    case OpKind::concatenation:
      return plan_concatenation(plan, op);
    default:
      refuse(op, to_string(plan.graph.output(op).type));
  }
}

}  // namespace narrows::onednn
