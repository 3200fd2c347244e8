// Files all or none, child processes, names.
#include "compiler/measure/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "compiler/cli/model.h"
#include "compiler/measure/process.h"
#include "compiler/measure/temporary_folder.h"

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

// ---- links, devices, descriptors -----------------------------------------------------------------

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string written(const std::string& path, const std::string& content) {
  Diagnostics diagnostics("test");
  write_file(path, content, diagnostics);
  return diagnostics.str();
}

TEST(Files, FollowLinks) {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path();
  fs::create_directories(folder / "real");
  std::ofstream(folder / "real/old") << "before";
  fs::create_symlink("real/old", folder / "a");
  fs::create_symlink("a", folder / "b");          // a link to a link
  fs::create_symlink("real/new", folder / "c");   // to what does not exist yet
  fs::create_symlink("real", folder / "linked");  // to a folder
  for (const char* name : {"b", "c", "linked/d"}) EXPECT_EQ(written(folder / name, name), "");
  EXPECT_EQ(text_of(folder / "real/old"), "b");
  EXPECT_EQ(text_of(folder / "real/new"), "c");
  EXPECT_EQ(text_of(folder / "real/d"), "linked/d");
  for (const char* name : {"a", "b", "c", "linked"}) EXPECT_TRUE(fs::is_symlink(folder / name)) << name;
  EXPECT_EQ(list(folder), (std::vector<std::string>{"a", "b", "c", "linked", "real"}));
  EXPECT_EQ(list(folder / "real"), (std::vector<std::string>{"d", "new", "old"}));
}

TEST(Files, RefuseLinksInACircle) {
  const TemporaryFolder temporary;
  fs::create_symlink("b", temporary.path() / "a");
  fs::create_symlink("a", temporary.path() / "b");
  const std::string path = temporary.path() / "a";
  EXPECT_EQ(written(path, "x"), "test: error: cannot write '" + path + "': Too many levels of symbolic links\n");
}

TEST(Files, WriteToDevicesAndPipes) {
  const TemporaryFolder temporary;
  // Through links, because to replace the machine's own devices would be worse than to fail.
  const std::string null = temporary.path() / "null", full = temporary.path() / "full",
                    pipe = temporary.path() / "pipe";
  fs::create_symlink("/dev/null", null), fs::create_symlink("/dev/full", full);
  EXPECT_EQ(written(null, "x"), "");
  EXPECT_TRUE(fs::is_symlink(null));
  EXPECT_EQ(written(full, "x"), "test: error: cannot write '" + full + "': No space left on device\n");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { EXPECT_EQ(written(pipe, "through"), ""); });
  EXPECT_EQ(text_of(pipe), "through");
  writer.join();
  EXPECT_TRUE(fs::is_fifo(pipe));
}

/// Behind /dev/fd/N may be a file that somebody else has open: it is written from where that stands, and stays the same
/// file.
TEST(Files, WriteToOpenDescriptors) {
  const TemporaryFolder temporary;
  const fs::path path = temporary.path() / "file";
  const int file = open(path.c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(write(file, "before ", 7), 7);
  const fs::path descriptors = temporary.path() / "fd";
  fs::create_symlink("/dev/fd", descriptors);
  EXPECT_EQ(written(descriptors / std::to_string(file), "one "), "");
  fs::create_symlink("/proc/self/fd/" + std::to_string(file), temporary.path() / "link");
  EXPECT_EQ(written(temporary.path() / "link", "two "), "");
  ASSERT_EQ(write(file, "behind", 6), 6);
  close(file);
  EXPECT_EQ(text_of(path), "before one two behind");
}

/// A set with a stream that fails leaves the files alone.
TEST(Files, OfASetWithABrokenStreamStay) {
  const TemporaryFolder temporary;
  std::ofstream(temporary.path() / "x") << "before";
  fs::create_symlink("/dev/full", temporary.path() / "y");
  Diagnostics diagnostics("test");
  EXPECT_FALSE(write_files({{"x", "1"}, {"y", "2"}}, temporary.path(), diagnostics));
  EXPECT_EQ(diagnostics.error_count(), 1);
  EXPECT_EQ(text_of(temporary.path() / "x"), "before");
  EXPECT_EQ(list(temporary.path()), (std::vector<std::string>{"x", "y"}));
}

// ---- all or none ---------------------------------------------------------------------------------

TEST(Files, LeaveTheOldSetOnFailure) {
  const TemporaryFolder temporary;
  const fs::path& folder = temporary.path();
  fs::create_directories(folder / "z/inside");
  std::ofstream(folder / "x") << "before";
  Diagnostics diagnostics("test");
  EXPECT_FALSE(write_files({{"x", "1"}, {"y", "2"}, {"z", "3"}}, folder, diagnostics));
  EXPECT_EQ(diagnostics.str(), "test: error: cannot write '" + (folder / "z").string() + "': Is a directory\n");
  EXPECT_EQ(text_of(folder / "x"), "before");
  EXPECT_EQ(list(folder), (std::vector<std::string>{"x", "z"}));
}

/// Runs `act` as a user whom permissions bind.
template <typename Act>
void as_nobody(const TemporaryFolder& folder, const Act& act) {
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown(folder.path().c_str(), 65534, 65534), 0);
    ASSERT_EQ(seteuid(65534), 0);
  }
  act();
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
}

