// Operators on two operands with broadcasting: a nest of loops (runtime/elementwise.h), and the arithmetic of one
// element (there and in runtime/division.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "compiler/lower/single/single.h"

namespace narrows {

namespace {

/// Steps through an operand along the dimensions of the output; 0 where it is broadcast.
std::vector<int64_t> broadcast_steps(const Shape& operand, const Shape& out) {
  const std::vector<int64_t> own = dense_steps(operand);
  std::vector<int64_t> steps(out.size(), 0);
  const size_t missing = out.size() - operand.size();
  for (size_t d = 0; d < operand.size(); ++d) steps[missing + d] = operand[d] == 1 ? 0 : own[d];
  return steps;
}

/// Declares `loops` for a share of the outermost loop; where the operands and the output begin for it.
std::string share_loops(SingleCode& s) {
  const Shape& out = s.out.tensor.shape;
  const std::vector<int64_t> a = broadcast_steps(s.in[0].tensor.shape, out);
  const std::vector<int64_t> b = broadcast_steps(s.in[1].tensor.shape, out);
  std::vector<Loop<2>> nest;
  for (size_t d = 0; d < out.size(); ++d) nest.push_back({out[d], {a[d], b[d]}});
  nest = merge(nest);
  if (nest.empty()) nest.push_back({1, {0, 0}});
  const Loop<2>& outer = nest[0];
  s.share("part", outer.size);
  s.body.line("Broadcast loops = {{{}, {}, {}}};", braced_sizes(nest, 4), braced_steps(nest, 4, 0),
              braced_steps(nest, 4, 1));
  s.body.line("loops.size[{}] = part.end - part.begin;", 4 - nest.size());
  const auto from = [](const char* operand, int64_t step) {
    return step ? plus(operand, Index("part.begin") * step) : std::string(operand);
  };
  return fmt::format("{}, {}, {}", from("in0", outer.step[0]), from("in1", outer.step[1]),
                     from("out", s.out.count() / outer.size));
}

/// The last three members of the structs for XNNPACK.
std::string zero_and_range(const SingleCode& s) {
  const Range r = memory_range(s);
  return fmt::format("{}, {}, {}", s.out.zero(), r.min, r.max);
}

std::string element_add_tflite(const SingleCode& s) {
  const AddParameters p = add_parameters(s.in[0].tensor, s.in[1].tensor, s.out.tensor);
  NARROWS_CHECK(p.left_shift == 20, "the runtime adds 20 bits");
  const Range r = memory_range(s);
  const std::string members =
      fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}", s.in[0].zero(), p.in0.value, p.in0.shift,
                  s.in[1].zero(), p.in1.value, p.in1.shift, s.out.zero(), p.out.value, p.out.shift, r.min, r.max);
  return s.op.kind == OpKind::add ? fmt::format("Add8{{{}}}", members) : fmt::format("Sub8{{{{{}}}}}", members);
}

std::string element_add_xnnpack(const SingleCode& s) {
  const XnnAddParameters p = xnn_add_parameters(s.in[0].tensor, s.in[1].tensor, s.out.tensor);
  // The bias takes the zero points off; what memory adds to the values goes with them.
  const int32_t bias = p.bias - p.multiplier0 * s.in[0].shift - p.multiplier1 * s.in[1].shift;
  return fmt::format("AddXnnpack8{{{}, {}, {}, {}, {}}}", p.multiplier0, p.multiplier1, bias, p.shift,
                     zero_and_range(s));
}

/// XNNPACK refuses all others.
bool takes_xnnpack_product(const SingleCode& s, float scale) {
  return s.xnnpack() && scale >= 0x1p-16f && scale < 0x1p8f;
}

std::string element_mul(const SingleCode& s) {
  const float scale = s.in[0].tensor.scale() * s.in[1].tensor.scale() / s.out.tensor.scale();
  if (takes_xnnpack_product(s, scale)) {
    return fmt::format("MulXnnpack8{{{}, {}, {}, {}}}", s.in[0].zero(), s.in[1].zero(), float_literal(scale),
                       zero_and_range(s));
  }
  const Multiplier m = quantize_multiplier(scale);
  const Range r = memory_range(s);
  return fmt::format("Mul8{{{}, {}, {}, {}, {}, {}, {}}}", s.in[0].zero(), s.in[1].zero(), s.out.zero(), m.value,
                     m.shift, r.min, r.max);
}

/// Both operands are brought to the memory of the output.
std::string element_choice(const SingleCode& s) {
  return fmt::format("{}{{{}, {}}}", s.op.kind == OpKind::maximum ? "Max8" : "Min8", s.out.shift - s.in[0].shift,
                     s.out.shift - s.in[1].shift);
}

/// The least number cannot be written as one literal: it is a negative one that is negated.
std::string integer_literal(int64_t value, DType type) {
  const int64_t least = type == DType::i64 ? INT64_MIN : INT32_MIN;
  return value == least ? fmt::format("{} - 1", value + 1) : fmt::format("{}", value);
}

/// "AddInteger<i32, u32>{0, 6}"
std::string element_integer(const SingleCode& s) {
  const DType type = s.out.memory;
  const char* const names[] = {"Add",      "Sub",     "Mul", "Max", "Min", "Div", "Pow", "SquaredDifference",
                               "FloorDiv", "FloorMod"};
  const OpKind kinds[] = {OpKind::add,       OpKind::sub,      OpKind::mul, OpKind::maximum,
                          OpKind::minimum,   OpKind::div,      OpKind::pow, OpKind::squared_difference,
                          OpKind::floor_div, OpKind::floor_mod};
  const auto found = std::find(std::begin(kinds), std::end(kinds), s.op.kind);
  NARROWS_CHECK(found != std::end(kinds), fmt::format("{} of integers is lowered", to_string(s.op.kind)));
  const RangeI range = activation_range_integer(s.op.attr.activation, type);
  const bool without_range = found - std::begin(kinds) > 5;
  return fmt::format("{}Integer<{}>{{{}}}", names[found - std::begin(kinds)],
                     type == DType::i64 ? "i64, uint64_t" : "i32, u32",
                     without_range ? "" : integer_literal(range.min, type) + ", " + integer_literal(range.max, type));
}

