// Targets: names there and back, and what depends on them.
#include "compiler/target.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

namespace narrows {
namespace {

std::optional<Target> parse(const std::string& text) {
  Diagnostics diagnostics("--target");
  std::optional<Target> target = parse_target(text, diagnostics);
  EXPECT_EQ(target.has_value(), diagnostics.ok());
  return target;
}

TEST(Target, PrintsWhatItParses) {
  for (const Target& target : all_targets()) {
    ASSERT_TRUE(parse(target.name)) << target.name;
    EXPECT_EQ(parse(target.name)->str(), target.name);
  }
}

TEST(Target, Sse41IsWhatNoSuffixMeans) {
  ASSERT_TRUE(parse("x86-64-linux-sse41"));
  EXPECT_EQ(parse("x86-64-linux-sse41")->str(), "x86-64-linux");
}

TEST(Target, HostHasAName) { EXPECT_EQ(parse("host")->str(), host_target().str()); }

/// Sets NARROWS_HOST for a test, and what it was before behind it.
class AskedHost {
 public:
  explicit AskedHost(const char* name) {
    if (const char* const before = std::getenv("NARROWS_HOST")) before_ = before;
    setenv("NARROWS_HOST", name, 1);
  }
  ~AskedHost() { before_ ? setenv("NARROWS_HOST", before_->c_str(), 1) : unsetenv("NARROWS_HOST"); }

 private:
  std::optional<std::string> before_;
};

TEST(Target, HostIsWhatIsAskedFor) {
#if defined(__x86_64__)
  const AskedHost asked("x86-64-linux");
  EXPECT_EQ(parse("host")->str(), "x86-64-linux");
  EXPECT_TRUE(runs_on_host(*parse("x86-64-linux")));
  EXPECT_FALSE(runs_on_host(*parse("x86-64-linux-avx2")));
#else
  const AskedHost asked("arm64-linux");
  EXPECT_EQ(parse("host")->str(), "arm64-linux");
  EXPECT_FALSE(runs_on_host(*parse("arm64-linux-dotprod")));
#endif
}

TEST(Target, HostIsNothingThatTheMachineLacks) {
#if defined(__x86_64__)
  const char* const other = "arm64-linux";
#else
  const char* const other = "x86-64-linux";
#endif
  for (const std::string name : {other, "x86-64-linux-mmx"}) {
    const AskedHost asked(name.c_str());
    Diagnostics diagnostics("--target");
    EXPECT_FALSE(parse_target("host", diagnostics));
    EXPECT_EQ(diagnostics.str(), "--target: error: NARROWS_HOST is '" + name + "', which this machine (" +
                                     host_target().str() + ") cannot stand for\n");
  }
}

TEST(Target, UnknownNameListsTheLegalOnes) {
  Diagnostics diagnostics("--target");
  EXPECT_FALSE(parse_target("arm64-linux-avx2", diagnostics));
  EXPECT_EQ(diagnostics.str(), "--target: error: unknown target 'arm64-linux-avx2'\n--target: note: legal targets: " +
                                   legal_targets() + "\n");
}

TEST(Target, Facts) {
  const Target vnni = *parse("x86-64-linux-avx512vnni");
  EXPECT_EQ(vnni.vector_bytes, 64);
  EXPECT_EQ(vnni.registers, 32);
  EXPECT_EQ(vnni.products, ByteProducts::dot4);
  EXPECT_EQ(vnni.activations, Activations::u8);
  EXPECT_EQ(compiler_flags(vnni), "-mavx512f -mavx512bw -mavx512vl -mavx512dq -mfma -mavx512vnni");

  const Target sse41 = *parse("x86-64-linux");
  EXPECT_EQ(sse41.vector_bytes, 16);
  EXPECT_EQ(sse41.registers, 16);
  EXPECT_EQ(sse41.products, ByteProducts::pairs);
  EXPECT_EQ(compiler_flags(sse41), "-msse4.1");

  const Target arm = *parse("arm64-linux-dotprod");
  EXPECT_EQ(arm.vector_bytes, 16);
  EXPECT_EQ(arm.registers, 32);
  EXPECT_EQ(arm.products, ByteProducts::dot4);
  EXPECT_EQ(arm.activations, Activations::i8);
  EXPECT_EQ(compiler_flags(arm), "-march=armv8.2-a+dotprod");
  EXPECT_EQ(compiler_flags(*parse("arm64-android")), "");
  EXPECT_EQ(feature_macros(*parse("arm64-android")), std::vector<std::string>{"__ARM_NEON"});
}

TEST(Target, StandsInTheReadme) {
  std::ifstream file(NARROWS_SOURCE_DIR "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  for (const Target& target : all_targets()) {
    const std::string row = "\n| `" + target.name + "` | " + target.instructions + " |\n";
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
}

// A machine that runs a target runs those that it extends, so that none is skipped without need.
TEST(Target, ExtendsTargetsOfItsFamilyThatComeBefore) {
  for (size_t i = 0; i < all_targets().size(); ++i) {
    const Target& target = all_targets()[i];
    if (target.extends.empty()) continue;
    bool found = false;
    for (size_t j = 0; j < i; ++j) found |= all_targets()[j].name == target.extends;
    EXPECT_TRUE(found) << target.name;
    const Family family = parse(target.extends)->family;
    EXPECT_TRUE(family == Family::any || family == target.family) << target.name;
  }
}

}  // namespace
}  // namespace narrows
