// The emitted source as a reviewer sees it: nothing in it that the model does not need.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "compiler/measure/toolchain.h"
#include "tests/support/graphs.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

using Words = std::vector<std::string>;

const char* const all_targets[] = {"x86-64-linux",        "x86-64-linux-avx2",
                                   "x86-64-linux-avx512", "x86-64-linux-avx512vnni",
                                   "arm64-linux",         "arm64-linux-dotprod"};

struct Case {
  std::string name;
  Graph graph;
};

/// Of odd operators one type is enough, for one target: they take long to compile.
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

/// Clang warns of inline functions too, and of each overload.
TEST_P(EmittedStyle, HasNoUnusedFunctions) {
  int compilers = 0;
  for (const Case& c : cases(GetParam())) {
    const Workspace workspace(compile(c.graph).files);
    for (const std::string& compiler : found_compilers(target_)) {
      Diagnostics diagnostics("test");
      const std::optional<Toolchain> toolchain = find_builder(target_, compiler, diagnostics);
      if (!toolchain) continue;
      EXPECT_NO_THROW(workspace.run_or_throw(
          joined({toolchain->compiler, toolchain->flags, {"-Wall", "-Wextra", "-Werror", "-fsyntax-only", "net.cpp"}})))
          << c.name;
      ++compilers;
    }
  }
  if (compilers == 0) GTEST_SKIP() << "no compiler for " << GetParam();
}

std::string target_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Targets, EmittedStyle, testing::ValuesIn(all_targets), target_name);

}  // namespace
}  // namespace narrows