std::string element_div(const SingleCode& s) {
  const Multiplier m = quotient_multiplier(s.in[0].tensor, s.in[1].tensor, s.out.tensor);
  const Range r = memory_range(s);
  return fmt::format("Div8{{{}, {}, {}, {}, {}, {}, {}}}", s.in[0].zero(), s.in[1].zero(), s.out.zero(), m.value,
                     m.shift, r.min, r.max);
}

std::string element_squared_difference(const SingleCode& s) {
  const SquaredDifferenceParameters p = squared_difference_parameters(s.in[0].tensor, s.in[1].tensor, s.out.tensor);
  const Range r = memory_range(s);
  return fmt::format("SquaredDifference8{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}", s.in[0].zero(), p.in0.value,
                     p.in0.shift, s.in[1].zero(), p.in1.value, p.in1.shift, s.out.zero(), p.out.value, p.out.shift,
                     r.min, r.max);
}

std::string element_prelu(const SingleCode& s) {
  const float in = s.in[0].tensor.scale(), slope = s.in[1].tensor.scale(), out = s.out.tensor.scale();
  const Multiplier same = quantize_multiplier(in / out), sloped = quantize_multiplier(in * slope / out);
  const Range r = memory_range(s);
  return fmt::format("Prelu8{{{}, {}, {}, {}, {}, {}, {}, {}, {}}}", s.in[0].zero(), s.in[1].zero(), s.out.zero(),
                     same.value, same.shift, sloped.value, sloped.shift, r.min, r.max);
}

std::string element(const SingleCode& s) {
  if (s.f32()) return f32_element(s);
  if (!is_8bit(s.out.memory)) return element_integer(s);
  if (s.op.kind == OpKind::maximum || s.op.kind == OpKind::minimum) return element_choice(s);
  if (s.op.kind == OpKind::mul) return element_mul(s);
  if (s.op.kind == OpKind::prelu) return element_prelu(s);
  if (s.op.kind == OpKind::div) return element_div(s);
  if (s.op.kind == OpKind::squared_difference) return element_squared_difference(s);
  const bool xnnpack =
      s.xnnpack() && s.op.kind == OpKind::add && xnn_takes_add(s.in[0].tensor, s.in[1].tensor, s.out.tensor);
  return xnnpack ? element_add_xnnpack(s) : element_add_tflite(s);
}

void lower_binary(SingleCode& s) { s.body.line("apply_broadcast({}, loops, {});", share_loops(s), element(s)); }

bool is_one_constant(const Operand& operand) { return operand.tensor.constant() && operand.count() == 1; }

/// Of 8 bits, where the other operand is one number for all.
void look_up_operand(SingleCode& s, int i) {
  const std::vector<uint8_t> table = tabulate(s, i);
  s.weights.assign(table.begin(), table.end());
  s.body.line("(void){};  // the table stands for it", s.in[1 - i].name);
  s.share("part", s.out.count());
  s.body.line("lookup_8bit({} + part.begin, out + part.begin, part.end - part.begin, weights);", s.in[i].name);
}

/// Operators whose 8-bit arithmetic is long: PRELU, DIV and SQUARED_DIFFERENCE.
void lower_by_table(SingleCode& s) {
  if (is_8bit(s.out.memory) && is_one_constant(s.in[1])) return look_up_operand(s, 0);
  if (is_8bit(s.out.memory) && is_one_constant(s.in[0])) return look_up_operand(s, 1);
  lower_binary(s);
}

constexpr SingleLowering rows[] = {
    {OpKind::add, lower_binary, "AddF32"},
    {OpKind::sub, lower_binary, "SubF32"},
    {OpKind::mul, lower_binary, "MulF32"},
    {OpKind::maximum, lower_binary, "MaxF32"},
    {OpKind::minimum, lower_binary, "MinF32"},
    {OpKind::div, lower_by_table, "DivF32"},
    {OpKind::pow, lower_binary, "PowF32"},
    {OpKind::squared_difference, lower_by_table, "SquaredDifferenceF32"},
    {OpKind::floor_div, lower_binary, "FloorDivF32"},
    {OpKind::floor_mod, lower_binary, "FloorModF32"},
    {OpKind::prelu, lower_by_table, "PreluF32"},
};

}  // namespace

const Table<SingleLowering> binary_lowerings = rows;

std::string product_functor(const PlanContext& context, const Op& mul, const std::vector<int>& map_and_pixel) {
  Op ordered = mul;
  ordered.inputs = map_and_pixel;
  const SingleCode s = start_single(context, ordered, mul.output);
  if (s.f32()) return "ScaleF32{}";
  const float scale = s.in[0].tensor.scale() * s.in[1].tensor.scale() / s.out.tensor.scale();
  const std::string zeros = fmt::format("{}, {}", s.in[0].zero(), s.in[1].zero());
  if (takes_xnnpack_product(s, scale))
    return fmt::format("ScaleXnnpack8{{{}, {}, {}}}", zeros, float_literal(scale), zero_and_range(s));
  const Multiplier m = quantize_multiplier(scale);
  const Range r = memory_range(s);
  return fmt::format("Scale8{{{}, {}, {}, {}, {}, {}, {}}}", zeros, s.out.zero(), m.value, std::max(m.shift, 0),
                     std::max(-m.shift, 0), r.min, r.max);
}

}  // namespace narrows
