// Emitted programs measured side by side. No test looks at a time: only that there is one.
#include "compiler/measure/measure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "compiler/measure/files.h"
#include "compiler/measure/parallel_builds.h"
#include "compiler/measure/temporary_folder.h"
#include "tests/support/net.h"

namespace narrows {
namespace {

Graph small_net(DType type) {
  return make_net(type, [](Net& n) {
    const int x = n.conv(n.input(9, 9, 3), 16, square(3, 2, 1, 1), Activation::relu6);
    n.output(n.add(x, n.inverted_residual(x, 6, 16)));
  });
}

Candidate candidate(const Graph& graph, const std::string& name, Variant variant) {
  Diagnostics diagnostics("test");
  Candidate c;
  c.label = name;
  c.options.name = name;
  c.options.schedule.variant = variant;
  c.options.target = host_target();
  c.toolchain = *find_toolchain(c.options.target, "", "", diagnostics);
  c.toolchain.flags.push_back("-O0");  // builds fast
  c.compiled = *compile(graph, c.options, diagnostics);
  return c;
}

MeasureOptions few_rounds() {
  MeasureOptions options;
  options.rounds = 2;
  return options;
}

/// The runner has code of its own for each instruction set.
TEST(Measure, KnowsWhatEveryTargetDoesAtBest) {
  const Graph graph = small_net(DType::i8);
  for (const Target& target : all_targets()) {
    if (!runs_on_host(target)) continue;
    SCOPED_TRACE(target.name);
    Diagnostics diagnostics("test");
    Candidate c = candidate(graph, "net", Variant::rows);
    c.options.target = target;
    c.toolchain = *find_toolchain(target, "", "", diagnostics);
    c.compiled = *compile(graph, c.options, diagnostics);
    const auto found = measure({c}, few_rounds(), diagnostics);
    ASSERT_TRUE(found) << diagnostics.str();
    EXPECT_GT(found->core.macs_f32, 0);
    EXPECT_GT(found->core.macs_8bit, 0);
  }
}

TEST(Measure, TimesRunsAndBlocks) {
  const Graph graph = small_net(DType::f32);
  std::vector<Candidate> candidates = {candidate(graph, "net", Variant::rows),
                                       candidate(graph, "net_2", Variant::layerwise),
                                       candidate(graph, "third", Variant::rows)};
  candidates[2].only_block = 1;
  Diagnostics diagnostics("test");
  const auto found = measure(candidates, few_rounds(), diagnostics);
  ASSERT_TRUE(found) << diagnostics.str();
  for (const double speed : {found->core.macs_f32, found->core.macs_8bit, found->core.read_l1, found->core.read_l2,
                             found->core.read_memory}) {
    EXPECT_TRUE(std::isfinite(speed) && speed > 0) << speed;
  }
  for (const Samples& samples : found->candidates) {
    ASSERT_EQ(samples.rounds.size(), 2u);
    for (const auto& round : samples.rounds) {
      EXPECT_GE(round.size(), 2u);
      for (const double seconds : round) EXPECT_GT(seconds, 0);
    }
    EXPECT_GT(samples.code_bytes, 1000);
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(found->candidates[i].blocks.size(), candidates[i].compiled.blocks.size());
    for (const double seconds : found->candidates[i].blocks) EXPECT_TRUE(std::isfinite(seconds) && seconds > 0);
  }
  EXPECT_TRUE(found->candidates[2].blocks.empty());
}

TEST(Measure, RefusesCandidatesThatComputeSomethingElse) {
  const Graph graph = small_net(DType::u8);
  Candidate wrong = candidate(graph, "wrong", Variant::rows);
  for (File& file : wrong.compiled.files) {
    const std::regex end("return WRONG_OK;");
    if (file.name == "wrong.cpp")
      file.content = std::regex_replace(file.content, end, "output0[3] ^= 1; return WRONG_OK;");
  }
  MeasureOptions options = few_rounds();
  options.blocks = false;
  Diagnostics diagnostics("test");
  EXPECT_FALSE(measure({candidate(graph, "right", Variant::rows), wrong}, options, diagnostics));
  EXPECT_EQ(diagnostics.str(), "test: error: 'wrong' computes something else than 'right': 1 of 400 bytes differ\n");
}

/// What a program with two candidates prints.
std::string printed(const std::string& difference) {
  return R"({"macs_per_second": {"f32": 4e10, "8bit": 8e10}, "read_per_second": [3e11, 2e11, 1e10], "programs": [
    {"difference": 0, "unequal": 0, "elements": 0, "blocks": [20, null, 30], "rounds": [[100, 101], [99, 110]]},
    {"difference": )" +
         difference + R"(, "unequal": 0, "elements": 0, "blocks": [], "rounds": [[200], [190]]}]})";
}

std::vector<Candidate> labelled(const std::vector<std::string>& labels) {
  std::vector<Candidate> list(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) list[i].label = labels[i];
  return list;
}

TEST(ParseMeasurement, ReadsTimesAndSpeeds) {
  Diagnostics diagnostics("test");
  const auto found = parse_measurement(printed("1e-7"), labelled({"a", "b"}), {}, diagnostics);
  ASSERT_TRUE(found) << diagnostics.str();
  EXPECT_EQ(found->core.macs_8bit, 8e10);
  EXPECT_EQ(found->core.read_memory, 1e10);
  EXPECT_EQ(found->candidates.at(0).rounds.size(), 2u);
  EXPECT_DOUBLE_EQ(found->candidates.at(0).rounds.at(1).at(1), 110e-9);
  EXPECT_DOUBLE_EQ(found->candidates.at(0).blocks.at(2), 30e-9);
  EXPECT_TRUE(std::isinf(found->candidates.at(0).blocks.at(1)));
  EXPECT_TRUE(found->candidates.at(1).blocks.empty());
}

TEST(ParseMeasurement, RefusesFloatsThatDiffer) {
  Diagnostics diagnostics("test");
  EXPECT_FALSE(parse_measurement(printed("0.02"), labelled({"a", "b"}), {}, diagnostics));
  EXPECT_EQ(diagnostics.str(),
            "test: error: 'b' computes something else than 'a': floats differ by 0.02 of the range\n");
  MeasureOptions options;
  options.compare_outputs = false;
  Diagnostics none("test");
  EXPECT_TRUE(parse_measurement(printed("0.02"), labelled({"a", "b"}), options, none));
}

TEST(ParseMeasurement, ComparesWithTheFirstOfTheGroup) {
  std::vector<Candidate> candidates = labelled({"a", "b"});
  candidates[1].group = 1;
  Diagnostics diagnostics("test");
  EXPECT_TRUE(parse_measurement(printed("0"), candidates, {}, diagnostics)) << diagnostics.str();
}

TEST(ParseMeasurement, RefusesOtherText) {
  for (const char* text : {"", "/tmp/narrows_measure 2 0", "{}", "[]", "{\"programs\": []}"}) {
    Diagnostics diagnostics("test");
    EXPECT_FALSE(parse_measurement(text, labelled({"a", "b"}), {}, diagnostics));
    EXPECT_NE(diagnostics.str().find("the measuring program did not print its results"), std::string::npos) << text;
  }
}

TEST(RunBuilds, ShowsWhatTheCompilerSays) {
  const TemporaryFolder folder;
  Diagnostics diagnostics("test");
  ASSERT_TRUE(write_files({{"a.cpp", "int a;"}, {"b.cpp", "nonsense;"}}, folder.path(), diagnostics));
  Toolchain toolchain;
  toolchain.compiler = {"gcc"};
  std::vector<Build> builds;
  for (const std::string name : {"a", "b", "b", "a"})
    builds.push_back({toolchain, {name + ".cpp"}, {"-c"}, name + ".o"});
  EXPECT_FALSE(run_builds(builds, folder.path(), diagnostics));
  EXPECT_EQ(diagnostics.error_count(), 2);
  EXPECT_NE(diagnostics.str().find("nonsense"), std::string::npos);
}

TEST(CodeBytes, CountsInstructionsAndConstants) {
  const TemporaryFolder folder;
  Diagnostics diagnostics("test");
  const std::string source =
      "extern const char text[1000] = {1}; char data[5000] = {1}; int f(int x) { return x + 1; }";
  ASSERT_TRUE(write_files({{"f.cpp", source}}, folder.path(), diagnostics));
  const Toolchain toolchain = *find_toolchain(host_target(), "", "", diagnostics);
  ASSERT_TRUE(build_program({toolchain, {"f.cpp"}, {"-c"}, "f.o"}, folder.path(), diagnostics));
  const auto bytes = code_bytes(folder.path() / "f.o", diagnostics);
  ASSERT_TRUE(bytes) << diagnostics.str();
  EXPECT_GT(*bytes, 1000);
  EXPECT_LT(*bytes, 1300);
  EXPECT_FALSE(code_bytes(folder.path() / "f.cpp", diagnostics));
  EXPECT_NE(diagnostics.str().find("'f.cpp' is not an object file that can be read"), std::string::npos);
}

}  // namespace
}  // namespace narrows
