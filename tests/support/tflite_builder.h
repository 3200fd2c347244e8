// Makes TFLite models in memory, for tests and for the demo model generator.
//
// The model under construction is a public ModelT (FlatBuffers' object API): a test that needs a broken model
// builds a sound one and then spoils a field of it. Nothing here checks anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "tflite_generated.h"

namespace narrows {

class TfliteBuilder {
 public:
  using Code = tflite_format::BuiltinOperator;
  using Fused = tflite_format::ActivationFunctionType;
  using Padding = tflite_format::Padding;

  tflite_format::ModelT model;

  TfliteBuilder();

  // ---- the model as it is ----------------------------------------------------------------------
  tflite_format::SubGraphT& subgraph() { return *model.subgraphs.at(0); }
  tflite_format::TensorT& tensor(int id) { return *subgraph().tensors.at(id); }
  tflite_format::QuantizationParametersT& quantization(int id) { return *tensor(id).quantization; }
  std::vector<uint8_t>& data(int id) { return model.buffers.at(tensor(id).buffer)->data; }
  tflite_format::OperatorT& op(int index) { return *subgraph().operators.at(index); }
  template <class Options>  // e.g. Conv2DOptionsT; the operator has options of that kind
  Options& options(int index) {
    return *static_cast<Options*>(op(index).builtin_options.value);
  }

  // ---- tensors; each returns the id ------------------------------------------------------------
  int add_tensor(const std::string& name, DType type, const Shape& shape, const Quant& quant = {});
  int add_input(const std::string& name, DType type, const Shape& shape, const Quant& quant = {});
  int add_constant(const std::string& name, DType type, const Shape& shape, std::vector<uint8_t> bytes,
                   const Quant& quant = {});
  int add_floats(const std::string& name, const Shape& shape, const std::vector<float>& values);
  int add_ints(const std::string& name, const Shape& shape, const std::vector<int32_t>& values);

  /// Weights for activations of `type`: as they are, or UINT8 with one scale and zero point for the range of
  /// the values, or INT8 with one scale per slice of `channel_axis`.
  int add_weights(const std::string& name, DType type, const Shape& shape, const std::vector<float>& values,
                  int channel_axis);
  /// A bias for tensors `input` and `weights`: FLOAT32, or INT32 with the product of their scales.
  int add_bias(const std::string& name, const std::vector<float>& values, int input, int weights);

  // ---- operators -------------------------------------------------------------------------------
  /// Appends any operator; returns its index.
  int add_op(Code code, const std::vector<int>& inputs, const std::vector<int>& outputs);
  template <class Options>  // e.g. Conv2DOptionsT
  int add_op(Code code, const std::vector<int>& inputs, const std::vector<int>& outputs, Options options) {
    const int index = add_op(code, inputs, outputs);
    op(index).builtin_options.Set(std::move(options));
    return index;
  }
  int add_custom_op(const std::string& name, const std::vector<int>& inputs, const std::vector<int>& outputs);

  // Operators that infer the shape and take the type of their output from the input; each returns the
  // output's id. `quant` is the output's and is ignored for floats. A bias of -1 is absent.
  struct Window {
    int stride = 1;
    Padding padding = Padding::SAME;
    int dilation = 1;
    int kernel_h = 0, kernel_w = 0;  ///< pools only
  };
  struct Operands {
    int input, weights, bias = -1;
  };
  int conv2d(const std::string& name, const Operands& operands, const Window& window, Fused fused = Fused::NONE,
             const Quant& quant = {});
  int depthwise_conv2d(const std::string& name, const Operands& operands, const Window& window,
                       Fused fused = Fused::NONE, const Quant& quant = {});
  int fully_connected(const std::string& name, const Operands& operands, Fused fused = Fused::NONE,
                      const Quant& quant = {});
  int pool(Code code, const std::string& name, int input, const Window& window, Fused fused = Fused::NONE);
  int add(const std::string& name, int a, int b, Fused fused = Fused::NONE, const Quant& quant = {});
  int reshape(const std::string& name, int input, const Shape& shape);
  int softmax(const std::string& name, int input, float beta = 1);
  /// QUANTIZE or DEQUANTIZE, whichever leads to `type`.
  int convert(const std::string& name, int input, DType type, const Quant& quant = {});
  /// RELU, LOGISTIC and whatever else has one input, no options and an output of the input's shape.
  int unary(Code code, const std::string& name, int input, const Quant& quant = {});

  /// The file; `outputs` become the model's outputs.
  std::vector<uint8_t> finish(const std::vector<int>& outputs);
  std::vector<uint8_t> finish() const;

 private:
  uint32_t operator_code(Code code, const std::string& custom_name);
  int output_like(const std::string& name, int input, const Shape& shape, const Quant& quant);
};

/// One scale and zero point.
Quant per_tensor(float scale, int32_t zero_point);
/// Parameters of `type` for values from `low` to `high`; zero is always among them, and is exact.
Quant quant_for_range(DType type, float low, float high);

}  // namespace narrows
