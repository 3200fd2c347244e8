// Every pass that compile() runs has cases in tests/passes/cases/, which passes_test.cpp compares.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "compiler/compile.h"
#include "tests/support/graphs.h"

namespace narrows {
namespace {

bool has_cases(const std::string& pass) {
  for (const auto& file : std::filesystem::directory_iterator(NARROWS_SOURCE_DIR "/tests/passes/cases")) {
    if (file.path().filename().string().rfind(pass + "_", 0) == 0 || file.path().stem() == pass) return true;
  }
  return false;
}

TEST(PassTexts, AreThereForEveryPass) {
  std::set<std::string> passes;
  CompileOptions options;
  options.after_pass = [&](const std::string& name, const Graph&) { passes.insert(name); };
  for (const NarrowWeights weights : {NarrowWeights::keep, NarrowWeights::widen}) {
    options.narrow_weights = weights;
    Diagnostics diagnostics("test");
    ASSERT_TRUE(compile(tiny_graph(DType::f32), options, diagnostics)) << diagnostics.str();
  }
  EXPECT_GE(passes.size(), 11u);
  for (const std::string& pass : passes) EXPECT_TRUE(has_cases(pass)) << pass;
}

}  // namespace
}  // namespace narrows
