// The operators that Finish::unary can be: what kernels read for them, and which code of runtime/ computes them.
//
// A new one is a Kind in region.h, a row in unary.cpp, a file in runtime/ with the code that the row names, and a row
// in compiler/lower/unary_constants.cpp, which packs what the kernel reads.
#pragma once

#include "schedules/region.h"

namespace narrows {

struct UnaryCode {
  Unary::Kind kind;
  const char* name;  ///< in names and comments of kernels, and of the variable that holds `functor`
  /// The array in the packed region of one 32-bit value for each channel, an i32 or f32 as the accumulators are; null:
  /// there is none.
  const char* channels;
  /// Float: f(x) or f(x, value of the channel), both f32v.
  const char* f32_function;
  /// 8 bit: a struct that load_<name>() makes of i32 parameters in the region. Its operator()(x) or (x, value of the
  /// channel) takes an i32v without the zero point of the convolution's output and gives one without the result's,
  /// which is the first of the parameters.
  const char* functor;
  int parameters;  ///< 8 bit: how many there are
};

const UnaryCode& unary_code(const Unary& unary);
/// The parameters in the packed region of a kernel with this finish.
int unary_parameter_count(const Finish& finish);

}  // namespace narrows
