// Operators on one element: RELU, LOGISTIC, HARD_SWISH, other functions, tables, QUANTIZE and DEQUANTIZE. Where both
// sides are 8 bits wide, the operator is a table.
#include <fmt/format.h>

#include <cctype>

#include "compiler/lower/single/single.h"
#include "compiler/lower/unary_constants.h"

namespace narrows {

namespace {

void look_up(SingleCode& s) {
  const std::vector<uint8_t> table = tabulate(s, 0);
  s.weights.assign(table.begin(), table.end());
  s.body.line("lookup_8bit({}, weights);", share_elements(s));
}

void dequantize_per_channel(SingleCode& s) {
  const Tensor& in = s.in[0].tensor;
  const int64_t channels = static_cast<int64_t>(in.quant.scale.size());
  const int64_t inner = dense_steps(in.shape)[in.quant.axis];
  std::vector<int32_t> zeros = in.quant.zero_point;
  for (int32_t& zero : zeros) zero += s.in[0].shift;
  s.weights = packed(in.quant.scale, s.context.target()) + packed(zeros, s.context.target());
  s.body.line("const f32* const scales = (const f32*)weights;");
  s.body.line("const i32* const zeros = (const i32*)(weights + {});", 4 * channels);
  s.body.line("dequantize_channels(in, out, {}, {}, {}, scales, zeros);", s.out.count() / (channels * inner), channels,
              inner);
}

void lower_unary(SingleCode& s) {
  if (!s.f32()) return look_up(s);
  s.body.line("apply({}, {});", share_elements(s), f32_element(s));
}

/// The struct of runtime/functions.h that computes the function: "EluF32{1.0f}", "NegInteger<i32, u32>{}". Its name is
/// the function's, in capitals between its parts.
std::string function_element(const SingleCode& s) {
  std::string name;
  bool begins = true;
  for (const char c : std::string(to_string(s.op.attr.function))) {
    if (c != '_') name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '_';
  }
  if (s.out.memory == DType::i64) return name + "Integer<i64, uint64_t>{}";
  if (s.out.memory == DType::i32) return name + "Integer<i32, u32>{}";
  const bool has_alpha = s.op.attr.function == Function::elu || s.op.attr.function == Function::thresholded_relu;
  return fmt::format("{}F32{{{}}}", name, has_alpha ? float_literal(s.op.attr.alpha) : "");
}

void lower_function(SingleCode& s) {
  if (is_8bit(s.out.memory)) return look_up(s);
  s.body.line("apply({}, {});", share_elements(s), function_element(s));
}

void lower_lookup(SingleCode& s) {
  s.body.line("(void)in1;  // the weights hold the table for bytes as they are in memory");
  // Tables begin with the lowest value.
  const int in_flip = s.in[0].memory == DType::i8 ? 0x80 : 0, out_flip = s.out.memory == DType::i8 ? 0x80 : 0;
  const std::vector<uint8_t> table = tabulate_function(s.context.graph, s.op);
  for (int byte = 0; byte < 256; ++byte) s.weights += static_cast<char>(table[byte ^ in_flip] ^ out_flip);
  s.body.line("lookup_8bit({}, weights);", share_elements(s));
}

void lower_quantize(SingleCode& s) {
  if (s.in[0].memory != DType::f32) return look_up(s);
  const Range r = memory_range(s);
  s.body.line("quantize_f32({}, {}, {}, {}, {});", share_elements(s), float_literal(s.out.tensor.scale()), s.out.zero(),
              r.min, r.max);
}

void lower_dequantize(SingleCode& s) {
  const Operand& in = s.in[0];
  if (in.tensor.quant.scale.size() > 1) return dequantize_per_channel(s);
  s.body.line("dequantize_8bit({}, {}, {});", share_elements(s), float_literal(in.tensor.scale()), in.zero());
}

constexpr SingleLowering rows[] = {
    {OpKind::relu, lower_unary, "ClampF32"},
    {OpKind::logistic, lower_unary, "LogisticF32"},
    {OpKind::hard_swish, lower_unary, "HardSwishF32"},
    {OpKind::hard_sigmoid, lower_unary, "HardSigmoidF32"},
    {OpKind::silu, lower_unary, "SiluF32"},
    {OpKind::lookup, lower_lookup},
    {OpKind::unary, lower_function},
    {OpKind::quantize, lower_quantize},
    {OpKind::dequantize, lower_dequantize},
};

}  // namespace

const Table<SingleLowering> unary_lowerings = rows;

}  // namespace narrows
