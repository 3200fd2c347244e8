// What all packed regions have in common: parameters, values for each output channel, and how accumulators become
// stored values.
//
// Every kernel takes its packed weights as one pointer to a region that starts with sixteen 32-bit parameters; layout
// structs say where in the region everything stands. So kernels of equal shape are shared by all blocks, whatever their
// weights, zero points and multipliers.
//
// 8-bit activations are stored as u8 or i8, whichever the target multiplies. Zero points and clamps here are those of
// the stored type.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "compiler/graph/quantization.h"
#include "compiler/target.h"
#include "schedules/arithmetic.h"

namespace narrows {

/// Indices into the parameters at the head of a packed region.
namespace param {
constexpr int zero_point = 0;   ///< of the output of the convolution
constexpr int weight_zero = 1;  ///< times the sum of a pixel's inputs is added to every accumulator
constexpr int add_zero1 = 3;    ///< zero point of the residual
constexpr int add_multiplier0 = 4, add_shift0 = 5, add_multiplier1 = 6, add_shift1 = 7;
constexpr int add_multiplier = 8, add_shift = 9;
constexpr int add_bias = 8;         ///< xnnpack: bias and shift instead of multiplier and shift
constexpr int add_zero_point = 10;  ///< of the sum
constexpr int tap_zero = 12;        ///< depthwise: four words, the weight correction of each rotation of the ring
constexpr int count = 16;
}  // namespace param

/// What is known of the way from integers to 8 bits, which decides which instructions a kernel needs.
struct Requantization {
  Range clamp{0, 255};         ///< stored range of the activation
  bool has_zero_point = true;  ///< the output's zero point is not known to be 0
  bool left_shift = false;     ///< tflite: some multiplier is 1 or more
  bool from_zero = false;      ///< the stored range of the activation begins at the zero point
  bool large_sums = false;     ///< sums may have a magnitude of 2^30 or more
  bool below_one = false;      ///< every multiplier is less than 1
  bool below_half = false;     ///< tflite: every multiplier is less than a half, so that its shift is 1 or more
  bool crosses_lanes = false;  ///< tflite: stored values have the middle two lanes of each four exchanged (crossed())

  auto members() const {
    return std::tie(clamp, has_zero_point, left_shift, from_zero, large_sums, below_one, below_half, crosses_lanes);
  }
};

/// A tensor of the output's shape that is added behind the convolution, as ADD does.
struct Residual {
  bool added = false;
  RangeF clamp_f32{0, 0};  ///< float: of the sum
  Range clamp{0, 255};     ///< integers: stored range of the sum
  Rounding rounding = Rounding::none;
  bool shifts = true;   ///< tflite: the multiplier of the sum is less than a half
  bool larger = false;  ///< tflite: the residual has a larger scale than the convolution's result

  auto members() const { return std::tie(added, clamp_f32, clamp, rounding, shifts, larger); }
};

/// An operator on single elements behind the activation and before the residual. In 8 bit it reads the value that the
/// convolution would have stored, and its own result is saturated to the stored type.
struct Unary {
  enum class Kind {
    none,
    prelu,         ///< x where it is 0 or more, else x times a slope for each channel
    lookup,        ///< integers: any function, as a table of 256 entries
    logistic,      ///< floats, as are those below
    hard_swish,    ///< x * relu6(x + 3) / 6
    hard_sigmoid,  ///< relu6(x + 3) / 6
    silu,          ///< x * logistic(x)
  };
  Kind kind = Kind::none;
  bool wraps = false;  ///< integers: results may wrap at 32 bits before they are saturated

  bool applied() const { return kind != Kind::none; }
  auto members() const { return std::tie(kind, wraps); }
};

/// From accumulators to stored values.
struct Finish {
  Arithmetic arithmetic;
  RangeF clamp_f32{0, 0};         ///< float: the activation; infinite where there is none
  Requantization requantization;  ///< where the arithmetic requantizes
  Unary unary;
  Residual residual;

  /// Sums, or what becomes of them on the way to 8 bits, may wrap at 32 bits.
  bool sums_wrap() const { return requantization.large_sums || requantization.left_shift || unary.wraps; }

  auto members() const { return std::tie(arithmetic, clamp_f32, requantization, unary, residual); }
};

/// False where finishing takes nothing from the packed region of a convolution: sums of floats hold the bias already.
bool reads_region(const Finish& finish);

/// True if all shifts are 1 or more and negative values are clamped (runtime/requantize.h, requantize_small).
bool requantizes_small(const Finish& finish);

/// Byte offsets in a packed region: parameters first, then arrays of one 32-bit value per channel and the parameters of
/// Finish::unary, then the weights. Where the arithmetic scales sums, the scales stand at `multiplier`.
struct RegionLayout {
  int64_t bias = 0, multiplier = 0, shift = 0, left_shift = 0;
  int64_t unary_channels = 0;    ///< the values for each channel that Finish::unary reads (schedules/unary.h)
  int64_t unary_parameters = 0;  ///< its values for all channels
  int64_t weights = 0, bytes = 0;
  int channels = 0;         ///< padded to vectors
  int lanes = 0;            ///< of a vector
  bool big_endian = false;  ///< numbers have their highest byte first
};

/// The layout of a region for `channels` padded channels that ends with `weight_bytes` bytes of weights.
RegionLayout region_layout(const Finish& finish, int channels, int64_t weight_bytes);

inline int lanes_of(const Target& target) { return target.vector_bytes / 4; }
inline int round_up(int n, int unit) { return (n + unit - 1) / unit * unit; }
/// Where a channel stands among crossed lanes (Requantization::crosses_lanes): 0 2 1 3 of each four.
inline int crossed(int channel) { return (channel & ~3) | (channel & 1) << 1 | (channel & 2) >> 1; }

}  // namespace narrows
