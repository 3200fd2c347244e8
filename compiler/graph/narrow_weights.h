// Constants that take fewer bits than the floats they stand for: half-precision numbers and quantized values.
//
// Weights of float operators may be narrow (graph.h). By CompileOptions::narrow_weights they stay so in the blob and
// kernels widen them, or the compiler does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// IEEE 754 binary16. Every half is a float; floats are rounded to the nearest half, ties to even.
float from_half(uint16_t bits);
uint16_t to_half(float value);

/// The floats that `bytes` of an f32, f16 or quantized tensor stand for: `dequantize`. Scales times (stored - zero
/// point).
std::vector<float> real_values(const Tensor& tensor, const std::vector<uint8_t>& bytes);

/// An f32 constant in 16 bits, where all its values are finite halves.
std::optional<Tensor> as_halves(const Tensor& tensor);

/// Types that weights of float operators may have instead of f32.
inline bool is_narrow(DType type) { return type == DType::i8 || type == DType::f16; }
/// All zero points are 0.
bool is_symmetric(const Tensor& tensor);
/// The dimension of a convolution's weights that counts output channels, along which they may have scales.
int channel_axis(OpKind kind);
/// True for a convolution of f32 activations with narrow weights.
bool has_narrow_weights(const Graph& graph, const Op& op);

/// What became of the weights that a model stores in fewer bits than its float operators compute with.
struct WeightsReport {
  int tensors = 0;     ///< weights of convolutions and fully connected layers; those that operators share count once
  int kept_8bit = 0;   ///< of float operators, in the blob as they are
  int kept_16bit = 0;  ///< likewise
  int widened = 0;     ///< narrow in the model, f32 in the blob

  bool any() const { return kept_8bit || kept_16bit || widened; }
};

/// From the model's graph and the graph after all passes.
WeightsReport report_weights(const Graph& model, const Graph& compiled);
/// "53 of 66 tensors kept in 8 bits, 2 widened to float"; empty for models without narrow weights.
std::string to_string(const WeightsReport& report);

}  // namespace narrows
