// For the tests of models that must be refused: sound models to spoil, and the messages that come of it.
#pragma once

#include <string>

#include "tests/support/tflite_builder.h"

namespace narrows {

// Tensor ids of small_conv() and small_depthwise(), whose only operator has index 0.
constexpr int x = 0, w = 1, bias = 2, y = 3;

/// CONV_2D, 3x3, SAME, of `type`: x [1,4,4,2] -> y [1,4,4,3].
TfliteBuilder small_conv(DType type = DType::f32);
/// DEPTHWISE_CONV_2D, 3x3, SAME, multiplier 2, of `type`: x [1,4,4,2] -> y [1,4,4,4].
TfliteBuilder small_depthwise(DType type = DType::f32);
/// FULLY_CONNECTED: x [1,6] -> y [1,3].
TfliteBuilder small_fully_connected(DType type = DType::f32);
/// An operator with one input and, where `operand` is not empty, an i32 constant: x (id 0), operand (id 1) ->
/// y (the last id).
TfliteBuilder one_op(TfliteBuilder::Code code, const Shape& input, const std::vector<int32_t>& operand,
                     const Shape& output);

/// Reads the model as file 'm', which must fail. Returns the whole text of the diagnostics.
std::string errors_of(const TfliteBuilder& builder);
std::string errors_of(const std::vector<uint8_t>& bytes);
/// Reads the model as file 'm', which must not fail. Returns the whole text of the diagnostics.
std::string warnings_of(const TfliteBuilder& builder);
/// The warning of a tensor whose shape in the file is not what its operator writes: "tensor 3 'y'", "[2]", "[3]".
std::string stale_shape(const std::string& tensor, const std::string& in_file, const std::string& written);

}  // namespace narrows
