// oneDNN as an engine: peers_onednn FOLDER OUTPUT runs FOLDER/net.onnx; OMP_NUM_THREADS says with how many threads.
#include "bench/peers/onednn.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "bench/peers/network.h"
#include "bench/peers/turns.h"

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
  fmt::print(stderr, "oneDNN has no {} ({})\n", to_string(op.kind), what);
  std::exit(1);
}

void note_implementation(const Op& op, const std::string& name) {
  if (name.find("ref") != std::string::npos)
    fmt::print(stderr, "oneDNN runs {} by reference code ({})\n", to_string(op.kind), name);
}

// ---- plan --------------------------------------------------------------------------------------

int Plan::add_value(const memory::desc& desc) {
  values.push_back({desc, false, static_cast<int>(steps.size()), static_cast<int>(steps.size()), {}});
  return static_cast<int>(values.size()) - 1;
}

void Plan::add_step(const dnnl::primitive& primitive, std::vector<std::pair<int, int>> used,
                    const memory::desc& scratchpad, std::unordered_map<int, memory> constants) {
  if (scratchpad.get_size() > 0) used.push_back({DNNL_ARG_SCRATCHPAD, add_value(scratchpad)});
  for (const auto& [argument, value] : used) values[value].last = static_cast<int>(steps.size());
  steps.push_back({primitive, std::move(used), std::move(constants)});
}

int Plan::in_layout(int value, const memory::desc& desc) {
  if (values[value].desc == desc) return value;
  const dnnl::reorder::primitive_desc reorder(engine, values[value].desc, engine, desc, attributes());
  const int moved = add_value(desc);
  add_step(dnnl::reorder(reorder), {{DNNL_ARG_FROM, value}, {DNNL_ARG_TO, moved}}, reorder.scratchpad_desc());
  return moved;
}

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
    if (is_8bit(out.type) && (in.scale() != out.scale() || stored(graph, id).zero_point != stored(graph, op.output).zero_point))
      refuse(op, "with other scales behind it");
  }
}

void plan_global_pool(Plan& plan, const Op& op) {
  const Shape& in = plan.graph.input(op, 0).shape;
  const bool global = op.kind == OpKind::mean ? op.attr.axes == std::vector<int>{1, 2}
                                              : op.attr.window.kernel_h == in[1] && op.attr.window.kernel_w == in[2];
  if (!global) refuse(op, "of a part of the map");
  require_equal_scales(plan.graph, op);
  plan_unary<dnnl::pooling_forward>(
      plan, op,
      {{inference, algorithm::pooling_avg_exclude_padding, plan.values[plan.value_of[op.inputs[0]]].desc,
        any_layout(plan.graph, op.output), {1, 1}, {in[1], in[2]}, {0, 0}, {0, 0}},
       attributes(), plan.engine});
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
       attributes(), plan.engine});
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

Plan make_plan(const Graph& graph) {
  Plan plan(graph);
  for (const int id : graph.inputs) {
    plan.value_of[id] = plan.add_value(plain(graph, id));
    plan.values[plan.value_of[id]].external = true;
  }
  for (const Op& op : graph.ops) plan_op(plan, op);
  for (const int id : graph.outputs) {
    plan.value_of[id] = plan.in_layout(plan.value_of[id], plain(graph, id));
    plan.values[plan.value_of[id]].external = true;
  }
  return plan;
}

// ---- memory ------------------------------------------------------------------------------------

/// Gives every value its memory; returns the bytes of the arena.
long allocate(Plan& plan) {
  constexpr int64_t unit = 64;
  std::vector<Slab> slabs;
  for (Value& value : plan.values) {
    const auto bytes = static_cast<int64_t>(value.desc.get_size());
    if (value.external) value.memory = memory(value.desc, plan.engine);
    slabs.push_back({value.external ? 0 : (bytes + unit - 1) / unit, value.first, value.last});
  }
  const Offsets offsets = pack_greedy(slabs);
  const int64_t bytes = packing_height(slabs, offsets) * unit;
  char* const arena = static_cast<char*>(std::aligned_alloc(unit, static_cast<size_t>(bytes)));
  for (size_t i = 0; i < slabs.size(); ++i) {
    Value& value = plan.values[i];
    if (!value.external) value.memory = memory(value.desc, plan.engine, arena + offsets[i] * unit);
  }
  return static_cast<long>(bytes);
}

struct Call {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

std::vector<Call> calls(const Plan& plan) {
  std::vector<Call> all;
  for (const Step& step : plan.steps) {
    Call call{step.primitive, step.constants};
    for (const auto& [argument, value] : step.values) call.arguments.insert({argument, plan.values[value].memory});
    all.push_back(std::move(call));
  }
  return all;
}

/// Copies 8-bit numbers that are stored with another zero point.
void copy(const void* from, void* to, size_t bytes, int offset) {
  const auto* const source = static_cast<const uint8_t*>(from);
  std::transform(source, source + bytes, static_cast<uint8_t*>(to),
                 [offset](uint8_t byte) { return static_cast<uint8_t>(byte + offset); });
}

void write_outputs(const Plan& plan, const Graph& graph, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const int id : graph.outputs) {
    std::vector<char> bytes(static_cast<size_t>(graph.tensors[id].bytes()));
    copy(plan.values[plan.value_of[id]].memory.get_data_handle(), bytes.data(), bytes.size(), -stored(graph, id).offset);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
}

int serve(const std::string& folder, const std::string& output) {
  Diagnostics diagnostics(folder);
  Graph graph = read_network(folder + "/net.onnx", diagnostics).value_or(Graph());
  if (!diagnostics.ok()) return fmt::print(stderr, "{}", diagnostics.str()), 1;
  const std::vector<char> input = read_all(folder + "/input.bin");
  Engine engine;  // the network is at hand, as it would be in the application
  Plan plan = make_plan(graph);
  engine.arena_bytes = allocate(plan);
  const int in = graph.inputs[0];
  copy(input.data(), plan.values[plan.value_of[in]].memory.get_data_handle(), input.size(), stored(graph, in).offset);
  const std::vector<Call> all = calls(plan);
  for (Tensor& tensor : graph.tensors) std::vector<uint8_t>().swap(tensor.data);  // weights are packed
  malloc_trim(0);
  const auto run = [&] {
    for (const Call& call : all) call.primitive.execute(plan.stream, call.arguments);
    plan.stream.wait();
  };
  return take_turns(engine, run, [&] { write_outputs(plan, graph, output); });
}

}  // namespace
}  // namespace narrows::onednn

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: peers_onednn FOLDER OUTPUT\n");
    return 2;
  }
  try {
    return narrows::onednn::serve(argv[1], argv[2]);
  } catch (const dnnl::error& error) {
    fmt::print(stderr, "oneDNN: {}\n", error.message);
    return 1;
  }
}
