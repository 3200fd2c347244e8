// What occurs in real TFLite files beside operators: unused parts, old and new forms of the same thing,
// names.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <set>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/test_data.h"
#include "tests/support/tflite_words.h"

namespace narrows {
namespace {

TEST(TfliteFiles, UnusedTensorsKeepTheirPlace) {
  TfliteBuilder b = small_conv();
  b.add_constant("half", DType::f32, {3}, std::vector<uint8_t>(6));
  b.tensor(4).type = format::TensorType::FLOAT16;
  b.add_tensor("empty", DType::u8, {0, -1});
  const Graph graph = read(b);
  ASSERT_EQ(graph.tensors.size(), 6u);
  EXPECT_EQ(graph.tensors[y].name, "y");
  EXPECT_EQ(graph.tensors[4].name, "half");
  EXPECT_EQ(graph.tensors[5].shape, Shape{1});
}

TEST(TfliteFiles, ConstantsAmongTheInputs) {
  TfliteBuilder b = small_conv();
  b.subgraph().inputs = {bias, x, w};
  EXPECT_EQ(read(b).inputs, Ids{x});
}

TEST(TfliteFiles, CodeInTheOldFieldOnly) {
  TfliteBuilder b = small_conv();
  b.model.operator_codes[0]->builtin_code = Code::ADD;  // 0: absent
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteFiles, CodeInTheNewFieldOnly) {
  TfliteBuilder b = small_conv();
  b.model.operator_codes[0]->deprecated_builtin_code = 0;
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteFiles, ShapeSignature) {
  TfliteBuilder b = small_conv();
  b.tensor(x).shape_signature = {-1, 4, 4, 2};
  EXPECT_EQ(read(b).tensors[x].shape, (Shape{1, 4, 4, 2}));
}

TEST(TfliteFiles, QuantizationOfFloatsMeansNothing) {
  TfliteBuilder b = small_conv();
  b.tensor(x).quantization = std::make_unique<format::QuantizationParametersT>();
  b.quantization(x).scale = {-1, 0};
  b.tensor(y).quantization = std::make_unique<format::QuantizationParametersT>();
  b.quantization(y).min = {0};
  b.quantization(y).max = {6};
  EXPECT_FALSE(read(b).tensors[x].has_scales());
}

TEST(TfliteFiles, ScalesOfIndexOperandsMeanNothing) {
  TfliteBuilder b = one_op(Code::RESHAPE, {6}, {2, 3}, {2, 3});
  b.tensor(1).quantization = std::make_unique<format::QuantizationParametersT>();
  b.quantization(1).scale = {0};
  b.quantization(1).zero_point = {0};
  EXPECT_FALSE(read(b).tensors[1].has_scales());
}

TEST(TfliteFiles, SignatureAndMetadata) {
  TfliteBuilder b = small_conv();
  b.model.signature_defs.push_back(std::make_unique<format::SignatureDefT>());
  b.model.signature_defs[0]->signature_key = "serving_default";
  b.model.metadata.push_back(std::make_unique<format::MetadataT>());
  b.model.metadata[0]->name = "min_runtime_version";
  b.model.metadata_buffer = {0};
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteFiles, UnreachableSubgraphs) {
  TfliteBuilder b = small_conv();
  b.model.subgraphs.push_back(std::make_unique<format::SubGraphT>());
  EXPECT_EQ(read(b).ops.size(), 1u);
}

TEST(TfliteFiles, NamesArePrintable) {
  TfliteBuilder b = small_conv();
  b.tensor(y).name = "a\n'b'";
  b.tensor(x).name = "";
  const Graph graph = read(b);
  EXPECT_EQ(graph.tensors[y].name, "a\\x0a\\x27b\\x27");
  EXPECT_EQ(graph.ops.at(0).origins.at(0).name, "a\\x0a\\x27b\\x27");
  EXPECT_EQ(graph.tensors[x].name, "");
}

// ---- recorded models ---------------------------------------------------------------------------

std::vector<Path> models_in(const char* folder) {
  std::set<Path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(test_data() / folder)) {
    if (entry.path().extension() == ".tflite") paths.insert(entry.path());
  }
  return {paths.begin(), paths.end()};
}

std::string problems_of(const Path& path) {
  Diagnostics diagnostics(path.filename().string());
  const std::optional<Graph> graph = read_model(read_bytes(path), path.stem().string(), diagnostics);
  return graph && !verify(*graph).empty() ? verify(*graph).front() : diagnostics.str();
}

TEST(TfliteFiles, RecordedNetworks) {
  NARROWS_NEEDS_TEST_DATA();
  int read = 0;
  for (const Path& path : models_in("models")) {
    const std::string text = problems_of(path);
    EXPECT_EQ(text, "");
    read += text.empty();
  }
  EXPECT_GE(read, 6);
}

TEST(TfliteFiles, RecordedOperators) {
  NARROWS_NEEDS_TEST_DATA();
  int read = 0;
  for (const Path& path : models_in("ops")) {
    const std::string text = problems_of(path);
    const bool unsupported = text.find("operator is not supported") != text.npos ||
                             text.find("batch size ") != text.npos || text.find("ellipsis") != text.npos;
    EXPECT_TRUE(text.empty() || unsupported) << text;
    read += text.empty();
  }
  EXPECT_GE(read, 75);
}

}  // namespace
}  // namespace narrows
