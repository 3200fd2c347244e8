#include "schedules/print_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/diagnostics.h"

namespace narrows {

using namespace Halide::Internal;
using Halide::Expr;
using Halide::Type;

namespace {

// Arrays up to this many elements may live on the stack; larger ones are taken from `scratch`.
constexpr int64_t kStackBytes = 1024;
// Accumulator arrays of more vectors than this stay arrays: no target has so many registers.
constexpr int kMaxPromoted = 64;

/// What the accesses to one allocation look like; promotable if every index is a constant and every access one vector.
struct AccessScan : IRVisitor {
  using IRVisitor::visit;
  explicit AccessScan(std::string n) : name(std::move(n)) {}
  void check(const Expr& index) {
    const Ramp* ramp = index.as<Ramp>();
    const int l = ramp ? ramp->lanes : 1;
    if (!as_const_int(ramp ? ramp->base : index) || (ramp && !is_const_one(ramp->stride))) promotable = false;
    if (lanes == 0) lanes = l;
    if (l != lanes) promotable = false;
  }
  void visit(const Load* op) override {
    if (op->name == name) check(op->index);
    IRVisitor::visit(op);
  }
  void visit(const Store* op) override {
    if (op->name == name) check(op->index);
    IRVisitor::visit(op);
  }
  std::string name;
  int lanes = 0;
  bool promotable = true;
};

/// The buffers that a statement stores to: loads from others may be shared across statements.
struct StoredBuffers : IRVisitor {
  using IRVisitor::visit;
  void visit(const Store* op) override {
    names.insert(op->name);
    IRVisitor::visit(op);
  }
  std::set<std::string> names;
};

/// Drops assertions and what Halide keeps only for them: the head of a folded buffer, a pair of counters. Nested ramps that
/// Halide did not merge become one ramp, so that every vector access is seen to be dense.
class Tidy : public IRMutator {
  using IRMutator::visit;
  static bool counter(const std::string& name) { return ends_with(name, ".head") || ends_with(name, ".head_next"); }
  static Expr dense(const Expr& index) {
    const int lanes = index.type().lanes();
    if (lanes == 1 || index.as<Ramp>()) return index;
    const Expr base = simplify(extract_lane(index, 0));
    for (int i = 1; i < lanes; ++i) {
      if (!is_const(simplify(extract_lane(index, i) - base), i)) return index;
    }
    return Ramp::make(base, 1, lanes);
  }
  Stmt visit(const AssertStmt*) override { return Evaluate::make(0); }
  Stmt visit(const Allocate* op) override { return counter(op->name) ? mutate(op->body) : IRMutator::visit(op); }
  Stmt visit(const Free* op) override { return counter(op->name) ? Evaluate::make(0) : IRMutator::visit(op); }
  Stmt visit(const Store* op) override {
    if (counter(op->name)) return Evaluate::make(0);
    return Store::make(op->name, mutate(op->value), dense(mutate(op->index)), op->param, op->predicate, op->alignment);
  }
  Expr visit(const Load* op) override {
    if (counter(op->name)) return make_zero(op->type);
    return Load::make(op->type, op->name, dense(mutate(op->index)), op->image, op->param, op->predicate, op->alignment);
  }
};

class KernelPrinter : public IRVisitor {
 public:
  KernelPrinter(const PrintOptions& options, const Stmt& body) : options_(options), indent_(options.indent) {
    StoredBuffers stored;
    body.accept(&stored);
    stored_ = stored.names;
  }
  std::string text() const { return out_; }
  int64_t scratch_bytes() const { return scratch_; }

 private:
  using IRVisitor::visit;

  // ---- names and types --------------------------------------------------------------------------------------------
  void line(const std::string& s) { out_ += std::string(indent_, ' ') + s + "\n"; }

