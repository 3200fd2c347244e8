#include <fmt/format.h>

#include <algorithm>

#include "compiler/arena.h"
#include "compiler/diagnostics.h"
#include "schedules/printer/kernel_printer.h"

namespace narrows::ir {

namespace {

// Arrays up to this many bytes may live on the stack; larger ones are taken from `scratch`.
constexpr int64_t kStackBytes = 1024;
// Accumulator arrays of more vectors than this stay arrays: no target has so many registers.
constexpr int kMaxPromoted = 64;

/// What the accesses to one allocation look like; promotable if every index is a constant and every access
/// one vector.
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

/// The vectors of an array that statements at the head of its scope store to, before any loop.
struct FirstStores {
  explicit FirstStores(std::string n) : name(std::move(n)) {}
  /// False where the straight run of statements ends.
  bool collect(const Stmt& s) {
    if (const Block* block = s.as<Block>()) return collect(block->first) && collect(block->rest);
    if (const ProducerConsumer* part = s.as<ProducerConsumer>()) return collect(part->body);
    if (const LetStmt* let = s.as<LetStmt>()) return collect(let->body);
    const Store* store = s.as<Store>();
    if (store && store->name == name) {
      const Ramp* ramp = store->index.as<Ramp>();
      indices.insert(*as_const_int(ramp ? ramp->base : store->index));
    }
    return store || s.as<Evaluate>() || s.as<Free>();
  }
  std::string name;
  std::set<int64_t> indices;
};

/// All names that come from outside, in the order of their first use, and the buffers that a statement stores to: loads
/// from others may be shared across statements.
struct Buffers : IRVisitor {
  using IRVisitor::visit;
  void visit(const Load* op) override {
    note(op->name, op->type);
    IRVisitor::visit(op);
  }
  void visit(const Store* op) override {
    stored.insert(op->name);
    note(op->name, op->value.type());
    IRVisitor::visit(op);
  }
  void visit(const Variable* op) override {
    if (op->name.find('.') == std::string::npos && op->param.defined()) names.push_back(op->name);
  }
  void note(const std::string& name, const Halide::Type& type) {
    if (elements.emplace(name, type.element_of()).second) names.push_back(name);
  }
  std::vector<std::string> names;
  std::set<std::string> stored;
  std::map<std::string, Halide::Type> elements;
};

/// A name for a vector that has the value of `text` in each lane: "v255", "v_keep", "v_255_minus_zero_point".
std::string splat_name(const std::string& text) {
  std::string name = "v";
  if (isalpha(static_cast<unsigned char>(text[0]))) name += "_";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool space_behind = i + 1 < text.size() && text[i + 1] == ' ';
    if (isalnum(static_cast<unsigned char>(c)) || c == '_') {
      name += c;
    } else if (c == '-') {
      name += space_behind ? "minus" : "_minus_";
    } else if (c == ' ' || c == '.') {
      name += "_";
    } else {
      return "v";
    }
  }
  if (ends_with(name, "_0f")) name.resize(name.size() - 3);
  return name.size() <= 28 ? name : "v";
}

}  // namespace

KernelPrinter::KernelPrinter(const PrintOptions& options, const Stmt& body)
    : options_(options), indent_(options.indent) {
  Buffers buffers;
  body.accept(&buffers);
  stored_ = buffers.stored;
  elements_ = buffers.elements;
  for (const std::string& name : buffers.names) name_of(name);  // before locals take them
}

// ---- loads and stores --------------------------------------------------------------------------

std::string KernelPrinter::address(const std::string& buffer, const Expr& index) {
  const std::string base = name_of(buffer);
  if (is_const_zero(index)) return base;
  const Expr offset = simplify(index);
  if (const std::string shared = shared_address(buffer, offset); !shared.empty()) return shared;
  // In one sum with the pointer, it would lie behind the buffer until the constant is subtracted.
  const Add* sum = offset.as<Add>();
  const int64_t* constant = sum ? as_const_int(sum->b) : nullptr;
  if (constant && *constant < 0) return fmt::format("{} + ({} - {})", base, operand(sum->a, kSum), -*constant);
  return base + " + " + operand(offset, kSum);
}

