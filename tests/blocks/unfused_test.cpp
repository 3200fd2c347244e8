// Why blocks are not fused, and that docs/schedules.md explains every reason.
#include "compiler/blocks/unfused.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "tests/support/net.h"

namespace narrows {
namespace {

/// The reason of the block that writes the tensor which `build` returns.
std::string reason(const std::function<int(Net&)>& build) {
  int tensor = -1;
  const Graph graph = make_net(DType::f32, [&](Net& n) { tensor = build(n); });
  for (const Block& block : partition(graph)) {
    if (block.output == tensor) return to_string(why_unfused(graph, block));
  }
  return "no block writes it";
}

int input(Net& n) { return n.conv(n.input(9, 8, 8), 12); }

TEST(Unfused, Convolutions) {
  EXPECT_EQ(reason([](Net& n) {
              const int x = input(n);
              n.output(x);
              n.output(n.conv(x, 8));
              return x;
            }),
            "its result is an output of the model");
  EXPECT_EQ(reason([](Net& n) {
              const int x = input(n);
              n.output(n.conv(x, 8));
              n.output(n.conv(x, 8));
              return x;
            }),
            "several operators read its result");
  EXPECT_EQ(reason([](Net& n) {
              const int x = n.conv(input(n), 12);
              n.output(n.conv(x, 8));
              return x;
            }),
            "it is a 1x1 convolution that widens nothing");
  EXPECT_EQ(reason([](Net& n) {
              const int x = n.conv(n.input(9, 8, 8), 12, square(3, 1, 1, 1));
              n.output(n.conv(x, 12));
              return x;
            }),
            "the map before the projection is no wider than the result");
  EXPECT_EQ(reason([](Net& n) {
              const int x = n.conv(n.input(7, 8, 8), 12, square(3, 1, 1, 1));
              n.output(n.conv(x, 8));
              return x;
            }),
            "its map has few rows");
  EXPECT_EQ(reason([](Net& n) {
              const int x = input(n);
              n.output(n.conv(x, 8, square(3)));
              return x;
            }),
            "what follows is not computed with a convolution");
}

TEST(Unfused, OtherOperators) {
  EXPECT_EQ(reason([](Net& n) {
              const int x = n.function(OpKind::hard_swish, n.global_average_pool(n.input(9, 8, 8)));
              n.output(x);
              return x;
            }),
            "no convolution stands before it");
  EXPECT_EQ(reason([](Net& n) {
              const int x = input(n), y = n.function(OpKind::logistic, x);
              n.output(y);
              n.output(x);
              return y;
            }),
            "others read the convolution before it");
  EXPECT_EQ(reason([](Net& n) {
              const int y = n.prelu(input(n), Slopes::elements);
              n.output(y);
              return y;
            }),
            "its operand is not a constant for each channel");
  EXPECT_EQ(reason([](Net& n) {
              const int y = n.global_average_pool(n.input(9, 8, 8));
              n.output(y);
              return y;
            }),
            "no block computes this operator with others");
}

TEST(Unfused, ReasonsAreDocumented) {
  std::ifstream file(NARROWS_SOURCE_DIR "/docs/schedules.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (int i = 0; i < unfused_reasons; ++i) {
    const std::string words = to_string(static_cast<Unfused>(i));
    EXPECT_NE(text.find("| " + words + " |"), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace narrows
