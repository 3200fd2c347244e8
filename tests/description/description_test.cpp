// Descriptions: what graph they give.
#include "frontends/description/description.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "compiler/hash.h"
#include "compiler/interpret/interpret.h"
#include "description_generated.h"
#include "frontends/frontends.h"
#include "tests/support/description.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

constexpr char tiny_rows[] = R"("rows": [{"t": 1, "c": 8}, {"t": 2, "c": 16, "n": 2, "s": 2}, {"c": 24, "s": 2}])";

std::string tiny(const std::string& fields) { return std::string("{\"resolution\": 32, ") + tiny_rows + fields + "}"; }

const Tensor& tensor(const Graph& graph, const std::string& name) {
  return graph.tensors.at(description::find_tensor(graph, name));
}

const Op& op(const Graph& graph, const std::string& name) {
  return graph.ops.at(graph.producer(description::find_tensor(graph, name)));
}

uint64_t hash_of_constants(const Graph& graph) {
  Bytes all;
  for (const Tensor& t : graph.tensors) all.insert(all.end(), t.data.begin(), t.data.end());
  return hash_bytes(all.data(), all.size());
}

TEST(Description, DefaultsAreThePaper) {
  EXPECT_EQ(print(read_json("{}"), true), print(read_shipped("mobilenet_v2_1.0_224.json"), true));
}

TEST(Description, WhiteSpaceAndCommentsAreFree) {
  EXPECT_EQ(read_json("\n\t {resolution: 32 // small\n}").ops.size(), read_json("{}").ops.size());
}

TEST(Description, Rows) {
  const Graph graph = read_json(tiny(""));
  EXPECT_EQ(tensor(graph, "stem").shape, (Shape{1, 16, 16, 32}));
  EXPECT_EQ(tensor(graph, "block0").shape, (Shape{1, 16, 16, 8}));
  EXPECT_EQ(tensor(graph, "block1/expand").shape, (Shape{1, 16, 16, 16}));
  EXPECT_EQ(tensor(graph, "block2").shape, (Shape{1, 8, 8, 16}));
  EXPECT_EQ(op(graph, "block2").kind, OpKind::add);
  EXPECT_EQ(tensor(graph, "block3/expand").shape, (Shape{1, 8, 8, 96}));
  EXPECT_EQ(tensor(graph, "last").shape, (Shape{1, 4, 4, 1280}));
  EXPECT_EQ(tensor(graph, "probabilities").shape, (Shape{1, 1000}));
}

TEST(Description, NarrowNetworksKeepTheLastLayer) {
  EXPECT_EQ(tensor(read_json(R"({"resolution": 32, "width": 0.35})"), "last").shape, (Shape{1, 1, 1, 1280}));
  EXPECT_EQ(tensor(read_json(R"({"resolution": 32, "width": 1.4})"), "last").shape, (Shape{1, 1, 1, 1792}));
}

TEST(Description, ChannelsAreMultiplesOf8) {
  EXPECT_EQ(description::scaled_channels(32, 1.4), 48);
  EXPECT_EQ(description::scaled_channels(24, 0.35), 8);
  EXPECT_EQ(description::scaled_channels(16, 0.75), 16);  // 12 rounded up; 8 would be less than 90 %
  EXPECT_EQ(description::scaled_channels(1, 0.05), 8);
}

// ---- heads -------------------------------------------------------------------------------------

TEST(Description, Ssdlite) {
  const Graph graph = read_shipped("ssdlite_mobilenet_v2_320.json");
  ASSERT_EQ(graph.outputs.size(), 4u);
  EXPECT_EQ(graph.tensors[graph.outputs[0]].shape, (Shape{1, 10, 4}));
  EXPECT_EQ(tensor(graph, "boxes").shape, (Shape{1, 2034, 4}));
  EXPECT_EQ(tensor(graph, "scores").shape, (Shape{1, 2034, 81}));
  // The head reads the expanded tensor at output stride 16.
  EXPECT_EQ(tensor(graph, "block13/expand").shape, (Shape{1, 20, 20, 576}));
  EXPECT_EQ(graph.consumers(description::find_tensor(graph, "block13/expand")).size(), 3u);
}

TEST(Description, SsdliteDefaults) {
  const std::string json = R"({"resolution": 320, "head": {"kind": "ssdlite", "postprocess": true}})";
  EXPECT_EQ(print(read_json(json), true), print(read_shipped("ssdlite_mobilenet_v2_320.json"), true));
}

