// Convolutions of odd shapes and in odd company: what the row programs of compiler/lower/chain_*.cpp and
// print_chain.cpp have to get right beyond MobileNetV2 itself. Names of tensors tell the case.
#include "tests/support/graphs.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

constexpr Activation relu6 = Activation::relu6, relu = Activation::relu, linear = Activation::none;

/// Different sizes, strides and dilations for the two directions, and a border on one side only.
Window lopsided() {
  Window w;
  w.kernel_h = 2, w.kernel_w = 3;
  w.stride_h = 2, w.stride_w = 1;
  w.dilation_h = 1, w.dilation_w = 2;
  w.pad = {0, 1, 3, 0};
  return w;
}

const NetCase windows[] = {
    {"5x5 depthwise in a block",
     [](Net& n) {
       n.output(n.conv(n.depthwise(n.conv(n.input(9, 8, 8), 36, square(1), relu6), square(5, 1, 1, 2)), 20));
     }},
    {"5x5 depthwise of stride 2", [](Net& n) { n.output(n.depthwise(n.input(9, 8, 20), square(5, 2, 1, 2))); }},
    {"2x2 depthwise without border",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(7, 6, 8), 24, square(1), relu6), square(2)), 12)); }},
    {"4x4 depthwise", [](Net& n) { n.output(n.conv(n.depthwise(n.input(7, 6, 24), square(4, 1, 1, 1)), 8)); }},
    {"1x1 depthwise of stride 2",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(7, 6, 8), 24, square(1), relu6), square(1, 2)), 12)); }},
    {"stride 3", [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(10, 11, 8), 24), square(3, 3, 1, 1)), 12)); }},
    {"stride beyond the kernel",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(11, 9, 8), 20), square(2, 3)), 12)); }},
    {"dilation 2 in a block",
     [](Net& n) {
       n.output(n.conv(n.depthwise(n.conv(n.input(9, 8, 8), 24, square(1), relu6), square(3, 1, 2, 2)), 12));
     }},
    {"dilation 4 in a block with a residual",
     [](Net& n) {
       const int x = n.conv(n.input(9, 8, 8), 12);
       const int wide = n.conv(x, 36, square(1), relu6);
       n.output(n.add(x, n.conv(n.depthwise(wide, square(3, 1, 4, 4)), 12)));
     }},
    {"dilation 6 in a block",
     [](Net& n) {
       n.output(n.conv(n.depthwise(n.conv(n.input(15, 8, 8), 24, square(1), relu6), square(3, 1, 6, 6)), 12));
     }},
    {"dilation 12 in a block, as large as the map",
     [](Net& n) {
       n.output(n.conv(n.depthwise(n.conv(n.input(13, 14, 8), 24, square(1), relu6), square(3, 1, 12, 12)), 12));
     }},
    {"dilation 18 in a block, larger than the map",
     [](Net& n) {
       n.output(n.conv(n.depthwise(n.conv(n.input(5, 6, 8), 24, square(1), relu6), square(3, 1, 18, 18)), 12));
     }},
    {"dilation 2, stride 2", [](Net& n) { n.output(n.depthwise(n.input(11, 10, 24), square(3, 2, 2, 1))); }},
    {"lopsided depthwise",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(8, 7, 8), 24, square(1), relu6), lopsided()), 12)); }},
    {"lopsided convolution", [](Net& n) { n.output(n.conv(n.input(8, 7, 5), 12, lopsided(), relu)); }},
    {"convolution 1x1 of stride 2", [](Net& n) { n.output(n.conv(n.input(9, 7, 8), 20, square(1, 2))); }},
    {"convolution 1x1 with a border", [](Net& n) { n.output(n.conv(n.input(4, 5, 8), 12, square(1, 1, 1, 1))); }},
    {"convolution 3x3 of dilation 2",
     [](Net& n) { n.output(n.conv(n.input(9, 8, 7), 20, square(3, 1, 2, 2), relu6)); }},
    {"convolution 5x5 of stride 3", [](Net& n) { n.output(n.conv(n.input(11, 12, 3), 17, square(5, 3, 1, 2))); }},
    {"one row", [](Net& n) { n.output(n.inverted_residual(n.input(1, 13, 8), 6, 12)); }},
    {"one column, stride 2", [](Net& n) { n.output(n.inverted_residual(n.input(13, 1, 8), 6, 12, 2)); }},
    {"one pixel", [](Net& n) { n.output(n.inverted_residual(n.input(1, 1, 8), 6, 12)); }},
    {"kernel larger than the map",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(2, 3, 8), 24), square(7, 1, 1, 3)), 12)); }},
    {"convolution larger than the map", [](Net& n) { n.output(n.conv(n.input(3, 2, 8), 12, square(5, 1, 1, 2))); }},
};

