// Runs of blocks of odd shapes: what a cascade has to get right beyond its single blocks. Names of tensors tell the
// case.
#include "tests/support/cascade_graphs.h"

#include <algorithm>

#include "compiler/blocks/cascade.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

constexpr Activation relu6 = Activation::relu6, relu = Activation::relu;

/// A window whose padding differs from side to side.
Window padded(int kernel, const Padding& pad, int stride = 1) {
  Window w = square(kernel, stride);
  w.pad = pad;
  return w;
}

/// A block of `channels` channels and 3 times as many within, with any window.
int block(Net& n, int in, const Window& window, int channels) {
  const int wide = n.conv(in, 3 * channels, square(1), relu6);
  return n.conv(n.depthwise(wide, window), channels);
}

/// A computed tensor that no chain of convolutions makes.
int made(Net& n, int height, int width, int channels) {
  const int x = n.conv(n.input(height, width, 8), channels);
  return n.add(x, x);
}

const NetCase windows[] = {
    {"two blocks",
     [](Net& n) { n.output(block(n, block(n, n.input(9, 8, 8), square(3, 1, 1, 1), 12), square(3, 1, 1, 1), 8)); }},
    {"four blocks of stride 2",
     [](Net& n) {
       int x = block(n, n.input(33, 19, 8), square(3, 2, 1, 1), 12);
       x = block(n, x, padded(3, {0, 1, 0, 1}, 2), 8);
       x = block(n, x, square(3, 2, 1, 1), 20);
       n.output(block(n, x, square(3, 2, 1, 1), 7));
     }},
    {"no border", [](Net& n) { n.output(block(n, block(n, n.input(11, 9, 8), square(3), 12), square(3, 2), 8)); }},
    {"windows of all sizes",
     [](Net& n) {
       int x = n.conv(n.input(13, 12, 3), 8, square(3, 2, 1, 1), relu6);
       x = block(n, x, square(5, 1, 1, 2), 12);
       x = n.conv(x, 7, square(1, 2));
       n.output(n.conv(x, 5, square(3, 1, 1, 1), relu));
     }},
    {"dense convolutions of odd channels",
     [](Net& n) {
       int x = n.conv(n.input(12, 11, 5), 7, square(3, 1, 1, 1), relu6);
       x = n.conv(x, 3, square(5, 2, 1, 2));
       n.output(n.conv(x, 9, square(3), relu));
     }},
    {"dilation",
     [](Net& n) {
       int x = block(n, n.input(14, 9, 8), square(3, 1, 2, 2), 12);
       x = n.conv(x, 8, square(3, 1, 2, 2), relu6);
       n.output(block(n, x, square(3, 1, 4, 4), 8));
     }},
    {"padding on one side",
     [](Net& n) {
       int x = block(n, n.input(9, 7, 8), padded(3, {2, 0, 0, 2}), 12);
       x = block(n, x, padded(3, {0, 2, 2, 0}), 8);
       n.output(n.conv(x, 8, padded(2, {1, 0, 1, 0}), relu));
     }},
    {"padding beyond the window",
     [](Net& n) {
       const int x = block(n, n.input(5, 4, 8), padded(3, {3, 3, 1, 1}), 8);
       n.output(block(n, x, padded(1, {2, 1, 1, 0}), 12));
     }},
    {"stride 3 and stride beyond the kernel",
     [](Net& n) {
       const int x = block(n, n.input(31, 20, 8), square(3, 3, 1, 1), 12);
       n.output(block(n, block(n, x, square(2, 3), 8), square(3, 1, 1, 1), 8));
     }},
    {"1x1 of stride 2 in front",
     [](Net& n) { n.output(block(n, n.conv(n.input(11, 9, 8), 12, square(1, 2)), square(3, 1, 1, 1), 8)); }},
    {"depthwise in front, multiplied",
     [](Net& n) {
       const int x = n.conv(n.depthwise(n.input(9, 8, 5), square(3, 2, 1, 1), 3), 12);
       n.output(block(n, x, square(3, 1, 1, 1), 8));
     }},
    {"blocks without expansion",
     [](Net& n) {
       const int x = n.conv(n.depthwise(n.input(9, 8, 12), square(3, 2, 1, 1)), 20);
       n.output(n.conv(n.depthwise(n.conv(n.depthwise(x), 7)), 12));
     }},
};

