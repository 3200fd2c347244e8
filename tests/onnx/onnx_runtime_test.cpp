// Networks against onnxruntime, where its npm package is installed: NARROWS_ONNXRUNTIME names the
// node_modules folder that holds onnxruntime-web.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "compiler/interpret/interpret.h"
#include "tests/support/onnx_nets.h"
#include "tests/support/onnx_reference.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

void write(const Path& path, const std::vector<uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

struct Case {
  std::string name;
  OnnxBuilder net;
};

/// A folder with models and their inputs, which onnxruntime runs.
struct OnnxRuntime : testing::Test {
  Path folder = Path(testing::TempDir()) / "narrows_onnxruntime";

  OnnxRuntime() { std::filesystem::create_directories(folder); }
  ~OnnxRuntime() override { std::filesystem::remove_all(folder); }
  void SetUp() override {
    if (!std::getenv("NARROWS_ONNXRUNTIME"))
      GTEST_SKIP() << "NARROWS_ONNXRUNTIME is not set: nothing is compared with onnxruntime";
  }
  void add(const Case& c, const Bytes& input) const {
    write(folder / (c.name + ".onnx"), c.net.finish());
    write(folder / (c.name + ".in0.bin"), input);
  }
  void run_all() const {
    const std::string command = std::string("node " NARROWS_SOURCE_DIR "/tests/onnx/onnxruntime.js '") +
                                std::getenv("NARROWS_ONNXRUNTIME") + "' '" + folder.string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  Bytes output(const Case& c, size_t i) const {
    return read_bytes(folder / (c.name + ".out" + std::to_string(i) + ".bin"));
  }
};

/// The classifier, and what its residual addition makes as a second output.
OnnxBuilder with_map(OnnxBuilder net, int type) {
  const onnx::GraphProto graph = net.graph();
  for (const onnx::NodeProto& node : graph.node()) {
    if (node.op_type() == "Add") net.output(node.output(0) + "_q", type);
    if (node.op_type() == "QLinearAdd") net.output(node.output(0), type);
  }
  return net;
}

std::vector<Case> cases() {
  OnnxNetOptions plain, signed_net, unsigned_net;
  signed_net.activations = onnx::TensorProto::INT8;
  unsigned_net.weights = onnx::TensorProto::UINT8;
  unsigned_net.per_channel = false;
  return {{"qdq", with_map(qdq_classifier(plain), plain.activations)},
          {"qdq_signed", with_map(qdq_classifier(signed_net), signed_net.activations)},
          {"qlinear", with_map(qlinear_classifier(plain), plain.activations)},
          {"qlinear_unsigned", with_map(qlinear_classifier(unsigned_net), unsigned_net.activations)}};
}

/// Every layer may round otherwise; no result is off by more than two steps.
void compare(const OnnxRuntime& runtime, const Case& c, const Bytes& image, Numerics numerics) {
  const Graph graph = read_onnx_graph(c.net);
  const std::vector<Bytes> values = interpret(graph, {image}, numerics);
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    const int id = graph.outputs[i];
    const Bytes expected = runtime.output(c, i);
    const Mismatch mismatch = mismatch_8bit(graph.tensors[id].type, expected, values[id]);
    std::printf("%s, output %d, %s: %d of %d numbers differ from onnxruntime's, by up to %d\n", c.name.c_str(),
                static_cast<int>(i), numerics == Numerics::tflite ? "tflite" : "xnnpack",
                static_cast<int>(mismatch.count), static_cast<int>(expected.size()), mismatch.largest);
    EXPECT_LE(mismatch.largest, 2);
  }
}

TEST_F(OnnxRuntime, QuantizedNetworks) {
  const std::vector<int> values = small_integers(3 * 16 * 16, 0, 256);
  const Bytes image(values.begin(), values.end());
  for (const Case& c : cases()) add(c, image);
  run_all();
  for (const Case& c : cases()) {
    for (const Numerics numerics : {Numerics::tflite, Numerics::xnnpack}) compare(*this, c, image, numerics);
  }
}

/// onnxruntime rounds the activations to 8 bits in front of every layer, which nothing is computed of here.
TEST_F(OnnxRuntime, NetworksQuantizedAtRunTime) {
  const Bytes input = bytes_of(numbers({1, 2, 6, 5}).values);
  const std::vector<Case> all = {{"dynamic_signed", dynamic_classifier(onnx::TensorProto::INT8, 0)},
                                 {"dynamic_unsigned", dynamic_classifier(onnx::TensorProto::UINT8, 119)}};
  for (const Case& c : all) add(c, input);
  run_all();
  for (const Case& c : all) {
    const Graph graph = read_onnx_graph(c.net);
    const Bytes actual = interpret(graph, {input})[graph.outputs[0]];
    const double difference = difference_f32(output(c, 0), actual).relative();
    std::printf("%s: %.2g of the range from onnxruntime's\n", c.name.c_str(), difference);
    EXPECT_LE(difference, 0.02);
  }
}

/// A pool of x [1,2,6,7].
OnnxBuilder pool(const char* type, int kernel, int stride, const std::vector<int64_t>& pads) {
  OnnxBuilder b(19);
  b.input("x", {1, 2, 6, 7});
  OnnxBuilder::Node& node = b.op(type, {"x"}, "y");
  set(node, "kernel_shape", std::vector<int64_t>{kernel, kernel});
  set(node, "strides", std::vector<int64_t>{stride, stride});
  set(node, "pads", pads);
  b.output("y");
  return b;
}

/// Windows that reach into padding and beyond it, counted or not.
TEST_F(OnnxRuntime, Pools) {
  const Array x = numbers({1, 2, 6, 7});
  std::vector<Case> all;
  for (int i = 0; i < 3 * 3 * 3; ++i) {
    const int kernel = 2 + i / 9, stride = 1 + i / 3 % 3;
    for (int variant = 0; variant < 6; ++variant) {
      const auto pad = [&](int seed) { return (i * 7 + seed * 5 + variant) % kernel; };
      OnnxBuilder b = pool(variant < 4 ? "AveragePool" : "MaxPool", kernel, stride, {pad(0), pad(1), pad(2), pad(3)});
      set(b.node(0), "ceil_mode", variant % 2);
      if (variant < 4) set(b.node(0), "count_include_pad", variant / 2);
      all.push_back({"pool" + std::to_string(i) + "_" + std::to_string(variant), b});
    }
  }
  for (const Case& c : all) add(c, bytes_of(x.values));
  run_all();
  for (const Case& c : all) {
    SCOPED_TRACE(c.name);
    const Bytes expected = output(c, 0), actual = bytes_of(run_onnx(c.net, {x})[0].values);
    ASSERT_EQ(expected.size(), actual.size());
    EXPECT_LE(difference_f32(expected, actual).relative(), 1e-6);
  }
}

/// onnxruntime rounds every result to FLOAT16.
TEST_F(OnnxRuntime, ModelInHalves) {
  const Bytes input = bytes_of(numbers({1, 2, 4, 5}).values);
  const Case c = {"halves", model_in_halves()};
  add(c, input);
  run_all();
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(c.net.finish(), "m", diagnostics);
  ASSERT_TRUE(graph) << diagnostics.str();
  const double difference = difference_f32(output(c, 0), interpret(*graph, {input})[graph->outputs[0]]).relative();
  std::printf("FLOAT16: %.2g of the range from onnxruntime's\n", difference);
  EXPECT_LE(difference, 1e-3);
}

}  // namespace
}  // namespace narrows
