// Wrong or unsupported depthwise convolutions, fully connected layers and pools.
#include <gtest/gtest.h>

#include "tests/support/bad_model.h"

namespace narrows {
namespace {

using Code = TfliteBuilder::Code;
using Padding = TfliteBuilder::Padding;
namespace format = tflite_format;

using DepthwiseOptions = format::DepthwiseConv2DOptionsT;
using DenseOptions = format::FullyConnectedOptionsT;
using PoolOptions = format::Pool2DOptionsT;

TfliteBuilder small_pool(const TfliteBuilder::Window& window) {
  TfliteBuilder b;
  b.add_input("x", DType::u8, {1, 4, 4, 2}, per_tensor(0.5f, 128));
  b.subgraph().outputs = {b.pool(Code::AVERAGE_POOL_2D, "y", x, window)};
  return b;
}

TEST(BadDepthwiseConv, Multiplier) {
  TfliteBuilder b = small_depthwise();
  b.options<DepthwiseOptions>(0).depth_multiplier = 3;
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: depth multiplier 3 does not agree with 2 input and 4 "
            "output channels, expected 2\n");
}

TEST(BadDepthwiseConv, WeightsShape) {
  TfliteBuilder b = small_depthwise();
  b.tensor(w).shape = {4, 3, 3, 1};
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: weights 'w' have shape [4,3,3,1], expected [1,h,w,n] with "
            "n a multiple of the 2 channels of input 'x'\n");
}

TEST(BadDepthwiseConv, Channels) {
  TfliteBuilder b = small_depthwise();
  b.tensor(x).shape = {1, 4, 4, 3};
  EXPECT_EQ(errors_of(b),
            "m: op 0 DEPTHWISE_CONV_2D 'y': error: weights 'w' have shape [1,3,3,4], expected [1,h,w,n] with "
            "n a multiple of the 3 channels of input 'x'\n");
}

TEST(BadFullyConnected, Depth) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(x).shape = {1, 7};
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: input 'x' with shape [1,7] does not fit weights 'w' with "
            "shape [3,6]\n");
}

TEST(BadFullyConnected, KeepNumDims) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(x).shape = {1, 2, 3};
  b.options<DenseOptions>(0).keep_num_dims = true;
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: input 'x' with shape [1,2,3] does not fit weights 'w' with "
            "shape [3,6]\n");
}

TEST(BadFullyConnected, OutputShape) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(y).shape = {1, 1, 3};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 3 'y'", "[1,1,3]", "[1,3]"));
}

TEST(BadFullyConnected, WeightsRank) {
  TfliteBuilder b = small_fully_connected();
  b.tensor(w).shape = {18};
  EXPECT_EQ(errors_of(b), "m: op 0 FULLY_CONNECTED 'y': error: shape of weights 'w' is [18], expected 2 dimensions\n");
}

TEST(BadFullyConnected, WeightsFormat) {
  TfliteBuilder b = small_fully_connected(DType::u8);
  b.options<DenseOptions>(0).weights_format = format::FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8;
  EXPECT_EQ(errors_of(b),
            "m: op 0 FULLY_CONNECTED 'y': error: weights format 1 is not supported; supported: DEFAULT\n");
}

TEST(BadPool, Kernel) {
  TfliteBuilder b = small_pool({1, Padding::SAME, 1, 2, 2});
  b.options<PoolOptions>(0).filter_width = 0;
  EXPECT_EQ(errors_of(b), "m: op 0 AVERAGE_POOL_2D 'y': error: kernel 2x0 is out of range; expected 1 to 4096\n");
}

TEST(BadPool, KernelDoesNotFit) {
  TfliteBuilder b = small_pool({1, Padding::SAME, 1, 5, 4});
  b.options<PoolOptions>(0).padding = Padding::VALID;
  EXPECT_EQ(errors_of(b),
            "m: op 0 AVERAGE_POOL_2D 'y': error: a window of 5x4 does not fit into an input of 4x4 with "
            "padding VALID\n");
}

TEST(BadPool, OutputShape) {
  TfliteBuilder b = small_pool({2, Padding::SAME, 1, 2, 2});
  b.tensor(1).shape = {1, 2, 3, 2};
  EXPECT_EQ(warnings_of(b), stale_shape("tensor 1 'y'", "[1,2,3,2]", "[1,2,2,2]"));
}

}  // namespace
}  // namespace narrows
