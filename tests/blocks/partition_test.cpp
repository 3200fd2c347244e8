// Which operators become one block. Blocks are written as "kind: operator numbers", in the order of
// execution.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "compiler/blocks/block.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

const char* kind_name(BlockKind kind) {
  return kind == BlockKind::chain ? "chain" : kind == BlockKind::pooled_conv ? "pooled" : "single";
}

std::vector<std::string> blocks_of(const Graph& graph) {
  std::vector<std::string> lines;
  for (const Block& b : partition(graph)) {
    std::string line = fmt::format("{}: {}", kind_name(b.kind), fmt::join(b.ops, " "));
    if (b.residual >= 0) line += fmt::format(" + {}", b.residual);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> blocks(const std::function<void(Net&)>& build, DType type = DType::f32) {
  return blocks_of(make_net(type, build));
}

using Lines = std::vector<std::string>;

TEST(Partition, InvertedResidual) {
  EXPECT_EQ(blocks([](Net& n) { n.output(n.inverted_residual(n.input(6, 5, 8), 6, 12, 2)); }), Lines{"chain: 0 1 2"});
}

TEST(Partition, InvertedResidualWithoutExpansion) {
  EXPECT_EQ(blocks([](Net& n) { n.output(n.inverted_residual(n.input(6, 5, 8), 1, 12)); }), Lines{"chain: 0 1"});
}

TEST(Partition, ResidualIsFusedBehindTheProjection) {
  const auto build = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    n.output(n.add(x, n.inverted_residual(x, 6, 12)));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "chain: 1 2 3 4 + 3"}));
}

TEST(Partition, StemTakesTheBlockBehindIt) {
  const auto build = [](Net& n) {
    const int stem = n.conv(n.input(13, 12, 3), 16, square(3, 2, 1, 1), Activation::relu6);
    n.output(n.conv(n.depthwise(stem), 8));
  };
  EXPECT_EQ(blocks(build), Lines{"chain: 0 1 2"});
}

TEST(Partition, InvertedResidualWithoutProjection) {
  EXPECT_EQ(blocks([](Net& n) { n.output(n.depthwise(n.conv(n.input(6, 5, 8), 12))); }), Lines{"chain: 0 1"});
}

/// A full convolution is an expansion where the 1x1 convolution behind it narrows the map again, and has rows to spare.
TEST(Partition, FullConvolutionWithProjection) {
  const auto build = [](int height, int wide, int narrow) {
    return blocks([=](Net& n) { n.output(n.conv(n.conv(n.input(height, 5, 8), wide, square(3, 1, 1, 1)), narrow)); });
  };
  EXPECT_EQ(build(8, 24, 12), Lines{"chain: 0 1"});
  EXPECT_EQ(build(8, 24, 24), (Lines{"chain: 0", "chain: 1"}));
  EXPECT_EQ(build(7, 24, 12), (Lines{"chain: 0", "chain: 1"}));
  const auto pointwise = [](int wide) {
    return blocks([=](Net& n) { n.output(n.conv(n.conv(n.input(8, 5, 8), wide), 4)); });
  };
  EXPECT_EQ(pointwise(24), Lines{"chain: 0 1"});
  EXPECT_EQ(pointwise(8), (Lines{"chain: 0", "chain: 1"}));
}

/// Factors of channels that are computed, of a map of 8 rows or more.
TEST(Partition, MultiplicationInFrontOfAConvolution) {
  const auto build = [](int height, const Window& window) {
    return blocks([=](Net& n) {
      const int x = n.conv(n.input(height, 8, 8), 12), pixel = n.reshape(n.mean(x), {1, 1, 1, 12});
      n.output(n.conv(n.mul(pixel, x), 4, window));
    });
  };
  EXPECT_EQ(build(8, square(1)), (Lines{"chain: 0", "single: 1", "single: 2", "chain: 3 4"}));
  EXPECT_EQ(build(8, square(3)), (Lines{"chain: 0", "single: 1", "single: 2", "chain: 3 4"}));
  EXPECT_EQ(build(7, square(1)), (Lines{"chain: 0", "single: 1", "single: 2", "single: 3", "chain: 4"}));
}

