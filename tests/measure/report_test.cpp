// What becomes of measured times in the report and its forms.
#include "compiler/measure/pages/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace narrows {
namespace {

BlockReport block(int index, const std::string& title, int64_t macs, int64_t live) {
  BlockReport b;
  b.kind = "inverted residual";
  b.title = title;
  b.index = index;
  b.output_tensor = 0;
  b.macs = macs;
  b.live_bytes = live;
  b.traffic_bytes = 100;
  b.schedule = "rows: 4 rows";
  return b;
}

/// Blocks a, b, a with outputs of 7x5 pixels; the second one has no code in `samples`.
Compiled three_blocks(int64_t arena, const std::string& title = "a") {
  Compiled compiled;
  Tensor map;
  map.shape = {1, 7, 5, 8};
  compiled.graph.add(map);
  compiled.blocks = {block(0, title, 1000, 640), block(1, "b", 0, 128), block(2, title, 1000, 64)};
  compiled.arena_bytes = arena;
  return compiled;
}

Samples samples(double seconds, double first, double last) {
  Samples s;
  for (int round = 0; round < 6; ++round) s.rounds.push_back({seconds * (1 + round), seconds * (2 + round)});
  s.blocks = {first, INFINITY, last};
  return s;
}

constexpr CoreSpeed kCore = {4e10, 8e10, 3e11, 2e11, 1e10};

TEST(Report, EqualBlocksAreOneLine) {
  const Compiled compiled = three_blocks(640);
  const Samples fast = samples(1e-3, 20e-6, 30e-6);
  const Report report = make_report({{"rows", "g++", &compiled, &fast, 1000}}, kCore);
  ASSERT_EQ(report.blocks.size(), 2u);
  EXPECT_EQ(report.blocks[0].title, "a, to 7x5");
  EXPECT_EQ(report.blocks[0].count, 2);
  EXPECT_EQ(report.blocks[1].count, 1);
  EXPECT_EQ(report.macs, 2000);
  const VariantReport& v = report.variants.at(0);
  EXPECT_DOUBLE_EQ(v.block_seconds.at(0).value(), 25e-6);
  EXPECT_FALSE(v.block_seconds.at(1)) << "a block without code has a time";
  EXPECT_EQ(v.live_bytes, (std::vector<int64_t>{640, 128, 64}));
  EXPECT_DOUBLE_EQ(v.times->minimum, 1e-3);
  EXPECT_DOUBLE_EQ(v.times->median, 4e-3);
}

TEST(Report, RatiosAreAgainstTheFirst) {
  const Compiled large = three_blocks(1280), small = three_blocks(640);
  const Samples slow = samples(3e-3, 1e-6, 1e-6), fast = samples(2e-3, 1e-6, 1e-6);
  const Report report = make_report({{"layerwise", "g++", &large, &slow, 1000},
                                     {"rows", "g++", &small, &fast, 1000},
                                     {"channels:2", "g++", &large, &fast, 1000}},
                                    kCore);
  EXPECT_DOUBLE_EQ(report.variants[1].times->speed.value, 1.5);
  EXPECT_DOUBLE_EQ(report.variants[1].times->speed.low.value(), 1.5);
  EXPECT_FALSE(report.variants[0].front);
  EXPECT_TRUE(report.variants[1].front);
  EXPECT_FALSE(report.variants[2].front);
}

/// Schedules may cut a network into other blocks.
TEST(Report, VariantsMayHaveOtherBlocks) {
  const Compiled compiled = three_blocks(640), other = three_blocks(640, "cascade");
  const Samples s = samples(1e-3, 20e-6, 30e-6);
  const Report report =
      make_report({{"rows", "g++", &compiled, &s, 1000}, {"cascade", "g++", &other, &s, 1000}}, kCore);
  ASSERT_EQ(report.blocks.size(), 3u);
  EXPECT_EQ(report.blocks[2].title, "cascade, to 7x5");
  EXPECT_TRUE(report.variants[0].block_seconds.at(0));
  EXPECT_FALSE(report.variants[0].block_seconds.at(2));
  EXPECT_FALSE(report.variants[1].block_seconds.at(0));
  EXPECT_TRUE(report.variants[1].block_seconds.at(2));
}

TEST(Report, TextHasTheNumbers) {
  const Compiled compiled = three_blocks(123456);
  const Samples s = samples(1e-3, 20e-6, 30e-6);
  Report report = make_report({{"rows", "g++", &compiled, &s, 7890}}, kCore);
  report.yardsticks = {{"a, to 7x5", 1000, 50e-6, {"auto g++"}, {{25e-6, 26e-6, {2, 1.9, 2.1}}}}};
  const std::string text = report_text(report);
  for (const char* expected :
       {"1.000", "123,456", "7,890", "a, to 7x5", "25.0", "2.00 [1.90, 2.10]", "40.0 GMAC/s in f32"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
}

TEST(Report, TextHasTheSpeedOfEveryBlockInEverySchedule) {
  const Compiled compiled = three_blocks(640);
  const Samples automatic = samples(1e-3, 20e-6, 30e-6), tuned = samples(1e-3, 10e-6, 30e-6);
  Report report =
      make_report({{"auto", "g++", &compiled, &automatic, 1}, {"tuned", "g++", &compiled, &tuned, 1}}, kCore);
  report.yardsticks = {{"a", 1000000, 50e-6, {"auto g++", "tuned g++"}, {{40e-6, 40e-6, {}}, {31.25e-6, 32e-6, {}}}}};
  const std::string text = report_text(report);
  for (const char* expected : {"20.0   50 %", "25.0   62 %", "32.0   80 %", "tuned g++, GMAC/s, peak, speed",
                               "the same in GMAC/s, and the share of the core's peak"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
}

TEST(Report, WithoutTimesThereAreSizes) {
  const Compiled compiled = three_blocks(123456);
  const Report report = make_report({{"rows", "g++", &compiled, nullptr, 7890}}, std::nullopt);
  const std::string text = report_text(report);
  EXPECT_NE(text.find("123,456"), std::string::npos) << text;
  EXPECT_EQ(text.find("GMAC/s in f32"), std::string::npos);
  EXPECT_TRUE(report_json(report).at("variants").at(0).at("min_seconds").is_null());
}

TEST(Report, ThePageHoldsTheDataAndRefersToNothing) {
  const Compiled compiled = three_blocks(640, "</script><b>\xff");
  const Samples s = samples(1e-3, 20e-6, 30e-6);
  const Report report = make_report({{"rows", "g++", &compiled, &s, 7890}}, kCore);
  const std::string page = report_page(report);
  EXPECT_EQ(page.find("</script><b>"), std::string::npos);
  EXPECT_EQ(page.find("REPORT_"), std::string::npos);
  for (const char* reference : {"src=", "href=", "@import", "url(", "fetch("}) {
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
  }
  const std::string begin = "id=\"data\">";
  const size_t from = page.find(begin) + begin.size();
  const auto json = nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
  EXPECT_EQ(json.at("variants").at(0).at("code_bytes"), 7890);
  EXPECT_EQ(json.at("blocks").at(0).at("title"), "</script><b>\xef\xbf\xbd, to 7x5");
}

}  // namespace
}  // namespace narrows
