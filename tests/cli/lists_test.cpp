// What `narrows --targets` says.

#include "compiler/cli/lists.h"

#include <gtest/gtest.h>

#include "compiler/target.h"

namespace narrows {
namespace {

/// The line that begins with the name.
std::string line_of(const std::string& list, const std::string& name) {
  const size_t at = ("\n" + list).find("\n" + name + " ");
  return at == std::string::npos ? "" : list.substr(at, list.find('\n', at) - at);
}

TEST(TargetList, SaysOfEveryTargetHowItsCodeRuns) {
  const std::string list = target_list();
  for (const Target& target : all_targets()) {
    const std::string line = line_of(list, target.name);
    SCOPED_TRACE(line);
    EXPECT_NE(line.find(target.instructions), std::string::npos);
    EXPECT_EQ(line.find("  natively") != std::string::npos, runs_on_host(target));
    if (runs_on_host(target)) continue;
    EXPECT_NE(line.find("  by ") == std::string::npos, line.find("not here: ") == std::string::npos);
  }
}

}  // namespace
}  // namespace narrows