/// The narrower tensor is added, with channels of zero behind its own.
TEST(Partition, PaddedResidual) {
  for (const DType type : {DType::f32, DType::u8}) {
    const auto build = [](Net& n) {
      const int x = n.conv(n.input(6, 5, 8), 12), padded = n.pad_channels(x, 16);
      n.output(n.add(n.conv(n.depthwise(x), 16), padded));
    };
    EXPECT_EQ(blocks(build, type), (Lines{"chain: 0", "chain: 2 3 1 4 + 4"}));
  }
}

/// What others read is padded as a whole.
TEST(Partition, PaddedTensorThatOthersRead) {
  const auto build = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12), padded = n.pad_channels(x, 16);
    n.output(n.add(n.conv(n.depthwise(x), 16), padded));
    n.output(padded);
  };
  EXPECT_EQ(blocks(build).size(), 3u);
}

TEST(Partition, ProjectionIsPointwise) {
  const auto build = [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(6, 5, 8), 24)), 12, square(1, 2))); };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0 1", "chain: 2"}));
}

TEST(Partition, DepthwiseWithMultiplierStartsAChain) {
  const auto build = [](Net& n) {
    n.output(n.conv(n.depthwise(n.conv(n.input(6, 5, 8), 24), square(3, 1, 1, 1), 2), 12));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "chain: 1 2"}));
}

// ---- inner tensors that others need ------------------------------------------------------------

TEST(Partition, SecondReaderOfTheExpandedTensor) {
  const auto build = [](Net& n) {
    const int wide = n.conv(n.input(6, 5, 8), 24);
    n.output(n.conv(n.depthwise(wide), 12));
    n.output(n.conv(n.depthwise(wide), 12));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "chain: 1 2", "chain: 3 4"}));
}

TEST(Partition, ExpandedTensorIsAnOutput) {
  const auto build = [](Net& n) {
    const int wide = n.conv(n.input(6, 5, 8), 24);
    n.output(wide);
    n.output(n.conv(n.depthwise(wide), 12));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "chain: 1 2"}));
}

TEST(Partition, FilteredTensorIsAnOutput) {
  const auto build = [](Net& n) {
    const int filtered = n.depthwise(n.conv(n.input(6, 5, 8), 24));
    n.output(filtered);
    n.output(n.conv(filtered, 12));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0 1", "chain: 2"}));
}

TEST(Partition, ProjectionIsAnOutputBesidesTheSum) {
  const auto build = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12), y = n.inverted_residual(x, 3, 12);
    n.output(y);
    n.output(n.add(x, y));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "chain: 1 2 3", "single: 4"}));
}

// ---- additions ---------------------------------------------------------------------------------

TEST(Partition, SumOfTwoChainsIsFusedOnce) {
  const auto build = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    const int block = n.inverted_residual(x, 3, 20);
    n.output(n.add(block, n.conv(x, 20)));
  };
  const Graph graph = make_net(DType::f32, build);
  EXPECT_EQ(blocks_of(graph), (Lines{"chain: 0", "chain: 4", fmt::format("chain: 1 2 3 5 + {}", graph.ops[4].output)}));
}

TEST(Partition, DoubledTensorIsNoResidual) {
  const auto build = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    n.output(n.add(x, x));
  };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "single: 1"}));
}

/// Kernels read a residual in the type that the target multiplies, which the model's need not be.
TEST(Partition, EightBitInputIsNoResidual) {
  const auto build = [](Net& n) {
    const int x = n.reshape(n.input(10, 3, 8), {1, 6, 5, 8});
    n.output(n.add(x, n.inverted_residual(x, 3, 8)));
  };
  EXPECT_EQ(blocks(build), (Lines{"single: 0", "chain: 1 2 3 4 + 1"}));
  EXPECT_EQ(blocks(build, DType::i8), (Lines{"single: 0", "chain: 1 2 3", "single: 4"}));
}

// ---- pools -------------------------------------------------------------------------------------

TEST(Partition, PointwiseAndGlobalPool) {
  const Lines expected = {"chain: 0", "pooled: 1 2"};
  EXPECT_EQ(blocks([](Net& n) { n.output(n.mean(n.conv(n.conv(n.input(6, 5, 8), 12), 20))); }), expected);
  EXPECT_EQ(blocks([](Net& n) { n.output(n.global_average_pool(n.conv(n.conv(n.input(6, 5, 8), 12), 20))); }),
            expected);
}