TEST(Description, SsdliteOnOneMap) {
  const Graph graph = read_json(tiny(R"(, "head": {"kind": "ssdlite", "features": ["block2"], "extra": []})"));
  EXPECT_EQ(graph.tensors[graph.outputs[0]].shape, (Shape{1, 192, 4}));
}

/// As create_ssd_anchors() of TensorFlow's object detection API makes them.
TEST(Description, SsdliteAnchors) {
  const std::vector<float> anchors = description::make_anchors({{2, 2, 3}, {1, 1, 6}});
  ASSERT_EQ(anchors.size(), 4 * (4 * 3 + 6));
  const auto expect_row = [&](size_t row, std::array<float, 4> expected) {
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(anchors[4 * row + i], expected[i], 1e-6f) << row << " " << i;
  };
  const float root2 = std::sqrt(2.0f), root3 = std::sqrt(3.0f), between = std::sqrt(0.95f);
  expect_row(0, {0.25f, 0.25f, 0.1f, 0.1f});
  expect_row(1, {0.25f, 0.25f, 0.2f / root2, 0.2f * root2});
  expect_row(2, {0.25f, 0.25f, 0.2f * root2, 0.2f / root2});
  expect_row(3, {0.25f, 0.75f, 0.1f, 0.1f});
  expect_row(6, {0.75f, 0.25f, 0.1f, 0.1f});
  expect_row(12, {0.5f, 0.5f, 0.95f, 0.95f});
  expect_row(14, {0.5f, 0.5f, 0.95f / root3, 0.95f * root3});
  expect_row(16, {0.5f, 0.5f, 0.95f * root3, 0.95f / root3});
  expect_row(17, {0.5f, 0.5f, between, between});
}

TEST(Description, SsdlitePostprocess) {
  const std::string head = R"(, "head": {"kind": "ssdlite", "features": ["block2"], "extra": [], "postprocess": true})";
  for (const char* type : {"float32", "int8", "uint8"}) {
    const Graph graph = read_json(tiny(head + ", \"type\": \"" + type + "\""));
    ASSERT_EQ(graph.outputs.size(), 4u);
    const Tensor& scores = graph.tensors[graph.outputs[2]];
    EXPECT_EQ(scores.type, DType::f32);
    EXPECT_EQ(scores.shape, (Shape{1, 10}));
    const auto values = interpret(graph, {Bytes(graph.tensors[graph.inputs[0]].bytes(), 3)});
    float count = 0, best = 0;
    std::memcpy(&count, values[graph.outputs[3]].data(), sizeof(count));
    std::memcpy(&best, values[graph.outputs[2]].data(), sizeof(best));
    EXPECT_EQ(count, 10);
    EXPECT_GT(best, 0.5f);
  }
}

int dilation_of(const Graph& graph, int block) {
  return op(graph, "block" + std::to_string(block) + "/depthwise").attr.window.dilation_h;
}

TEST(Description, DeeplabDilatesBehindTheOutputStride) {
  const Graph graph = read_shipped("deeplab_mobilenet_v2_513.json");
  EXPECT_EQ(graph.tensors[graph.outputs[0]].shape, (Shape{1, 33, 33, 21}));
  EXPECT_EQ(dilation_of(graph, 13), 1);  // its stride is gone, its input is what it was
  EXPECT_EQ(dilation_of(graph, 14), 2);
  EXPECT_EQ(dilation_of(graph, 16), 2);
}

TEST(Description, DeeplabOutputStride8) {
  const Graph graph =
      read_json(R"({"resolution": 65, "last": 0, "head": {"kind": "deeplab", "output_stride": 8, "aspp": true}})");
  EXPECT_EQ(graph.tensors[graph.outputs[0]].shape, (Shape{1, 9, 9, 21}));
  EXPECT_EQ(dilation_of(graph, 6), 1);
  EXPECT_EQ(dilation_of(graph, 7), 2);
  EXPECT_EQ(dilation_of(graph, 14), 4);
  EXPECT_EQ(op(graph, "aspp3").attr.window.dilation_h, 36);
}

TEST(Description, DeeplabRates) {
  const Graph graph =
      read_json(R"({"resolution": 65, "last": 0, "head": {"kind": "deeplab", "aspp": true, "rates": [2, 4]}})");
  EXPECT_EQ(op(graph, "aspp1").attr.window.dilation_h, 2);
  EXPECT_EQ(op(graph, "aspp2").attr.window.dilation_w, 4);
  EXPECT_EQ(tensor(graph, "aspp").shape, (Shape{1, 5, 5, 4 * 256}));
}

