#include "compiler/graph/quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace narrows {
namespace {

constexpr int32_t int32_max = std::numeric_limits<int32_t>::max();
constexpr int32_t int32_min = std::numeric_limits<int32_t>::min();

/// The stored value of `real`, rounded half away from zero and saturated to `range`.
int32_t quantize_to(float real, const Tensor& tensor, Range range) {
  const float q = std::round(real / tensor.scale()) + static_cast<float>(tensor.zero_point());
  return static_cast<int32_t>(std::clamp(q, static_cast<float>(range.min), static_cast<float>(range.max)));
}

float channel_scale(const Tensor& weights, int channel) {
  return weights.quant.scale.at(weights.quant.scale.size() == 1 ? 0 : channel);
}

/// TFLite has two ways to one number, which differ in its last bits. uint8 models, and fully connected layers
/// with one scale, multiply the two scales in float (GetQuantizedConvolutionMultipler); int8 convolutions
/// multiply them in double (PopulateConvolutionQuantizationParams). The weights tell them apart also where a
/// graph input was relabelled.
bool multiplies_scales_in_float(const Tensor& weights) {
  const bool fully_connected = weights.shape.size() == 2;
  return weights.type == DType::u8 || (fully_connected && weights.quant.scale.size() == 1);
}

}  // namespace

Range stored_range(DType type) {
  NARROWS_CHECK(is_8bit(type), "only 8-bit tensors have a stored range");
  return type == DType::u8 ? Range{0, 255} : Range{-128, 127};
}

Multiplier quantize_multiplier(double real) {
  if (real == 0) return {};
  Multiplier m;
  const double fraction = std::frexp(real, &m.shift);
  int64_t value = std::llround(fraction * (int64_t{1} << 31));
  if (value == int64_t{1} << 31) {  // the fraction was rounded up to 1
    value /= 2;
    ++m.shift;
  }
  if (m.shift < -31) return {};  // every product would round to zero
  m.value = static_cast<int32_t>(value);
  return m;
}

int32_t saturating_rounding_doubling_high_mul(int32_t a, int32_t b) {
  if (a == int32_min && b == int32_min) return int32_max;
  // The division truncates, so the two nudges together round to nearest with ties upwards.
  const int64_t product = static_cast<int64_t>(a) * b;
  const int64_t nudge = product >= 0 ? int64_t{1} << 30 : 1 - (int64_t{1} << 30);
  return static_cast<int32_t>((product + nudge) / (int64_t{1} << 31));
}

int32_t rounding_divide_by_power_of_two(int32_t x, int exponent) {
  const int64_t mask = (int64_t{1} << exponent) - 1;
  const int64_t remainder = x & mask;
  const int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);  // ties go away from zero
  return static_cast<int32_t>((static_cast<int64_t>(x) >> exponent) + (remainder > threshold ? 1 : 0));
}

int32_t multiply_by_quantized_multiplier(int32_t x, Multiplier m) {
  const auto shifted = static_cast<int32_t>(static_cast<uint32_t>(x) << std::clamp(m.shift, 0, 31));
  return rounding_divide_by_power_of_two(saturating_rounding_doubling_high_mul(shifted, m.value),
                                         std::max(-m.shift, 0));
}

int32_t requantize(int32_t sum, Multiplier multiplier, int32_t zero_point, Range range) {
  const auto product = static_cast<uint32_t>(multiply_by_quantized_multiplier(sum, multiplier));
  return std::clamp(static_cast<int32_t>(product + static_cast<uint32_t>(zero_point)), range.min, range.max);
}

int32_t requantize_xnnpack(int32_t sum, float scale, int32_t zero_point, Range range) {
  const float lowest = static_cast<float>(range.min - zero_point);
  const float highest = static_cast<float>(range.max - zero_point);
  const float scaled = std::min(std::max(static_cast<float>(sum) * scale, lowest), highest);
  return static_cast<int32_t>(std::lrint(scaled)) + zero_point;
}

Range activation_range(Activation activation, const Tensor& output) {
  const Range all = stored_range(output.type);
  switch (activation) {
    case Activation::none:
      return all;
    case Activation::relu:
      return {quantize_to(0, output, all), all.max};
    case Activation::relu6:
      return {quantize_to(0, output, all), quantize_to(6, output, all)};
    case Activation::relu_n1_to_1:
      return {quantize_to(-1, output, all), quantize_to(1, output, all)};
  }
  return all;
}

RangeI activation_range_integer(Activation activation, DType type) {
  const bool wide = type == DType::i64;
  const RangeI all = {wide ? std::numeric_limits<int64_t>::min() : int64_t{int32_min},
                      wide ? std::numeric_limits<int64_t>::max() : int64_t{int32_max}};
  const RangeF bounds = activation_range_f32(activation);
  return {std::isfinite(bounds.min) ? static_cast<int64_t>(bounds.min) : all.min,
          std::isfinite(bounds.max) ? static_cast<int64_t>(bounds.max) : all.max};
}

