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

}  // namespace

// Twice: the first walk puts constants in place of names, the second folds what they leave behind.
Stmt tidy(const Stmt& body) { return simplify(simplify(Tidy().mutate(body))); }

}  // namespace narrows::ir
