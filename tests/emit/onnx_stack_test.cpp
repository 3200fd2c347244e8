// The stack that the trained models of examples/models/ need.
#include <gtest/gtest.h>

#include "tests/emit/stack.h"
#include "tests/support/test_data.h"

namespace narrows {
namespace {

class TrainedStack : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(TrainedStack, IsBounded) {
  const auto& [model, target] = GetParam();
  const Path file = Path(NARROWS_SOURCE_DIR) / "examples/models" / (std::string(model) + ".onnx");
  expect_bounded_stack(read_graph(file), target, "auto");
}

INSTANTIATE_TEST_SUITE_P(All, TrainedStack,
                         testing::Combine(testing::Values("icon_classifier_int8", "sign_detector_int8"),
                                          testing::Values("x86-64-linux-avx2", "arm64-linux")),
                         [](const auto& info) {
                           const std::string model = std::get<0>(info.param);
                           return model + "_" + identifier(std::get<1>(info.param), "auto");
                         });

}  // namespace
}  // namespace narrows
