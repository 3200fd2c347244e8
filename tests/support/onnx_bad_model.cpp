#include "tests/support/onnx_bad_model.h"

#include <gtest/gtest.h>

#include <random>

namespace narrows {

std::string errors_of_onnx(const std::vector<uint8_t>& bytes, const ReadOptions& options) {
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model(bytes, "m", diagnostics, options).has_value());
  EXPECT_FALSE(diagnostics.ok());
  return diagnostics.str();
}

std::string errors_of_onnx(const OnnxBuilder& builder, const ReadOptions& options) {
  return errors_of_onnx(builder.finish(), options);
}

std::string first_error_of_onnx(const OnnxBuilder& builder) {
  const std::string text = errors_of_onnx(builder);
  return text.substr(0, text.find('\n'));
}

std::string supported_note() {
  OnnxBuilder b;
  b.input("x", {1});
  b.op("Unknown", {"x"}, "y");
  b.output("y");
  const std::string text = errors_of_onnx(b);
  return text.substr(text.find('\n') + 1);
}

void expect_error_or_sound(const std::vector<uint8_t>& bytes) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_onnx(bytes, "m", diagnostics);
  ASSERT_EQ(graph.has_value(), diagnostics.ok()) << diagnostics.str();
  if (graph) {
    ASSERT_EQ(verify(*graph), std::vector<std::string>{});
  }
}

void test_damaged_files(const OnnxBuilder& sound, int rounds) {
  std::mt19937 random(3);
  const std::vector<uint8_t> whole = sound.finish();
  for (int round = 0; round < rounds; ++round) {
    std::vector<uint8_t> bytes = whole;
    for (uint32_t flips = 1 + random() % 3; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random() % 2 ? random() : whole[random() % whole.size()]);
    expect_error_or_sound(bytes);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace narrows
