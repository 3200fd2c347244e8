// What the convolution kernels share: declaring buffers of fixed shape, and the arithmetic from accumulators to stored
// values. The functions of runtime/requantize.h appear as pure extern calls, which the printer writes as they are.
//
//   float    stored = clamp(acc [* scale + bias])                          [+ residual, clamped again]
//   tflite   stored = clamp(requantize(acc, multiplier, shift) + zero)     [added to the residual as TFLite's ADD does]
//   xnnpack  stored = round(clamp(acc * multiplier)) + zero                [added as XNNPACK's add does]
//
// Between the value and the residual may stand an operator on single elements, such as PRELU (Finish::unary).
#pragma once

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "schedules/region.h"

namespace narrows {

/// The parameters of the finishing arithmetic and its arrays of one value per channel.
struct FinishInputs {
  /// `prefix` stands before all names, where a kernel finishes several convolutions.
  explicit FinishInputs(const Finish& finish, const std::string& prefix = "");

  Finish finish;
  Halide::ImageParam multiplier, shift, left_shift;  // per channel
  Halide::ImageParam unary_channels;                 // per channel
  Halide::Param<int32_t> zero_point, unary_zero_point;
  std::string prefix;

  /// Makes the arrays dense, of two dimensions with these extents.
  void set_shape(int inner, int outer);
  /// Appends the inputs that the arithmetic uses.
  void add_arguments(std::vector<Halide::Argument>* arguments) const;
  /// The names of the arrays that the arithmetic uses.
  std::vector<std::string> arrays() const;
  /// A kernel for which a prologue is written.
  struct Reader {
    std::string region = "weights";  ///< a pointer to the packed region
    bool takes_weight_zero = false;
    bool finishes = true;
  };
  /// The lines at the head of the printed kernel that find the inputs in the packed region.
  std::string prologue(const RegionLayout& at, const Reader& reader) const;
  std::string array_pointers(const RegionLayout& at, const std::string& region) const;
  std::string unary_parameters(const RegionLayout& at, const std::string& region) const;
  /// The variable that holds the parameters of Finish::unary.
  std::string unary_name() const;
};

/// A buffer with dense dimensions of the given extents.
void set_dense(Halide::ImageParam& buffer, const std::vector<int>& extents);

/// An accumulator, and what its channel and its residual add to it.
struct Sum {
  Halide::Expr accumulator;
  std::vector<Halide::Expr> channel;  ///< indices into the arrays of FinishInputs
  Halide::Expr bias;                  ///< added here where accumulators are scaled first
  Halide::Expr residual;              ///< undefined where there is none
};
/// The stored value, as a 32-bit integer or a float.
Halide::Expr finish_value(const FinishInputs& in, const Sum& sum);
/// The stored value in the stored type. Where the range of the activation is the type's own, the instructions that
/// narrow do the clamping.
Halide::Expr finish_stored(const FinishInputs& in, const Sum& sum);
/// a + b, both Int(32). Where sums may wrap, this is a call of a function that may: signed numbers must not in C++.
Halide::Expr sum_of(const Finish& finish, const Halide::Expr& a, const Halide::Expr& b);
/// What accumulators start from: the bias, or 0 where they are scaled before the bias is added.
Halide::Expr initial_value(const Finish& finish, Halide::Expr bias);

/// The argument that the residual addition takes besides its operands (PrintOptions::extra_argument).
std::map<std::string, std::string> add_argument(const Finish& finish);

/// Halide's type of values that are stored as `type`: f32, f16, i32, u8 or i8.
Halide::Type halide_type(DType type);

/// The factors that a depthwise convolution of plain rows multiplies. 8-bit weights without their zero point need nine
/// bits, and instructions multiply 16-bit numbers: so 8-bit values are widened, and weights are packed that way.
struct DepthwiseFactor {
  Halide::Type type;     ///< of both factors
  Halide::Type weights;  ///< packed
  std::string name;      ///< of the packed type
  int bytes;             ///< of a packed weight
};
DepthwiseFactor depthwise_factor(const Arithmetic& arithmetic);

}  // namespace narrows
