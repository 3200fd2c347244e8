// The arena as a goal and as a limit.
#include "compiler/program/fit_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/blocks/cascade.h"
#include "compiler/program/build_program.h"
#include "tests/support/graphs.h"
#include "tests/support/net.h"
#include "tests/support/test_data.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

CompileOptions options_for(const char* target, Goal goal = Goal::latency) {
  CompileOptions options;
  options.name = "net";
  Diagnostics diagnostics("test");
  options.target = *parse_target(target, diagnostics);
  options.goal = goal;
  return options;
}

int64_t arena_of(const Graph& graph, const char* target, Goal goal) {
  return compile_or_throw(graph, options_for(target, goal)).arena_bytes;
}

// ---- goals -------------------------------------------------------------------------------------

TEST(FitArena, AGoalNeedsNoMoreThanTheOneBeforeIt) {
  using Pair = std::pair<const char*, DType>;
  for (const auto& [target, type] : {Pair("x86-64-linux-avx2", DType::f32), Pair("arm64-linux-dotprod", DType::u8)}) {
    SCOPED_TRACE(std::string(target) + " " + to_string(type));
    const Graph graph = demo_graph(type, 0.35f, 65);
    const int64_t latency = arena_of(graph, target, Goal::latency), balanced = arena_of(graph, target, Goal::balanced),
                  memory = arena_of(graph, target, Goal::memory);
    EXPECT_LE(balanced, latency);
    EXPECT_LE(memory, balanced);
    EXPECT_LT(memory, latency);
  }
}

std::string text_of(const Schedules& schedules) {
  std::string text;
  for (const auto& [key, schedule] : schedules) text += key + ": " + to_string(schedule) + "\n";
  return text;
}

TEST(FitArena, ChoosesTheSameEveryTime) {
  const Graph graph = demo_graph(DType::u8, 0.35f, 65);
  const CompileOptions options = options_for("x86-64-linux-avx2", Goal::memory);
  const std::string first = text_of(fit_arena(graph, options));
  EXPECT_NE(first, "");
  EXPECT_EQ(text_of(fit_arena(demo_graph(DType::u8, 0.35f, 65), options)), first);
}

/// Schedules from a file or from tuning are not taken back.
TEST(FitArena, KeepsSchedulesThatAreGiven) {
  const Graph graph = demo_graph(DType::u8, 0.35f, 65);
  const std::vector<Block> blocks = partition(graph);
  for (Goal goal : {Goal::latency, Goal::memory}) {
    CompileOptions options = options_for("x86-64-linux-avx2", goal);
    // The last blocks, which no arena needs to be joined.
    for (int i = static_cast<int>(blocks.size()) - 1; i > 0 && options.schedules.empty(); --i) {
      if (longest_cascade(graph, blocks, i) < 3) continue;
      options.schedules[block_key(graph, join_blocks(blocks, i, 3))].variant = Variant::cascade;
    }
    ASSERT_EQ(options.schedules.size(), 1u);
    EXPECT_EQ(fit_arena(graph, options).count(options.schedules.begin()->first), 1u);
  }
}

TEST(FitArena, CutsNoBlocksThatAreGivenToGoAnotherWay) {
  const Graph graph = tiny_graph(DType::u8);
  for (Variant variant : {Variant::channels, Variant::layerwise, Variant::halide}) {
    CompileOptions options = options_for("x86-64-linux-avx2", Goal::memory);
    for (const Block& block : partition(graph)) options.schedules[block_key(graph, block)].variant = variant;
    for (const auto& [key, schedule] : fit_arena(graph, options)) {
      EXPECT_TRUE(schedule.columns == 0 || takes_columns(schedule.variant)) << key << ": " << to_string(schedule);
    }
  }
}

TEST(FitArena, AVariantAskedByNameIsLeftAlone) {
  CompileOptions options = options_for("x86-64-linux-avx2", Goal::memory);
  for (Variant variant : {Variant::rows, Variant::channels, Variant::layerwise, Variant::cascade, Variant::halide}) {
    options.schedule.variant = variant;
    EXPECT_TRUE(fit_arena(tiny_graph(DType::u8), options).empty());
  }
}

