// The walk over lowered IR that print_kernel.h describes; private to the files that print kernels.
// Expressions are printed by print_expressions.cpp, loads, stores, loops and the sharing of loads by
// print_statements.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "schedules/printer/print_kernel.h"

namespace narrows::ir {

using namespace Halide::Internal;
using Halide::Expr;
using Halide::Type;

/// Drops assertions and what Halide keeps only for them; nested ramps become one ramp, so that every vector
/// access is seen to be dense.
Stmt tidy(const Stmt& body);

/// One walk prints one kernel.
class KernelPrinter : public IRVisitor {
 public:
  KernelPrinter(const PrintOptions& options, const Stmt& body);
  std::string text() const { return out_; }
  int64_t scratch_bytes() const { return scratch_; }

 private:
  using IRVisitor::visit;

  // ---- names and types -------------------------------------------------------------------------
  void line(const std::string& s) { out_ += std::string(indent_, ' ') + s + "\n"; }

  /// "acc$3.s1.k$x" -> "k", "t17" -> "at": the last component, without Halide's counters, which depend on
  /// what was lowered before; made unique within the kernel.
  std::string name_of(const std::string& halide);
  std::string fresh(const std::string& base);

  std::string type_of(Type t) const;

  // ---- expressions: print() returns the text; statements that it needs first are printed by then ----
  std::string print(const Expr& e);
  /// How tightly the printed expression binds: decides where parentheses are needed.
  enum Binding { kLoose, kSum, kProduct, kAtom };
  std::string operand(const Expr& e, Binding at_least);
  void binary(const Expr& a, const char* op, const Expr& b);
  void function(const std::string& name, std::initializer_list<Expr> args);

  void visit(const IntImm* op) override { expr_ = std::to_string(op->value); }
  void visit(const UIntImm* op) override { expr_ = std::to_string(op->value) + "u"; }
  void visit(const FloatImm* op) override;
  void visit(const Variable* op) override { expr_ = name_of(op->name); }
  void visit(const Sub* op) override;
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
  void visit(const Min* op) override { function(op->type.is_scalar() ? "min_i32" : "vmin", {op->a, op->b}); }
  void visit(const Max* op) override;

  void visit(const Add* op) override;
  void visit(const VectorReduce* op) override { dot4(type_of(op->type) + "{}", op); }
  void dot4(const std::string& acc, const VectorReduce* reduce);
  struct Factors {
    std::string text;  ///< both, as arguments
    bool small;        ///< the weights
  };
  Factors factors(const Expr& product);

  /// Power-of-two divisors as shifts: Halide rounds towards negative infinity, C towards zero.
  void visit(const Div* op) override;
  void visit(const Mod* op) override;

  void visit(const Cast* op) override;
  void print_cast(Type to, const Expr& value);
  /// A vector of narrow weights that becomes floats: widen(w + 16). It is shared like any load, so that what several
  /// pixels multiply with is widened once.
  static bool widens(const Cast* op);
  void widen(const Load* load);
  void visit(const Select* op) override;
  void visit(const Broadcast* op) override;
  void visit(const Shuffle* op) override;
  void visit(const Ramp*) override { NARROWS_CHECK(false, "a ramp outside of an index"); }
  void visit(const Let* op) override;
  void visit(const Call* op) override;

  // ---- loads and stores ------------------------------------------------------------------------
  std::string address(const std::string& buffer, const Expr& index);
  /// A pointer of its own where several accesses of a run differ from it by a constant only.
  std::string shared_address(const std::string& buffer, const Expr& index);
  std::string element(const std::string& buffer, const Expr& index);
  std::string promoted(const std::string& buffer, const Expr& index);
  /// ", 8" where the vector at `index` is the last of a pixel and not all of its lanes are channels.
  std::string partial(const std::string& buffer, const Expr& index);
  /// The value of an index when all loop variables are zero.
  static int64_t constant_part(const Expr& index);
  static const Ramp* dense(const Expr& index);
  void visit(const Load* op) override;
  void visit(const Store* op) override;
  /// A store whose value is a call of a function store_...(), which stores it: store_byte(out + 8, value, slot).
  void store_by(const Call* call, const Store* store);

  // ---- sharing: named locals for loads and splats that a straight run of statements uses more than once ----
  /// In the walk that counts loads notes that `text` is used; in the printing walk gives it a name if it is used
  /// again: a load is named after its buffer, with a number, and a splat after its value.
  std::string shared(const std::string& text, const std::string& type, const Expr& source);
  std::string local_name(const Expr& source);
  struct Run {
    /// Three walks, each of which needs the texts of the one before: addresses are counted, then loads, then all is
    /// printed.
    enum class Walk { count_addresses, count_loads, print } walk = Walk::count_addresses;
    std::map<std::string, int> loads;            // how many loads of a buffer have names
    std::map<std::string, std::string> indices;  // text of an index expression -> its name
    std::map<std::string, int> uses;
    std::map<std::string, std::string> named;
  };
  static bool straight(const Stmt& s);

  // ---- statements ------------------------------------------------------------------------------
  void visit(const Block* op) override;
  void print_run(const std::vector<Stmt>& statements);
  void visit(const LetStmt* op) override;
  void visit(const AssertStmt*) override {}
  void visit(const Free*) override {}
  void visit(const Evaluate*) override {}
  void visit(const ProducerConsumer* op) override { op->body.accept(this); }
  void visit(const For* op) override;
  void visit(const IfThenElse* op) override;
  /// Declares the variables of an array, unless each is declared where it gets its first value.
  void declare_promoted(const Allocate* op, int count, int lanes);
  void visit(const Allocate* op) override;

  const PrintOptions& options_;
  int indent_;
  int64_t scratch_ = 0;
  std::string out_, expr_;
  Binding binding_ = kAtom;
  std::map<std::string, std::string> names_;  // Halide's name -> ours
  std::set<std::string> used_;                // all names of this kernel
  std::set<std::string> stored_;              // buffers that are written: loads from them are not shared
  std::map<std::string, Type> elements_;      // types of buffers' elements
  std::set<std::string> promoted_;            // arrays that became scalar variables
  std::set<std::string> undeclared_;          // those variables that are declared with their first value
  std::set<std::string> allocated_;           // arrays that were declared
  Run* run_ = nullptr;
};

}  // namespace narrows::ir
