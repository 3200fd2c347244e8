// Files all or none, child processes, names.
#include "compiler/cli/files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "compiler/cli/model.h"
#include "compiler/cli/process.h"

namespace narrows {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> list(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Files, WritesIntoANewFolder) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "a/b";
  Diagnostics diagnostics("test");
  EXPECT_TRUE(write_files({{"x", "1"}, {"y", std::string("2\0", 2)}}, folder, diagnostics));
  EXPECT_EQ(list(folder), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(read_file(folder / "y", diagnostics)->size(), 2u);
  EXPECT_TRUE(diagnostics.ok());
}

TEST(Files, LeavesNothingBehindOnFailure) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "out";
  Diagnostics diagnostics("test");
  EXPECT_FALSE(write_files({{"x", "1"}, {"missing/y", "2"}}, folder, diagnostics));
  EXPECT_EQ(diagnostics.error_count(), 1);
  EXPECT_FALSE(fs::exists(folder));
}

TEST(Files, LeavesNothingBehindWhenAFolderIsInTheWay) {
  const TemporaryFolder temporary;
  fs::create_directories(temporary.path() / "y/z");
  Diagnostics diagnostics("test");
  EXPECT_FALSE(write_files({{"x", "1"}, {"y", "2"}}, temporary.path(), diagnostics));
  EXPECT_EQ(list(temporary.path()), std::vector<std::string>{"y"});
}

TEST(Files, GroupsDigits) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(627200), "627,200");
  EXPECT_EQ(with_commas(3559424), "3,559,424");
  EXPECT_EQ(with_commas(-1000), "-1,000");
  EXPECT_EQ(with_commas(-100), "-100");
}

TEST(Names, BecomeIdentifiers) {
  EXPECT_EQ(clean_identifier("mobilenet_v2_1.0-224"), "mobilenet_v2_1_0_224");
  EXPECT_EQ(clean_identifier("96x96"), "m96x96");
  EXPECT_EQ(clean_identifier(""), "m");
}

TEST(Process, CapturesBothStreamsAndTheStatus) {
  const ProcessResult result = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(Process, ReadsMoreThanAPipeHolds) {
  const ProcessResult result =
      run_process({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.output.size(), 300000u);
  EXPECT_EQ(result.errors.size(), 300000u);
}

TEST(Process, TellsSignalsAndMissingProgramsApart) {
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}).status, 128 + 9);
  const ProcessResult missing = run_process({"no-such-program"});
  EXPECT_EQ(missing.status, 127);
  EXPECT_EQ(missing.errors, "No such file or directory");
}

TEST(Process, ArgumentsPassThroughUnchanged) {
  EXPECT_EQ(run_process({"printf", "%s|", "a b", "$HOME", "'"}, "/").output, "a b|$HOME|'|");
}

TEST(Process, TemporaryFoldersVanish) {
  fs::path path;
  {
    const TemporaryFolder temporary;
    path = temporary.path();
    std::ofstream(path / "file") << "text";
    EXPECT_TRUE(fs::exists(path / "file"));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace narrows
