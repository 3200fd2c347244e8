// Descriptions: the rows of the paper's Table 2 as layers.
#include <fmt/format.h>

#include <algorithm>

#include "frontends/description/description.h"

namespace narrows::description {
namespace {

/// A block of a row, with what dilation has made of its stride.
struct Block {
  std::string name;
  int expansion, channels;
  int stride, dilation;
  bool residual;
};

/// An inverted residual with a linear bottleneck, section 3.4 of the paper.
int build_block(const Block& block, int in, Net& net) {
  int out = in;
  if (block.expansion != 1) {
    out = net.pointwise(block.name + "/expand", in, block.expansion * net.channels(in), Activation::relu6);
  }
  out = net.depthwise(block.name + "/depthwise", out, block.stride, block.dilation);
  if (!block.residual) return net.pointwise(block.name, out, block.channels, Activation::none);
  out = net.pointwise(block.name + "/project", out, block.channels, Activation::none);
  return net.add(block.name, in, out);
}

}  // namespace

const std::vector<Row>& table_2() {
  static const std::vector<Row> rows = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                        {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  return rows;
}

int scaled_channels(int channels, double width) {
  const double exact = channels * width;
  const int rounded = std::max(8, static_cast<int>(exact + 4) / 8 * 8);
  return rounded < 0.9 * exact ? rounded + 8 : rounded;
}

/// In front of a DeepLab head the map shrinks no further than by the output stride: where a stride is taken
/// away, the blocks behind it are dilated instead, so that they see the same pixels (section 6.3).
int build_backbone(const Network& network, Net& net) {
  const bool dilates = network.head.kind == HeadKind::deeplab;
  int out = net.input("image", network.resolution);
  out = net.conv("stem", out, scaled_channels(network.stem, network.width), {3, 2}, Activation::relu6);
  int number = 0, reached = 2, dilation = 1;
  for (const Row& row : network.rows) {
    const int channels = scaled_channels(row.c, network.width);
    for (int i = 0; i < row.n; ++i) {
      const int stride = i == 0 ? row.s : 1;
      const bool removed = dilates && stride * reached > network.head.output_stride;
      const bool residual = stride == 1 && net.channels(out) == channels;
      const Block block = {fmt::format("block{}", number++), row.t, channels, removed ? 1 : stride, dilation, residual};
      out = build_block(block, out, net);
      reached *= block.stride;
      if (removed) dilation *= stride;
    }
  }
  if (network.last == 0) return out;
  // A narrow network keeps the full width of its last layer (section 6.1).
  const int last = network.width < 1 ? network.last : scaled_channels(network.last, network.width);
  return net.pointwise("last", out, last, Activation::relu6);
}

}  // namespace narrows::description
