// The interpreter against recorded runs of the official TFLite runtime: whole models, operator by operator.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

using Json = nlohmann::json;

struct Golden {
  Path folder;
  Json meta;
  Graph graph;
};

Golden open_golden(const std::string& model) {
  Golden golden;
  golden.folder = test_data() / "golden" / model;
  golden.meta = Json::parse(std::ifstream(golden.folder / "meta.json"));
  golden.graph = read_graph(test_data() / "models" / (model + ".tflite"));
  for (const std::string& line : verify(golden.graph)) ADD_FAILURE() << line;
  return golden;
}

std::vector<Bytes> run(const Golden& golden, const std::string& name, Numerics numerics) {
  return interpret(golden.graph, {read_bytes(golden.folder / (name + ".in0.bin"))}, numerics);
}

/// Requires the hash of every operator's output. Says where the first difference arises.
void check_layers(const Golden& golden, const std::string& name, const Json& recorded) {
  SCOPED_TRACE(name);
  const bool reference = recorded.contains("tensors_ref_sha256_16");
  const Json& hashes = recorded[reference ? "tensors_ref_sha256_16" : "tensors_builtin_sha256_16"];
  const std::vector<Bytes> values = run(golden, name, Numerics::tflite);
  for (const Op& op : golden.graph.ops) {
    const auto hash = hashes.find(std::to_string(op.output));
    ASSERT_NE(hash, hashes.end()) << "nothing was recorded for tensor " << op.output;
    ASSERT_EQ(*hash, sha256_16(values[op.output])) << to_string(op.kind) << " writes tensor " << op.output;
  }
}

class QuantizedModel : public testing::TestWithParam<const char*> {};

TEST_P(QuantizedModel, EveryLayerEqualsTheReference) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden(GetParam());
  for (const auto& [name, recorded] : golden.meta["cases"].items()) check_layers(golden, name, recorded);
}

/// The recorded output of XNNPACK; there is no file of its own where it equals the builtin kernels' output.
Bytes xnnpack_output(const Golden& golden, const std::string& name) {
  const Path own = golden.folder / (name + ".out0.xnnpack.bin");
  return read_bytes(std::filesystem::exists(own) ? own : golden.folder / (name + ".out0.bin"));
}

TEST_P(QuantizedModel, OutputEqualsXnnpack) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden(GetParam());
  const int output = golden.graph.outputs[0];
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    const Bytes actual = run(golden, name, Numerics::xnnpack)[output];
    EXPECT_EQ(mismatch_8bit(golden.graph.tensors[output].type, xnnpack_output(golden, name), actual).count, 0) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(LayersGolden, QuantizedModel,
                         testing::Values("mobilenet_v2_1.0_224_quant", "tf2_mobilenet_v2_1.0_224_ptq"),
                         [](const auto& info) { return info.index == 0 ? "uint8" : "int8"; });

/// The class map was recorded as uint8, its hash as int64.
TEST(LayersGolden, SegmentationEqualsTheReference) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden("deeplabv3_mnv2_dm05_pascal_quant");
  const int output = golden.graph.outputs[0];
  ASSERT_EQ(golden.graph.tensors[output].type, DType::i64);
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    check_layers(golden, name, recorded);
    const Bytes expected = read_bytes(golden.folder / (name + ".out0.u8.bin"));
    const Bytes wide = run(golden, name, Numerics::tflite)[output];
    ASSERT_EQ(wide.size(), 8 * expected.size());
    Bytes classes;
    for (size_t i = 0; i < wide.size(); i += 8) classes.push_back(wide[i]);
    EXPECT_EQ(mismatch_8bit(DType::u8, expected, classes).count, 0) << name;
  }
}

/// How many elements of each layer differ between the two numerics, and how far, was recorded too. This needs
/// a model whose builtin and reference kernels agree.
TEST(LayersGolden, XnnpackDiffersFromTfliteAsRecorded) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden("mobilenet_v2_1.0_224_quant");
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    SCOPED_TRACE(name);
    const std::vector<Bytes> tflite = run(golden, name, Numerics::tflite);
    const std::vector<Bytes> xnnpack = run(golden, name, Numerics::xnnpack);
    const Json& layers = recorded["xnnpack_layers"];  // tensor: [elements that differ, elements, largest distance]
    for (const Op& op : golden.graph.ops) {
      const std::string id = std::to_string(op.output);
      const Json expected = layers.contains(id) ? layers[id] : Json{0, 0, 0};
      const Mismatch actual = mismatch_8bit(DType::u8, tflite[op.output], xnnpack[op.output]);
      ASSERT_EQ(expected[0], actual.count) << to_string(op.kind) << " writes tensor " << id;
      ASSERT_EQ(expected[2], actual.largest) << to_string(op.kind) << " writes tensor " << id;
    }
  }
}

