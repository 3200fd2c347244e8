// The list of supported operators has one source, the rows of the front ends.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "compiler/cli/lists.h"
#include "frontends/frontends.h"

namespace narrows {
namespace {

TEST(Operators, ModelsPageHasTheList) {
  if (onnx_operators().empty()) GTEST_SKIP() << "a build without ONNX";
  std::ostringstream page;
  page << std::ifstream(NARROWS_SOURCE_DIR "/docs/models.md").rdbuf();
  const std::string expected = "$ narrows --operators\n" + operator_lists() + "```\n";
  EXPECT_NE(page.str().find(expected), std::string::npos) << "docs/models.md should have this:\n" << expected;
}

TEST(Operators, LinesAreNotLong) {
  std::istringstream lines(operator_lists());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 120u) << line;
}

}  // namespace
}  // namespace narrows
