// Blocks as graphs of their own: they compute what they compute in their network, and are blocks again.
#include "compiler/blocks/extract_block.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/interpret/interpret.h"
#include "compiler/passes/passes.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

Graph network(DType type) {
  return make_net(type, [](Net& n) {
    const int stem = n.conv(n.input(12, 12, 3), 8, square(3, 2, 1, 1), Activation::relu6);
    const int first = n.inverted_residual(stem, 6, 8);
    const int sum = n.add(first, n.inverted_residual(first, 6, 8));
    n.output(n.fully_connected(n.global_average_pool(n.conv(sum, 16)), 5));
  });
}

std::vector<Bytes> some_input(const Graph& graph) {
  Bytes bytes(static_cast<size_t>(graph.tensors.at(graph.inputs[0]).bytes()));
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i % 4 == 3 ? 63 : i * 37);
  return {bytes};
}

/// What `block` reads in `graph`, in the order of the inputs of `extracted`.
std::vector<Bytes> values_read(const Graph& extracted, const Graph& graph, const std::vector<Bytes>& values) {
  std::vector<Bytes> inputs;
  for (const int id : extracted.inputs) {
    const std::string& name = extracted.tensors.at(id).name;
    const auto same = std::find_if(graph.tensors.begin(), graph.tensors.end(),
                                   [&](const Tensor& tensor) { return tensor.name == name; });
    inputs.push_back(values.at(static_cast<size_t>(same - graph.tensors.begin())));
  }
  return inputs;
}

class ExtractBlock : public testing::TestWithParam<DType> {};

TEST_P(ExtractBlock, ComputesTheSame) {
  const Graph graph = network(GetParam());
  const std::vector<Bytes> values = interpret(graph, some_input(graph), Numerics::tflite);
  for (const Block& block : partition(graph)) {
    const Graph extracted = extract_block(graph, block);
    EXPECT_EQ(verify(extracted), std::vector<std::string>());
    const std::vector<Bytes> found = interpret(extracted, values_read(extracted, graph, values), Numerics::tflite);
    EXPECT_EQ(found.at(extracted.outputs.at(0)), values.at(block.output));
  }
}

TEST_P(ExtractBlock, IsTheLastBlockAndOfTheSameKind) {
  const Graph graph = network(GetParam());
  for (const Block& block : partition(graph)) {
    const std::vector<Block> blocks = partition(extract_block(graph, block));
    EXPECT_EQ(blocks.back().kind, block.kind);
    EXPECT_EQ(blocks.back().ops.size(), block.ops.size());
    EXPECT_EQ(blocks.back().residual >= 0, block.residual >= 0);
  }
}

TEST_P(ExtractBlock, KeepsThePoolsInFront) {
  const Graph graph = network(GetParam());
  const Graph extracted = extract_block(graph, partition(graph).at(2));
  EXPECT_EQ(remove_identities(extracted).ops.size(), extracted.ops.size());
  EXPECT_EQ(extracted.ops.at(0).kind, OpKind::max_pool);
  EXPECT_EQ(extracted.inputs.size(), 1u);  // the residual is the input
}

INSTANTIATE_TEST_SUITE_P(Types, ExtractBlock, testing::Values(DType::f32, DType::u8, DType::i8),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace narrows