std::string KernelPrinter::shared_address(const std::string& buffer, const Expr& offset) {
  const Add* sum = offset.as<Add>();
  const int64_t* constant = sum ? as_const_int(sum->b) : nullptr;
  const Expr variable = constant ? sum->a : offset;
  if (!run_ || is_const(variable) || variable.as<Variable>() || (constant && *constant < 0)) return "";
  const std::string base = name_of(buffer), text = base + " + " + operand(variable, kSum);
  auto named = run_->named.find(text);
  if (named == run_->named.end()) {
    constexpr int kWorthAName = 3;
    if (run_->walk == Run::Walk::count_addresses) ++run_->uses[text];
    if (run_->walk == Run::Walk::count_addresses || run_->uses[text] < kWorthAName) return "";
    const std::string local = fresh(base + "_at");
    // Two buffers may be printed under one name.
    const bool written =
        std::any_of(stored_.begin(), stored_.end(), [&](const std::string& name) { return name_of(name) == base; });
    const char* const qualifier = written ? "" : "const ";
    line(fmt::format("{}{}* const {} = {};", qualifier, type_of(elements_.at(buffer)), local, text));
    named = run_->named.emplace(text, local).first;
  }
  return constant ? fmt::format("{} + {}", named->second, *constant) : named->second;
}

std::string KernelPrinter::element(const std::string& buffer, const Expr& index) {
  return name_of(buffer) + "[" + print(simplify(index)) + "]";
}

std::string KernelPrinter::promoted(const std::string& buffer, const Expr& index) {
  const Ramp* ramp = index.as<Ramp>();
  const int64_t at = *as_const_int(ramp ? ramp->base : index);
  return name_of(buffer) + std::to_string(at / (ramp ? ramp->lanes : 1));
}

std::string KernelPrinter::partial(const std::string& buffer, const Expr& index) {
  auto found = options_.partial.find(name_of(buffer));
  if (found == options_.partial.end()) return "";
  const int channel = static_cast<int>(constant_part(index.as<Ramp>()->base) % found->second.stride);
  const int valid = found->second.valid - channel;
  return valid >= options_.lanes ? "" : ", " + std::to_string(valid);
}

int64_t KernelPrinter::constant_part(const Expr& index) {
  struct Zero : IRMutator {
    using IRMutator::visit;
    Expr visit(const Variable* v) override { return Halide::Internal::make_zero(v->type); }
  } zero;
  const Expr e = simplify(zero.mutate(index));
  const int64_t* value = as_const_int(e);
  NARROWS_CHECK(value, "an index that is not affine");
  return *value;
}

const Ramp* KernelPrinter::dense(const Expr& index) {
  const Ramp* ramp = index.as<Ramp>();
  NARROWS_CHECK(!ramp || is_const_one(ramp->stride), "a strided vector access");
  return ramp;
}

void KernelPrinter::visit(const Load* op) {
  if (promoted_.count(op->name)) {
    expr_ = promoted(op->name, op->index);
  } else if (const Ramp* ramp = dense(op->index)) {
    const std::string text =
        fmt::format("load_{}({}{})", type_of(op->type), address(op->name, ramp->base), partial(op->name, op->index));
    expr_ = shared(text, type_of(op->type), op);
  } else {
    expr_ = element(op->name, op->index);
  }
  binding_ = kAtom;
}

void KernelPrinter::visit(const Store* op) {
  const Call* call = op->value.as<Call>();
  if (call && call->call_type == Call::PureExtern && call->name.rfind("store_", 0) == 0) return store_by(call, op);
  const std::string value = print(op->value);
  if (promoted_.count(op->name)) {
    const std::string target = promoted(op->name, op->index);
    const bool declares = undeclared_.erase(target) != 0;
    line((declares ? type_of(op->value.type()) + " " : "") + target + " = " + value + ";");
  } else if (const Ramp* ramp = dense(op->index)) {
    line(fmt::format("store({}, {}{});", address(op->name, ramp->base), value, partial(op->name, op->index)));
  } else {
    line(element(op->name, op->index) + " = " + value + ";");
  }
}

void KernelPrinter::store_by(const Call* call, const Store* store) {
  std::string args;
  for (const Expr& a : call->args) args += ", " + print(a);
  const auto extra = options_.extra_argument.find(call->name);
  if (extra != options_.extra_argument.end()) args += ", " + extra->second;
  line(fmt::format("{}({}{});", call->name, address(store->name, dense(store->index)->base), args));
}

// ---- sharing: named locals for loads and splats that a straight run of statements uses more than once ----

