#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics.h"
#include "schedules/printer/kernel_printer.h"

namespace narrows::ir {

// ---- names and types ---------------------------------------------------------------------------

std::string KernelPrinter::name_of(const std::string& halide) {
  auto found = names_.find(halide);
  if (found != names_.end()) return found->second;
  std::string s = halide.substr(halide.rfind('.') == std::string::npos ? 0 : halide.rfind('.') + 1);
  s.resize(std::min(s.find('$'), s.size()));
  for (char& c : s) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  if (s.empty() || (s[0] == 't' && s.find_first_not_of("0123456789", 1) == std::string::npos)) s = "at";
  auto alias = options_.alias.find(s);
  if (alias != options_.alias.end()) return names_[halide] = alias->second;
  return names_[halide] = fresh(s);
}

std::string KernelPrinter::fresh(const std::string& base) {
  std::string s = base;
  for (int n = 1; !used_.insert(s).second; ++n) s = base + "_" + std::to_string(n);
  return s;
}

std::string KernelPrinter::type_of(Type t) const {
  std::string scalar = t.is_float() ? "f" : t.is_int() ? "i" : "u";
  if (t.is_bool()) scalar = "i", t = t.with_bits(32);
  scalar += std::to_string(t.bits());
  if (t.lanes() == 1) return scalar;
  if (t.lanes() == options_.lanes) return scalar + "v";
  NARROWS_CHECK(t.lanes() == 4 * options_.lanes && (t.bits() == 8 || scalar == "i16"),
                fmt::format("no vector type for {} x {}", scalar, t.lanes()));
  return scalar + "q";
}

// ---- expressions: print() returns the text; statements that it needs first are printed by then ----

std::string KernelPrinter::print(const Expr& e) {
  binding_ = kAtom;
  e.accept(this);
  return expr_;
}

std::string KernelPrinter::operand(const Expr& e, Binding at_least) {
  const std::string text = print(e);
  return binding_ < at_least ? "(" + text + ")" : text;
}

void KernelPrinter::binary(const Expr& a, const char* op, const Expr& b) {
  const Binding binding = *op == '*' ? kProduct : *op == '+' || *op == '-' ? kSum : kLoose;
  const std::string x = operand(a, binding == kLoose ? kAtom : binding);
  const std::string y =
      operand(b, binding == kLoose || *op == '-' ? Binding(std::min(binding + 1, int(kAtom))) : binding);
  expr_ = x + " " + op + " " + y;
  binding_ = binding;
}

void KernelPrinter::function(const std::string& name, std::initializer_list<Expr> args) {
  std::string s;
  for (const Expr& a : args) s += (s.empty() ? "" : ", ") + print(a);
  expr_ = name + "(" + s + ")", binding_ = kAtom;
}

void KernelPrinter::visit(const FloatImm* op) {
  expr_ = fmt::format("{}", static_cast<float>(op->value));
  if (expr_.find_first_of(".e") == std::string::npos) expr_ += ".0";
  expr_ += "f";
}

void KernelPrinter::visit(const Add* op) {
  // acc + vector_reduce(a * b)  =>  dot4(acc, a, b);  acc + a * b in float  =>  madd(acc, a, b)
  const VectorReduce* reduce = op->b.as<VectorReduce>();
  if (reduce) return dot4(print(op->a), reduce);
  if (const VectorReduce* left = op->a.as<VectorReduce>()) return dot4(print(op->b), left);
  const Mul* product = op->b.as<Mul>();
  if (product && op->type.is_float() && op->type.lanes() > 1) return function("madd", {op->a, product->a, product->b});
  product = op->a.as<Mul>();
  if (product && op->type.is_float() && op->type.lanes() > 1) return function("madd", {op->b, product->a, product->b});
  binary(op->a, "+", op->b);
}

void KernelPrinter::visit(const Sub* op) {
  if (!is_const_zero(op->a) || !op->type.is_scalar()) return binary(op->a, "-", op->b);
  expr_ = "-" + operand(op->b, kAtom), binding_ = kProduct;
}

void KernelPrinter::visit(const Max* op) {
  if (op->type.is_scalar()) return function("max_i32", {op->a, op->b});
  const Min* upper = op->a.as<Min>();
  if (upper && op->type.is_int() && op->type.bits() == 32) return function("vclamp", {upper->a, op->b, upper->b});
  function("vmax", {op->a, op->b});
}

namespace {

bool is_splat(const Expr& e) {
  const Shuffle* shuffle = e.as<Shuffle>();
  return e.as<Broadcast>() || (shuffle && shuffle->is_broadcast());
}

}  // namespace

KernelPrinter::Factors KernelPrinter::factors(const Expr& product) {
  const Call* call = product.as<Call>();
  NARROWS_CHECK(call && call->is_intrinsic(Call::widening_mul), "a reduction that is no dot product");
  // Halide brings both to one width. The unsigned operand, if there is one, comes first.
  Expr operands[2];
  for (int i = 0; i < 2; ++i) {
    const Cast* cast = call->args[i].as<Cast>();
    operands[i] = cast ? cast->value : call->args[i];
  }
  if (operands[1].type().is_uint()) std::swap(operands[0], operands[1]);
  // Four bytes for all lanes come first, too.
  const bool same_type = operands[0].type() == operands[1].type();
  if (same_type && is_splat(operands[1])) std::swap(operands[0], operands[1]);
  const Load* load = operands[1].as<Load>();
  const bool small = load && !options_.small_weights.empty() && load->name.rfind(options_.small_weights, 0) == 0;
  const std::string a = print(operands[0]);
  return {a + ", " + print(operands[1]), small};
}

void KernelPrinter::dot4(const std::string& acc, const VectorReduce* reduce) {
  Expr value = reduce->value;
  while (const Cast* cast = value.as<Cast>()) value = cast->value;
  const Call* sum = value.as<Call>();
  if (sum && sum->is_intrinsic(Call::widening_add)) {
    const Factors first = factors(sum->args[0]), second = factors(sum->args[1]);
    NARROWS_CHECK(first.small && second.small, "a sum of two dot products of any weights");
    expr_ = "dot4_joined(" + acc + ", " + first.text + ", " + second.text + ")";
  } else {
    const Factors only = factors(value);
    expr_ = (only.small ? "dot4_small(" : "dot4(") + acc + ", " + only.text + ")";
  }
  binding_ = kAtom;
}

void KernelPrinter::visit(const Div* op) {
  int bits = 0;
  if (op->type.is_float()) return binary(op->a, "/", op->b);
  NARROWS_CHECK(is_const_power_of_two_integer(op->b, &bits), "division by something else than a power of two");
  expr_ = operand(op->a, kAtom) + " >> " + std::to_string(bits), binding_ = kLoose;
}

void KernelPrinter::visit(const Mod* op) {
  int bits = 0;
  if (is_const_power_of_two_integer(op->b, &bits)) {
    expr_ = operand(op->a, kAtom) + " & " + std::to_string((1 << bits) - 1), binding_ = kLoose;
  } else {
    binary(op->a, "%", op->b);  // only of values that cannot be negative: ring rows
  }
}

void KernelPrinter::visit(const Cast* op) {
  const Type to = op->type;
  const Call* call = op->value.as<Call>();
  if (!to.is_float() && call && call->name == "round_f32") {
    const Type i32 = Halide::Int(32, to.lanes());
    if (to == i32) return function("round_i32v", {call->args[0]});
    return print_cast(to, Cast::make(i32, op->value));
  }
  if (widens(op)) return widen(op->value.as<Load>());
  print_cast(to, op->value);
}

bool KernelPrinter::widens(const Cast* op) {
  const Load* load = op->value.as<Load>();
  const bool vector = op->type.is_float() && op->type.lanes() > 1;
  return vector && load && (load->type.bits() == 8 || load->type.is_float());
}

void KernelPrinter::widen(const Load* load) {
  const std::string text = "widen(" + address(load->name, dense(load->index)->base) + ")";
  expr_ = shared(text, type_of(Halide::Float(32, load->type.lanes())), load), binding_ = kAtom;
}

void KernelPrinter::print_cast(Type to, const Expr& value) {
  const Type from = value.type();
  const bool keeps_bits = to.bits() == from.bits() && !to.is_float() && !from.is_float();
  // C++ widens narrower integers wherever they are used.
  const bool is_implied = to == Halide::Int(32) && (from.is_int() || from.is_uint()) && from.bits() < 32;
  if (to.lanes() > 1 && !keeps_bits) {
    function("to_" + type_of(to), {value});
  } else if (is_implied) {
    expr_ = print(value);
  } else {
    expr_ = "(" + type_of(to) + ")" + operand(value, kAtom), binding_ = kAtom;
  }
}

void KernelPrinter::visit(const Select* op) {
  const std::string c = print(op->condition), t = print(op->true_value), f = print(op->false_value);
  expr_ = "(" + c + " ? " + t + " : " + f + ")", binding_ = kAtom;
}

void KernelPrinter::visit(const Broadcast* op) {
  if (op->value.type().lanes() == 1) {
    expr_ = shared("splat_" + type_of(op->type) + "(" + print(op->value) + ")", type_of(op->type), op->value);
    binding_ = kAtom;
    return;
  }
  const Load* load = op->value.as<Load>();
  const Ramp* ramp = load ? load->index.as<Ramp>() : nullptr;
  NARROWS_CHECK(ramp && ramp->lanes == 4 && is_const_one(ramp->stride), "a broadcast of something else than 4 bytes");
  const std::string type = type_of(op->value.type().element_of()) + "s";
  expr_ = shared(fmt::format("load_{}({})", type, address(load->name, ramp->base)), type, op->value);
  binding_ = kAtom;
}

void KernelPrinter::visit(const Shuffle* op) {
  if (op->is_broadcast()) return (void)print(Broadcast::make(op->vectors[0], op->broadcast_factor()));
  // A slice of one wide load is a narrower load.
  const Load* load = op->is_slice() && op->slice_stride() == 1 ? op->vectors[0].as<Load>() : nullptr;
  const Ramp* ramp = load ? dense(load->index) : nullptr;
  NARROWS_CHECK(ramp, "a shuffle that is neither broadcast nor slice of a load");
  const Expr index = Ramp::make(simplify(ramp->base + op->slice_begin()), ramp->stride, op->type.lanes());
  print(Load::make(op->type, load->name, index, load->image, load->param, const_true(op->type.lanes()),
                   ModulusRemainder()));
}

void KernelPrinter::visit(const Let* op) {
  const std::string value = print(op->value);
  line("const " + type_of(op->value.type()) + " " + name_of(op->name) + " = " + value + ";");
  expr_ = print(op->body);
}

void KernelPrinter::visit(const Call* op) {
  if (op->is_intrinsic(Call::likely) || op->is_intrinsic(Call::likely_if_innermost)) return (void)print(op->args[0]);
  if (op->is_intrinsic(Call::shift_left)) return binary(op->args[0], "<<", op->args[1]);
  if (op->is_intrinsic(Call::shift_right)) return binary(op->args[0], ">>", op->args[1]);
  if (op->is_intrinsic(Call::bitwise_and)) return binary(op->args[0], "&", op->args[1]);
  if (op->is_intrinsic(Call::bitwise_or)) return binary(op->args[0], "|", op->args[1]);
  if (op->is_intrinsic(Call::widening_mul) || op->is_intrinsic(Call::widening_add)) {
    const Expr a = Cast::make(op->type, op->args[0]), b = Cast::make(op->type, op->args[1]);
    return binary(a, op->is_intrinsic(Call::widening_mul) ? "*" : "+", b);
  }
  if (op->is_intrinsic(Call::widening_shift_left)) return binary(Cast::make(op->type, op->args[0]), "<<", op->args[1]);
  NARROWS_CHECK(op->call_type == Call::PureExtern || op->call_type == Call::Extern, "intrinsic " + op->name);
  std::string args;
  for (const Expr& a : op->args) args += (args.empty() ? "" : ", ") + print(a);
  auto extra = options_.extra_argument.find(op->name);
  if (extra != options_.extra_argument.end()) args += ", " + extra->second;
  expr_ = op->name + "(" + args + ")", binding_ = kAtom;
}

}  // namespace narrows::ir
