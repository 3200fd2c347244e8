// XNNPACK as an engine: peers_xnnpack FOLDER OUTPUT THREADS runs FOLDER/net.onnx through the subgraph API.
//
// Debian's version has no concatenation. A network with one is cut there into subgraphs, and what lies
// between them is a copy, as TFLite does with what it does not delegate.
#include "bench/peers/xnnpack.h"

#include <fmt/format.h>
#include <malloc.h>
#include <pthreadpool.h>

#include <cstring>
#include <functional>
#include <memory>

#include "bench/peers/network.h"
#include "bench/peers/turns.h"

namespace narrows::xnnpack {
namespace {

using Buffers = std::vector<std::vector<char>>;  // by tensor; of those outside of subgraphs
using Step = std::function<void()>;

char* buffer(const Graph& graph, Buffers& buffers, int tensor) {
  std::vector<char>& bytes = buffers[static_cast<size_t>(tensor)];
  if (bytes.empty()) bytes.resize(static_cast<size_t>(graph.tensors[tensor].bytes()) + XNN_EXTRA_BYTES);
  return bytes.data();
}

Step subgraph_step(const Graph& graph, size_t begin, size_t end, pthreadpool_t threads, Buffers& buffers) {
  Subgraph s(graph, begin, end);
  check(xnn_create_subgraph(static_cast<uint32_t>(graph.tensors.size()), 0, &s.handle), "a subgraph");
  for (size_t i = begin; i < end; ++i) define(s, graph.ops[i]);
  xnn_runtime_t runtime = nullptr;
  check(xnn_create_runtime_v2(s.handle, threads, 0, &runtime), "the network");
  std::vector<xnn_external_value> externals;
  for (const uint32_t id : s.externals) externals.push_back({id, buffer(graph, buffers, static_cast<int>(id))});
  check(xnn_setup_runtime(runtime, externals.size(), externals.data()), "the tensors");
  xnn_delete_subgraph(s.handle);
  return [runtime] { check(xnn_invoke_runtime(runtime), "a run"); };
}

/// Along the last axis, pixel by pixel.
Step concatenation_step(const Graph& graph, const Op& op, Buffers& buffers) {
  const Tensor& out = graph.output(op);
  if (op.attr.axis + 1 != static_cast<int>(out.shape.size()))
    check(xnn_status_unsupported_parameter, "a concatenation");
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
      for (const Part& part : parts)
        to = static_cast<char*>(std::memcpy(to, part.from + i * part.bytes, part.bytes)) + part.bytes;
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
  return take_turns(
      engine,
      [&] {
        for (const Step& step : steps) step();
      },
      write);
}

}  // namespace
}  // namespace narrows::xnnpack

int main(int argc, char** argv) {
  if (argc == 4) return narrows::xnnpack::serve(argv[1], argv[2], std::atoi(argv[3]));
  fmt::print(stderr, "usage: peers_xnnpack FOLDER OUTPUT THREADS\n");
  return 2;
}
