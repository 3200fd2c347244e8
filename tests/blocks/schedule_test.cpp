// Register tiles and the choice of a variant: properties that hold for every size, not the numbers
// themselves, which change with every measurement.
#include <gtest/gtest.h>

#include <functional>

#include "compiler/blocks/cost_model.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

const Arithmetic floats = float_arithmetic(DType::f32), bytes = byte_arithmetic(DType::u8, Numerics::tflite);

/// Calls f(shape, target) for many sizes.
template <typename F>
void for_all_sizes(const F& f) {
  for (const Target& target : all_targets()) {
    for (const Arithmetic& arithmetic : {floats, bytes}) {
      for (int vectors : {1, 2, 3, 5, 8, 15, 36, 80}) {
        for (int width : {1, 2, 3, 7, 14, 19, 49, 56, 112}) {
          SCOPED_TRACE(target.str() + " " + to_string(arithmetic.stored) + " " + std::to_string(vectors) +
                       " vectors, width " + std::to_string(width));
          f(ConvShape{vectors, width, arithmetic}, target);
        }
      }
    }
  }
}

TEST(ConvTile, FitsRegistersAndSizes) {
  for_all_sizes([](const ConvShape& shape, const Target& target) {
    const Tile tile = choose_conv_tile(shape, target);
    EXPECT_GE(tile.vectors, 1);
    EXPECT_GE(tile.pixels, 1);
    EXPECT_LE(tile.vectors, shape.vectors);
    EXPECT_LE(tile.pixels, shape.width);
    // One register is left for what is multiplied.
    EXPECT_LT(tile.vectors * tile.pixels, target.registers);
  });
}

TEST(ConvTile, UsesTheRegistersOfLargeLayers) {
  for_all_sizes([](const ConvShape& shape, const Target& target) {
    if (shape.vectors < 8 || shape.width < 14) return;
    const Tile tile = choose_conv_tile(shape, target);
    EXPECT_GE(3 * tile.vectors * tile.pixels, target.registers);
  });
}

TEST(DepthwisePixels, FitTheWidth) {
  for_all_sizes([](const ConvShape& shape, const Target& target) {
    DepthwiseRow spec;
    spec.width = shape.width;
    spec.ring.interleaved = shape.arithmetic.requantizes();
    spec.finish.arithmetic = shape.arithmetic;
    const int pixels = choose_depthwise_pixels(spec, target);
    EXPECT_GE(pixels, 1);
    EXPECT_LE(pixels, shape.width);
  });
}

TEST(DepthwisePixels, LeaveRegistersToColumns) {
  DepthwiseRow spec;
  spec.kernel_h = spec.kernel_w = 3;
  spec.width = 56;
  EXPECT_EQ(choose_depthwise_pixels(spec, target_named("x86-64-linux-avx2")), 7);  // of 9 columns
  spec.stride_w = 2;
  EXPECT_EQ(choose_depthwise_pixels(spec, target_named("x86-64-linux-avx2")), 4);  // of 9 columns too
}

// ---- variants ----------------------------------------------------------------------------------

Schedule choose(Variant variant, int parts, const ChainShape& shape) {
  return choose_schedule({variant, parts, {}}, shape, target_named("x86-64-linux-avx2"));
}

ChainShape shape_of(int64_t map, int expanded, const Arithmetic& arithmetic) {
  ChainShape shape;
  shape.map = map;
  shape.expanded = expanded;
  shape.arithmetic = arithmetic;
  return shape;
}

TEST(ChooseSchedule, DoesAsAsked) {
  const ChainShape shape = shape_of(196, 576, floats);
  EXPECT_EQ(choose(Variant::rows, 0, shape).variant, Variant::rows);
  EXPECT_EQ(choose(Variant::layerwise, 0, shape).variant, Variant::layerwise);
  EXPECT_EQ(choose(Variant::halide, 0, shape).variant, Variant::halide);
  EXPECT_EQ(choose(Variant::channels, 3, shape).variant, Variant::channels);
  EXPECT_EQ(choose(Variant::channels, 3, shape).parts, 3);
}

TEST(ChooseSchedule, HasNoMorePartsThanChannels) {
  EXPECT_EQ(choose(Variant::channels, 100, shape_of(196, 12, floats)).parts, 12);
  EXPECT_EQ(choose(Variant::channels, 0, shape_of(196, 12, floats)).parts, 1);
  EXPECT_GT(choose(Variant::channels, 0, shape_of(196, 576, floats)).parts, 1);
}

TEST(ChooseSchedule, KeepsRowsWithoutExpansion) {
  for (Variant variant : {Variant::automatic, Variant::rows, Variant::channels, Variant::halide}) {
    EXPECT_EQ(choose(variant, 2, shape_of(49, 0, floats)).variant, Variant::rows);
  }
  EXPECT_EQ(choose(Variant::layerwise, 0, shape_of(49, 0, floats)).variant, Variant::layerwise);
}

