// For the tests of ONNX models that must be refused: the messages that come of them.
#pragma once

#include <string>
#include <vector>

#include "frontends/frontends.h"
#include "tests/support/onnx_builder.h"

namespace narrows {

/// Reads the model as file 'm', which must fail. Returns the whole text of the diagnostics.
std::string errors_of_onnx(const OnnxBuilder& builder, const ReadOptions& options = {});
std::string errors_of_onnx(const std::vector<uint8_t>& bytes, const ReadOptions& options = {});
/// Its first line, without the end of line.
std::string first_error_of_onnx(const OnnxBuilder& builder);
/// Reading must not crash; what is read without an error must be a graph that holds its promises.
void expect_error_or_sound(const std::vector<uint8_t>& bytes);
/// expect_error_or_sound() for `rounds` files that differ from the model's in some bytes.
void test_damaged_files(const OnnxBuilder& sound, int rounds);
/// The note that follows a list of unsupported operators.
std::string supported_note();

}  // namespace narrows
