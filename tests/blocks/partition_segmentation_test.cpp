// Which operators of segmentation models become one block.
#include <gtest/gtest.h>

#include "compiler/blocks/block.h"

namespace narrows {
namespace {

std::vector<Block> blocks_of(const std::string& text) {
  Diagnostics diagnostics("text");
  const Graph graph = parse_graph(text, diagnostics);
  EXPECT_EQ(diagnostics.str(), "");
  EXPECT_EQ(verify(graph), std::vector<std::string>());
  return partition(graph);
}

const std::string resize = R"(
inputs %0
%0 f32[1,5,5,4]
%1 f32[1,9,9,4] = resize_bilinear %0
)";

TEST(PartitionSegmentation, ResizeAndArgMaxAreOneBlock) {
  const std::vector<Block> blocks = blocks_of(resize + "%2 i64[1,9,9] = arg_max %1 axis 3\noutputs %2\n");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, BlockKind::resize_argmax);
  EXPECT_EQ(blocks[0].ops, (std::vector<int>{0, 1}));
  EXPECT_EQ(blocks[0].input, 0);
  EXPECT_EQ(blocks[0].output, 2);
}

/// DeepLab's scores are resized to a size of the decoder, and then to the picture's.
TEST(PartitionSegmentation, TwoResizesAndArgMaxAreOneBlock) {
  const std::vector<Block> blocks = blocks_of(resize +
                                              "%2 f32[1,17,17,4] = resize_bilinear %1\n"
                                              "%3 i64[1,17,17] = arg_max %2 axis 3\noutputs %3\n");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, BlockKind::resize_argmax);
  EXPECT_EQ(blocks[0].ops, (std::vector<int>{0, 1, 2}));
}

TEST(PartitionSegmentation, OfThreeResizesTheFirstStandsAlone) {
  const std::vector<Block> blocks = blocks_of(resize +
                                              "%2 f32[1,17,17,4] = resize_bilinear %1\n"
                                              "%3 f32[1,33,33,4] = resize_bilinear %2\n"
                                              "%4 i64[1,33,33] = arg_max %3 axis 3\noutputs %4\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1].ops, (std::vector<int>{1, 2, 3}));
}

TEST(PartitionSegmentation, VisibleScoresBetweenTwoResizesAreKept) {
  const std::vector<Block> blocks = blocks_of(resize +
                                              "%2 f32[1,17,17,4] = resize_bilinear %1\n"
                                              "%3 i64[1,17,17] = arg_max %2 axis 3\noutputs %1 %3\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1].ops, (std::vector<int>{1, 2}));
}

TEST(PartitionSegmentation, VisibleScoresAreKept) {
  EXPECT_EQ(blocks_of(resize + "%2 i64[1,9,9] = arg_max %1 axis 3\noutputs %1 %2\n").size(), 2u);
}

TEST(PartitionSegmentation, ScoresWithTwoReadersAreKept) {
  EXPECT_EQ(blocks_of(resize + "%2 i64[1,9,9] = arg_max %1 axis 3\n"
                               "%3 f32[1,9,9,4] = softmax %1\noutputs %2 %3\n")
                .size(),
            3u);
}

TEST(PartitionSegmentation, ArgMaxOverRowsStandsAlone) {
  EXPECT_EQ(blocks_of(resize + "%2 i32[1,9,4] = arg_max %1 axis 1\noutputs %2\n").size(), 2u);
}

/// Rows of the wide tensor are kept dilation pixels apart; otherwise the block is like any other.
TEST(PartitionSegmentation, DilationDoesNotStopFusion) {
  for (const char* dilation : {"2 2 pad 2 2 2 2", "4 4 pad 4 4 4 4"}) {
    const std::vector<Block> blocks = blocks_of(std::string(R"(inputs %0
        outputs %6
        %0 f32[1,9,9,4]
        %1 f32[24,1,1,4] = seed 1
        %2 f32[1,9,9,24] = conv2d %0 %1 activation relu6
        %3 f32[1,3,3,24] = seed 2
        %4 f32[1,9,9,24] = depthwise_conv2d %2 %3 kernel 3 3 dilation )") +
                                                dilation + R"( activation relu6
        %5 f32[4,1,1,24] = seed 3
        %7 f32[1,9,9,4] = conv2d %4 %5
        %6 f32[1,9,9,4] = add %7 %0)");
    ASSERT_EQ(blocks.size(), 1u);
    EXPECT_EQ(blocks[0].ops.size(), 4u);
    EXPECT_EQ(blocks[0].residual, 0);
  }
}

}  // namespace
}  // namespace narrows
