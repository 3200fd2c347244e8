// Emitted code against recorded outputs of the official TFLite runtime.
#include "tests/support/recorded_models.h"

#include <gtest/gtest.h>

#include "tests/support/emitted.h"

namespace narrows {
namespace {

class RecordedModels : public testing::TestWithParam<std::string> {};

void test(const std::string& name, const std::string& target) {
  const std::optional<Machine> machine = find_machine(target);
  if (!machine) GTEST_SKIP() << "cannot build or run code for " << target;
  const RecordedModel model = read_recorded_model(name);
  expect_as_recorded(model, run_emitted(model.graph, Numerics::tflite, *machine, model.inputs));
}

TEST_P(RecordedModels, EqualTheTfliteRuntimeHere) { test(GetParam(), "host"); }
TEST_P(RecordedModels, EqualTheTfliteRuntimeOnArm64) { test(GetParam(), "arm64-linux"); }

INSTANTIATE_TEST_SUITE_P(All, RecordedModels, testing::ValuesIn(recorded_models()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace narrows