/// A block and single convolutions of `channels` channels, which are no whole vectors.
template <int channels>
void channel_case(Net& n) {
  const int x = n.input(6, 5, channels);
  const int block = n.add(x, n.conv(n.depthwise(n.conv(x, 3 * channels, square(1), relu6)), channels));
  n.output(n.depthwise(block));
  n.output(n.conv(block, channels, square(3, 2, 1, 1)));
  n.output(n.conv(n.depthwise(block, square(3, 2, 1, 1)), channels + 1));
}

const NetCase channels[] = {
    {"1 channel", channel_case<1>},
    {"3 channels", channel_case<3>},
    {"5 channels", channel_case<5>},
    {"7 channels", channel_case<7>},
    {"20 channels", channel_case<20>},
    {"24 channels", channel_case<24>},
    {"36 channels", channel_case<36>},
    {"multiplier 2", [](Net& n) { n.output(n.depthwise(n.input(6, 5, 10), square(3, 1, 1, 1), 2)); }},
    {"multiplier 3, projected",
     [](Net& n) { n.output(n.conv(n.depthwise(n.input(7, 5, 7), square(3, 2, 1, 1), 3), 12)); }},
    {"multiplier 2 behind an expansion",
     [](Net& n) { n.output(n.conv(n.depthwise(n.conv(n.input(6, 5, 8), 24), square(3, 1, 1, 1), 2), 12)); }},
    {"multiplier of one channel", [](Net& n) { n.output(n.depthwise(n.input(6, 5, 1), square(5, 1, 1, 2), 8)); }},
    {"stem",
     [](Net& n) {
       const int stem = n.conv(n.input(13, 12, 3), 16, square(3, 2, 1, 1), relu6);
       n.output(n.conv(n.depthwise(stem), 8));
     }},
};

const NetCase residuals[] = {
    {"residual is the graph input",
     [](Net& n) {
       const int x = n.input(6, 5, 24);
       n.output(n.add(x, n.inverted_residual(x, 3, 24)));
     }},
    {"residual is another tensor",
     [](Net& n) {
       const int other = n.conv(n.input(6, 5, 8), 24);
       n.output(n.add(n.inverted_residual(n.input(6, 5, 16), 3, 24), other, relu));
     }},
    {"residual is another graph input",
     [](Net& n) {
       const int other = n.input(3, 3, 24);
       n.output(n.add(other, n.conv(n.depthwise(n.input(6, 5, 24), square(3, 2, 1, 1)), 24)));
     }},
    {"residual behind one convolution",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 20);
       n.output(n.add(n.conv(x, 20, square(3, 1, 1, 1)), x, relu6));
     }},
    {"residual is the expanded tensor",
     [](Net& n) {
       const int wide = n.conv(n.input(6, 5, 8), 24, square(1), relu6);
       n.output(n.add(wide, n.conv(n.depthwise(wide), 24)));
     }},
    {"sum of two blocks",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 12);
       const int first = n.inverted_residual(x, 4, 20);
       n.output(n.add(first, n.inverted_residual(x, 3, 20)));
     }},
    {"twice the same tensor",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 12);
       n.output(n.conv(n.add(x, x), 8));
     }},
    {"reshaped input is the residual",
     [](Net& n) {
       const int x = n.reshape(n.input(10, 3, 24), {1, 6, 5, 24});
       n.output(n.add(n.inverted_residual(x, 3, 24), x));
     }},
};

const NetCase readers[] = {
    {"expanded tensor with two readers",
     [](Net& n) {
       const int wide = n.conv(n.input(6, 5, 8), 24, square(1), relu6);
       n.output(n.conv(n.depthwise(wide), 12));
       n.output(n.conv(n.depthwise(wide, square(3, 2, 1, 1)), 12));
     }},
    {"expanded tensor is an output",
     [](Net& n) {
       const int wide = n.conv(n.input(6, 5, 8), 24, square(1), relu6);
       n.output(wide);
       n.output(n.conv(n.depthwise(wide), 12));
     }},
    {"filtered tensor is an output",
     [](Net& n) {
       const int filtered = n.depthwise(n.conv(n.input(6, 5, 8), 24, square(1), relu6));
       n.output(n.conv(filtered, 12));
       n.output(filtered);
     }},
    {"projection is an output, as is the sum",
     [](Net& n) {
       const int x = n.conv(n.input(6, 5, 8), 12);
       const int y = n.inverted_residual(x, 3, 12);
       n.output(y);
       n.output(n.add(x, y));
     }},
    {"one tensor is two outputs",
     [](Net& n) {
       const int y = n.inverted_residual(n.input(6, 5, 8), 3, 12);
       n.output(y);
       n.output(y);
     }},
    {"input is an output",
     [](Net& n) {
       const int x = n.input(6, 5, 8);
       n.output(x);
       n.output(n.conv(x, 12));
     }},
    {"output is read again",
     [](Net& n) {
       const int y = n.inverted_residual(n.input(6, 5, 8), 3, 16);
       n.output(y);
       n.output(n.inverted_residual(y, 3, 16));
     }},
    {"reshape of an input, and of an output",
     [](Net& n) {
       const int x = n.reshape(n.input(4, 9, 8), {1, 6, 6, 8});
       const int y = n.inverted_residual(x, 3, 12);
       n.output(n.reshape(y, {1, 432}));
       n.output(n.reshape(x, {1, 12, 3, 8}));
     }},
    {"reshape between blocks",
     [](Net& n) {
       const int y = n.inverted_residual(n.input(6, 4, 8), 3, 12);
       n.output(n.inverted_residual(n.reshape(y, {1, 3, 8, 12}), 3, 8, 2));
     }},
};

