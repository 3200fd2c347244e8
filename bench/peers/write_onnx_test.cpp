// The ONNX files that bench/peers gives to other engines, read back: they must compute the same.
#include "bench/peers/write_onnx.h"

#include <gtest/gtest.h>

#include <optional>

#include "bench/peers/network.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/description.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

Graph read_back(const Graph& graph) {
  Diagnostics diagnostics("net");
  const auto bytes = write_onnx(graph, diagnostics);
  EXPECT_TRUE(bytes) << diagnostics.str();
  ReadOptions options;
  options.layout = ReadOptions::Layout::nhwc;
  auto back = bytes ? read_onnx(*bytes, "net", diagnostics, options) : std::nullopt;
  EXPECT_TRUE(back) << diagnostics.str();
  return back.value_or(Graph());
}

Bytes made_up_input(const Tensor& tensor) {
  const int64_t count = element_count(tensor.shape);
  if (tensor.type != DType::f32) {
    const std::vector<int> values = small_integers(count, 0, 256);
    return {values.begin(), values.end()};
  }
  const std::vector<float> values = small_numbers(count);
  const auto* const bytes = reinterpret_cast<const uint8_t*>(values.data());
  return {bytes, bytes + values.size() * sizeof(float)};
}

std::vector<Bytes> outputs(const Graph& graph, const Bytes& input) {
  const std::vector<Bytes> values = interpret(graph, {input});
  std::vector<Bytes> found;
  for (const int id : graph.outputs) found.push_back(values[id]);
  return found;
}

/// A stem, three blocks of which one has an addition, and `head`.
Graph network(const std::string& type, const std::string& head) {
  return read_json(
      R"({"resolution": 32, "rows": [{"t": 1, "c": 8}, {"t": 2, "c": 8, "n": 2, "s": 2}], "last": 16, "type": ")" +
      type + R"(", "head": )" + head + "}");
}

constexpr char detector[] =
    R"({"kind": "ssdlite", "classes": 2, "features": ["last"], "extra": [8], "anchors": [2, 3]})";
constexpr char classifier[] = R"({"kind": "classifier", "classes": 5})";
constexpr char segmenter[] = R"({"kind": "deeplab", "classes": 3, "aspp": false, "output": "classes"})";

TEST(OnnxWriter, FloatNetworksComputeTheSame) {
  for (const char* head : {classifier, segmenter}) {
    Graph graph = network("float32", head);
    const Graph back = read_back(graph);
    const Bytes input = made_up_input(graph.tensors[graph.inputs[0]]);
    // Classes are 64-bit numbers in ONNX.
    if (head == segmenter) graph.tensors[graph.outputs[0]].type = DType::i64;
    EXPECT_EQ(outputs(graph, input), outputs(back, input)) << head;
  }
}

TEST(OnnxWriter, QuantizedNetworksComputeTheSame) {
  for (const char* type : {"int8", "uint8"}) {
    const Graph graph = cut_at_logits(network(type, detector));
    const Graph back = read_back(graph);
    const Bytes input = made_up_input(graph.tensors[graph.inputs[0]]);
    EXPECT_EQ(outputs(graph, input), outputs(back, input)) << type;
    EXPECT_EQ(graph.ops.size(), back.ops.size()) << print(back);
  }
}

/// A global pool comes back as a mean, which rounds in its own way.
TEST(OnnxWriter, QuantizedPoolIsWithinAStep) {
  Graph graph = cut_at_logits(network("int8", classifier));
  graph.outputs = {graph.ops.back().inputs[0]};
  const Graph back = read_back(graph);
  const Bytes input = made_up_input(graph.tensors[graph.inputs[0]]);
  EXPECT_LE(mismatch_8bit(DType::i8, outputs(graph, input)[0], outputs(back, input)[0]).largest, 1);
}

TEST(OnnxWriter, DetectorsAreCutBeforeTheirMapsAreJoined) {
  const Graph graph = cut_at_logits(network("float32", detector));
  std::vector<Shape> shapes;
  for (const int id : graph.outputs) shapes.push_back(graph.tensors[id].shape);
  EXPECT_EQ(shapes, (std::vector<Shape>{{1, 8, 8, 8}, {1, 4, 4, 12}, {1, 8, 8, 6}, {1, 4, 4, 9}}));
}

TEST(OnnxWriter, OtherOperatorsAreRefused) {
  Graph graph = network("float32", classifier);
  graph.ops.back().kind = OpKind::hard_swish;
  Diagnostics diagnostics("net.json");
  EXPECT_FALSE(write_onnx(graph, diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "net.json: error: cannot write op 14 of kind hard_swish as ONNX: not an operator of "
            "MobileNetV2's networks\n");
}

}  // namespace
}  // namespace narrows