TEST(ChooseSchedule, AutomaticNeverAsksForABaseline) {
  for (const Arithmetic& arithmetic : {floats, bytes}) {
    for (int64_t map : {1, 49, 196, 784, 12544}) {
      const Variant variant = choose(Variant::automatic, 0, shape_of(map, 576, arithmetic)).variant;
      EXPECT_TRUE(variant == Variant::rows || variant == Variant::channels) << map;
    }
  }
}

TEST(ParseSchedule, ReadsWhatItPrints) {
  for (const char* text : {"auto", "rows", "channels", "channels:12", "layerwise", "halide", "rows 3x4",
                           "auto - 1x4 2x6", "channels:9 3x4 - 64x1"}) {
    Schedule schedule;
    Diagnostics diagnostics("narrows");
    EXPECT_TRUE(parse_schedule(text, &schedule, diagnostics)) << diagnostics.str();
    EXPECT_EQ(to_string(schedule), text);
  }
}

TEST(ParseSchedule, ReadsPartsAndTiles) {
  Schedule schedule;
  Diagnostics diagnostics("narrows");
  EXPECT_TRUE(parse_schedule("channels:12 3x4 -", &schedule, diagnostics));
  EXPECT_EQ(schedule.variant, Variant::channels);
  EXPECT_EQ(schedule.parts, 12);
  ASSERT_EQ(schedule.tiles.size(), 2u);
  EXPECT_EQ(schedule.tiles[0].vectors, 3);
  EXPECT_EQ(schedule.tiles[0].pixels, 4);
  EXPECT_EQ(schedule.tiles[1].pixels, 0);
}

TEST(ParseSchedule, RefusesEverythingElse) {
  for (const char* text :
       {"", "row", "Rows", "channels:", "channels:0", "channels:-1", "channels:2x", "channels:99999", "rows:2", "auto ",
        " auto", "rows 3", "rows 3x", "rows x4", "rows 0x4", "rows 3x4x5", "rows 9x9", "3x4", "rows 3x-4"}) {
    Schedule schedule;
    Diagnostics diagnostics("narrows");
    EXPECT_FALSE(parse_schedule(text, &schedule, diagnostics));
    EXPECT_EQ(diagnostics.str(),
              std::string("narrows: error: unknown schedule '") + text +
                  "'\nnarrows: note: schedules: auto, rows, channels, channels:T (T parts, 1 or more), "
                  "layerwise, cascade, cascade:N (N blocks), halide\n");
  }
}

TEST(ParseSchedule, CutsColumnsOfRowsAndCascadesAlone) {
  for (const char* text :
       {"auto columns:2", "rows columns:64 plain 3x4", "cascade columns:3", "cascade:2 columns:3 plain"}) {
    Schedule schedule;
    Diagnostics diagnostics("narrows");
    EXPECT_TRUE(parse_schedule(text, &schedule, diagnostics)) << diagnostics.str();
    EXPECT_EQ(to_string(schedule), text);
  }
  for (const char* word : {"layerwise", "channels", "channels:3", "halide"}) {
    const std::string text = std::string(word) + " columns:2";
    Schedule schedule;
    Diagnostics diagnostics("narrows");
    EXPECT_FALSE(parse_schedule(text, &schedule, diagnostics));
    EXPECT_EQ(schedule.columns, 0);
    EXPECT_EQ(diagnostics.str(), "narrows: error: schedule '" + text + "': strips of columns go row by row, " +
                                     std::string(word).substr(0, text.find_first_of(": ")) +
                                     " does not\nnarrows: note: columns:N (N strips) is legal behind auto, rows, "
                                     "cascade and cascade:N\n");
  }
}

// ---- keys --------------------------------------------------------------------------------------

std::string key_of(const std::function<void(Net&)>& build, DType type = DType::f32) {
  const Graph graph = make_net(type, build);
  return block_key(graph, partition(graph).at(0));
}

TEST(BlockKey, NamesWhatAScheduleDependsOn) {
  const auto residual = [](Net& n) {
    const int in = n.input(6, 5, 8);
    n.output(n.add(n.inverted_residual(in, 6, 8), in));
  };
  EXPECT_EQ(key_of(residual), "f32 6x5x8 -> 6x5x8: conv2d 1x1 48, depthwise 3x3, conv2d 1x1 8, add");
  EXPECT_EQ(key_of([](Net& n) { n.output(n.inverted_residual(n.input(6, 5, 8), 6, 12, 2)); }, DType::u8),
            "u8 6x5x8 -> 3x3x12: conv2d 1x1 48, depthwise 3x3 stride 2x2, conv2d 1x1 12");
}

}  // namespace
}  // namespace narrows