RangeF activation_range_f32(Activation activation) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::none:
      break;
    case Activation::relu:
      return {0, infinity};
    case Activation::relu6:
      return {0, 6};
    case Activation::relu_n1_to_1:
      return {-1, 1};
  }
  return {-infinity, infinity};
}

std::vector<Multiplier> output_multipliers(const Tensor& input, const Tensor& weights, const Tensor& output,
                                           int channels) {
  const bool in_float = multiplies_scales_in_float(weights);
  std::vector<Multiplier> multipliers(channels);
  for (int c = 0; c < channels; ++c) {
    const float w = channel_scale(weights, c);
    const float float_product = input.scale() * w;
    const double product = in_float ? float_product : static_cast<double>(input.scale()) * w;
    multipliers[c] = quantize_multiplier(product / static_cast<double>(output.scale()));
  }
  return multipliers;
}

std::vector<float> output_scales(const Tensor& input, const Tensor& weights, const Tensor& output, int channels) {
  std::vector<float> scales(channels);
  for (int c = 0; c < channels; ++c) {
    const float product = input.scale() * channel_scale(weights, c);
    scales[c] = product / output.scale();
  }
  return scales;
}

AddParameters add_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output) {
  AddParameters p;
  p.left_shift = 20;
  const double twice_max = 2.0 * std::max(in0.scale(), in1.scale());
  p.in0 = quantize_multiplier(in0.scale() / twice_max);
  p.in1 = quantize_multiplier(in1.scale() / twice_max);
  p.out = quantize_multiplier(twice_max / ((1 << p.left_shift) * static_cast<double>(output.scale())));
  return p;
}

SquaredDifferenceParameters squared_difference_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output) {
  const double twice_max = 2.0 * std::max(in0.scale(), in1.scale());
  return {quantize_multiplier(in0.scale() / twice_max), quantize_multiplier(in1.scale() / twice_max),
          quantize_multiplier(twice_max * twice_max / ((1 << 14) * output.scale()))};
}

Multiplier quotient_multiplier(const Tensor& in0, const Tensor& in1, const Tensor& output) {
  const float product = in1.scale() * output.scale();
  return quantize_multiplier(in0.scale() / product);
}

SumParameters sum_parameters(const Tensor& input, const Tensor& output, int64_t count) {
  const float scale = input.scale() / output.scale();
  const float zeros = static_cast<float>(-input.zero_point()) * scale * static_cast<float>(count);
  return {scale, zeros};
}

bool sums_stored_values(const Tensor& input, const Tensor& output) {
  return input.type == output.type && input.scale() == output.scale() && input.zero_point() == output.zero_point();
}

bool xnn_takes_add(const Tensor& in0, const Tensor& in1, const Tensor& output) {
  const float ratio0 = in0.scale() / output.scale(), ratio1 = in1.scale() / output.scale();
  return std::min(ratio0, ratio1) >= 0x1p-10f && std::max(ratio0, ratio1) < 0x1p8f;
}

XnnAddParameters xnn_add_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output) {
  NARROWS_CHECK(xnn_takes_add(in0, in1, output), "scales are outside of XNNPACK's range");
  const float ratio0 = in0.scale() / output.scale(), ratio1 = in1.scale() / output.scale();
  // The larger multiplier gets 21 bits; the shift is between 13 and 30.
  XnnAddParameters p;
  p.shift = 20 - std::ilogb(std::max(ratio0, ratio1));
  p.multiplier0 = static_cast<int32_t>(std::lrint(std::ldexp(ratio0, p.shift)));
  p.multiplier1 = static_cast<int32_t>(std::lrint(std::ldexp(ratio1, p.shift)));
  const int32_t rounding = 1 << (p.shift - 1);
  p.bias = rounding - p.multiplier0 * in0.zero_point() - p.multiplier1 * in1.zero_point();
  return p;
}

SoftmaxScaling softmax_scaling(double beta, double input_scale) {
  const double largest = static_cast<double>(int64_t{1} << 31) - 1;
  const Multiplier multiplier = quantize_multiplier(std::min(beta * input_scale * (1 << 26), largest));
  const double radius = std::floor(std::ldexp(31, 26 - multiplier.shift));
  return {multiplier, -static_cast<int32_t>(std::min(radius, 1e9))};
}

Multiplier mean_multiplier(const Tensor& input, const Tensor& output, int64_t count) {
  Multiplier m = quantize_multiplier(static_cast<double>(input.scale()) / static_cast<double>(output.scale()));
  int bits = 0;  // floor(log2(count))
  while (bits < 32 && (count >> (bits + 1)) != 0) ++bits;
  bits = std::min(bits, 31 + m.shift);
  return {static_cast<int32_t>((static_cast<int64_t>(m.value) << bits) / count), m.shift - bits};
}

float mean_scale(const Tensor& input, const Tensor& output, int64_t count) {
  const float rescale = input.scale() / output.scale();
  return rescale / static_cast<float>(count);
}

}  // namespace narrows
