// What the convolution kernels share: declaring buffers of fixed shape, and the arithmetic from accumulators
// to stored values. The functions of runtime/requantize.h appear as pure extern calls, which our printer
// writes as they are.
#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "schedules/kernels.h"

namespace narrows {

/// Parameters and optional inputs of the finishing arithmetic, and the arguments that they add to the kernel.
struct FinishInputs {
  /// `prefix` stands before all names, where a kernel finishes several convolutions.
  explicit FinishInputs(const Finish& finish, const std::string& prefix = "");

  Halide::ImageParam multiplier, shift, left_shift;  // per channel
  Halide::Param<int32_t> zero_point;
  std::string prefix;

  /// Appends those that `finish` uses.
  void add_arguments(const Finish& finish, std::vector<Halide::Argument>* arguments) const;
  /// Names of the arrays among them, with one value per channel.
  std::vector<std::string> arrays(const Finish& finish) const;
  /// The lines that read them from the packed region at `weights`, at the head of the printed kernel.
  std::string prologue(const Finish& finish, int64_t multiplier_at, int64_t shift_at, int64_t left_shift_at,
                       const std::string& weights = "weights") const;
};

/// A buffer with dense dimensions of the given extents.
void set_dense(Halide::ImageParam& buffer, const std::vector<int>& extents);

/// The stored value (i32 lanes for 8 bit, f32 otherwise) of accumulator `acc` of channel index `c...` (as the
/// per-channel buffers are indexed) and residual `r`. `bias` is added where accumulators start without it.
Halide::Expr finish_value(const Finish& finish, const FinishInputs& in, Halide::Expr acc,
                          const std::vector<Halide::Expr>& channel, Halide::Expr bias, Halide::Expr residual);
/// The same as a value of the stored type: where its range is all of that type's, instructions that narrow clamp as
/// well.
Halide::Expr finish_stored(const Finish& finish, const FinishInputs& in, Halide::Expr acc,
                           const std::vector<Halide::Expr>& channel, Halide::Expr bias, Halide::Expr residual);
/// a + b, both Int(32): with large sums in a way that may wrap, as signed numbers must not in C++.
Halide::Expr sum_of(const Finish& finish, const Halide::Expr& a, const Halide::Expr& b);
/// What accumulators start from: the bias, or 0 where a scale comes in between.
Halide::Expr initial_value(const Finish& finish, Halide::Expr bias);

/// The argument that the residual addition takes besides its operands (PrintOptions::extra_argument).
std::map<std::string, std::string> add_argument(const Finish& finish);

/// The layout of a region for `channels` padded channels that ends with `weight_bytes` bytes of weights.
RegionLayout region_layout(const Finish& finish, int channels, int64_t weight_bytes);

/// Accumulators are multiplied by a scale per channel: i8 weights of an f32 kernel.
bool scaled(const Finish& finish);
/// Type of packed weights: f32, f16 or i8. (Plain rows of 8-bit depthwise kernels have i16.)
DType weights_type(const Finish& finish);

/// Type of accumulators: f32 or i32.
Halide::Type accumulator_type(const Finish& finish);
/// Halide's type of stored values and of weights.
Halide::Type stored_type(DType type);
/// "f32", "f16", "u8", "i8".
std::string stored_name(DType type);

}  // namespace narrows