const NetCase maps[] = {
    {"one row", [](Net& n) { n.output(n.inverted_residual(n.inverted_residual(n.input(1, 13, 8), 3, 12), 3, 8)); }},
    {"one row left",
     [](Net& n) { n.output(block(n, block(n, n.input(3, 9, 8), square(3), 12), square(3, 1, 1, 1), 8)); }},
    {"one column",
     [](Net& n) { n.output(n.inverted_residual(n.inverted_residual(n.input(13, 1, 8), 3, 12, 2), 3, 8)); }},
    {"one pixel", [](Net& n) { n.output(n.inverted_residual(n.inverted_residual(n.input(1, 1, 8), 3, 12), 3, 8)); }},
    {"windows larger than the map",
     [](Net& n) { n.output(block(n, block(n, n.input(2, 3, 8), square(7, 1, 1, 3), 8), square(5, 1, 1, 2), 12)); }},
};

/// A residual between two blocks, of `channels` channels, which are no whole vectors.
template <int channels>
void channel_case(Net& n) {
  int x = n.conv(n.input(7, 5, 3), channels, square(3, 1, 1, 1), relu6);
  x = n.add(x, block(n, x, square(3, 1, 1, 1), channels));
  n.output(block(n, x, square(3, 2, 1, 1), channels + 1));
}

const NetCase channels[] = {
    {"1 channel", channel_case<1>},    {"3 channels", channel_case<3>},   {"7 channels", channel_case<7>},
    {"20 channels", channel_case<20>}, {"36 channels", channel_case<36>},
};

/// Behind a block: a sum with `depth` more of them, and a block.
void residual_case(Net& n, const Window& window, const Window& behind) {
  int x = block(n, n.input(11, 6, 8), square(3, 1, 1, 1), 12);
  x = n.add(x, block(n, x, window, 12), relu);
  n.output(block(n, x, behind, 8));
}

const NetCase residuals[] = {
    {"residual, 5x5", [](Net& n) { residual_case(n, square(5, 1, 1, 2), square(3, 2, 1, 1)); }},
    {"residual, dilated", [](Net& n) { residual_case(n, square(3, 1, 3, 3), square(5, 1, 1, 2)); }},
    {"residual, padding above",
     [](Net& n) {
       residual_case(n, padded(3, {2, 0, 1, 1}), square(3));
     }},
    {"residual, padding below",
     [](Net& n) {
       residual_case(n, padded(3, {0, 2, 0, 2}), square(3, 2));
     }},
    {"residual, 1x1", [](Net& n) { residual_case(n, square(1), square(1)); }},
    {"residual, 2x2",
     [](Net& n) {
       residual_case(n, padded(2, {1, 0, 0, 1}), square(4, 1, 1, 2));
     }},
    {"residual behind a depthwise first block",
     [](Net& n) {
       int x = block(n, n.input(9, 8, 8), square(3, 1, 1, 1), 20);
       x = n.add(x, n.conv(n.depthwise(x), 20));
       n.output(n.conv(n.depthwise(x, square(3, 2, 1, 1)), 8));
     }},
    {"residual behind a dense convolution",
     [](Net& n) {
       int x = n.conv(n.input(9, 6, 8), 7, square(3, 1, 1, 1), relu6);
       x = n.add(n.conv(x, 7, square(5, 1, 1, 2)), x);
       n.output(n.conv(x, 5, square(3, 2, 1, 1)));
     }},
    {"residual behind a stem",
     [](Net& n) {
       int x = n.conv(n.input(9, 6, 3), 8, square(3, 1, 1, 1));
       x = n.add(n.conv(n.depthwise(n.conv(x, 16, square(3, 1, 1, 1), relu6), square(5, 1, 1, 2)), 8), x);
       n.output(n.conv(x, 5));
     }},
    {"residuals one behind the other",
     [](Net& n) {
       int x = block(n, n.input(9, 8, 8), square(3, 2, 1, 1), 12);
       for (int i = 0; i < 3; ++i) x = n.add(x, block(n, x, square(3, 1, 1, 1), 12));
       n.output(x);
     }},
    {"residual of rows that windows do not reach",
     [](Net& n) {
       const int x = block(n, n.input(9, 8, 8), square(3, 1, 1, 1), 12);
       const int wide = n.conv(x, 24, padded(1, {2, 0, 1, 1}), relu6);
       n.output(block(n, n.add(x, n.conv(n.depthwise(wide, square(3)), 12)), square(3, 1, 1, 1), 8));
     }},
    {"residual from outside, wider behind",
     [](Net& n) {
       int x = made(n, 16, 6, 16);
       x = n.add(x, block(n, x, square(3, 1, 1, 1), 16));
       const int y = block(n, x, square(3, 1, 1, 1), 40);
       n.output(n.add(y, y));
     }},
    {"residual from outside, another tensor",
     [](Net& n) {
       const int other = made(n, 16, 6, 16);
       const int x = n.add(block(n, n.input(16, 6, 8), square(3, 1, 1, 1), 16), other);
       const int y = block(n, x, square(3, 1, 1, 1), 40);
       n.output(n.add(y, y));
     }},
    {"residual from outside, far behind",
     [](Net& n) {
       int x = made(n, 16, 6, 16);
       x = n.add(x, block(n, x, square(5, 1, 1, 2), 16));
       x = block(n, block(n, x, square(5, 1, 1, 2), 8), square(5, 1, 1, 2), 24);
       n.output(n.add(x, x));
     }},
};