  /// "acc$3.s1.k$x" -> "k", "t17" -> "at": the last component, without Halide's counters, which depend on what was
  /// lowered before; made unique within the kernel.
  std::string name_of(const std::string& halide) {
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
  std::string fresh(const std::string& base) {
    std::string s = base;
    for (int n = 1; !used_.insert(s).second; ++n) s = base + "_" + std::to_string(n);
    return s;
  }

  std::string type_of(Type t) const {
    std::string scalar = t.is_float() ? "f" : t.is_int() ? "i" : "u";
    if (t.is_bool()) scalar = "i", t = t.with_bits(32);
    scalar += std::to_string(t.bits());
    if (t.lanes() == 1) return scalar;
    if (t.lanes() == options_.lanes) return scalar + "v";
    NARROWS_CHECK(t.lanes() == 4 * options_.lanes && t.bits() == 8,
                  fmt::format("no vector type for {} x {}", scalar, t.lanes()));
    return scalar + "q";
  }

  // ---- expressions: print() returns the text; statements that it needs first are printed by then -------------------
  std::string print(const Expr& e) {
    binding_ = kAtom;
    e.accept(this);
    return expr_;
  }
  /// How tightly the printed expression binds: decides where parentheses are needed.
  enum Binding { kLoose, kSum, kProduct, kAtom };
  std::string operand(const Expr& e, Binding at_least) {
    const std::string text = print(e);
    return binding_ < at_least ? "(" + text + ")" : text;
  }
  void binary(const Expr& a, const char* op, const Expr& b) {
    const Binding binding = *op == '*' ? kProduct : *op == '+' || *op == '-' ? kSum : kLoose;
    const std::string x = operand(a, binding == kLoose ? kAtom : binding);
    const std::string y = operand(b, binding == kLoose || *op == '-' ? Binding(std::min(binding + 1, int(kAtom))) : binding);
    expr_ = x + " " + op + " " + y;
    binding_ = binding;
  }
  void function(const std::string& name, std::initializer_list<Expr> args) {
    std::string s;
    for (const Expr& a : args) s += (s.empty() ? "" : ", ") + print(a);
    expr_ = name + "(" + s + ")", binding_ = kAtom;
  }

  void visit(const IntImm* op) override { expr_ = std::to_string(op->value); }
  void visit(const UIntImm* op) override { expr_ = std::to_string(op->value) + "u"; }
  void visit(const FloatImm* op) override {
    expr_ = fmt::format("{}", static_cast<float>(op->value));
    if (expr_.find_first_of(".e") == std::string::npos) expr_ += ".0";
    expr_ += "f";
  }
  void visit(const Variable* op) override { expr_ = name_of(op->name); }
  void visit(const Sub* op) override { binary(op->a, "-", op->b); }
  void visit(const Mul* op) override { binary(op->a, "*", op->b); }
  void visit(const EQ* op) override { binary(op->a, "==", op->b); }
  void visit(const NE* op) override { binary(op->a, "!=", op->b); }
  void visit(const LT* op) override { binary(op->a, "<", op->b); }
  void visit(const LE* op) override { binary(op->a, "<=", op->b); }
  void visit(const GT* op) override { binary(op->a, ">", op->b); }
  void visit(const GE* op) override { binary(op->a, ">=", op->b); }
  void visit(const And* op) override { binary(op->a, op->type.lanes() > 1 ? "&" : "&&", op->b); }
  void visit(const Or* op) override { binary(op->a, op->type.lanes() > 1 ? "|" : "||", op->b); }
  void visit(const Not* op) override { expr_ = "!" + operand(op->a, kAtom), binding_ = kAtom; }
  void visit(const Min* op) override { function("vmin", {op->a, op->b}); }
  void visit(const Max* op) override { function("vmax", {op->a, op->b}); }

  void visit(const Add* op) override {
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
  void visit(const VectorReduce* op) override { dot4(type_of(op->type) + "{}", op); }
  void dot4(const std::string& acc, const VectorReduce* reduce) {
    Expr value = reduce->value;
    while (const Cast* cast = value.as<Cast>()) value = cast->value;
    const Call* product = value.as<Call>();
    NARROWS_CHECK(product && product->is_intrinsic(Call::widening_mul), "a reduction that is no dot product");
    // The unsigned operand, if there is one, comes first.
    const bool swap = product->args[1].type().is_uint();
    const std::string a = print(product->args[swap ? 1 : 0]), b = print(product->args[swap ? 0 : 1]);
    expr_ = "dot4(" + acc + ", " + a + ", " + b + ")", binding_ = kAtom;
  }

  /// Power-of-two divisors as shifts: Halide rounds towards negative infinity, C towards zero.
  void visit(const Div* op) override {
    int bits = 0;
    if (op->type.is_float()) return binary(op->a, "/", op->b);
    NARROWS_CHECK(is_const_power_of_two_integer(op->b, &bits), "division by something else than a power of two");
    expr_ = operand(op->a, kAtom) + " >> " + std::to_string(bits), binding_ = kLoose;
  }
  void visit(const Mod* op) override {
    int bits = 0;
    if (is_const_power_of_two_integer(op->b, &bits)) {
      expr_ = operand(op->a, kAtom) + " & " + std::to_string((1 << bits) - 1), binding_ = kLoose;
    } else {
      binary(op->a, "%", op->b);  // only of values that cannot be negative: ring rows
    }
  }

  void visit(const Cast* op) override {
    const Type to = op->type;
    const Call* call = op->value.as<Call>();
    if (!to.is_float() && call && call->name == "round_f32") {
      const Type i32 = Halide::Int(32, to.lanes());
      if (to == i32) return function("round_i32v", {call->args[0]});
      return print_cast(to, Cast::make(i32, op->value));
    }
    print_cast(to, op->value);
  }
  void print_cast(Type to, const Expr& value) {
    const Type from = value.type();
    if (to.lanes() > 1 && to.bits() == from.bits() && !to.is_float() && !from.is_float()) {
      expr_ = "(" + type_of(to) + ")" + operand(value, kAtom), binding_ = kAtom;
    } else if (to.lanes() > 1) {
      function("to_" + type_of(to), {value});
    } else {
      expr_ = "(" + type_of(to) + ")" + operand(value, kAtom), binding_ = kAtom;
    }
  }
  void visit(const Select* op) override {
    const std::string c = print(op->condition), t = print(op->true_value), f = print(op->false_value);
    expr_ = "(" + c + " ? " + t + " : " + f + ")", binding_ = kAtom;
  }
  void visit(const Broadcast* op) override {
    if (op->value.type().lanes() == 1) {
      expr_ = shared("splat_" + type_of(op->type) + "(" + print(op->value) + ")", op->type, op->value);
      binding_ = kAtom;
      return;
    }
    const Load* load = op->value.as<Load>();
    const Ramp* ramp = load ? load->index.as<Ramp>() : nullptr;
    NARROWS_CHECK(ramp && ramp->lanes == 4 && is_const_one(ramp->stride), "a broadcast of something else than 4 bytes");
    expr_ = shared(fmt::format("splat4_{}({})", type_of(op->type), address(load->name, ramp->base)), op->type, op->value);
    binding_ = kAtom;
  }
  void visit(const Shuffle* op) override {
    if (op->is_broadcast()) return (void)print(Broadcast::make(op->vectors[0], op->broadcast_factor()));
    // A slice of one wide load is a narrower load.
    const Load* load = op->is_slice() && op->slice_stride() == 1 ? op->vectors[0].as<Load>() : nullptr;
    const Ramp* ramp = load ? dense(load->index) : nullptr;
    NARROWS_CHECK(ramp, "a shuffle that is neither broadcast nor slice of a load");
    const Expr index = Ramp::make(simplify(ramp->base + op->slice_begin()), ramp->stride, op->type.lanes());
    print(Load::make(op->type, load->name, index, load->image, load->param, const_true(op->type.lanes()), ModulusRemainder()));
  }
  void visit(const Ramp*) override { NARROWS_CHECK(false, "a ramp outside of an index"); }
  void visit(const Let* op) override {
    const std::string value = print(op->value);
    line("const " + type_of(op->value.type()) + " " + name_of(op->name) + " = " + value + ";");
    expr_ = print(op->body);
  }
  void visit(const Call* op) override {
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

  // ---- loads and stores -------------------------------------------------------------------------------------------
  std::string address(const std::string& buffer, const Expr& index) {
    const std::string base = name_of(buffer);
    if (is_const_zero(index)) return base;
    return base + " + " + operand(simplify(index), kSum);
  }
  std::string element(const std::string& buffer, const Expr& index) {
    return name_of(buffer) + "[" + print(simplify(index)) + "]";
  }
  std::string promoted(const std::string& buffer, const Expr& index) {
    const Ramp* ramp = index.as<Ramp>();
    const int64_t at = *as_const_int(ramp ? ramp->base : index);
    return name_of(buffer) + std::to_string(at / (ramp ? ramp->lanes : 1));
  }
  /// ", 8" where the vector at `index` is the last of a pixel and not all of its lanes are channels.
  std::string partial(const std::string& buffer, const Expr& index) {
    auto found = options_.partial.find(name_of(buffer));
    if (found == options_.partial.end()) return "";
    const int channel = static_cast<int>(constant_part(index.as<Ramp>()->base) % found->second.stride);
    const int valid = found->second.valid - channel;
    return valid >= options_.lanes ? "" : ", " + std::to_string(valid);
  }
  /// The value of an index when all loop variables are zero.
  static int64_t constant_part(const Expr& index) {
    struct Zero : IRMutator {
      using IRMutator::visit;
      Expr visit(const Variable* v) override { return Halide::Internal::make_zero(v->type); }
    } zero;
    const Expr e = simplify(zero.mutate(index));
    const int64_t* value = as_const_int(e);
    NARROWS_CHECK(value, "an index that is not affine");
    return *value;
  }
  static const Ramp* dense(const Expr& index) {
    const Ramp* ramp = index.as<Ramp>();
    NARROWS_CHECK(!ramp || is_const_one(ramp->stride), "a strided vector access");
    return ramp;
  }
  void visit(const Load* op) override {
    if (promoted_.count(op->name)) {
      expr_ = promoted(op->name, op->index);
    } else if (const Ramp* ramp = dense(op->index)) {
      const std::string text = fmt::format("load_{}({}{})", type_of(op->type), address(op->name, ramp->base),
                                           partial(op->name, op->index));
      expr_ = shared(text, op->type, op);
    } else {
      expr_ = element(op->name, op->index);
    }
    binding_ = kAtom;
  }
  void visit(const Store* op) override {
    const std::string value = print(op->value);
    if (promoted_.count(op->name)) {
      const std::string target = promoted(op->name, op->index);
      line(target + " = " + value + ";");
    } else if (const Ramp* ramp = dense(op->index)) {
      line(fmt::format("store({}, {}{});", address(op->name, ramp->base), value, partial(op->name, op->index)));
    } else {
      line(element(op->name, op->index) + " = " + value + ";");
    }
  }

  // ---- sharing: named locals for loads and splats that a straight run of statements uses more than once -------------
  /// In the counting walk notes that `text` is used; in the printing walk gives it a name if it is used again.
  std::string shared(const std::string& text, Type type, const Expr& source) {
    const Load* load = source.as<Load>();
    if (load && stored_.count(load->name)) return text;
    if (!run_) return text;
    auto named = run_->named.find(text);
    if (named != run_->named.end()) return named->second;
    if (run_->counting) {
      ++run_->uses[text];
      return text;
    }
    if (run_->uses[text] < 2) return text;
    const std::string local = fresh(load ? name_of(load->name) + "_" + std::to_string(run_->named.size()) : "s");
    line("const " + type_of(type) + " " + local + " = " + text + ";");
    run_->named[text] = local;
    return local;
  }
  struct Run {
    bool counting = true;
    std::map<std::string, std::string> indices;  // text of an index expression -> its name
    std::map<std::string, int> uses;
    std::map<std::string, std::string> named;
  };
  static bool straight(const Stmt& s) {
    if (const Block* block = s.as<Block>()) return straight(block->first) && straight(block->rest);
    if (const LetStmt* let = s.as<LetStmt>()) return let->value.type() == Halide::Int(32) && straight(let->body);
    return s.as<Store>() != nullptr;
  }

  // ---- statements -------------------------------------------------------------------------------------------------
  void visit(const Block* op) override {
    if (!run_ && straight(op->first)) {
      // The longest straight run at the head of this block; what follows it is printed after.
      std::vector<Stmt> run;
      Stmt rest = Stmt(op);
      while (rest.defined()) {
        const Block* block = rest.as<Block>();
        const Stmt head = block ? block->first : rest;
        if (!straight(head)) break;
        run.push_back(head);
        rest = block ? block->rest : Stmt();
      }
      print_run(run);
      if (rest.defined()) rest.accept(this);
      return;
    }
    op->first.accept(this);
    op->rest.accept(this);
  }
  void print_run(const std::vector<Stmt>& statements) {
    Run run;
    run_ = &run;
    const std::string before = out_;
    const auto names = names_;
    const auto used = used_;
    for (const Stmt& s : statements) s.accept(this);
    out_ = before, names_ = names, used_ = used;
    run.counting = false;
    run.indices.clear();
    for (const Stmt& s : statements) s.accept(this);
    run_ = nullptr;
  }
  void visit(const LetStmt* op) override {
    const std::string& n = op->name;
    const bool unpacking = ends_with(n, ".buffer") || n.find(".min.") != std::string::npos ||
                           n.find(".extent.") != std::string::npos || n.find(".stride.") != std::string::npos ||
                           op->value.type().is_handle();
    if (!unpacking) {
      const std::string value = print(op->value);
      // Halide names an index once per statement; within a straight run equal ones become one.
      if (run_ && run_->indices.count(value)) {
        names_[n] = run_->indices[value];
        return op->body.accept(this);
      }
      if (op->value.type() != Halide::Int(32)) names_[n] = fresh("v");
      if (run_) run_->indices[value] = name_of(n);
      line("const " + type_of(op->value.type()) + " " + name_of(n) + " = " + value + ";");
    }
    op->body.accept(this);
  }
  void visit(const AssertStmt*) override {}
  void visit(const Free*) override {}
  void visit(const Evaluate*) override {}
  void visit(const ProducerConsumer* op) override { op->body.accept(this); }
  void visit(const For* op) override {
    const std::string lo = print(op->min), hi = print(simplify(op->min + op->extent));
    const std::string v = name_of(op->name);
    line(fmt::format("for (i32 {0} = {1}; {0} < {2}; ++{0}) {{", v, lo, hi));
    indent_ += 2;
    op->body.accept(this);
    indent_ -= 2;
    line("}");
    names_.erase(op->name);
    used_.erase(v);
  }
  void visit(const IfThenElse* op) override {
    line("if (" + print(op->condition) + ") {");
    indent_ += 2;
    op->then_case.accept(this);
    indent_ -= 2;
    if (op->else_case.defined()) {
      line("} else {");
      indent_ += 2;
      op->else_case.accept(this);
      indent_ -= 2;
    }
    line("}");
  }
  void declare_promoted(const Allocate* op, int count, int lanes) {
    constexpr int kPerLine = 8;
    for (int first = 0; first < count; first += kPerLine) {
      std::string list;
      for (int i = first; i < std::min(count, first + kPerLine); ++i) {
        list += (i > first ? ", " : "") + name_of(op->name) + std::to_string(i);
      }
      line(type_of(op->type.with_lanes(lanes)) + " " + list + ";");
    }
  }
  void visit(const Allocate* op) override {
    int64_t elements = 1;
    for (const Expr& extent : op->extents) {
      const int64_t* n = as_const_int(extent);
      NARROWS_CHECK(n, "an allocation whose size is not constant");
      elements *= *n;
    }
    // Halide cuts a loop whose last step differs into two; both use the same accumulators, the second in a scope of its own.
    const bool again = !allocated_.insert(op->name).second;
    if (again) line("{"), indent_ += 2;
    AccessScan scan(op->name);
    op->body.accept(&scan);
    const int64_t bytes = elements * op->type.bytes();
    if (scan.promotable && scan.lanes && elements <= int64_t{kMaxPromoted} * scan.lanes) {
      promoted_.insert(op->name);
      declare_promoted(op, static_cast<int>(elements / scan.lanes), scan.lanes);
    } else if (bytes <= kStackBytes) {
      line(fmt::format("{} {}[{}];", type_of(op->type.element_of()), name_of(op->name), elements));
    } else {
      const std::string type = type_of(op->type.element_of());
      line(fmt::format("{0}* const {1} = ({0}*)(scratch + {2});", type, name_of(op->name), scratch_));
      scratch_ += (bytes + 63) / 64 * 64;
    }
    op->body.accept(this);
    if (again) indent_ -= 2, line("}");
  }

  const PrintOptions& options_;
  int indent_;
  int64_t scratch_ = 0;
  std::string out_, expr_;
  Binding binding_ = kAtom;
  std::map<std::string, std::string> names_;  // Halide's name -> ours
  std::set<std::string> used_, stored_, promoted_, allocated_;
  Run* run_ = nullptr;
};

}  // namespace

std::string print_kernel_body(const Stmt& body, const PrintOptions& options, int64_t* scratch_bytes) {
  const Stmt tidy = simplify(Tidy().mutate(body));
  KernelPrinter printer(options, tidy);
  tidy.accept(&printer);
  if (scratch_bytes) *scratch_bytes = printer.scratch_bytes();
  return printer.text();
}

Halide::Target halide_target(const Target& target) {
  std::string s = target.arm() ? "arm-64-linux" : "x86-64-linux-sse41";
  if (target.isa == Isa::neon_dotprod) s += "-arm_dot_prod";
  if (target.vector_bytes() >= 32) s += "-avx-avx2-f16c-fma";
  if (target.vector_bytes() >= 64) s += "-avx512-avx512_skylake";
  if (target.isa == Isa::avx512vnni) s += "-avx512_cannonlake-avx512_sapphirerapids";
  return Halide::Target(s + "-no_asserts-no_bounds_query-no_runtime");
}

std::string lower_and_print(Halide::Func output, const std::vector<Halide::Argument>& arguments, const Target& target,
                            const PrintOptions& options, int64_t* scratch_bytes) {
  const std::string name = "kernel";
  Halide::Module module = output.compile_to_module(arguments, name, halide_target(target));
  for (const LoweredFunc& f : module.functions()) {
    if (f.name == name) return print_kernel_body(f.body, options, scratch_bytes);
  }
  NARROWS_CHECK(false, "Halide lowered nothing");
  return "";
}

}  // namespace narrows
