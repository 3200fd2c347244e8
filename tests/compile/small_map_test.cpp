// Small maps of floats in the `channels` variant: all rows of a part are expanded by one call, with each tile of
// weights.
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/description.h"
#include "tests/support/emitted.h"
#include "tests/support/workspace.h"

namespace narrows {
namespace {

/// Blocks on maps of 9x9 and, behind a stride of two, 5x5.
Graph small_maps() {
  return read_json(R"({"resolution": 18, "last": 0, "rows": [
      {"t": 6, "c": 96, "n": 2}, {"t": 6, "c": 160, "n": 2, "s": 2}]})");
}

std::string source_for(Goal goal) {
  CompileOptions options;
  options.name = "net";
  options.goal = goal;
  Diagnostics diagnostics("test");
  options.target = *parse_target("x86-64-linux-avx2", diagnostics);
  for (const File& file : compile_or_throw(small_maps(), options).files) {
    if (file.name == "net.cpp") return file.content;
  }
  throw std::runtime_error("no net.cpp");
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(SmallMap, IsExpandedAtOnce) {
  const std::string text = source_for(Goal::latency);
  EXPECT_TRUE(contains(text, "conv_96_96x9x9(in, weights + expand, "));
  EXPECT_TRUE(contains(text, "conv_160_96x5x5(in, weights + expand, "));
}

TEST(SmallMap, SavesMemoryWhereThatIsTheGoal) {
  const std::string text = source_for(Goal::memory);
  EXPECT_FALSE(contains(text, "x9x9("));
  EXPECT_FALSE(contains(text, "x5x5("));
}

TEST(SmallMap, AsInterpreted) {
  for (const char* target : {"host", "x86-64-linux-sse41", "arm64-linux"}) {
    SCOPED_TRACE(target);
    const std::optional<Machine> machine = find_machine(target);
    if (machine) expect_as_interpreted(small_maps(), Numerics::tflite, *machine);
  }
}

}  // namespace
}  // namespace narrows
