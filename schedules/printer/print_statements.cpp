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

}  // namespace

KernelPrinter::KernelPrinter(const PrintOptions& options, const Stmt& body)
    : options_(options), indent_(options.indent) {
  Buffers buffers;
  body.accept(&buffers);
  stored_ = buffers.stored;
  elements_ = buffers.elements;
  for (const std::string& name : buffers.names) name_of(name);  // before locals take them
}

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
