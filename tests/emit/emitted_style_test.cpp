// The emitted source as a reviewer sees it: nothing in it that the model does not need.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "compiler/measure/toolchain.h"
#include "tests/support/graphs.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

using Words = std::vector<std::string>;

const char* const styled_targets[] = {"x86-64-linux",
                                      "x86-64-linux-avx2",
                                      "x86-64-linux-avxvnni",
                                      "x86-64-linux-avx512",
                                      "x86-64-linux-avx512vnni",
                                      "arm64-linux",
                                      "arm64-linux-dotprod",
                                      "generic"};

struct Case {
  std::string name;
  Graph graph;
};

/// The programs whose style is looked at. Odd operators appear in one type and for one target: they take long to
/// compile.
std::vector<Case> cases(const std::string& target) {
  std::vector<Case> all;
  for (const DType type : {DType::f32, DType::u8, DType::i8})
    all.push_back({fmt::format("tiny {}", to_string(type)), tiny_graph(type)});
  if (target == "x86-64-linux-avx2") all.push_back({"odd u8", odd_graph(DType::u8)});
  return all;
}

class EmittedStyle : public testing::TestWithParam<const char*> {
 protected:
  EmittedStyle() : target_(*parse_target(GetParam(), diagnostics_)) {}

  Compiled compile(const Graph& graph) const {
    CompileOptions options;
    options.name = "net";
    options.target = target_;
    return compile_or_throw(graph, options);
  }

  Diagnostics diagnostics_{"test"};
  Target target_;
};

const std::string& file(const Compiled& compiled, const std::string& name) {
  for (const File& f : compiled.files) {
    if (f.name == name) return f.content;
  }
  throw std::runtime_error("no file " + name);
}

/// The source with all functions as plain static ones: compilers warn of those that no call reaches.
std::string with_plain_functions(std::string source) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    size_t count = 0;
    for (size_t at = 0; (at = source.find(from, at)) != std::string::npos; at += to.size(), ++count)
      source.replace(at, from.size(), to);
    return count;
  };
  EXPECT_EQ(replace("#define INLINE static inline __attribute__((always_inline, unused))", "#define INLINE static"),
            1u);
  EXPECT_GT(replace("static inline ", "static "), 0u);
  EXPECT_EQ(source.find("unused))"), std::string::npos);
  return source;
}

std::vector<File> with_plain_functions(std::vector<File> files) {
  for (File& f : files) {
    if (f.name == "net.cpp") f.content = with_plain_functions(f.content);
  }
  return files;
}

/// Each overload counts. GCC looks for unused functions when it makes code.
TEST_P(EmittedStyle, HasNoUnusedFunctions) {
  int compilers = 0;
  for (const Case& c : cases(GetParam())) {
    const Workspace workspace(with_plain_functions(compile(c.graph).files));
    for (const std::string& compiler : found_compilers(target_)) {
      Diagnostics diagnostics("test");
      const std::optional<Toolchain> toolchain = find_builder(target_, compiler, diagnostics);
      if (!toolchain) continue;
      EXPECT_NO_THROW(workspace.run_or_throw(
          joined({toolchain->compiler,
                  toolchain->flags,
                  {"-O0", "-Wall", "-Wextra", "-Wunused-function", "-Werror", "-c", "net.cpp", "-o", "net.o"}})))
          << c.name << " " << compiler;
      ++compilers;
    }
  }
  if (compilers == 0) GTEST_SKIP() << "no compiler for " << GetParam();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// What generators leave behind: loops of one round, 0 that is added, casts and brackets that do nothing.
TEST_P(EmittedStyle, HasNoResidueOfItsGenerator) {
  const std::regex loop(R"(for \(i32 (\w+) = (\d+); \1 < (\d+); \+\+\1\))");
  const std::regex idle(R"([-+] 0[ ,;)\]]|\* 1[ ,;)\]]|\(\(const \w+\*\)\(?weights\)?\)\[|\(i32\)order)");
  for (const Case& c : cases(GetParam())) {
    std::istringstream lines(file(compile(c.graph), "net.cpp"));
    bool of_model = false;
    for (std::string line; std::getline(lines, line);) {
      of_model |= line.rfind("// ---- kernels -", 0) == 0;
      if (!of_model || line.find("//") != std::string::npos) continue;
      std::smatch rounds;
      EXPECT_FALSE(std::regex_search(line, rounds, loop) && std::stoi(rounds[3]) - std::stoi(rounds[2]) < 2) << line;
      EXPECT_FALSE(std::regex_search(line, idle)) << line;
    }
  }
}

TEST_P(EmittedStyle, HasNoLongLines) {
  for (const Case& c : cases(GetParam())) {
    const Compiled compiled = compile(c.graph);
    for (const char* name : {"net.h", "net.cpp"}) {
      for (const std::string& line : lines_of(file(compiled, name)))
        EXPECT_LE(line.size(), 120u) << name << ": " << line;
    }
  }
}

TEST_P(EmittedStyle, HasCommentsAboveKernelsAndBlocks) {
  for (const Case& c : cases(GetParam())) {
    const std::vector<std::string> lines = lines_of(file(compile(c.graph), "net.cpp"));
    int kernels = 0, blocks = 0;
    for (size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].rfind("NOINLINE static void ", 0) != 0) continue;
      const std::string& above = lines[i - 1];
      const bool kernel = above.rfind("// Called by block", 0) == 0;
      EXPECT_TRUE(kernel || above.rfind("//     ", 0) == 0) << c.name << ": " << lines[i];
      if (kernel) {
        EXPECT_NE(above.find_first_of("0123456789"), std::string::npos) << above;
      }
      ++(kernel ? kernels : blocks);
    }
    EXPECT_GT(kernels, 0);
    EXPECT_GT(blocks, 0);
  }
}

TEST_P(EmittedStyle, HasContentsThatPointToItsParts) {
  const std::vector<std::string> lines = lines_of(file(compile(tiny_graph(DType::u8)), "net.cpp"));
  ASSERT_GT(lines.size(), 8u);
  EXPECT_EQ(lines[2], "// Contents:");
  for (const auto& [at, title] :
       std::map<int, std::string>{{3, "runtime"}, {4, "kernels"}, {5, "blocks"}, {6, "entry points"}}) {
    const size_t line = std::stoul(lines[at].substr(lines[at].find("line ") + 5));
    ASSERT_LE(line, lines.size());
    EXPECT_EQ(lines[line - 1].rfind("// ---- " + title + " ---", 0), 0u) << lines[line - 1];
  }
}

/// A macro goes on behind a backslash only.
TEST_P(EmittedStyle, CompilesWithALongName) {
  CompileOptions options;
  options.name = "a_model_whose_name_says_" + std::string(60, 'x');
  options.target = target_;
  const Workspace workspace(compile_or_throw(tiny_graph(DType::u8), options).files);
  Diagnostics diagnostics("test");
  const std::optional<Toolchain> toolchain = find_builder(target_, "", diagnostics);
  if (!toolchain) GTEST_SKIP() << "no compiler for " << GetParam();
  EXPECT_NO_THROW(
      workspace.run_or_throw(joined({toolchain->compiler,
                                     toolchain->flags,
                                     {"-Wall", "-Wextra", "-Werror", "-fsyntax-only", options.name + ".cpp"}})));
}

std::string target_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Targets, EmittedStyle, testing::ValuesIn(styled_targets), target_name);

}  // namespace
}  // namespace narrows
