// Constants that are stored sparsely: damaged trees. Sound ones are in tests/golden/tflite_runs/.
#include <gtest/gtest.h>

#include <random>

#include "frontends/frontends.h"
#include "tests/support/bad_model.h"
#include "tests/support/sound_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
namespace format = tflite_format;

std::unique_ptr<format::DimensionMetadataT> dense(int size) {
  auto level = std::make_unique<format::DimensionMetadataT>();
  level->format = format::DimensionType::DENSE;
  level->dense_size = size;
  return level;
}

std::unique_ptr<format::DimensionMetadataT> compressed(const std::vector<int32_t>& segments,
                                                       const std::vector<int32_t>& indices) {
  auto level = std::make_unique<format::DimensionMetadataT>();
  level->format = format::DimensionType::SPARSE_CSR;
  format::Int32VectorT values;
  values.values = segments;
  level->array_segments.Set(values);
  values.values = indices;
  level->array_indices.Set(values);
  return level;
}

/// x [1,3] -> y [1,2]: weights [2,3], of which 3 are not zero.
TfliteBuilder sparse_fully_connected() {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1, 3});
  const int stored = b.add_floats("stored", {3}, {1, 2, 3});
  b.tensor(stored).shape = {2, 3};
  auto sparsity = std::make_unique<format::SparsityParametersT>();
  sparsity->traversal_order = {0, 1};
  sparsity->dim_metadata.push_back(dense(2));
  sparsity->dim_metadata.push_back(compressed({0, 1, 3}, {2, 0, 1}));
  b.tensor(stored).sparsity = std::move(sparsity);
  const int weights = b.add_tensor("w", DType::f32, {2, 3});
  b.add_op(Code::DENSIFY, {stored}, {weights});
  b.subgraph().outputs = {b.fully_connected("y", {in, weights})};
  return b;
}

format::SparsityParametersT& sparsity(TfliteBuilder& b) { return *b.tensor(1).sparsity; }

TEST(TfliteSparse, BecomesDense) {
  const Graph graph = read_sound_model(sparse_fully_connected().finish());
  ASSERT_EQ(graph.ops.size(), 1u);
  const std::vector<uint8_t>& data = graph.input(graph.ops[0], 1).data;
  ASSERT_EQ(data.size(), 24u);
  const auto* floats = reinterpret_cast<const float*>(data.data());
  EXPECT_EQ(std::vector<float>(floats, floats + 6), (std::vector<float>{0, 0, 1, 2, 3, 0}));
}

const char* const misfit =
    "m: error: tensor 1 'stored' is sparse, but its levels and its 12 stored bytes do not fit shape [2,3]\n";

TEST(TfliteSparse, LevelsDoNotFit) {
  TfliteBuilder b = sparse_fully_connected();
  sparsity(b).dim_metadata[0]->dense_size = 3;
  EXPECT_EQ(errors_of(b), misfit);
  sparsity(b).dim_metadata[0]->dense_size = INT32_MAX;
  EXPECT_EQ(errors_of(b), misfit);
  sparsity(b).dim_metadata.pop_back();
  EXPECT_EQ(errors_of(b), misfit);
  for (const std::vector<int32_t>& segments :
       {std::vector<int32_t>{0, 1, 2}, {0, 3, 3, 3}, {1, 1, 3}, {0, 3, 1}, {0, 3}, {0, -1, 3}, {}}) {
    b = sparse_fully_connected();
    sparsity(b).dim_metadata[1]->array_segments.AsInt32Vector()->values = segments;
    if (segments.size() < 4) {
      EXPECT_EQ(errors_of(b), misfit);
    }
  }
  for (const int index : {-1, 3, INT32_MAX, INT32_MIN}) {
    b = sparse_fully_connected();
    sparsity(b).dim_metadata[1]->array_indices.AsInt32Vector()->values[0] = index;
    EXPECT_EQ(errors_of(b), misfit);
  }
  for (const std::vector<int32_t>& order : {std::vector<int32_t>{0, 0}, {0, 2}, {-1, 1}, {0}, {}}) {
    b = sparse_fully_connected();
    sparsity(b).traversal_order = order;
    EXPECT_EQ(errors_of(b), misfit);
  }
}

TEST(TfliteSparse, TooLarge) {
  TfliteBuilder b = sparse_fully_connected();
  b.tensor(1).shape = {1 << 13, 1 << 14};
  EXPECT_EQ(errors_of(b), "m: error: the sparse constants have 67108865 elements, more than the limit of 67108864\n");
}

/// A small file asks for one constant again and again.
TEST(TfliteSparse, DenseManyTimes) {
  TfliteBuilder b;
  const int in = b.add_input("x", DType::f32, {1});
  const int large = b.add_constant("large", DType::f32, {1 << 20}, std::vector<uint8_t>(4 << 20));
  for (int i = 0; i < 100; ++i) b.add_op(Code::DENSIFY, {large}, {b.add_tensor("d", DType::f32, {1 << 20})});
  b.subgraph().outputs = {b.unary(Code::RELU, "y", in)};
  const std::string text = errors_of(b);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "m: op 64 DENSIFY 'd': error: operators make more than 268435456 bytes of constants of others");
}

/// Whatever the numbers are, there is an error or a sound graph.
TEST(TfliteSparse, AnyNumbers) {
  std::mt19937 random(4);
  for (int round = 0; round < 2000; ++round) {
    TfliteBuilder b = sparse_fully_connected();
    std::vector<int32_t*> numbers = {&sparsity(b).dim_metadata[0]->dense_size};
    for (int32_t& n : sparsity(b).traversal_order) numbers.push_back(&n);
    for (int32_t& n : b.tensor(1).shape) numbers.push_back(&n);
    for (int32_t& n : sparsity(b).dim_metadata[1]->array_segments.AsInt32Vector()->values) numbers.push_back(&n);
    for (int32_t& n : sparsity(b).dim_metadata[1]->array_indices.AsInt32Vector()->values) numbers.push_back(&n);
    for (int change = 0; change < 2; ++change) *numbers[random() % numbers.size()] = static_cast<int>(random() % 6) - 1;
    Diagnostics diagnostics("m");
    const std::optional<Graph> graph = read_model(b.finish(), "m", diagnostics);
    EXPECT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
    if (graph) {
      EXPECT_EQ(verify(*graph), std::vector<std::string>{});
    }
  }
}

}  // namespace
}  // namespace narrows