TEST(Partition, PoolBehindABlockIsItsOwn) {
  EXPECT_EQ(blocks([](Net& n) { n.output(n.mean(n.inverted_residual(n.input(6, 5, 8), 3, 12))); }),
            (Lines{"chain: 0 1 2", "single: 3"}));
}

/// A pooled convolution reads its input as it lies there, in fours.
TEST(Partition, PooledConvolutionOfOddChannels) {
  const auto build = [](Net& n) { n.output(n.mean(n.conv(n.conv(n.input(6, 5, 8), 7), 20))); };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "pooled: 1 2"}));
  EXPECT_EQ(blocks(build, DType::u8), (Lines{"chain: 0", "chain: 1", "single: 2"}));
}

// ---- operators behind convolutions -------------------------------------------------------------

TEST(Partition, ConvolutionsTakeWhatFinishesThem) {
  for (const DType type : {DType::f32, DType::u8, DType::i8}) {
    EXPECT_EQ(blocks([](Net& n) { n.output(n.prelu(n.conv(n.input(6, 5, 8), 12))); }, type), Lines{"chain: 0 1"});
    EXPECT_EQ(blocks([](Net& n) { n.output(n.prelu(n.depthwise(n.input(6, 5, 8)), Slopes::one)); }, type),
              Lines{"chain: 0 1"});
    EXPECT_EQ(blocks([](Net& n) { n.output(n.prelu(n.fully_connected(n.input(6, 5, 8), 12))); }, type),
              Lines{"chain: 0 1"});
  }
}

TEST(Partition, BlockWithOperatorsBehindItsConvolutions) {
  const auto build = [](Net& n) {
    const int x = n.prelu(n.conv(n.input(7, 7, 3), 8, square(3, 2, 1, 1)));
    const int filtered = n.prelu(n.depthwise(n.prelu(n.conv(x, 24))), Slopes::one);
    n.output(n.add(x, n.prelu(n.conv(filtered, 8))));
  };
  for (const DType type : {DType::f32, DType::u8, DType::i8})
    EXPECT_EQ(blocks(build, type), (Lines{"chain: 0 1", "chain: 2 3 4 5 6 7 8 + 5"}));
}

TEST(Partition, StemWithAnOperatorTakesTheBlockBehindIt) {
  const auto build = [](Net& n) {
    const int stem = n.prelu(n.conv(n.input(13, 12, 3), 16, square(3, 2, 1, 1)));
    n.output(n.conv(n.prelu(n.depthwise(stem)), 8));
  };
  EXPECT_EQ(blocks(build), Lines{"chain: 0 1 2 3 4"});
}

TEST(Partition, PooledConvolutionWithAnOperator) {
  const auto build = [](Net& n) { n.output(n.mean(n.prelu(n.conv(n.conv(n.input(6, 5, 8), 12), 20)))); };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "pooled: 1 2 3"}));
}

/// What others read of a convolution is stored before the operator.
TEST(Partition, OperatorBehindASharedTensorIsABlock) {
  const auto twice = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    n.output(n.prelu(x));
    n.output(n.conv(x, 8));
  };
  EXPECT_EQ(blocks(twice), (Lines{"chain: 0", "single: 1", "chain: 2"}));
  const auto output = [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    n.output(x);
    n.output(n.prelu(x));
  };
  EXPECT_EQ(blocks(output), (Lines{"chain: 0", "single: 1"}));
}

/// Kernels have a number for each channel, and none for each pixel.
TEST(Partition, SlopesOfElementsAreABlock) {
  const auto build = [](Net& n) { n.output(n.prelu(n.conv(n.input(6, 5, 8), 12), Slopes::elements)); };
  EXPECT_EQ(blocks(build), (Lines{"chain: 0", "single: 1"}));
}

// ---- order -------------------------------------------------------------------------------------

/// A block runs where its last operator stood, so that the residual exists.
TEST(Partition, ResidualFromBetweenTheOperators) {
  const Graph graph = make_net(DType::f32, [](Net& n) {
    const int x = n.conv(n.input(6, 5, 8), 12);
    const int filtered = n.depthwise(n.conv(x, 24));
    const int other = n.add(x, x);
    n.output(n.add(n.conv(filtered, 12), other));
  });
  EXPECT_EQ(blocks_of(graph),
            (Lines{"chain: 0", "single: 3", fmt::format("chain: 1 2 4 5 + {}", graph.ops[3].output)}));
}

}  // namespace
}  // namespace narrows
