// TFLite's quantized arithmetic, shared by the interpreter and by the code generator, so that both use one set of
// numbers. Sources: tensorflow/lite/kernels/internal/{common.h,quantization_util.cc}, kernels/kernel_util.cc,
// gemmlowp fixedpoint/fixedpoint.h. The xnnpack functions follow XNNPACK's src/params-init.c and src/subgraph.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.h"

namespace narrows {

/// Which engine's rounding the quantized operators follow.
///   tflite   bit-exact with TFLite's reference kernels (double rounding)
///   xnnpack  bit-exact with XNNPACK: round_to_nearest_even(float(acc) * scale)
enum class Numerics { tflite, xnnpack };

/// real multiplier = value / 2^31 * 2^shift, value in [2^30, 2^31) or 0.
struct Multiplier {
  int32_t value = 0;
  int shift = 0;
};

Multiplier quantize_multiplier(double real);                          ///< TFLite QuantizeMultiplier
int32_t saturating_rounding_doubling_high_mul(int32_t a, int32_t b);  ///< gemmlowp
int32_t rounding_divide_by_power_of_two(int32_t x, int exponent);     ///< gemmlowp
/// Double rounding. A left shift wraps at 32 bits, as the multiplication by a power of two in TFLite does on every
/// machine.
int32_t multiply_by_quantized_multiplier(int32_t x, Multiplier multiplier);

struct Range {
  int32_t min, max;
};
struct RangeF {
  float min, max;
};

/// All values that a tensor of this 8-bit type can store.
Range stored_range(DType type);

/// The stored value, within `range`, of a 32-bit sum: the result of every 8-bit convolution, for each rounding. TFLite
/// adds the zero point in 32 bits, where it may wrap; XNNPACK scales in float and clamps before it rounds to the
/// nearest even.
int32_t requantize(int32_t sum, Multiplier multiplier, int32_t zero_point, Range range);
int32_t requantize_xnnpack(int32_t sum, float scale, int32_t zero_point, Range range);

/// Smallest and largest stored value of an 8-bit output behind `activation` (CalculateActivationRangeQuantized).
Range activation_range(Activation activation, const Tensor& output);
/// The clamp of an activation for integers that are not quantized: the least and the greatest number of an `i32` or
/// `i64` where there is no bound (CalculateActivationRange).
struct RangeI {
  int64_t min, max;
};
RangeI activation_range_integer(Activation activation, DType type);
/// The clamp of an activation for float outputs; -inf, +inf where there is no bound.
RangeF activation_range_f32(Activation activation);

/// One multiplier per output channel of conv2d, depthwise_conv2d and fully_connected. uint8 per-tensor models multiply
/// the two scales in float, int8 models in double, as TFLite does.
std::vector<Multiplier> output_multipliers(const Tensor& input, const Tensor& weights, const Tensor& output,
                                           int channels);
/// XNNPACK's scale per output channel: float(float(x_scale * w_scale) / out_scale).
std::vector<float> output_scales(const Tensor& input, const Tensor& weights, const Tensor& output, int channels);

/// MEAN of `count` values: rescales and divides in one multiplication, with as many bits of 1/count as fit.
Multiplier mean_multiplier(const Tensor& input, const Tensor& output, int64_t count);
/// XNNPACK's scale of a global average pool.
float mean_scale(const Tensor& input, const Tensor& output, int64_t count);

/// SOFTMAX of 8-bit tensors: the exponential's argument, in Q5.26, for a difference of one stored unit, and the
/// difference below which exp counts as zero (PreprocessSoftmaxScaling and CalculateInputRadius).
struct SoftmaxScaling {
  Multiplier multiplier;
  int32_t smallest_difference;
};
SoftmaxScaling softmax_scaling(double beta, double input_scale);

/// TFLite ADD and SUB of 8-bit tensors: ((q - zero_point) << 20) is scaled by in0, in1, then the sum by out.
struct AddParameters {
  int left_shift;
  Multiplier in0, in1, out;
};
AddParameters add_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output);

/// TFLite SQUARED_DIFFERENCE of 8-bit tensors: ((q - zero_point) << 7) is scaled by in0, in1, then the square of the
/// difference by out.
struct SquaredDifferenceParameters {
  Multiplier in0, in1, out;
};
SquaredDifferenceParameters squared_difference_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output);

/// TFLite DIV of 8-bit tensors: what the quotient of two stored values is multiplied by.
Multiplier quotient_multiplier(const Tensor& in0, const Tensor& in1, const Tensor& output);

/// TFLite SUM of `count` 8-bit values: round(sum of stored values * scale + bias) + zero point, all in float.
struct SumParameters {
  float scale, bias;
};
SumParameters sum_parameters(const Tensor& input, const Tensor& output, int64_t count);
/// Where scale and zero point stay the same, TFLite adds up the numbers as they are stored, in 8 bits.
bool sums_stored_values(const Tensor& input, const Tensor& output);

/// XNNPACK's add: ((q0 * multiplier0 + q1 * multiplier1 + bias) >> shift) + output zero point, bias holding the
/// rounding term and both zero points.
struct XnnAddParameters {
  int32_t multiplier0, multiplier1, bias;
  int shift;
};
/// False where a ratio of input to output scale is outside of [2^-10, 2^8): XNNPACK refuses such an add, and TFLite's
/// own kernel takes it.
bool xnn_takes_add(const Tensor& in0, const Tensor& in1, const Tensor& output);
XnnAddParameters xnn_add_parameters(const Tensor& in0, const Tensor& in1, const Tensor& output);

}  // namespace narrows
