// Files of schedules, and the option that names one.
#include "compiler/cli/schedule_file.h"
#include "compiler/cli/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>


namespace narrows {
namespace {

constexpr const char* kBlock = "f32 6x5x8 -> 6x5x8: conv2d 1x1 48, depthwise 3x3, conv2d 1x1 8, add";

ScheduleFile sample() {
  ScheduleFile file;
  file.target = "x86-64-linux-avx2";
  file.blocks.push_back({kBlock, {Variant::channels, 3, {{3, 4}, {}, {2, 6}}}, 480.12e-6, 500e-6});
  file.blocks.push_back({"f32 1x1x1280 -> 1001: fully_connected 1001", {}, 0, 0});
  return file;
}

TEST(ScheduleFile, ReadsWhatItPrints) {
  Diagnostics diagnostics("file");
  const std::string text = print_schedule_file(sample());
  const auto file = parse_schedule_file(text, diagnostics);
  ASSERT_TRUE(file) << diagnostics.str();
  EXPECT_EQ(print_schedule_file(*file), text);
  EXPECT_EQ(to_string(file->schedules().at(kBlock)), "channels:3 3x4 - 2x6");
}

TEST(ScheduleFile, NamesEveryProblem) {
  Diagnostics diagnostics("file");
  EXPECT_FALSE(parse_schedule_file(R"({"blocks": [{"block": "b"}, {"block": "c", "schedule": "diagonal"}, 7]})", diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "file: error: the file has no text field 'target'\n"
            "file: error: blocks[0] has no text field 'schedule'\n"
            "file: error: unknown schedule 'diagonal'\n"
            "file: note: schedules: auto, rows, channels, channels:T (T parts, 1 or more), layerwise, cascade, cascade:N (N blocks), halide\n"
            "file: note: in blocks[1]\n"
            "file: error: blocks[2] has no text field 'block'\n"
            "file: error: blocks[2] has no text field 'schedule'\n");
}

TEST(ScheduleFile, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "[]", "{\"target\": \"host\", \"blocks\": 3}"}) {
    Diagnostics diagnostics("file");
    EXPECT_FALSE(parse_schedule_file(text, diagnostics)) << text;
    EXPECT_EQ(diagnostics.error_count(), 1) << text;
  }
}

TEST(ScheduleOption, ReadsAFile) {
  TemporaryFolder folder;
  const std::string path = folder.path() / "tuned.json";
  std::ofstream(path) << print_schedule_file(sample());
  Schedule schedule;
  Schedules schedules;
  Diagnostics diagnostics("narrows");
  parse_schedule_option(path, Target{}, &schedule, &schedules, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.str();
  EXPECT_EQ(schedule.variant, Variant::automatic);
  EXPECT_EQ(schedules.size(), 2u);
}

TEST(ScheduleOption, ReportsAFileThatIsNotThere) {
  Schedule schedule;
  Schedules schedules;
  Diagnostics diagnostics("narrows");
  parse_schedule_option("/nowhere/tuned.json", Target{}, &schedule, &schedules, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 1);
}

TEST(ScheduleOption, TunedSchedulesAreWellFormed) {
  for (const char* name : {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-avx512", "x86-64-linux-avx512vnni", "arm64-linux",
                           "arm64-linux-dotprod"}) {
    Diagnostics diagnostics("narrows");
    const Target target = *parse_target(name, diagnostics);
    const auto file = tuned_schedules(target);
    if (file) {
      EXPECT_EQ(file->target, name);
    }
  }
}

}  // namespace
}  // namespace narrows