/// Each reads rows that the one before it filters, in rings that hold plain rows.
const NetCase filters[] = {
    {"depthwise behind depthwise",
     [](Net& n) { n.output(n.depthwise(n.depthwise(n.depthwise(n.input(11, 12, 24))))); }},
    {"depthwise 1x1, 2x2, 4x4, 5x5",
     [](Net& n) {
       const int x = n.depthwise(n.depthwise(n.input(13, 12, 20), square(1)), square(2));
       n.output(n.depthwise(n.depthwise(x, square(4, 1, 1, 2)), square(5, 1, 1, 2)));
     }},
    {"depthwise of stride 2 and of dilation 2",
     [](Net& n) {
       const int x = n.depthwise(n.depthwise(n.input(19, 17, 7), square(3, 2, 1, 1)), square(3, 1, 2, 2));
       n.output(n.depthwise(n.depthwise(x, square(3, 2, 1, 1)), square(1, 2)));
     }},
    {"depthwise, multiplied, and a projection",
     [](Net& n) { n.output(n.conv(n.depthwise(n.depthwise(n.input(9, 8, 5), square(3, 1, 1, 1), 4)), 12)); }},
    {"depthwise behind a block, and a residual",
     [](Net& n) {
       const int x = n.depthwise(block(n, n.input(9, 8, 8), square(3, 1, 1, 1), 20));
       n.output(n.add(x, n.conv(n.depthwise(x), 20)));
     }},
};

/// Cut into strips of columns, some have windows in the border alone.
const NetCase borders[] = {
    {"one column in a wide border",
     [](Net& n) {
       const int x = n.depthwise(n.conv(n.input(6, 1, 18), 36), padded(3, {2, 1, 5, 6}, 2));
       n.output(n.conv(x, 9, square(3, 1, 1, 1)));
     }},
    {"border on the right, dense",
     [](Net& n) {
       n.output(n.conv(n.conv(n.input(6, 2, 5), 7), 9, padded(3, {0, 9, 0, 9}), relu));
     }},
    {"border on the left, dilated",
     [](Net& n) {
       Window w = padded(3, {1, 1, 11, 0});
       w.dilation_h = w.dilation_w = 2;
       n.output(n.conv(n.depthwise(n.conv(n.input(6, 3, 8), 24), w), 12));
     }},
    {"border of a border",
     [](Net& n) {
       const int x = block(n, n.input(4, 2, 8), padded(3, {4, 5, 6, 7}), 12);
       n.output(block(n, x, padded(3, {7, 4, 3, 8}), 8));
     }},
};

void build(Net& net) {
  build_all(net, filters);
  build_all(net, borders);
  build_all(net, windows);
  build_all(net, maps);
  build_all(net, channels);
  build_all(net, residuals);
}

}  // namespace

Graph cascade_graph(DType type) { return make_net(type, build); }

Schedules cascade_schedules(const Graph& graph, bool plain, int columns) {
  Schedules schedules;
  const std::vector<Block> blocks = partition(graph);
  for (int i = 0; i < static_cast<int>(blocks.size());) {
    const int count = std::max(longest_cascade(graph, blocks, i), 1);
    const std::string key = block_key(graph, join_blocks(blocks, i, count));
    if (count > 1) schedules[key] = {Variant::cascade, 0, {}, false, columns};
    for (int link = i; link < i + count && plain; ++link) {
      if (count > 1) schedules[block_key(graph, blocks[link])] = {Variant::rows, 0, {}, true};
    }
    i += count;
  }
  return schedules;
}

}  // namespace narrows