/// Every operator of the file, the heads before and behind the score converter, and the detections.
TEST(LayersGolden, DetectionEqualsTheReference) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29");
  ASSERT_EQ(golden.graph.outputs.size(), 4u);
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    SCOPED_TRACE(name);
    const Json& hashes = recorded["tensors_builtin_sha256_16"];
    const std::vector<Bytes> values = run(golden, name, Numerics::tflite);
    int compared = 0;
    for (const Op& op : golden.graph.ops) {
      const auto hash = hashes.find(std::to_string(op.output));
      if (hash == hashes.end()) continue;  // not in the file: a part of the post-processing
      ++compared;
      ASSERT_EQ(*hash, sha256_16(values[op.output])) << to_string(op.kind) << " writes tensor " << op.output;
    }
    EXPECT_EQ(compared, static_cast<int>(hashes.size()));
    for (const char* head : {"t165", "t173", "t174"})
      EXPECT_EQ(values[std::stoi(head + 1)], read_bytes(golden.folder / (name + "." + head + ".bin"))) << head;
    for (size_t i = 0; i < 4; ++i) {
      const std::string file = name + ".out" + std::to_string(i) + ".bin";
      EXPECT_EQ(values[golden.graph.outputs[i]], read_bytes(golden.folder / file)) << file;
    }
  }
}

/// Likewise of a detector, whose concatenations XNNPACK leaves to TFLite.
TEST(LayersGolden, XnnpackDiffersFromTfliteAsRecordedInDetection) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29");
  const Json& recorded = golden.meta["cases"]["cats_and_dogs"];
  const std::vector<Bytes> tflite = run(golden, "cats_and_dogs", Numerics::tflite);
  const std::vector<Bytes> xnnpack = run(golden, "cats_and_dogs", Numerics::xnnpack);
  for (const Op& op : golden.graph.ops) {
    if (!is_8bit(golden.graph.output(op).type)) continue;
    const std::string id = std::to_string(op.output);
    const Json& layers = recorded["xnnpack_layers"];
    const Json expected = layers.contains(id) ? layers[id] : Json{0, 0, 0};
    const Mismatch actual = mismatch_8bit(DType::u8, tflite[op.output], xnnpack[op.output]);
    ASSERT_EQ(expected[0], actual.count) << to_string(op.kind) << " writes tensor " << id;
    ASSERT_EQ(expected[2], actual.largest) << to_string(op.kind) << " writes tensor " << id;
  }
  for (size_t i = 0; i < 4; ++i) {
    const Path own = golden.folder / ("cats_and_dogs.out" + std::to_string(i) + ".xnnpack.bin");
    const Path file =
        std::filesystem::exists(own) ? own : golden.folder / ("cats_and_dogs.out" + std::to_string(i) + ".bin");
    EXPECT_EQ(xnnpack[golden.graph.outputs[i]], read_bytes(file)) << "output " << i;
  }
}

class FloatModel : public testing::TestWithParam<const char*> {};

TEST_P(FloatModel, OutputsAreClose) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden(GetParam());
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    const std::vector<Bytes> values = run(golden, name, Numerics::tflite);
    for (const auto& [what, file] : recorded["files"].items()) {
      // "out0" or "t179"; others are outputs of other engines
      const bool is_output = what == "out0", is_tensor = what[0] == 't' && what.find('_') == std::string::npos;
      const bool is_packed = Path(file.get<std::string>()).extension() == ".gz";
      if ((!is_output && !is_tensor) || is_packed) continue;
      const int id = is_output ? golden.graph.outputs[0] : std::stoi(what.substr(1));
      const Difference difference = difference_f32(read_bytes(golden.folder / file), values[id]);
      EXPECT_LE(difference.relative(), 1e-5) << name << " " << what;
    }
  }
}

const char* const float_models[] = {"teachable_mbv2_035_224_float", "mobilenet_v2_1.0_224_float_dequant", "deeplabv3"};

std::string short_name(const testing::TestParamInfo<const char*>& info) {
  const char* const names[] = {"teachable", "mobilenet_v2", "deeplab"};
  return names[info.index];
}

INSTANTIATE_TEST_SUITE_P(LayersGolden, FloatModel, testing::ValuesIn(float_models), short_name);

double cosine(const Bytes& a, const Bytes& b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i + 4 <= std::min(a.size(), b.size()); i += 4) {
    float x = 0, y = 0;
    std::memcpy(&x, &a[i], 4);
    std::memcpy(&y, &b[i], 4);
    ab += double{x} * y, aa += double{x} * x, bb += double{y} * y;
  }
  return ab / std::sqrt(aa * bb);
}

/// TFLite quantizes the activations of dynamic range models at run time, to 8 bits of their range, where the
/// interpreter computes in float. Seen: cosine at least 0.9994, differences up to 3.2 % of the range.
TEST(LayersGolden, DynamicRangeOutputsAreSimilar) {
  NARROWS_NEEDS_TEST_DATA();
  const Golden golden = open_golden("mobilenet_v2_035_96_embedder_with_metadata");
  for (const auto& [name, recorded] : golden.meta["cases"].items()) {
    const Bytes expected = read_bytes(golden.folder / (name + ".out0.bin"));
    const Bytes actual = run(golden, name, Numerics::tflite)[golden.graph.outputs[0]];
    EXPECT_GT(cosine(expected, actual), 0.999) << name;
    EXPECT_LT(difference_f32(expected, actual).relative(), 0.05) << name;
  }
}

}  // namespace
}  // namespace narrows
