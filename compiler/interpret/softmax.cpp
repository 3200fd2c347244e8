// SOFTMAX over the last dimension. TFLite's reference kernel for 8-bit tensors is fixed-point arithmetic with
// gemmlowp's exponential; its optimized kernel, which also serves XNNPACK's users, looks exponentials up in a
// table of floats. Sources: tensorflow/lite/kernels/internal/reference/softmax.h, internal/common.h
// (GetReciprocal), internal/optimized/optimized_ops.h; gemmlowp fixedpoint/fixedpoint.h.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "compiler/interpret/fixed_point.h"
#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

// A number in Qm.n has m integer bits, a sign and n = 31 - m fraction bits.
constexpr int diff_integer_bits = 5;  // of the input of exp
constexpr int sum_integer_bits = 12;  // of the sum of all exponentials

int32_t high_mul(int32_t a, int32_t b) { return saturating_rounding_doubling_high_mul(a, b); }
int32_t divide(int32_t x, int exponent) { return rounding_divide_by_power_of_two(x, exponent); }

/// exp(a) for a in [-1/4, 0), both Q0.31: Taylor's series of fourth order around -1/8.
int32_t exp_of_quarter(int32_t a) {
  constexpr int32_t exp_of_minus_eighth = 1895147668, third = 715827883;
  const int32_t x = a + (1 << 28);  // + 1/8
  const int32_t x2 = high_mul(x, x);
  const int32_t x3 = high_mul(x2, x);
  const int32_t x4 = high_mul(x2, x2);
  const int32_t tail = divide(high_mul(divide(x4, 2) + x3, third) + x2, 1);
  return exp_of_minus_eighth + high_mul(exp_of_minus_eighth, x + tail);
}

/// exp(a) for a <= 0, Q5.26 to Q0.31: the part below 1/4 by the series, each bit above by one factor.
int32_t exp_of_negative(int32_t a) {
  constexpr int fraction_bits = 31 - diff_integer_bits;
  constexpr int32_t quarter = 1 << (fraction_bits - 2);
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16) in Q0.31.
  constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (a == 0) return std::numeric_limits<int32_t>::max();
  const int32_t below_quarter = (a & (quarter - 1)) - quarter;
  const int32_t rest = below_quarter - a;
  int32_t result = exp_of_quarter(below_quarter * (1 << diff_integer_bits));
  int bit = fraction_bits - 2;
  for (int32_t factor : factors) {
    if ((rest >> bit++) & 1) result = high_mul(result, factor);
  }
  return result;
}

/// 1 / sum = scale * 2^-bits, for a sum in Q12.19 and a scale in Q0.31.
struct Reciprocal {
  int32_t scale;
  int bits;
};
Reciprocal reciprocal(int32_t sum) {
  int headroom = 0;  // leading zeros
  while (headroom < 31 && (static_cast<uint32_t>(sum) << headroom) < (1u << 31)) ++headroom;
  const uint32_t fraction = (static_cast<uint32_t>(sum) << headroom) - (1u << 31);
  return {reciprocal_of_one_plus(static_cast<int32_t>(fraction)), sum_integer_bits - headroom};
}

void softmax_fixed_point(const int16_t* in, int depth, const SoftmaxScaling& scaling, Range range, uint8_t* out) {
  const int32_t largest = *std::max_element(in, in + depth);
  std::vector<int32_t> exponentials(depth);
  int64_t sum = 0;
  for (int c = 0; c < depth; ++c) {
    const int32_t difference = in[c] - largest;
    if (difference < scaling.smallest_difference) continue;
    exponentials[c] = exp_of_negative(multiply_by_quantized_multiplier(difference, scaling.multiplier));
    sum += divide(exponentials[c], sum_integer_bits);
  }
  const Reciprocal r = reciprocal(static_cast<int32_t>(std::min<int64_t>(sum, std::numeric_limits<int32_t>::max())));
  const int exponent = r.bits + 31 - 8;  // at least 23, because the largest element's exponential is 1
  for (int c = 0; c < depth; ++c) {
    int32_t units = 0;
    if (exponent <= 31) {
      units = divide(high_mul(r.scale, exponentials[c]), exponent);
    } else {
      // A sum of 512 or more asks for a shift by more than 31 bits, where TFLite's reference kernel aborts. It leaves
      // less than half a unit for each element, and exactly half a unit, which is rounded up as by the optimized
      // kernel, for those whose exponential is 1 of 512.
      units = sum == int64_t{512} << (31 - sum_integer_bits) && in[c] == largest;
    }
    out[c] = to_byte(units + range.min, range);
  }
}

/// table[d] = exp(-d * scale): a value that is d stored units below the largest.
std::array<float, 256> exp_table(float scale) {
  std::array<float, 256> table;
  for (int d = 0; d < 256; ++d) table[d] = std::exp(-scale * static_cast<float>(d));
  return table;
}

void softmax_table(const int16_t* in, int depth, const std::array<float, 256>& table, const Tensor& output,
                   uint8_t* out) {
  const Range range = activation_range(Activation::none, output);
  const int32_t largest = *std::max_element(in, in + depth);
  float sum = 0;
  for (int c = 0; c < depth; ++c) sum += table[largest - in[c]];
  const float inverse = 1.0f / (sum * output.scale());
  for (int c = 0; c < depth; ++c) {
    out[c] = to_byte(round_to_int(table[largest - in[c]] * inverse) + output.zero_point(), range);
  }
}

void softmax_f32(const float* in, int depth, float beta, float* out) {
  const float largest = *std::max_element(in, in + depth);
  float sum = 0;
  for (int c = 0; c < depth; ++c) {
    out[c] = std::exp((in[c] - largest) * beta);
    sum += out[c];
  }
  for (int c = 0; c < depth; ++c) out[c] /= sum;
}

Bytes softmax(const Call& call) {
  const Tensor &input = call.input(), &output = call.output();
  const int depth = input.shape.back();
  const int64_t count = element_count(input.shape);
  if (input.type == DType::f32) {
    const std::vector<float> in = floats(*call.in[0]);
    std::vector<float> out(count);
    for (int64_t i = 0; i < count; i += depth) softmax_f32(&in[i], depth, call.attr().beta, &out[i]);
    return bytes_of(out);
  }
  const std::vector<int16_t> in = stored(input, *call.in[0]);
  const Range range = activation_range(Activation::none, output);
  // The fixed-point kernel writes probabilities in units of 1/256 above the smallest stored value.
  const bool usual_output = output.scale() == 1.0f / 256 && output.zero_point() == range.min;
  const bool fixed_point = call.numerics == Numerics::tflite && usual_output;
  const SoftmaxScaling scaling = softmax_scaling(call.attr().beta, input.scale());
  const std::array<float, 256> table = exp_table(input.scale() * call.attr().beta);
  Bytes out(count);
  for (int64_t i = 0; i < count; i += depth) {
    if (fixed_point) {
      softmax_fixed_point(&in[i], depth, scaling, range, &out[i]);
    } else {
      softmax_table(&in[i], depth, table, output, &out[i]);
    }
  }
  return out;
}

constexpr Evaluator rows[] = {{OpKind::softmax, softmax}};

}  // namespace

const Table<Evaluator> softmax_evaluators = rows;

}  // namespace narrows::interpreter