TEST(Files, LeaveTheOldSetWithoutPermission) {
  const TemporaryFolder temporary;
  as_nobody(temporary, [&] {
    const fs::path folder = temporary.path() / "out", other = temporary.path() / "other";
    fs::create_directory(folder), fs::create_directory(other);
    std::ofstream(folder / "x") << "before";
    std::ofstream(other / "y") << "before";
    fs::create_symlink(other / "y", folder / "y");
    const auto try_to_write = [&] {
      Diagnostics diagnostics("test");
      EXPECT_FALSE(write_files({{"x", "1"}, {"y", "2"}}, folder, diagnostics));
      EXPECT_EQ(text_of(folder / "x"), "before");
      EXPECT_EQ(text_of(other / "y"), "before");
      EXPECT_EQ(list(folder), (std::vector<std::string>{"x", "y"}));
      EXPECT_EQ(list(other), std::vector<std::string>{"y"});
      return diagnostics.str();
    };
    fs::permissions(other, fs::perms(0500));  // the second file cannot be written
    EXPECT_EQ(try_to_write(), "test: error: cannot write '" + (folder / "y").string() + "': Permission denied\n");
    fs::permissions(other, fs::perms(0700));
    fs::permissions(folder, fs::perms(0500));
    EXPECT_EQ(try_to_write(), "test: error: cannot write '" + (folder / "x").string() + "': Permission denied\n");
    EXPECT_EQ(written(folder / "new/x", "1"),
              "test: error: cannot make folder '" + (folder / "new").string() + "': Permission denied\n");
    fs::permissions(folder, fs::perms(0700));
  });
}

/// Two programs that write one set of names again and again: whenever both are done, all files are of one of them.
TEST(Files, OfTwoProgramsDoNotMix) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "out";
  const auto set_of = [](char program) {
    std::vector<File> files;
    for (int i = 0; i < 8; ++i) files.push_back({"file" + std::to_string(i), std::string(1000, program)});
    return files;
  };
  std::vector<pid_t> children;
  for (int round = 0; round < 30; ++round) {
    for (const char program : {'a', 'b', 'c'}) {
      const pid_t child = fork();
      if (child == 0) {
        Diagnostics diagnostics("test");
        _exit(write_files(set_of(program), folder, diagnostics) ? 0 : 1);
      }
      children.push_back(child);
    }
    for (; !children.empty(); children.pop_back()) {
      int status = 1;
      ASSERT_EQ(waitpid(children.back(), &status, 0), children.back());
      EXPECT_EQ(status, 0);
    }
    const std::string first = text_of(folder / "file0");
    ASSERT_EQ(first.size(), 1000u);
    for (const File& file : set_of('a')) ASSERT_EQ(text_of(folder / file.name), first) << round;
    ASSERT_EQ(list(folder).size(), 8u);
  }
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
  const ProcessResult result = run_process({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
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

/// The child prints its folder, waits, and is ended.
TEST(Process, TemporaryFoldersVanishWhenASignalEndsTheProgram) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const TemporaryFolder outer, inner;
      std::ofstream(inner.path() / "file") << "text";
      const std::string paths = outer.path().string() + "\n" + inner.path().string() + "\n";
      if (write(ends[1], paths.data(), paths.size()) < 0) _exit(1);
      for (;;) pause();
    }
    std::string text;
    for (char c = 0; std::count(text.begin(), text.end(), '\n') < 2 && read(ends[0], &c, 1) == 1;) text += c;
    close(ends[0]), close(ends[1]);
    kill(child, number);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
    std::istringstream lines(text);
    int count = 0;
    for (std::string path; std::getline(lines, path); ++count) EXPECT_FALSE(fs::exists(path)) << path;
    EXPECT_EQ(count, 2);
  }
}

}  // namespace
}  // namespace narrows
