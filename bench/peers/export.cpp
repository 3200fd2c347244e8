// peers_export MODEL FOLDER: prepares a network for all engines.
//
//   net.onnx                the network up to its logits
//   input.bin               made-up values
//   expected_tflite.bin     what the interpreter makes of them, all outputs behind each other;
//   expected_xnnpack.bin    expected.bin in XNNPACK's rounding
//   net.json                type, multiply-accumulates, outputs
#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <random>

#include "bench/peers/network.h"
#include "bench/peers/write_onnx.h"
#include "compiler/graph/costs.h"
#include "compiler/interpret/interpret.h"
#include "compiler/measure/files.h"

namespace narrows {
namespace {

std::string text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

/// Floats between -1 and 1, or any bytes.
Bytes made_up_values(const Tensor& tensor) {
  std::mt19937 random(1);
  Bytes bytes(tensor.bytes());
  for (size_t i = 0; i < bytes.size(); i += size_of(tensor.type)) {
    const float value = static_cast<float>(random() >> 8) * 0x1p-23f - 1;
    if (tensor.type == DType::f32) {
      std::memcpy(&bytes[i], &value, sizeof(value));
    } else {
      bytes[i] = static_cast<uint8_t>(random() >> 24);
    }
  }
  return bytes;
}

std::string expected(const Graph& graph, const Bytes& input, Numerics numerics) {
  const std::vector<Bytes> values = interpret(graph, {input}, numerics);
  std::string all;
  for (const int id : graph.outputs) all += text(values[id]);
  return all;
}

std::string facts(const Graph& graph) {
  int64_t macs = 0;
  std::string type = "f32", outputs;
  for (const Op& op : graph.ops) {
    macs += multiply_accumulates(graph, op);
    if (op.kind == OpKind::conv2d) type = to_string(graph.output(op).type);
  }
  for (const int id : graph.outputs) {
    const Tensor& tensor = graph.tensors[id];
    outputs += fmt::format("{}{{\"type\": \"{}\", \"count\": {}}}", outputs.empty() ? "" : ", ", to_string(tensor.type),
                           element_count(tensor.shape));
  }
  return fmt::format("{{\"type\": \"{}\", \"macs\": {}, \"outputs\": [{}]}}\n", type, macs, outputs);
}

/// What is expected comes from the file that was written, as every engine has to read it.
bool write_expected(const std::filesystem::path& folder, Diagnostics& diagnostics) {
  const std::optional<Graph> graph = read_network(folder / "net.onnx", diagnostics);
  if (!graph) return false;
  const Bytes input = made_up_values(graph->tensors[graph->inputs[0]]);
  return write_files({{"input.bin", text(input)},
                      {"expected_tflite.bin", expected(*graph, input, Numerics::tflite)},
                      {"expected_xnnpack.bin", expected(*graph, input, Numerics::xnnpack)},
                      {"net.json", facts(*graph)}},
                     folder, diagnostics);
}

bool export_network(const std::filesystem::path& model, const std::filesystem::path& folder, Diagnostics& diagnostics) {
  std::optional<Graph> graph = read_network(model, diagnostics);
  if (!graph) return false;
  graph = cut_at_logits(std::move(*graph));
  if (graph->inputs.size() != 1) diagnostics.error(fmt::format("{} inputs, expected 1", graph->inputs.size()));
  const auto onnx = write_onnx(*graph, diagnostics);
  return onnx && write_files({{"net.onnx", text(*onnx)}}, folder, diagnostics) && write_expected(folder, diagnostics);
}

}  // namespace
}  // namespace narrows

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: peers_export MODEL FOLDER\n");
    return 2;
  }
  narrows::Diagnostics diagnostics(argv[1]);
  const bool done = narrows::export_network(argv[1], argv[2], diagnostics);
  fmt::print(stderr, "{}", diagnostics.str());
  return done ? 0 : 1;
}
