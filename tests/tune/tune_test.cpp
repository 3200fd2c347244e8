// The search for schedules with made-up times: what is tried, and that the fastest is found.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/blocks/cost_model.h"
#include "compiler/target.h"
#include "compiler/tune/search.h"
#include "schedules/kernels.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

/// Stem, two equal blocks with residuals and one without, 1x1 convolution and pool, classifier.
Graph network(DType type = DType::f32, int size = 14) {
  return make_net(type, [&](Net& n) {
    int x = n.conv(n.input(size, size, 3), 16, square(3, 1, 1, 1), Activation::relu6);
    for (int i = 0; i < 2; ++i) x = n.add(x, n.inverted_residual(x, 12, 16));
    x = n.inverted_residual(x, 6, 24, 2);
    n.output(n.fully_connected(n.global_average_pool(n.conv(x, 40)), 5));
  });
}

std::vector<std::string> texts(const std::vector<Schedule>& schedules) {
  std::vector<std::string> list;
  for (const Schedule& s : schedules) list.push_back(to_string(s));
  return list;
}

TEST(TunableBlocks, CountsEqualBlocks) {
  const std::vector<TunableBlock> blocks = tunable_blocks(network());
  std::vector<int> counts;
  for (const TunableBlock& b : blocks) counts.push_back(b.count);
  EXPECT_EQ(counts, (std::vector<int>{1, 2, 1, 1, 1}));
  EXPECT_EQ(blocks.at(1).key, "f32 14x14x16 -> 14x14x16: conv2d 1x1 192, depthwise 3x3, conv2d 1x1 16, add");
  EXPECT_EQ(blocks.at(1).macs, 14 * 14 * 192 * (16 + 9 + 16));
  EXPECT_EQ(blocks.at(3).block.kind, BlockKind::pooled_conv);
}

TEST(VariantCandidates, BeginWithWhatAutoIs) {
  for (const Target& target : all_targets()) {
    for (const DType type : {DType::f32, DType::u8}) {
      const Graph graph = network(type);
      const Block block = tunable_blocks(graph).at(1).block;
      const Arithmetic arithmetic = arithmetic_of(graph.tensors.at(block.output), Numerics::tflite, target);
      const ChainShape shape{14 * 14, 192, arithmetic};
      const auto found = variant_candidates(graph, block, target);
      EXPECT_EQ(to_string(found.at(0)), to_string(choose_schedule({}, shape, target)));
    }
  }
}

TEST(VariantCandidates, CutTheExpandedChannels) {
  const Graph graph = network();
  const auto blocks = tunable_blocks(graph);
  const Target target = target_named("x86-64-linux-avx2");
  std::vector<std::string> found = texts(variant_candidates(graph, blocks.at(1).block, target));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"channels:1", "channels:2", "channels:3", "channels:4", "rows"}));
  EXPECT_EQ(texts(variant_candidates(graph, blocks.at(0).block, target)), (std::vector<std::string>{"rows"}));
  EXPECT_EQ(texts(variant_candidates(graph, blocks.at(3).block, target)), (std::vector<std::string>{"auto"}));
}

/// The last tile, which alone may be new.
void expect_few_that_fit(const std::vector<Schedule>& found, const Schedule& from, size_t i, const Target& target) {
  EXPECT_GE(found.size(), 1u);
  EXPECT_LE(found.size(), 9u);
  const std::vector<std::string> names = texts(found);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const Schedule& s : found) {
    ASSERT_EQ(s.tiles.size(), i + 1);
    EXPECT_EQ(to_string(Schedule{s.variant, s.parts, {}}), to_string(from));
    EXPECT_GE(s.tiles[i].vectors, 1);
    EXPECT_GE(s.tiles[i].pixels, 1);
    EXPECT_LE(s.tiles[i].vectors * s.tiles[i].pixels, target.registers + 1);
  }
}

TEST(TileCandidates, AreFewAndFit) {
  for (const DType type : {DType::f32, DType::i8}) {
    const Graph graph = network(type, 31);
    for (const TunableBlock& b : tunable_blocks(graph)) {
      const size_t convs = b.block.kind == BlockKind::pooled_conv ? 1 : b.block.ops.size() - (b.block.residual >= 0);
      for (const Target& target : all_targets()) {
        for (const Schedule& schedule : variant_candidates(graph, b.block, target)) {
          for (size_t i = 0; i < convs; ++i)
            expect_few_that_fit(tile_candidates(graph, b.block, schedule, i, target), schedule, i, target);
        }
      }
    }
  }
}

TEST(TileCandidates, HaveTheCostModelsChoice) {
  for (const DType type : {DType::f32, DType::i8}) {
    for (const int width : {7, 14, 33}) {
      const Graph graph = network(type, width);
      const Block block = tunable_blocks(graph).at(1).block;
      const auto steps = [&](int pixels) { return (width + pixels - 1) / pixels; };
      for (const Target& target : all_targets()) {
        const Arithmetic arithmetic = arithmetic_of(graph.tensors.at(block.output), Numerics::tflite, target);
        const Tile choice = choose_conv_tile({192 / lanes_of(target), width, arithmetic}, target);
        const auto found = tile_candidates(graph, block, {Variant::rows, 0, {}}, 0, target);
        EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                                [&](const Schedule& s) {
                                  return s.tiles[0].vectors == choice.vectors &&
                                         steps(s.tiles[0].pixels) == steps(choice.pixels);
                                }))
            << target.str() << " width " << width << " choice " << choice.vectors << "x" << choice.pixels;
      }
    }
  }
}