TEST(Description, DeeplabClassMap) {
  for (const char* type : {"float32", "int8", "uint8"}) {
    const Graph graph =
        read_json(tiny(R"(, "head": {"kind": "deeplab", "output": "classes"}, "type": ")" + std::string(type) + "\""));
    ASSERT_EQ(graph.outputs.size(), 1u);
    EXPECT_EQ(tensor(graph, "classes").type, DType::i32);
    EXPECT_EQ(tensor(graph, "classes").shape, (Shape{1, 32, 32}));
    EXPECT_EQ(op(graph, "logits/resized").attr.sampling, Sampling::align_corners);
  }
}

TEST(Description, DeeplabSpreadsThePooledPixel) {
  const Graph graph = read_json(tiny(R"(, "head": {"kind": "deeplab", "output_stride": 8})"));
  const auto values = interpret(graph, {Bytes(32 * 32 * 3 * sizeof(float))});
  const Bytes& pixel = values[description::find_tensor(graph, "pool/project")];
  const Bytes& map = values[description::find_tensor(graph, "pool/spread")];
  ASSERT_EQ(map.size(), pixel.size() * 16);
  for (size_t i = 0; i < map.size(); ++i) ASSERT_EQ(map[i], pixel[i % pixel.size()]);
}

// ---- weights and types -------------------------------------------------------------------------

TEST(Description, WeightsAreTheSameOnEveryMachine) {
  EXPECT_EQ(hash_of_constants(read_json(tiny(""))), 14900189827146084656u);
  EXPECT_NE(hash_of_constants(read_json(tiny(", \"seed\": 2"))), hash_of_constants(read_json(tiny(""))));
}

TEST(Description, GivenWeights) {
  const std::string net =
      R"({"resolution": 4, "stem": 1, "rows": [{"t": 1, "c": 1}], "last": 0, "head": {"classes": 1})";
  std::string numbers = "0";  // 8 * 3 * 3 * 3 + 8, 8 * 3 * 3 + 8, 8 * 8 + 8, 8 + 1
  for (int i = 1; i < 385; ++i) numbers += ", " + std::to_string(i);
  const Graph graph = read_json(net + ", \"weights\": [" + numbers + "]}");
  const auto first = [&](const std::string& name) {
    float value = 0;
    std::memcpy(&value, tensor(graph, name).data.data(), sizeof(value));
    return value;
  };
  EXPECT_EQ(first("stem/weights"), 0);
  EXPECT_EQ(first("stem/bias"), 216);
  EXPECT_EQ(first("block0/depthwise/weights"), 224);
  EXPECT_EQ(first("block0/depthwise/bias"), 296);
  EXPECT_EQ(first("logits/bias"), 384);
}

constexpr char one_filter[] =
    R"({"resolution": 4, "stem": 1, "rows": [{"t": 1, "c": 1}], "last": 0, "head": {"classes": 1}, )";

class DescribedWeights : public testing::Test {
 protected:
  DescribedWeights() : folder_(std::filesystem::temp_directory_path() / "narrows_weights_file_test") {
    std::filesystem::create_directories(folder_);
  }
  ~DescribedWeights() override { std::filesystem::remove_all(folder_); }