/// The ring between two of them is plain, which makes a cascade slower than single blocks.
TEST(FitArena, DepthwiseConvolutionsInARowAreJoinedForMemoryAlone) {
  const Graph graph = make_net(DType::u8, [](Net& n) { n.output(n.depthwise(n.depthwise(n.input(11, 12, 24)))); });
  EXPECT_EQ(text_of(fit_arena(graph, options_for("x86-64-linux-avx512vnni", Goal::latency))), "");
  EXPECT_NE(text_of(fit_arena(graph, options_for("x86-64-linux-avx512vnni", Goal::memory))), "");
}

// ---- limits ------------------------------------------------------------------------------------

/// Every limit that can be met is met, also those between the sizes that single schedules give.
TEST(FitArena, LimitsAreKept) {
  const Graph graph = demo_graph(DType::u8, 0.35f, 33);
  const int64_t latency = arena_of(graph, "x86-64-linux-avx2", Goal::latency),
                memory = arena_of(graph, "x86-64-linux-avx2", Goal::memory);
  ASSERT_LT(memory, latency);
  CompileOptions options = options_for("x86-64-linux-avx2");
  for (int64_t limit = memory; limit < latency + 64; limit += std::max<int64_t>((latency - memory) / 4, 1)) {
    options.arena_limit = limit;
    Diagnostics diagnostics("net");
    const std::optional<Compiled> compiled = compile(graph, options, diagnostics);
    ASSERT_TRUE(compiled) << limit << "\n" << diagnostics.str();
    EXPECT_LE(compiled->arena_bytes, limit);
  }
}

TEST(FitArena, RefusesALimitThatIsTooLow) {
  const Graph graph = make_net(DType::f32, [](Net& n) {
    n.start("map");
    const int x = n.conv(n.input(8, 8, 8), 16);
    n.output(n.global_average_pool(n.add(x, x)));
  });
  CompileOptions options = options_for("x86-64-linux-avx2");
  options.arena_limit = 1000;
  Diagnostics diagnostics("net");
  EXPECT_FALSE(compile(graph, options, diagnostics));
  const std::string refusal =
      "net: error: the arena needs 8192 bytes, the limit is 1000\n"
      "net: note: while block 1, add, 8x8x16, runs: 4096 bytes for map 3\n"
      "net: note: while block 1, add, 8x8x16, runs: 4096 bytes for map 4\n"
      "net: note: legal would be --arena-limit 8192, or ";
  EXPECT_EQ(diagnostics.str(), refusal + "a model with smaller maps\n");
  Diagnostics others("net");
  options.schedule.variant = Variant::rows;
  EXPECT_FALSE(compile(graph, options, others));
  EXPECT_EQ(others.str(), refusal + "--schedule auto, which can take less\n");
}

// ---- real models -------------------------------------------------------------------------------

Graph example(const std::string& name) { return read_graph(Path(NARROWS_SOURCE_DIR) / "examples/models" / name); }
Graph recorded(const std::string& name) { return read_graph(test_data() / "models" / name); }

TEST(ArenaSizes, MobileNetV2) {
  EXPECT_LE(arena_of(example("mobilenet_v2_1.0_224.json"), "x86-64-linux-avx2", Goal::latency), 548 * 1024);
}

TEST(ArenaSizes, MobileNetV2Uint8) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = recorded("mobilenet_v2_1.0_224_quant.tflite");
  EXPECT_LE(arena_of(graph, "x86-64-linux-avx2", Goal::balanced), 137 * 1024);
}

TEST(ArenaSizes, DeepLabUint8) {
  EXPECT_LE(arena_of(example("deeplab_mobilenet_v2_513_uint8.json"), "x86-64-linux-avx2", Goal::latency), 700'000);
}

TEST(ArenaSizes, DetectorUint8) {
  NARROWS_NEEDS_TEST_DATA();
  const Graph graph = recorded("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite");
  EXPECT_LE(arena_of(graph, "x86-64-linux-avx2", Goal::latency), 384'000);
}

}  // namespace
}  // namespace narrows
