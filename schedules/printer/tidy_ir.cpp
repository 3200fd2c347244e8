#include "schedules/printer/kernel_printer.h"

namespace narrows::ir {

namespace {

/// Drops assertions and what Halide keeps only for them: the head of a folded buffer, a pair of counters.
/// Nested ramps that Halide did not merge become one ramp, so that every vector access is seen to be dense.
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

/// Halide orders conditions by their names, in which it counts what the process has lowered so far. Emitted text must
/// not depend on that, so conditions stand in the order of their definitions.
class OrderConditions : public IRMutator {
  using IRMutator::visit;
  int number_of(const Expr& e) const {
    const Variable* const variable = e.as<Variable>();
    const auto found = variable ? numbers_.find(variable->name) : numbers_.end();
    return found == numbers_.end() ? -1 : found->second;
  }
  void define(const std::string& name) { numbers_.emplace(name, static_cast<int>(numbers_.size())); }
  template <typename Op>
  Expr ordered(const Op* op) {
    const Expr a = mutate(op->a), b = mutate(op->b);
    const int first = number_of(a), second = number_of(b);
    return second >= 0 && second < first ? Op::make(b, a) : Op::make(a, b);
  }
  Stmt visit(const LetStmt* op) override {
    define(op->name);
    return IRMutator::visit(op);
  }
  Expr visit(const Let* op) override {
    define(op->name);
    return IRMutator::visit(op);
  }
  Expr visit(const And* op) override { return ordered(op); }
  Expr visit(const Or* op) override { return ordered(op); }

  std::map<std::string, int> numbers_;  ///< of definitions, by name
};

}  // namespace

// Twice: the first walk puts constants in place of names, the second folds what they leave behind.
Stmt tidy(const Stmt& body) { return OrderConditions().mutate(simplify(simplify(Tidy().mutate(body)))); }

}  // namespace narrows::ir
