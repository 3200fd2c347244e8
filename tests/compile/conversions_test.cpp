// Pixels that a chain converts when it loads them: which operators that takes in, and that emitted code computes the
// same.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "compiler/blocks/block.h"
#include "compiler/measure/random_inputs.h"
#include "tests/support/graphs.h"
#include "tests/support/traced.h"

namespace narrows {
namespace {

constexpr const char* to_floats = R"(graph "conversions"
inputs %0 %1 %2 %3 %4
outputs %13 %19 %25 %27 %28 %33
%0 u8[1,9,13,3] scale 1 zero 0
%1 i8[1,5,6,5] scale 0.5 zero 3
%2 f32[1,7,37,3]
%3 u8[1,4,5,8] scale 0.25 zero 128
%4 u8[1,4,5,8] scale 1 zero 0

# The stem of a network behind (pixel - mean) * factor.
%5 f32[3] = values 123.5 116.25 103.75
%6 f32[1] = fill 0.0078125
%7 f32[1,9,13,3] = dequantize %0
%8 f32[1,9,13,3] = sub %7 %5
%9 f32[1,9,13,3] = mul %6 %8
%10 f32[8,3,3,3] = seed 1
%11 f32[1,5,7,8] = conv2d %9 %10 kernel 3 3 stride 2 2 pad 1 1 1 1 activation relu6
%12 f32[6,1,1,8] = seed 2
%13 f32[1,5,7,6] "stem" = conv2d %11 %12

# Five channels, a pixel of whole vectors, no padding; the second number that is added is one per channel.
%14 f32[1,5,6,5] = cast %1
%15 f32[5] = values 1 2 3 4 -5
%16 f32[1,5,6,5] = mul %14 %15
%17 f32[1,5,6,5] = add %16 %15
%18 f32[4,1,1,5] = seed 3
%19 f32[1,3,3,4] "strided" = conv2d %17 %18 stride 2 2

# Floats, in rows that are longer than the vectors that are done at once.
%20 f32[3] = values 0.5 2 -1
%21 f32[1,7,37,3] = mul %2 %20
%22 f32[1,1,1,3] = values 1 -2 0.25
%23 f32[1,7,37,3] = add %22 %21
%24 f32[9,3,3,3] = seed 4
%25 f32[1,7,37,9] "floats" = conv2d %23 %24 kernel 3 3 pad 1 1 1 1

# What others read too exists.
%26 f32[12,1,1,8] = seed 5
%27 f32[1,4,5,8] "seen" = dequantize %3
%28 f32[1,4,5,12] = conv2d %27 %26

# The map is subtracted.
%29 f32[8] = seed 6
%30 f32[1,4,5,8] = dequantize %4
%31 f32[1,4,5,8] = sub %29 %30
%32 f32[12,3,3,8] = seed 7
%33 f32[1,4,5,12] "subtracted" = conv2d %31 %32 kernel 3 3 pad 1 1 1 1
)";

constexpr const char* to_bytes = R"(graph "bytes"
inputs %0 %1 %2 %3
outputs %11 %14 %17 %24
%0 u8[1,9,13,3] scale 1 zero 0
%1 f32[1,7,37,3]
%2 u8[1,5,6,5] scale 0.5 zero 3
%3 f32[1,6,5,8]

# A picture that becomes floats and 8 bits again, otherwise for each channel: the stem of a network.
%4 f32[3] = values 123.5 116.25 103.75
%5 f32[3] = values 0.0078125 0.0171 0.00392
%6 f32[1,9,13,3] = dequantize %0
%7 f32[1,9,13,3] = sub %6 %4
%8 f32[1,9,13,3] = mul %7 %5
%9 i8[1,9,13,3] scale 0.0078 zero -1 = quantize %8
%10 i8[8,3,3,3] scale 0.006 zero 0 = seed 1
%11 i8[1,5,7,8] "stem" scale 0.05 zero -3 = conv2d %9 %10 kernel 3 3 stride 2 2 pad 1 1 1 1

# Floats that become 8 bits, whose zero point is in the padding.
%12 i8[1,7,37,3] scale 0.02 zero 7 = quantize %1
%13 i8[9,3,3,3] scale 0.006 zero 0 = seed 2
%14 i8[1,7,37,9] "floats" scale 0.05 zero -3 = conv2d %12 %13 kernel 3 3 pad 1 1 1 1

# Other parameters and another type, in five channels.
%15 i8[1,5,6,5] scale 0.41 zero -100 = quantize %2
%16 i8[4,1,1,5] scale 0.006 zero 0 = seed 3
%17 i8[1,3,3,4] "strided" scale 0.05 zero -3 = conv2d %15 %16 stride 2 2

# An inverted residual behind floats of whole vectors.
%18 i8[1,6,5,8] scale 0.02 zero 0 = quantize %3
%19 i8[24,1,1,8] scale 0.006 zero 0 = seed 4
%20 i8[1,6,5,24] scale 0.02 zero -128 = conv2d %18 %19 activation relu6
%21 i8[1,3,3,24] scale 0.006 zero 0 = seed 5
%22 i8[1,6,5,24] scale 0.02 zero -128 = depthwise_conv2d %20 %21 kernel 3 3 pad 1 1 1 1 activation relu6
%23 i8[8,1,1,24] scale 0.006 zero 0 = seed 6
%24 i8[1,6,5,8] "residual" scale 0.03 zero 2 = conv2d %22 %23
)";

Graph graph(const char* text) { return typed_graph(text, DType::f32); }

std::vector<std::string> blocks_of(const Graph& g) {
  std::vector<std::string> found;
  for (const Block& block : partition(g))
    found.push_back(std::to_string(block.ops.size()) + " operators, " + std::to_string(block.conversions) +
                    " converting");
  return found;
}

TEST(Conversions, AreTakenIn) {
  const std::vector<std::string> expected = {
      "4 operators, 3 converting", "1 operators, 0 converting",  // the stem, and the projection behind it
      "4 operators, 3 converting", "3 operators, 2 converting", "1 operators, 0 converting",
      "1 operators, 0 converting",                                                            // seen
      "1 operators, 0 converting", "1 operators, 0 converting", "1 operators, 0 converting",  // subtracted
  };
  EXPECT_EQ(blocks_of(graph(to_floats)), expected);
}

TEST(Conversions, ToBytesAreTakenIn) {
  const std::vector<std::string> expected = {
      "5 operators, 4 converting", "2 operators, 1 converting",  // the stem, and floats
      "2 operators, 1 converting",                               // strided
      "4 operators, 1 converting",                               // the residual
  };
  EXPECT_EQ(blocks_of(graph(to_bytes)), expected);
}

class Conversions : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Conversions, AsInterpreted) {
  const Configuration configuration{GetParam().first, GetParam().second};
  const std::optional<Machine> machine = find_machine(configuration.target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << configuration.target;
  for (const char* const text : {to_floats, to_bytes}) {
    const Graph g = graph(text);
    expect_blocks_as_interpreted(g, configuration, *machine, random_inputs(g));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Conversions,
                         testing::Values(std::pair{"host", "auto"}, std::pair{"host", "layerwise"},
                                         std::pair{"host", "cascade"}, std::pair{"arm64-linux", "auto"},
                                         std::pair{"arm64-linux-dotprod", "auto"},
                                         std::pair{"x86-64-linux-avx2", "auto"},
                                         std::pair{"x86-64-linux-sse41", "rows columns:2"}),
                         [](const auto& info) {
                           std::string name = identifier(info.param.first, info.param.second);
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

}  // namespace
}  // namespace narrows
