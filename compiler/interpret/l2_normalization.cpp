// L2_NORMALIZATION over the last dimension.
// Sources: tensorflow/lite/kernels/internal/reference/{l2normalization.h,integer_ops/l2normalization.h}. Of int8, they
// round once more.
#include <algorithm>
#include <cmath>

#include "compiler/interpret/fixed_point.h"
#include "compiler/interpret/kernels.h"

namespace narrows::interpreter {
namespace {

Bytes normalize_f32(const Call& call) {
  std::vector<float> values = floats(*call.in[0]);
  const size_t depth = static_cast<size_t>(call.input().shape.back());
  for (size_t i = 0; i < values.size(); i += depth) {
    float sum = 0;
    for (size_t c = i; c < i + depth; ++c) sum += values[c] * values[c];
    const float length = std::max(std::sqrt(sum), 1e-6f);
    for (size_t c = i; c < i + depth; ++c) values[c] /= length;
  }
  return bytes_of(values);
}

/// The result has 7 fraction bits.
int32_t scaled(int32_t centered, Multiplier root, DType type) {
  if (type == DType::u8) return multiply_by_quantized_multiplier(128 * centered, root);
  return multiply_by_quantized_multiplier(centered, {root.value, root.shift + 7});
}

Bytes normalize_8bit(const Call& call) {
  const std::vector<int16_t> in = centered(call.input(), *call.in[0]);
  const size_t depth = static_cast<size_t>(call.input().shape.back());
  const Range range = activation_range(Activation::none, call.output());
  Bytes out(in.size());
  for (size_t i = 0; i < in.size(); i += depth) {
    uint32_t sum = 0;
    for (size_t c = i; c < i + depth; ++c) sum += static_cast<uint32_t>(in[c] * in[c]);
    const Multiplier root = inverse_square_root(static_cast<int32_t>(sum));
    for (size_t c = i; c < i + depth; ++c)
      out[c] = to_byte(scaled(in[c], root, call.input().type) + call.output().zero_point(), range);
  }
  return out;
}

Bytes l2_normalization(const Call& call) {
  return call.output().type == DType::f32 ? normalize_f32(call) : normalize_8bit(call);
}

constexpr Evaluator rows[] = {{OpKind::l2_normalization, l2_normalization}};

}  // namespace

const Table<Evaluator> l2_normalization_evaluators = rows;

}  // namespace narrows::interpreter
