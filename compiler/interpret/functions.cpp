// Functions of one number.
// Sources: tensorflow/lite/kernels/{elementwise.cc,activations.cc,exp.cc,neg.cc,sign.cc} and internal/reference/gelu.h.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "compiler/interpret/fixed_point.h"
#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

float gelu_tanh(float x) {
  constexpr float root_of_2_by_pi = 0.797884560802865356f;
  return 0.5f * x * (1.0f + std::tanh(root_of_2_by_pi * (x + 0.044715f * x * x * x)));
}

// By the complement of erf(): 1 + erf() cancels for negative numbers.
float gelu(float x) { return 0.5f * x * std::erfc(x * -0.707106781186547524f); }

float softplus(float x) { return std::max(x, 0.0f) + std::log1p(std::exp(-std::abs(x))); }

// NOLINTNEXTLINE(readability-function-size): a case for each function
float value_of(Function function, float alpha, float x) {
  switch (function) {
    case Function::none:
      break;
    case Function::abs:
      return std::abs(x);
    case Function::neg:
      return -x;
    case Function::sign:
      return x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f;
    case Function::square:
      return x * x;
    case Function::sqrt:
      return std::sqrt(x);
    case Function::rsqrt:
      return 1 / std::sqrt(x);
    case Function::reciprocal:
      return 1 / x;
    case Function::exp:
      return std::exp(x);
    case Function::log:
      return std::log(x);
    case Function::sin:
      return std::sin(x);
    case Function::cos:
      return std::cos(x);
    case Function::tanh:
      return std::tanh(x);
    case Function::erf:
      return std::erf(x);
    case Function::floor:
      return std::floor(x);
    case Function::ceil:
      return std::ceil(x);
    case Function::round:
      return std::rint(x);
    case Function::elu:
      return x < 0 ? alpha * std::expm1(x) : x;
    case Function::gelu:
      return gelu(x);
    case Function::gelu_tanh:
      return gelu_tanh(x);
    case Function::softplus:
      return softplus(x);
    case Function::softsign:
      return x / (1 + std::abs(x));
    case Function::mish:
      return x * std::tanh(softplus(x));
    case Function::thresholded_relu:
      return x > alpha ? x : 0;
  }
  NARROWS_CHECK(false, "the function is known");
  return 0;
}

/// TFLite makes tables of these, and multiplies by 1 / scale; otherwise 8-bit numbers are dequantized and quantized.
bool is_table_of_tflite(Function function) {
  return function == Function::exp || function == Function::log || function == Function::tanh ||
         function == Function::elu || function == Function::gelu || function == Function::gelu_tanh;
}

/// `centered` is a stored value without its zero point, and so is the result.
int64_t by_float(const Call& call, int32_t centered) {
  const Attributes& a = call.attr();
  const float real = value_of(a.function, a.alpha, call.input().scale() * static_cast<float>(centered));
  const bool multiplies = is_table_of_tflite(a.function);
  // TFLite leaves no logarithm undefined.
  if (a.function == Function::log && centered <= 0) return std::numeric_limits<int32_t>::min();
  const float scale = call.output().scale();
  return round_to_int(multiplies ? real * (1 / scale) : real / scale);
}

int64_t absolute(const Call& call, int32_t centered) {
  const float input = call.input().scale(), output = call.output().scale();
  const int32_t value = std::abs(centered);
  return input == output ? value : multiply_by_quantized_multiplier(value, quantize_multiplier(input / output));
}

/// TFLite cuts the root off, and does not take negative numbers.
int64_t square_root(const Call& call, int32_t centered) {
  const float real = call.input().scale() * static_cast<float>(std::max(centered, 0));
  return static_cast<int64_t>(std::min(std::sqrt(real) / call.output().scale(), 0x1p30f));
}

/// As large as can be for 0, and for negative numbers, which TFLite does not take.
int64_t inverse_root(const Call& call, int32_t centered) {
  if (centered <= 0) return std::numeric_limits<int32_t>::max();
  constexpr int more_bits = 20;
  const double scale = 1. / (std::sqrt(call.input().scale()) * call.output().scale());
  Multiplier root = inverse_square_root(centered), rescale = quantize_multiplier(scale);
  root.shift += more_bits;
  rescale.shift -= more_bits;
  return multiply_by_quantized_multiplier(multiply_by_quantized_multiplier(1, root), rescale);
}

Bytes unary_8bit(const Call& call) {
  const Function function = call.attr().function;
  const auto evaluate = function == Function::abs     ? absolute
                        : function == Function::sqrt  ? square_root
                        : function == Function::rsqrt ? inverse_root
                                                      : by_float;
  const Tensor& output = call.output();
  const Range range = activation_range(Activation::none, output);
  const std::vector<int16_t> in = centered(call.input(), *call.in[0]);
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    const int64_t value = evaluate(call, in[i]) + output.zero_point();
    out[i] = static_cast<uint8_t>(std::clamp<int64_t>(value, range.min, range.max));
  }
  return out;
}

/// The opposite of the least number is that number.
template <typename T>
Bytes unary_integers(const Call& call) {
  const Function function = call.attr().function;
  Bytes out = *call.in[0];
  for (size_t i = 0; i < out.size(); i += sizeof(T)) {
    T x;
    std::memcpy(&x, &out[i], sizeof(T));
    const T opposite = static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(x));
    const T y = function == Function::neg   ? opposite
                : function == Function::abs ? (x < 0 ? opposite : x)
                                            : (x > 0) - (x < 0);
    std::memcpy(&out[i], &y, sizeof(T));
  }
  return out;
}

Bytes unary(const Call& call) {
  if (is_8bit(call.output().type)) return unary_8bit(call);
  if (call.output().type == DType::i32) return unary_integers<int32_t>(call);
  if (call.output().type == DType::i64) return unary_integers<int64_t>(call);
  std::vector<float> values = floats(*call.in[0]);
  for (float& v : values) v = value_of(call.attr().function, call.attr().alpha, v);
  return bytes_of(values);
}

constexpr Evaluator rows[] = {{OpKind::unary, unary}};

}  // namespace

const Table<Evaluator> function_evaluators = rows;

}  // namespace narrows::interpreter
