// Files of schedules, and the option that names one.
#include "compiler/tune/schedule_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "compiler/measure/temporary_folder.h"

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
  EXPECT_FALSE(
      parse_schedule_file(R"({"blocks": [{"block": "b"}, {"block": "c", "schedule": "diagonal"}, 7]})", diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "file: error: the file has no text field 'target'\n"
            "file: error: blocks[0] has no text field 'schedule'\n"
            "file: error: unknown schedule 'diagonal'\n"
            "file: note: schedules: auto, rows, channels, channels:T (T parts, 1 or more), layerwise, cascade, "
            "cascade:N (N blocks), halide\n"
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
  for (const char* name : {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-avx512", "x86-64-linux-avx512vnni",
                           "arm64-linux", "arm64-linux-dotprod"}) {
    Diagnostics diagnostics("narrows");
    const Target target = *parse_target(name, diagnostics);
    const auto file = tuned_schedules(target);
    if (file) {
      EXPECT_EQ(file->target, name);
    }
  }
}

TEST(ScheduleOption, NamesTheTargetsThatHaveTunedSchedules) {
  for (const char* name : {"x86-64-linux-avx512", "x86-64-linux-avx512vnni"}) {
    Schedule schedule;
    Schedules schedules;
    Diagnostics diagnostics("narrows");
    parse_schedule_option("tuned", *parse_target(name, diagnostics), &schedule, &schedules, diagnostics);
    EXPECT_EQ(diagnostics.str(), std::string("narrows: error: there are no tuned schedules for target '") + name +
                                     "'\nnarrows: note: targets that have some: x86-64-linux-avx2, arm64-linux, "
                                     "arm64-linux-dotprod\nnarrows: note: `narrows tune` makes a file of them, which "
                                     "--schedule reads; auto needs none\n");
  }
}

TEST(ScheduleFile, RefusesNumbersThatNoMachineMeasures) {
  Diagnostics diagnostics("file");
  const std::string text = R"({"target": "host", "blocks": [
    {"block": "a", "schedule": "auto", "cycles": 9e15, "us": 0},
    {"block": "b", "schedule": "auto", "cycles": 1018361888888888888888888888888888888888, "us": -1},
    {"block": "c", "schedule": "auto", "auto_us": "fast", "auto_cycles": 9.1e15}]})";
  EXPECT_FALSE(parse_schedule_file(text, diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "file: error: blocks[1]: 'us' is -1, legal are numbers from 0 to 9e+15\n"
            "file: error: blocks[1]: 'cycles' is 1.0183618888888888e+39, legal are numbers from 0 to 9e+15\n"
            "file: error: blocks[2]: 'auto_us' is \"fast\", legal are numbers from 0 to 9e+15\n"
            "file: error: blocks[2]: 'auto_cycles' is 9.1e+15, legal are numbers from 0 to 9e+15\n");
}

}  // namespace
}  // namespace narrows