const NetCase heads[] = {
    {"pointwise and average pool",
     [](Net& n) { n.output(n.global_average_pool(n.conv(n.conv(n.input(5, 4, 8), 12), 50, square(1), relu6))); }},
    {"pointwise and mean", [](Net& n) { n.output(n.mean(n.conv(n.conv(n.input(5, 4, 8), 12), 50))); }},
    {"pool of the pointwise input", [](Net& n) { n.output(n.global_average_pool(n.conv(n.input(5, 4, 8), 36))); }},
    {"pool of odd channels", [](Net& n) { n.output(n.mean(n.conv(n.conv(n.input(5, 4, 8), 7), 5))); }},
    {"pool of the odd input", [](Net& n) { n.output(n.global_average_pool(n.conv(n.input(5, 4, 3), 33))); }},
    {"pool of a pixel", [](Net& n) { n.output(n.global_average_pool(n.conv(n.conv(n.input(1, 1, 8), 8), 20))); }},
    {"pool and classifier", [](Net& n) { n.output(n.conv(n.global_average_pool(n.conv(n.input(5, 4, 8), 40)), 21)); }},
    {"fully connected on a map", [](Net& n) { n.output(n.fully_connected(n.conv(n.input(5, 3, 8), 7), 21)); }},
    {"fully connected on an odd input", [](Net& n) { n.output(n.fully_connected(n.input(5, 3, 7), 10)); }},
    {"fully connected on a reshaped input",
     [](Net& n) {
       n.output(n.fully_connected(n.reshape(n.input(5, 2, 8), {1, 80}), 3));
     }},
    {"two classifiers",
     [](Net& n) {
       const int x = n.mean(n.conv(n.input(5, 4, 8), 24));
       n.output(n.fully_connected(x, 5));
       n.output(n.fully_connected(x, 1));
     }},
};

/// A stem, a block with residual and a classifier, all with such weights.
void weights_case(Net& n, const Weights& w) {
  const int x = n.conv(n.input(9, 8, 3), 8, square(3, 2, 1, 1), linear, w);
  const int wide = n.conv(x, 36, square(1), linear, w);
  const int sum = n.add(x, n.conv(n.depthwise(wide, square(3, 1, 1, 1), 1, linear, w), 8, square(1), linear, w));
  n.output(n.depthwise(sum, square(5, 1, 1, 2), 1, linear, w));
  n.output(n.fully_connected(n.mean(n.conv(sum, 20, square(1), linear, w)), 6, w));
}

Weights unlike_default(bool tiny, bool uneven, float shrink, bool bias) {
  Weights w;
  w.tiny = tiny, w.uneven = uneven, w.shrink = shrink, w.bias = bias;
  return w;
}

const NetCase distributions[] = {
    {"weights from 0 up", [](Net& n) { weights_case(n, positive_weights); }},
    {"weights from 0 down", [](Net& n) { weights_case(n, negative_weights); }},
    {"weights mostly positive",
     [](Net& n) {
       weights_case(n, {-0.1f, 1});
     }},
    {"weights mostly negative",
     [](Net& n) {
       weights_case(n, {-1, 0.3f});
     }},
    {"multipliers above 1",
     [](Net& n) { weights_case(n, unlike_default(/*tiny=*/true, /*uneven=*/false, 0.4f, /*bias=*/false)); }},
    {"multipliers far above 1",
     [](Net& n) { weights_case(n, unlike_default(/*tiny=*/true, /*uneven=*/false, 0.05f, /*bias=*/true)); }},
    {"uneven scales",
     [](Net& n) { weights_case(n, unlike_default(/*tiny=*/false, /*uneven=*/true, 1, /*bias=*/true)); }},
    {"saturation",
     [](Net& n) { weights_case(n, unlike_default(/*tiny=*/false, /*uneven=*/false, 0.3f, /*bias=*/true)); }},
    {"no bias", [](Net& n) { weights_case(n, unlike_default(/*tiny=*/false, /*uneven=*/false, 1, /*bias=*/false)); }},
};

void build(Net& net) {
  build_all(net, windows);
  build_all(net, channels);
  build_all(net, residuals);
  build_all(net, readers);
  build_all(net, heads);
  build_all(net, distributions);
}

}  // namespace

Graph odd_graph(DType type) { return make_net(type, build); }

}  // namespace narrows
