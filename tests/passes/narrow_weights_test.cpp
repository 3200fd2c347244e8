// Half-precision numbers, what constants stand for, and what is reported about weights.
#include "compiler/graph/narrow_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "compiler/passes/passes.h"
#include "tests/support/narrow.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

TEST(Halves, AreFloats) {
  EXPECT_EQ(from_half(0x0000), 0.0f);
  EXPECT_TRUE(std::signbit(from_half(0x8000)));
  EXPECT_EQ(from_half(0x0001), 0x1p-24f);
  EXPECT_EQ(from_half(0x03ff), 0x1.ff8p-15f);
  EXPECT_EQ(from_half(0x0400), 0x1p-14f);
  EXPECT_EQ(from_half(0x3c00), 1.0f);
  EXPECT_EQ(from_half(0xc100), -2.5f);
  EXPECT_EQ(from_half(0x7bff), 65504.0f);
  EXPECT_EQ(from_half(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(from_half(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(from_half(0x7e00)));
}

TEST(Halves, ThereAndBack) {
  for (int bits = 0; bits < 65536; ++bits) {
    const float value = from_half(static_cast<uint16_t>(bits));
    if (!std::isnan(value)) {
      ASSERT_EQ(to_half(value), bits) << value;
    }
  }
  EXPECT_TRUE(std::isnan(from_half(to_half(NAN))));
}

/// In the middle between two neighbours lies the one whose last bit is 0; all around it lies the nearer one.
TEST(Halves, NearestTiesToEven) {
  for (int bits = 0; bits < 0x7bff; ++bits) {
    const float low = from_half(static_cast<uint16_t>(bits)), high = from_half(static_cast<uint16_t>(bits + 1));
    const float middle = (low + high) / 2;
    ASSERT_EQ(to_half(middle), bits + bits % 2);
    ASSERT_EQ(to_half(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(to_half(std::nextafter(middle, 1e9f)), bits + 1);
  }
  EXPECT_EQ(to_half(65519.996f), 0x7bff);
  EXPECT_EQ(to_half(65520.0f), 0x7c00);
  EXPECT_EQ(to_half(-1e30f), 0xfc00);
}

TEST(RealValues, OfEveryType) {
  Tensor t;
  t.shape = {2, 2};
  t.type = DType::i8;
  t.data = {1, 0x80, 127, 0xff};
  t.quant = {{0.5f, 2}, {0, 0}, 0};
  EXPECT_EQ(real_values(t, t.data), (std::vector<float>{0.5f, -64, 254, -2}));
  t.quant.axis = 1;
  EXPECT_EQ(real_values(t, t.data), (std::vector<float>{0.5f, -256, 63.5f, -2}));
  t.type = DType::u8;
  t.quant = {{0.5f}, {3}, 0};
  EXPECT_EQ(real_values(t, t.data), (std::vector<float>{-1, 62.5f, 62, 126}));
  t.type = DType::f16;
  t.data = {0x00, 0x3c, 0x00, 0xc1};
  EXPECT_EQ(real_values(t, t.data), (std::vector<float>{1, -2.5f}));
}

TEST(AsHalves, OnlyWithoutLoss) {
  Tensor t;
  t.shape = {2};
  t.data = {0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0};  // 1, -2.5
  const std::optional<Tensor> halves = as_halves(t);
  ASSERT_TRUE(halves);
  EXPECT_EQ(halves->data, (std::vector<uint8_t>{0x00, 0x3c, 0x00, 0xc1}));
  t.data[0] = 1;
  EXPECT_FALSE(as_halves(t));
  t.data = {0, 0, 0x80, 0x7f, 0, 0, 0, 0};  // infinity
  EXPECT_FALSE(as_halves(t));
}

Graph three_layers(DType type) {
  const Graph graph = make_net(DType::f32, [](Net& net) {
    net.output(net.fully_connected(net.mean(net.conv(net.depthwise(net.input(4, 4, 8)), 16)), 5));
  });
  return type == DType::f32 ? graph : with_narrow_weights(graph, type);
}

TEST(WeightsReport, SaysWhatHappened) {
  const Graph wide = three_layers(DType::f32), i8 = three_layers(DType::i8), f16 = three_layers(DType::f16);
  EXPECT_EQ(to_string(report_weights(wide, wide)), "");
  EXPECT_EQ(to_string(report_weights(i8, i8)), "3 of 3 tensors kept in 8 bits");
  EXPECT_EQ(to_string(report_weights(f16, f16)), "3 of 3 tensors kept in 16 bits");
  EXPECT_EQ(to_string(report_weights(f16, widen_weights(f16))), "3 of 3 tensors widened to float");
  Graph mixed = i8;
  mixed.ops[0].inputs[1] = wide.ops[0].inputs[1];  // the tensors of `wide` come first in `i8`
  EXPECT_EQ(to_string(report_weights(i8, mixed)), "2 of 3 tensors kept in 8 bits, 1 widened to float");
  EXPECT_EQ(to_string(report_weights(mixed, mixed)), "2 of 3 tensors kept in 8 bits");
}

}  // namespace
}  // namespace narrows