std::string KernelPrinter::shared(const std::string& text, const std::string& type, const Expr& source) {
  const Load* load = source.as<Load>();
  if (load && stored_.count(load->name)) return text;
  if (!run_) return text;
  auto named = run_->named.find(text);
  if (named != run_->named.end()) return named->second;
  if (run_->walk != Run::Walk::print) {
    if (run_->walk == Run::Walk::count_loads) ++run_->uses[text];
    return text;
  }
  if (run_->uses[text] < 2) return text;
  const std::string local = local_name(source);
  line("const " + type + " " + local + " = " + text + ";");
  run_->named[text] = local;
  return local;
}

std::string KernelPrinter::local_name(const Expr& source) {
  const Load* load = source.as<Load>();
  // A factor of a loaded number is named like the number.
  if (const Mul* product = source.as<Mul>(); product && !load) load = product->a.as<Load>();
  if (!load || (load == source.get() && !load->type.is_vector())) return fresh(splat_name(print(source)));
  const std::string buffer = name_of(load->name);
  const bool digit = isdigit(static_cast<unsigned char>(buffer.back()));
  return fresh(fmt::format("{}{}{}", buffer, digit ? "_" : "", run_->loads[buffer]++));
}

bool KernelPrinter::straight(const Stmt& s) {
  if (const Block* block = s.as<Block>()) return straight(block->first) && straight(block->rest);
  if (const LetStmt* let = s.as<LetStmt>()) return let->value.type() == Halide::Int(32) && straight(let->body);
  return s.as<Store>() != nullptr;
}

// ---- statements --------------------------------------------------------------------------------

void KernelPrinter::visit(const Block* op) {
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

void KernelPrinter::print_run(const std::vector<Stmt>& statements) {
  Run run;
  run_ = &run;
  const std::string before = out_;
  const auto names = names_;
  const auto used = used_;
  const auto undeclared = undeclared_;
  for (const Run::Walk walk : {Run::Walk::count_addresses, Run::Walk::count_loads, Run::Walk::print}) {
    out_ = before, names_ = names, used_ = used, undeclared_ = undeclared;
    run.walk = walk;
    run.indices.clear();
    run.named.clear();
    for (const Stmt& s : statements) s.accept(this);
  }
  run_ = nullptr;
}

void KernelPrinter::visit(const LetStmt* op) {
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

void KernelPrinter::visit(const For* op) {
  const std::string lo = print(op->min), hi = print(simplify(op->min + op->extent));
  const std::string v = name_of(op->name);
  line(fmt::format("for (i32 {0} = {1}; {0} < {2}; ++{0}) {{", v, lo, hi));
  indent_ += 2;
  // What the loop declares is known in it alone.
  const auto names = names_;
  const auto used = used_;
  const auto extra = options_.at_loop_start.find(v);
  if (extra != options_.at_loop_start.end() && !extra->second.empty()) line(extra->second);
  op->body.accept(this);
  indent_ -= 2;
  line("}");
  names_ = names, used_ = used;
  names_.erase(op->name);
  used_.erase(v);
}

void KernelPrinter::visit(const IfThenElse* op) {
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

void KernelPrinter::declare_promoted(const Allocate* op, int count, int lanes) {
  FirstStores first_stores(op->name);
  first_stores.collect(op->body);
  if (static_cast<int>(first_stores.indices.size()) == count) {
    for (int i = 0; i < count; ++i) undeclared_.insert(name_of(op->name) + std::to_string(i));
    return;
  }
  constexpr int kPerLine = 8;
  for (int first = 0; first < count; first += kPerLine) {
    std::string list;
    for (int i = first; i < std::min(count, first + kPerLine); ++i) {
      list += (i > first ? ", " : "") + name_of(op->name) + std::to_string(i);
    }
    line(type_of(op->type.with_lanes(lanes)) + " " + list + ";");
  }
}

void KernelPrinter::visit(const Allocate* op) {
  int64_t elements = 1;
  for (const Expr& extent : op->extents) {
    const int64_t* n = as_const_int(extent);
    NARROWS_CHECK(n, "an allocation whose size is not constant");
    elements *= *n;
  }
  // Halide cuts a loop whose last step differs into two; both use the same accumulators, the second in a
  // scope of its own.
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
    scratch_ += aligned(bytes);
  }
  op->body.accept(this);
  if (again) indent_ -= 2, line("}");
}

}  // namespace narrows::ir
