// XNNPACK as an engine: peers_xnnpack FOLDER OUTPUT THREADS runs FOLDER/net.onnx through the subgraph API.
//
// Debian's version has no concatenation. A network with one is cut there into subgraphs, and what lies between them
// is a copy, as TFLite does with what it does not delegate.
#include <pthreadpool.h>
#include <xnnpack.h>

#include <fmt/format.h>
#include <malloc.h>

#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <memory>

#include "bench/peers/network.h"
#include "bench/peers/turns.h"
#include "compiler/quantization.h"

namespace narrows {
namespace {

void check(xnn_status status, const std::string& what) {
  if (status == xnn_status_success) return;
  fmt::print(stderr, "XNNPACK refuses {} (status {})\n", what, static_cast<int>(status));
  std::exit(1);
}

using Buffers = std::vector<std::vector<char>>;  // by tensor; of those outside of subgraphs

/// Operators [begin, end) of the graph as a subgraph.
struct Subgraph {
  Subgraph(const Graph& graph_, size_t begin_, size_t end_) : graph(graph_), begin(begin_), end(end_) {}

  const Graph& graph;
  size_t begin, end;
  xnn_subgraph_t handle = nullptr;
  std::vector<uint32_t> values = std::vector<uint32_t>(graph.tensors.size(), XNN_INVALID_VALUE_ID);
  std::deque<std::vector<float>> scales;  // that the subgraph points to
  std::vector<uint32_t> externals;

