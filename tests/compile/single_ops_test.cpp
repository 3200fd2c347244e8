// Every operator that is not a convolution, in float and 8 bits, as emitted code against the interpreter. To
// be quick, all of them stand in one graph with many outputs, so that there is one program for each target.
#include "tests/support/single_ops.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/emitted.h"

namespace narrows {
namespace {

void test_all(const std::string& target, Numerics numerics, const std::string& compiler = "") {
  const std::optional<Machine> machine = find_machine(target, compiler);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  expect_as_interpreted(all_single_ops(), numerics, *machine);
}

TEST(SingleOps, Host) { test_all("host", Numerics::tflite); }
TEST(SingleOps, HostXnnpackClang) { test_all("host", Numerics::xnnpack, "clang++"); }
TEST(SingleOps, Sse41) { test_all("x86-64-linux-sse41", Numerics::tflite); }
TEST(SingleOps, Arm64) { test_all("arm64-linux", Numerics::tflite); }
TEST(SingleOps, Arm64Xnnpack) { test_all("arm64-linux", Numerics::xnnpack); }

}  // namespace
}  // namespace narrows
