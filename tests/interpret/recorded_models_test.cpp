// The interpreter against recorded outputs of the official TFLite runtime.
#include "tests/support/recorded_models.h"

#include <gtest/gtest.h>

namespace narrows {
namespace {

class RecordedModels : public testing::TestWithParam<std::string> {};

TEST_P(RecordedModels, EqualTheTfliteRuntime) {
  const RecordedModel model = read_recorded_model(GetParam());
  const std::vector<Bytes> values = interpret(model.graph, model.inputs);
  std::vector<Bytes> outputs;
  for (const int output : model.graph.outputs) outputs.push_back(values[output]);
  expect_as_recorded(model, outputs);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedModels, testing::ValuesIn(recorded_models()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace narrows
