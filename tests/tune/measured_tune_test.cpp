// Tuning: schedules of a small net measured, and what becomes of them. No test looks at a time: only that there is one.
#include <gtest/gtest.h>

#include <cmath>

#include "compiler/measure/files.h"
#include "compiler/measure/temporary_folder.h"
#include "compiler/tune/tune.h"
#include "compiler/tune/tune_jobs.h"
#include "compiler/tune/tune_progress.h"
#include "tests/support/net.h"
#include "tests/support/targets.h"

namespace narrows {
namespace {

Graph small_net() {
  return make_net(DType::u8, [](Net& n) {
    const int x = n.conv(n.input(9, 9, 3), 16, square(3, 2, 1, 1), Activation::relu6);
    n.output(n.add(x, n.inverted_residual(x, 6, 16)));
  });
}

TuneOptions quick_options(const TemporaryFolder& objects) {
  Diagnostics diagnostics("test");
  TuneOptions options;
  options.compile.target = host_target();
  options.toolchain = *find_toolchain(options.compile.target, "", "", diagnostics);
  options.toolchain.flags.push_back("-O0");  // builds fast
  options.seconds = 0;                       // one stage per block
  options.objects = objects.path();
  return options;
}

TuneEvents no_events() {
  TuneEvents events;
  events.stopped = [] { return false; };
  events.stage = [](const TuneProgress&) {};
  events.block = [](const TuneProgress&, const TunedBlock&) { return true; };
  return events;
}

TEST(TuneBlocks, MeasuresTheLargestFirstInTheMemoryThereIs) {
  const Graph graph = small_net();
  const std::vector<TunableBlock> blocks = tunable_blocks(graph);
  ASSERT_EQ(blocks.size(), 2u);
  std::vector<TunedBlock> found;
  TuneEvents events = no_events();
  int stages = 0;
  events.stage = [&](const TuneProgress& p) {
    ++stages;
    EXPECT_GE(p.gain, 1);
  };
  events.block = [&](const TuneProgress& p, const TunedBlock& block) {
    EXPECT_EQ(p.done, 1u);
    found.push_back(block);
    return true;
  };
  Diagnostics diagnostics("test");
  const TemporaryFolder objects;
  EXPECT_TRUE(tune_blocks(graph, blocks, quick_options(objects), events, diagnostics)) << diagnostics.str();
  ASSERT_EQ(found.size(), 1u);  // the time is up
  EXPECT_EQ(stages, 2);         // one, and the beginning
  EXPECT_EQ(found[0].key, blocks[1].key);
  EXPECT_GT(found[0].seconds, 0);
  EXPECT_LE(found[0].seconds, found[0].automatic_seconds);
  EXPECT_TRUE(std::filesystem::exists(objects.path() / "main.o"));

  // Nothing but `auto` where no schedule gets memory.
  TuneOptions options = quick_options(objects);
  options.most_scratch = {{blocks[1].key, 0}};
  EXPECT_TRUE(tune_blocks(graph, {blocks[1]}, options, events, diagnostics)) << diagnostics.str();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(to_string(found[1].schedule), "auto");
}

TEST(ScratchInArena, IsWhatTheTensorsOfTheBlockLeave) {
  Compiled compiled;
  compiled.arena_bytes = 1000;
  compiled.blocks.resize(3);
  const auto set = [&](size_t i, const std::string& key, int64_t arena, int64_t scratch) {
    compiled.blocks[i].key = key;
    compiled.blocks[i].arena_bytes = arena;
    compiled.blocks[i].scratch_bytes = scratch;
  };
  set(0, "a", 1000, 300);
  set(1, "b", 500, 500);
  set(2, "a", 800, 300);
  const std::map<std::string, int64_t> expected = {{"a", 300}, {"b", 1000}};
  EXPECT_EQ(scratch_in_arena(compiled), expected);
}

TEST(TuneBlocks, StopsWithoutAWord) {
  const Graph graph = small_net();
  TuneEvents events = no_events();
  events.stopped = [] { return true; };
  events.block = [](const TuneProgress&, const TunedBlock&) {
    ADD_FAILURE();
    return true;
  };
  Diagnostics diagnostics("test");
  const TemporaryFolder objects;
  EXPECT_FALSE(tune_blocks(graph, tunable_blocks(graph), quick_options(objects), events, diagnostics));
  EXPECT_TRUE(diagnostics.list().empty()) << diagnostics.str();
}

TEST(TuneBlocks, SaysWhyItCannotMeasure) {
  const Graph graph = small_net();
  const TemporaryFolder objects;
  TuneOptions options = quick_options(objects);
  options.toolchain.compiler = {"false"};
  Diagnostics diagnostics("test");
  EXPECT_FALSE(tune_blocks(graph, tunable_blocks(graph), options, no_events(), diagnostics));
  EXPECT_NE(diagnostics.str().find("failed with status 1"), std::string::npos) << diagnostics.str();
}

TEST(ShareOfFirst, IsItsPartOfTheWork) {
  const std::vector<TunableBlock> blocks = {{"a", {}, 2, 100}, {"b", {}, 1, 500}, {"c", {}, 3, 100}};
  EXPECT_DOUBLE_EQ(share_of_first(blocks, 50), 10);
  EXPECT_DOUBLE_EQ(share_of_first({blocks[1]}, 50), 50);
}

// ---- what is found serves other models -----------------------------------------------------------

TEST(TunedSchedules, AreReusedForEqualBlocksOfOtherModels) {
  const Graph graph = small_net();
  const TunableBlock block = tunable_blocks(graph).at(1);
  // Nothing is run here. Which blocks are joined to cascades differs between targets.
  const Target target = target_named("x86-64-linux-avx2");
  const Schedule found = find_schedule(graph, block.block, target, [](const std::vector<Schedule>& candidates) {
    std::vector<double> times;
    for (const Schedule& s : candidates) times.push_back(s.variant == Variant::channels ? 1.0 / s.parts : 2);
    return times;
  });
  EXPECT_EQ(to_string(found), "channels:2");
  const TemporaryFolder folder;
  Diagnostics diagnostics("test");
  const std::string text = print_schedule_file({target.str(), {{block.key, found, 1e-6, 2e-6}}});
  ASSERT_TRUE(write_files({{"tuned.json", text}}, folder.path(), diagnostics));

  // The same block in another place, with other weights, in front of another one.
  const Graph other = make_net(DType::u8, [](Net& n) {
    const int x = n.conv(n.conv(n.input(5, 5, 8), 24), 16);
    const int y = n.add(x, n.inverted_residual(x, 6, 16));
    n.output(n.inverted_residual(y, 6, 24));
  });
  CompileOptions options;
  options.name = "other";
  options.target = target;
  parse_schedule_option(folder.path() / "tuned.json", options.target, &options.schedule, &options.schedules,
                        diagnostics);
  const auto compiled = compile(other, options, diagnostics);
  ASSERT_TRUE(compiled) << diagnostics.str();
  int reused = 0;
  for (const BlockReport& report : compiled->blocks) {
    if (report.key != block.key) continue;
    ++reused;
    EXPECT_EQ(report.schedule.rfind("channels:2: ", 0), 0u) << report.schedule;
  }
  EXPECT_EQ(reused, 1);
}

// ---- jobs ------------------------------------------------------------------------------------------

TEST(PrintNinja, QuotesForTheShellAndForNinja) {
  TuneJobs jobs;
  jobs.program = "/opt/my tools/narrows";
  jobs.model = "a b$.tflite";
  jobs.arguments = {"--runner", "ssh it's"};
  jobs.seconds = {10, 0.5};
  jobs.output = "c:d.json";
  const std::string text = print_ninja(jobs);
  const auto has = [&](const std::string& line) { return text.find("\n" + line + "\n") != std::string::npos; };
  EXPECT_TRUE(has("narrows = '/opt/my tools/narrows'")) << text;
  EXPECT_TRUE(has("model = 'a b$$.tflite'")) << text;
  EXPECT_TRUE(has("arguments = --again --runner 'ssh it'\\''s'")) << text;
  EXPECT_TRUE(has("build c$:d.0.json: tune | a$ b$$.tflite\n  block = 0\n  seconds = 10")) << text;
  EXPECT_TRUE(has("build c$:d.1.json: tune | a$ b$$.tflite\n  block = 1\n  seconds = 1")) << text;
  EXPECT_TRUE(has("build c$:d.json: merge c$:d.0.json c$:d.1.json")) << text;
}

TEST(MergeScheduleFiles, TakesEachBlockOnce) {
  const TunedBlock a{"a", {Variant::rows, 0, {}}, 1e-6, 2e-6}, b{"b", {}, 1e-6, 1e-6}, a2{"a", {}, 3e-6, 3e-6};
  Diagnostics diagnostics("test");
  const auto merged = merge_schedule_files({{"t", {a}}, {"t", {}}, {"t", {a2, b}}}, diagnostics);
  ASSERT_TRUE(merged);
  EXPECT_EQ(print_schedule_file(*merged), print_schedule_file({"t", {a, b}}));
  EXPECT_FALSE(merge_schedule_files({{"t", {a}}, {"u", {b}}}, diagnostics));
  EXPECT_EQ(diagnostics.str(), "test: error: schedules for t and for u do not belong in one file\n");
}

// ---- what the user sees ------------------------------------------------------------------------------

TEST(TuneProgress, Reads) {
  const TuneProgress progress{5, 17, 1.0432, 250};
  EXPECT_EQ(progress_bar(progress),
            "[#####...............]  5 of 17 blocks, this one 1.043x as fast as auto so far, 4:10 left");
  EXPECT_EQ(progress_line(progress, {"f32 key", {Variant::channels, 9, {{3, 4}}}, 480.1e-6, 502.3e-6}),
            "5 of 17 blocks, 4:10 left: f32 key: channels:9 3x4, 480.1 us, auto 502.3 us");
}

TEST(TuningTable, AddsUpAllBlocksOfTheNetwork) {
  const std::vector<TunableBlock> blocks = {{"a", {}, 2, 100}, {"not measured", {}, 1, 500}, {"c", {}, 3, 100}};
  const Schedule rows{Variant::rows, 0, {}};
  const ScheduleFile file{"t", {{"c", {}, 10e-6, 10e-6}, {"of another model", {}, 1, 1}, {"a", rows, 40e-6, 50e-6}}};
  EXPECT_EQ(tuning_table(blocks, file),
            "  auto us  tuned us   gain blocks  what, and its schedule\n"
            "     50.0      40.0  1.250      2  a\n"
            "                                   rows\n"
            "     10.0      10.0  1.000      3  c\n"
            "                                   auto\n"
            "    130.0     110.0  1.182         all of them\n");
}

}  // namespace
}  // namespace narrows
