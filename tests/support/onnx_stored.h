// 8-bit tensors of ONNX models, as tests of quantized operators use them.
#pragma once

#include "tests/support/onnx_reference.h"

namespace narrows {

/// What an 8-bit tensor of a test is stored with.
struct Stored {
  int type;  ///< onnx::TensorProto::UINT8 or INT8
  float scale;
  int zero;
  DType dtype() const { return type == onnx::TensorProto::UINT8 ? DType::u8 : DType::i8; }
  int least() const { return dtype() == DType::u8 ? 0 : -128; }
};

Array stored_numbers(const Shape& shape, const Stored& as, int seed = 0);
/// What the stored numbers stand for.
Array real(const Array& stored, const Stored& as);
/// Stored numbers that `x` becomes.
Array quantized(const Array& x, const Stored& as);

/// Maps at the inputs and outputs are NHWC.
ReadOptions nhwc();

/// Ends the model in the detections of three boxes [1,3,4] and their scores [1,3,3]: outputs boxes, classes,
/// scores, count.
void finish_with_detections(OnnxBuilder& b, const std::string& boxes, const std::string& scores);

}  // namespace narrows