  void write(const std::vector<float>& numbers, const std::string& rest = "") {
    std::ofstream file(folder_ / "w.bin", std::ios::binary);
    file.write(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
    file << rest;
  }
  /// The description next to the file; its messages are added to `messages`.
  std::optional<Graph> read(std::string* messages) {
    const std::string json = std::string(one_filter) + R"("weights_file": "w.bin"})";
    ReadOptions options;
    options.folder = folder_.string();
    Diagnostics diagnostics("m");
    std::optional<Graph> graph = read_model({json.begin(), json.end()}, "m", diagnostics, options);
    *messages = diagnostics.str();
    return graph;
  }

 private:
  Path folder_;
};

TEST_F(DescribedWeights, SameAsInTheDescription) {
  std::vector<float> numbers;
  std::string list;
  for (int i = 0; i < 385; ++i) {
    numbers.push_back(static_cast<float>(i) / 64);
    list += (i ? ", " : "") + std::to_string(i / 64.0);
  }
  write(numbers);
  std::string messages;
  const std::optional<Graph> graph = read(&messages);
  EXPECT_EQ(messages, "");
  ASSERT_TRUE(graph);
  EXPECT_EQ(hash_of_constants(*graph),
            hash_of_constants(read_json(std::string(one_filter) + "\"weights\": [" + list + "]}")));
}

TEST_F(DescribedWeights, WrongContents) {
  std::vector<float> numbers(385, 0.5f);
  std::string messages;
  write(numbers, "x");
  EXPECT_FALSE(read(&messages));
  EXPECT_EQ(messages, "m: error: weights_file 'w.bin' holds 1541 bytes; expected 1540, 385 numbers of 4 bytes\n");
  numbers[7] = std::nanf("");
  write(numbers);
  EXPECT_FALSE(read(&messages));
  EXPECT_EQ(messages, "m: error: weights_file[7] is nan; expected -1000000 to 1000000\n");
}

/// Scales must stay positive whatever the weights.
TEST(Description, ExtremeWeightsInEveryType) {
  for (const char* number : {"0", "1e-45", "1e-20", "1000000", "-1000000"}) {
    for (const char* type : {"int8", "uint8"}) {
      std::string numbers = number;
      for (int i = 1; i < 385; ++i) numbers += std::string(", ") + number;
      read_json(R"({"resolution": 4, "stem": 1, "rows": [{"t": 1, "c": 1}], "last": 0, "head": {"classes": 1},
                    "type": ")" +
                std::string(type) + "\", \"weights\": [" + numbers + "]}");
    }
  }
}

/// Quantized networks follow the float network: made-up parameters would saturate or lose everything.
TEST(Description, QuantizedOutputsFollowTheFloatOnes) {
  const Graph real = read_json(tiny(R"(, "head": {"kind": "deeplab", "output_stride": 8})"));
  for (const char* type : {"int8", "uint8"}) {
    SCOPED_TRACE(type);
    const Graph graph =
        read_json(tiny(R"(, "head": {"kind": "deeplab", "output_stride": 8}, "type": ")" + std::string(type) + "\""));
    const Tensor &input = graph.tensors[graph.inputs[0]], &output = graph.tensors[graph.outputs[0]];
    Bytes stored(32 * 32 * 3), floats(stored.size() * sizeof(float));
    for (size_t i = 0; i < stored.size(); ++i) {
      stored[i] = static_cast<uint8_t>(i * 37 + i / 96);
      const int value = input.type == DType::i8 ? static_cast<int8_t>(stored[i]) : stored[i];
      const float f = static_cast<float>(value - input.zero_point()) * input.scale();
      std::memcpy(&floats[i * sizeof(f)], &f, sizeof(f));
    }
    const Bytes quantized = interpret(graph, {stored})[graph.outputs[0]];
    const Bytes expected = interpret(real, {floats})[real.outputs[0]];
    double error = 0;
    std::set<uint8_t> values(quantized.begin(), quantized.end());
    for (size_t i = 0; i < quantized.size(); ++i) {
      float f;
      std::memcpy(&f, &expected[i * sizeof(f)], sizeof(f));
      const int value = output.type == DType::i8 ? static_cast<int8_t>(quantized[i]) : quantized[i];
      error += std::fabs(static_cast<float>(value - output.zero_point()) * output.scale() - f);
    }
    EXPECT_GT(values.size(), 30u);
    EXPECT_LT(error / static_cast<double>(quantized.size()), 20 * output.scale());
  }
}

TEST(Description, EveryHeadInEveryType) {
  for (const char* type : {"float32", "int8", "uint8"}) {
    for (const char* head : {"classifier", "ssdlite", "deeplab"}) {
      SCOPED_TRACE(std::string(type) + head);
      const Graph graph = read_json(
          tiny(std::string(", \"head\": {\"kind\": \"") + head + "\"}, \"type\": \"" + type + "\", \"width\": 0.5"));
      EXPECT_FALSE(graph.outputs.empty());
    }
  }
}

TEST(Description, BinaryForm) {
  description_format::DescriptionT source;
  source.width = 0.5;
  source.head = std::make_unique<description_format::HeadT>();
  source.head->classes = 10;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(description_format::Description::Pack(builder, &source), description_format::DescriptionIdentifier());
  Diagnostics diagnostics("m");
  const auto* data = builder.GetBufferPointer();
  const auto graph = read_model({data, data + builder.GetSize()}, "m", diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  ASSERT_TRUE(graph);
  EXPECT_EQ(print(*graph, true), print(read_json(R"({"width": 0.5, "head": {"classes": 10}})"), true));
}

TEST(Description, NamesOfTheGraph) {
  const Graph graph = read_json(tiny(""));
  EXPECT_EQ(graph.name, "m");
  EXPECT_EQ(graph.tensors[graph.inputs[0]].name, "image");
}

}  // namespace
}  // namespace narrows
