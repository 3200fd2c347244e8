// Register tiles and the choice of a variant: properties that hold for every size, not the numbers
// themselves, which change with every measurement.
#include "compiler/schedule.h"

#include <gtest/gtest.h>

namespace narrows {
namespace {

constexpr Isa isas[] = {Isa::sse41, Isa::avx2, Isa::avx512, Isa::avx512vnni, Isa::neon, Isa::neon_dotprod};

Target target_of(Isa isa) {
  Target target;
  target.isa = isa;
  return target;
}

/// Calls f(vectors, width, quantized, target) for many sizes.
template <typename F>
void for_all_sizes(const F& f) {
  for (Isa isa : isas) {
    for (bool quantized : {false, true}) {
      for (int vectors : {1, 2, 3, 5, 8, 15, 36, 80}) {
        for (int width : {1, 2, 3, 7, 14, 19, 49, 56, 112}) {
          SCOPED_TRACE(target_of(isa).str() + (quantized ? " 8 bit " : " f32 ") + std::to_string(vectors) +
                       " vectors, width " + std::to_string(width));
          f(vectors, width, quantized, target_of(isa));
        }
      }
    }
  }
}

TEST(ConvTile, FitsRegistersAndSizes) {
  for_all_sizes([](int vectors, int width, bool quantized, const Target& target) {
    const Tile tile = choose_conv_tile(vectors, width, quantized, false, target);
    EXPECT_GE(tile.vectors, 1);
    EXPECT_GE(tile.pixels, 1);
    EXPECT_LE(tile.vectors, vectors);
    EXPECT_LE(tile.pixels, width);
    // One register is left for what is multiplied.
    EXPECT_LT(tile.vectors * tile.pixels, target.vector_registers());
  });
}

TEST(ConvTile, DividesTheWidthWhenAsked) {
  for_all_sizes([](int vectors, int width, bool quantized, const Target& target) {
    EXPECT_EQ(width % choose_conv_tile(vectors, width, quantized, true, target).pixels, 0);
  });
}

TEST(ConvTile, UsesTheRegistersOfLargeLayers) {
  for_all_sizes([](int vectors, int width, bool quantized, const Target& target) {
    if (vectors < 8 || width < 14) return;
    const Tile tile = choose_conv_tile(vectors, width, quantized, false, target);
    EXPECT_GE(3 * tile.vectors * tile.pixels, target.vector_registers());
  });
}

TEST(DepthwisePixels, FitTheWidth) {
  for_all_sizes([](int, int width, bool quantized, const Target& target) {
    const int pixels = choose_depthwise_pixels(width, quantized, target);
    EXPECT_GE(pixels, 1);
    EXPECT_LE(pixels, width);
  });
}

// ---- variants ----------------------------------------------------------------------------------

Schedule choose(Variant variant, int parts, const ChainShape& shape, bool has_expansion = true) {
  CompileOptions options;
  options.variant = variant;
  options.parts = parts;
  return choose_schedule(options, shape, has_expansion);
}

ChainShape shape_of(int64_t map, int expanded, bool quantized) {
  ChainShape shape;
  shape.map = map;
  shape.expanded = expanded;
  shape.weights = int64_t{2} * expanded * expanded / 6 * (quantized ? 1 : 4);
  shape.quantized = quantized;
  return shape;
}

TEST(ChooseSchedule, DoesAsAsked) {
  const ChainShape shape = shape_of(196, 576, false);
  EXPECT_EQ(choose(Variant::rows, 0, shape).variant, Variant::rows);
  EXPECT_EQ(choose(Variant::layerwise, 0, shape).variant, Variant::layerwise);
  EXPECT_EQ(choose(Variant::halide, 0, shape).variant, Variant::halide);
  EXPECT_EQ(choose(Variant::channels, 3, shape).variant, Variant::channels);
  EXPECT_EQ(choose(Variant::channels, 3, shape).parts, 3);
}

TEST(ChooseSchedule, HasNoMorePartsThanChannels) {
  EXPECT_EQ(choose(Variant::channels, 100, shape_of(196, 12, false)).parts, 12);
  EXPECT_EQ(choose(Variant::channels, 0, shape_of(196, 12, false)).parts, 1);
  EXPECT_GT(choose(Variant::channels, 0, shape_of(196, 576, false)).parts, 1);
}

TEST(ChooseSchedule, KeepsRowsWithoutExpansion) {
  for (Variant variant : {Variant::automatic, Variant::rows, Variant::channels, Variant::halide}) {
    EXPECT_EQ(choose(variant, 2, shape_of(49, 0, false), false).variant, Variant::rows);
  }
  EXPECT_EQ(choose(Variant::layerwise, 0, shape_of(49, 0, false), false).variant, Variant::layerwise);
}

TEST(ChooseSchedule, AutomaticNeverAsksForABaseline) {
  for (bool quantized : {false, true}) {
    for (int64_t map : {1, 49, 196, 784, 12544}) {
      const Variant variant = choose(Variant::automatic, 0, shape_of(map, 576, quantized)).variant;
      EXPECT_TRUE(variant == Variant::rows || variant == Variant::channels) << map;
    }
  }
}

TEST(ParseVariant, ReadsWhatItPrints) {
  for (Variant v :
       {Variant::automatic, Variant::rows, Variant::channels, Variant::layerwise, Variant::halide}) {
    CompileOptions options;
    Diagnostics diagnostics("narrows");
    EXPECT_TRUE(parse_variant(to_string(v), &options, diagnostics));
    EXPECT_EQ(options.variant, v);
    EXPECT_EQ(options.parts, 0);
  }
}

TEST(ParseVariant, ReadsParts) {
  CompileOptions options;
  Diagnostics diagnostics("narrows");
  EXPECT_TRUE(parse_variant("channels:12", &options, diagnostics));
  EXPECT_EQ(options.variant, Variant::channels);
  EXPECT_EQ(options.parts, 12);
}

TEST(ParseVariant, RefusesEverythingElse) {
  for (const char* text : {"", "row", "Rows", "channels:", "channels:0", "channels:-1", "channels:2x",
                           "channels:99999", "rows:2", "auto "}) {
    CompileOptions options;
    Diagnostics diagnostics("narrows");
    EXPECT_FALSE(parse_variant(text, &options, diagnostics));
    EXPECT_EQ(diagnostics.str(),
              std::string("narrows: error: unknown schedule '") + text +
                  "'\nnarrows: note: schedules: auto, rows, channels, channels:T (T parts, 1 or more), "
                  "layerwise, halide\n");
  }
}

}  // namespace
}  // namespace narrows