/// Times by which three parts are best, and tiles of few vectors with as many pixels as there are.
double made_up_time(const Schedule& s) {
  double time = s.variant == Variant::channels ? 10 + std::abs(s.parts - 3) : 20;
  for (const Tile& t : s.tiles) {
    if (t.pixels) time += 0.01 * t.vectors - 0.02 * t.pixels;
  }
  return time;
}

TEST(FindSchedule, DescendsStageByStage) {
  const Graph graph = network();
  const Block block = tunable_blocks(graph).at(1).block;
  std::vector<double> best;
  int stages = 0;
  const Schedule found =
      find_schedule(graph, block, target_named("x86-64-linux-avx2"), [&](const std::vector<Schedule>& candidates) {
        EXPECT_LE(candidates.size(), 10u);
        std::vector<double> times;
        for (const Schedule& s : candidates) times.push_back(made_up_time(s));
        // Each stage begins with what the one before found.
        EXPECT_TRUE(stages == 0 || times.at(0) == best.back());
        ++stages;
        best.push_back(*std::min_element(times.begin(), times.end()));
        return times;
      });
  EXPECT_EQ(stages, stage_count(graph, block));
  EXPECT_EQ(to_string(Schedule{found.variant, found.parts, {}}), "channels:3");
  EXPECT_EQ(found.tiles.size(), 3u);
  EXPECT_EQ(made_up_time(found), best.back());
  EXPECT_TRUE(std::is_sorted(best.rbegin(), best.rend()));
}

TEST(FindSchedule, StaysWhereNothingIsFaster) {
  const Graph graph = network();
  const Block block = tunable_blocks(graph).at(1).block;
  const Target target = target_named("x86-64-linux-avx2");
  const auto all_equal = [](const std::vector<Schedule>& candidates) {
    return std::vector<double>(candidates.size(), 1);
  };
  const Schedule found = find_schedule(graph, block, target, all_equal);
  EXPECT_EQ(to_string(found), to_string(variant_candidates(graph, block, target).at(0)));
}

TEST(FindTiles, TakesOnlyWhatIsClearlyBetter) {
  const Graph graph = network();
  const Block block = tunable_blocks(graph).at(1).block;
  std::vector<size_t> asked;
  const FoundTiles found = find_tiles(graph, block, target_named("x86-64-linux-avx2"),
                                      [&](size_t i, const std::vector<Schedule>& candidates) {
                                        asked.push_back(i);
                                        EXPECT_EQ(to_string(candidates.at(0)), "auto");
                                        // The last candidates of the first and the last convolution
                                        // save a twentieth and a hundredth.
                                        std::vector<double> costs(candidates.size(), 100);
                                        costs.back() = i == 0 ? 95 : 99;
                                        return costs;
                                      });
  EXPECT_EQ(asked, (std::vector<size_t>{0, 2}));  // none that is depthwise
  EXPECT_EQ(found.schedule.variant, Variant::automatic);
  ASSERT_EQ(found.schedule.tiles.size(), 1u);
  EXPECT_GT(found.schedule.tiles[0].pixels, 0);
  EXPECT_EQ(found.cost, 195);
  EXPECT_EQ(found.automatic_cost, 200);
}

TEST(FindTiles, LeavesSinglePixelsAndWhatCannotBeEstimated) {
  const Graph graph = network();
  const auto blocks = tunable_blocks(graph);
  const auto nothing = [](size_t, const std::vector<Schedule>&) { return std::vector<double>(); };
  EXPECT_EQ(to_string(find_tiles(graph, blocks.at(1).block, target_named("arm64-linux"), nothing).schedule), "auto");
  const auto none = [](size_t, const std::vector<Schedule>& candidates) {
    ADD_FAILURE() << "a fully connected layer waits for its weights";
    return std::vector<double>(candidates.size(), 1);
  };
  EXPECT_EQ(find_tiles(graph, blocks.at(4).block, target_named("arm64-linux"), none).cost, 0);
}

TEST(FindSchedule, EndsWithWhatItHas) {
  const Graph graph = network();
  const Block block = tunable_blocks(graph).at(1).block;
  int stages = 0;
  const Schedule found =
      find_schedule(graph, block, target_named("x86-64-linux-avx2"), [&](const std::vector<Schedule>& candidates) {
        std::vector<double> times;
        if (stages++ > 0) return times;
        for (const Schedule& s : candidates) times.push_back(made_up_time(s));
        return times;
      });
  EXPECT_EQ(to_string(found), "channels:3");
}

}  // namespace
}  // namespace narrows
