// Loads and stores of kernels, and the names of what statements load more than once.
#include <fmt/format.h>

#include "schedules/printer/kernel_printer.h"

namespace narrows::ir {

namespace {

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

}  // namespace narrows::ir
