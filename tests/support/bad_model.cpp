#include "tests/support/bad_model.h"

#include <gtest/gtest.h>

#include "frontends/frontends.h"

namespace narrows {
namespace {

/// Small values of both signs.
std::vector<float> ramp(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i % 7 - 3) / 8);
  return values;
}

Quant input_quant(DType type) { return per_tensor(0.5f, type == DType::u8 ? 128 : 0); }

}  // namespace

TfliteBuilder small_conv(DType type) {
  TfliteBuilder b;
  b.add_input("x", type, {1, 4, 4, 2}, input_quant(type));
  b.add_weights("w", type, {3, 3, 3, 2}, ramp(54), 0);
  b.add_bias("bias", ramp(3), x, w);
  b.subgraph().outputs = {b.conv2d("y", {x, w, bias}, {})};
  return b;
}

TfliteBuilder small_depthwise(DType type) {
  TfliteBuilder b;
  b.add_input("x", type, {1, 4, 4, 2}, input_quant(type));
  b.add_weights("w", type, {1, 3, 3, 4}, ramp(36), 3);
  b.add_bias("bias", ramp(4), x, w);
  b.subgraph().outputs = {b.depthwise_conv2d("y", {x, w, bias}, {})};
  return b;
}

TfliteBuilder small_fully_connected(DType type) {
  TfliteBuilder b;
  b.add_input("x", type, {1, 6}, input_quant(type));
  b.add_weights("w", type, {3, 6}, ramp(18), 0);
  b.add_bias("bias", ramp(3), x, w);
  b.subgraph().outputs = {b.fully_connected("y", {x, w, bias})};
  return b;
}

TfliteBuilder one_op(TfliteBuilder::Code code, const Shape& input, const std::vector<int32_t>& operand,
                     const Shape& output) {
  TfliteBuilder b;
  std::vector<int> inputs = {b.add_input("x", DType::f32, input)};
  if (!operand.empty()) inputs.push_back(b.add_ints("operand", {static_cast<int>(operand.size())}, operand));
  b.subgraph().outputs = {b.add_tensor("y", DType::f32, output)};
  b.add_op(code, inputs, b.subgraph().outputs);
  return b;
}

std::string errors_of(const std::vector<uint8_t>& bytes) {
  Diagnostics diagnostics("m");
  EXPECT_FALSE(read_model(bytes, "m", diagnostics).has_value());
  EXPECT_FALSE(diagnostics.ok());
  return diagnostics.str();
}

std::string warnings_of(const TfliteBuilder& builder) {
  Diagnostics diagnostics("m");
  const std::optional<Graph> graph = read_model(builder.finish(), "m", diagnostics);
  EXPECT_TRUE(graph.has_value());
  if (graph) {
    EXPECT_EQ(verify(*graph), std::vector<std::string>{});
  }
  return diagnostics.str();
}

std::string stale_shape(const std::string& tensor, const std::string& in_file, const std::string& written) {
  return "m: warning: " + tensor + " has shape " + in_file + " in the file, but " + written +
         " is what its operator writes, which counts\n";
}

std::string errors_of(const TfliteBuilder& builder) { return errors_of(builder.finish()); }

}  // namespace narrows