  bool makes(int tensor) const {
    const int op = graph.producer(tensor);
    return op >= static_cast<int>(begin) && op < static_cast<int>(end);
  }
  bool leaves(int tensor) const {
    if (graph.is_output(tensor)) return true;
    for (const int op : graph.consumers(tensor))
      if (op < static_cast<int>(begin) || op >= static_cast<int>(end)) return true;
    return false;
  }
};

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

/// Defines a tensor; `scales` are those of its quantization, if it has one.
uint32_t define(Subgraph& s, const Tensor& t, const std::vector<float>& scales, int zero_point, size_t axis,
                uint32_t external, uint32_t flags) {
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
  id = define(s, t, t.quant.scale, t.quantized() ? t.zero_point() : 0, static_cast<size_t>(t.quant.axis), external, flags);
  return id;
}

uint32_t bias(Subgraph& s, const Op& op) {
  if (op.inputs.size() < 3) return XNN_INVALID_VALUE_ID;
  std::vector<float> scales;
  for (const float scale : s.graph.input(op, 1).quant.scale) scales.push_back(s.graph.input(op, 0).scale() * scale);
  return define(s, s.graph.input(op, 2), scales, 0, 0, XNN_INVALID_VALUE_ID, 0);
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
                    unsigned_of(w.pad.left), unsigned_of(w.kernel_h), unsigned_of(w.kernel_w),
                    unsigned_of(w.stride_h), unsigned_of(w.stride_w), unsigned_of(w.dilation_h),
                    unsigned_of(w.dilation_w), channels..., range.min, range.max, x, weights, b, y, 0u);
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

xnn_status define_op(Subgraph& s, const Op& op) {
  const RangeF range = activation_range_f32(op.attr.activation);
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::depthwise_conv2d:
      return define_conv(s, op, range);
    case OpKind::fully_connected:
      return xnn_define_fully_connected(s.handle, range.min, range.max, value(s, op.inputs[0]),
                                        value(s, op.inputs[1]), bias(s, op), value(s, op.output), 0);
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

// ---- steps -------------------------------------------------------------------------------------

using Step = std::function<void()>;

char* buffer(const Graph& graph, Buffers& buffers, int tensor) {
  std::vector<char>& bytes = buffers[static_cast<size_t>(tensor)];
  if (bytes.empty()) bytes.resize(static_cast<size_t>(graph.tensors[tensor].bytes()) + XNN_EXTRA_BYTES);
  return bytes.data();
}

Step subgraph_step(const Graph& graph, size_t begin, size_t end, pthreadpool_t threads, Buffers& buffers) {
  Subgraph s(graph, begin, end);
  check(xnn_create_subgraph(static_cast<uint32_t>(graph.tensors.size()), 0, &s.handle), "a subgraph");
  for (size_t i = begin; i < end; ++i) {
    const Op& op = graph.ops[i];
    check(define_op(s, op), fmt::format("{} of type {}", to_string(op.kind), to_string(graph.output(op).type)));
  }
  xnn_runtime_t runtime = nullptr;
  check(xnn_create_runtime_v2(s.handle, threads, 0, &runtime), "the network");
  std::vector<xnn_external_value> externals;
  for (const uint32_t id : s.externals) externals.push_back({id, buffer(graph, buffers, static_cast<int>(id))});
  check(xnn_setup_runtime(runtime, externals.size(), externals.data()), "the tensors");
  xnn_delete_subgraph(s.handle);
  return [runtime] { check(xnn_invoke_runtime(runtime), "to run"); };
}

/// Along the last axis, pixel by pixel.
Step concatenation_step(const Graph& graph, const Op& op, Buffers& buffers) {
  const Tensor& out = graph.output(op);
  if (op.attr.axis + 1 != static_cast<int>(out.shape.size())) check(xnn_status_unsupported_parameter, "a concatenation");
  struct Part {
    const char* from;
    size_t bytes;  // of a pixel
  };
  std::vector<Part> parts;
  const auto size = static_cast<size_t>(size_of(out.type));
  for (const int id : op.inputs)
    parts.push_back({buffer(graph, buffers, id), static_cast<size_t>(graph.tensors[id].shape.back()) * size});
  const size_t pixels = static_cast<size_t>(out.bytes()) / (static_cast<size_t>(out.shape.back()) * size);
  char* const begin = buffer(graph, buffers, op.output);
  return [parts, pixels, begin] {
    char* to = begin;
    for (size_t i = 0; i < pixels; ++i)
      for (const Part& part : parts) to = static_cast<char*>(std::memcpy(to, part.from + i * part.bytes, part.bytes)) + part.bytes;
  };
}

std::vector<Step> build(const Graph& graph, pthreadpool_t threads, Buffers& buffers) {
  std::vector<Step> steps;
  size_t begin = 0;
  const auto close = [&](size_t end) {
    if (begin < end) steps.push_back(subgraph_step(graph, begin, end, threads, buffers));
    begin = end + 1;
  };
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    if (graph.ops[i].kind != OpKind::concatenation) continue;
    close(i);
    steps.push_back(concatenation_step(graph, graph.ops[i], buffers));
  }
  close(graph.ops.size());
  return steps;
}

int serve(const std::string& folder, const std::string& output, int threads) {
  Diagnostics diagnostics(folder);
  auto graph = std::make_unique<Graph>(read_network(folder + "/net.onnx", diagnostics).value_or(Graph()));
  if (!diagnostics.ok()) return fmt::print(stderr, "{}", diagnostics.str()), 1;
  const std::vector<char> input = read_all(folder + "/input.bin");
  Engine engine;  // the network is at hand, as it would be in the application
  check(xnn_initialize(nullptr), "the machine");
  Buffers buffers(graph->tensors.size());
  const pthreadpool_t pool = threads > 1 ? pthreadpool_create(static_cast<size_t>(threads)) : nullptr;
  const std::vector<Step> steps = build(*graph, pool, buffers);
  std::memcpy(buffers[static_cast<size_t>(graph->inputs[0])].data(), input.data(), input.size());
  std::vector<std::pair<int, int64_t>> outputs;
  for (const int id : graph->outputs) outputs.push_back({id, graph->tensors[id].bytes()});
  graph.reset();  // weights are packed
  malloc_trim(0);
  const auto write = [&] {
    std::ofstream file(output, std::ios::binary);
    for (const auto& [id, bytes] : outputs) file.write(buffers[static_cast<size_t>(id)].data(), bytes);
  };
  return take_turns(engine, [&] { for (const Step& step : steps) step(); }, write);
}

}  // namespace
}  // namespace narrows

int main(int argc, char** argv) {
  if (argc == 4) return narrows::serve(argv[1], argv[2], std::atoi(argv[3]));
  fmt::print(stderr, "usage: peers_xnnpack FOLDER OUTPUT THREADS\n");
  return 2;
}
