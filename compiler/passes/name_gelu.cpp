// GELU as files write it out, by erf() or by tanh(), becomes one operator. Exporters have its constants and products in
// any order. What is computed stays the function, though a product may be rounded once more or once less.
#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/graph/uses.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Products with more factors are none of these.
constexpr size_t most_factors = 8;

bool is_about(float value, float expected) { return std::abs(value - expected) <= 1e-4f * expected; }

/// constant * the tensors, sorted.
struct Product {
  float constant = 1;
  std::vector<int> tensors;

  bool is(float number, const std::vector<int>& of) const { return is_about(constant, number) && tensors == of; }
};

struct Gelus {
  const Graph& graph;
  Uses uses;

  explicit Gelus(const Graph& g) : graph(g), uses(g) {}

  const Op* writer(int tensor, OpKind kind) const {
    const int op = uses.producer(tensor);
    return op >= 0 && graph.ops[op].kind == kind ? &graph.ops[op] : nullptr;
  }

  /// The argument of a function.
  std::optional<int> argument(int tensor, Function function) const {
    const Op* op = writer(tensor, OpKind::unary);
    return op && op->attr.function == function ? std::optional<int>(op->inputs[0]) : std::nullopt;
  }

  /// How often x is a factor where `tensor` is a power of it.
  std::pair<int, int> power(int tensor) const {
    if (const auto x = argument(tensor, Function::square)) return {*x, 2};
    const Op* pow = writer(tensor, OpKind::pow);
    if (pow && scalar(graph.input(*pow, 1)) == 3.0f) return {pow->inputs[0], 3};
    return {tensor, 1};
  }

  void multiply(int tensor, Product* product) const {
    const Op* mul = writer(tensor, OpKind::mul);
    const bool plain = mul && mul->attr.activation == Activation::none && uses.single(tensor);
    if (const auto value = scalar(graph.tensors[tensor])) {
      product->constant *= *value;
    } else if (plain && product->tensors.size() < most_factors) {
      for (const int id : mul->inputs) multiply(id, product);
    } else {
      const auto [base, times] = power(tensor);
      product->tensors.insert(product->tensors.end(), static_cast<size_t>(times), base);
    }
  }

  Product product_of(const std::vector<int>& factors) const {
    Product product;
    for (const int id : factors) multiply(id, &product);
    std::sort(product.tensors.begin(), product.tensors.end());
    return product;
  }

  /// y, where `tensor` is 1 + y.
  std::optional<int> above_one(int tensor) const {
    const Op* add = writer(tensor, OpKind::add);
    if (!add || add->attr.activation != Activation::none) return std::nullopt;
    for (const int side : {0, 1}) {
      if (scalar(graph.input(*add, side)) == 1.0f) return add->inputs[1 - side];
    }
    return std::nullopt;
  }

  /// `tensor` is sqrt(2 / pi) * (x + 0.044715 * x^3), or that with x in front of the sum.
  bool is_inside_tanh(int tensor, int x) const {
    constexpr float factor = 0.7978845608f, cubic = 0.044715f;
    const Product p = product_of({tensor});
    if (!is_about(p.constant, factor) || p.tensors.empty() || p.tensors.size() > 2) return false;
    const int sum = p.tensors[p.tensors.size() == 2 && p.tensors[0] == x ? 1 : 0];
    if (p.tensors.size() == 2) {
      const auto rest = above_one(sum);
      return (p.tensors[0] == x || p.tensors[1] == x) && rest && product_of({*rest}).is(cubic, {x, x});
    }
    const Op* add = writer(sum, OpKind::add);
    if (!add || add->attr.activation != Activation::none) return false;
    for (const int side : {0, 1}) {
      if (add->inputs[side] == x && product_of({add->inputs[1 - side]}).is(cubic, {x, x, x})) return true;
    }
    return false;
  }

  /// The function of x that 1 + y is a factor of.
  Function function_of(int y, int x) const {
    const auto by_erf = argument(y, Function::erf), by_tanh = argument(y, Function::tanh);
    if (by_erf && product_of({*by_erf}).is(0.7071067812f, {x})) return Function::gelu;
    if (by_tanh && is_inside_tanh(*by_tanh, x)) return Function::gelu_tanh;
    return Function::none;
  }

  // x * 0.5 * (1 + erf(x * sqrt(0.5)))  =>  gelu(x)
  // x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))  =>  gelu_tanh(x)
  bool visit(Op* op) const {
    const Tensor& out = graph.output(*op);
    if (op->kind != OpKind::mul || op->attr.activation != Activation::none || out.type != DType::f32) return false;
    const Product p = product_of(op->inputs);
    if (p.tensors.size() != 2 || !is_about(p.constant, 0.5f)) return false;
    for (const int side : {0, 1}) {
      const int x = p.tensors[1 - side];
      const auto y = above_one(p.tensors[side]);
      const Function function = y ? function_of(*y, x) : Function::none;
      if (function == Function::none || graph.tensors[x].shape != out.shape) continue;
      op->kind = OpKind::unary;
      op->attr.function = function;
      op->inputs = {x};
      return true;
    }
    return false;
  }
};

}  // namespace

Graph name_gelu(Graph graph) {
  const Gelus gelus(graph);
  std::vector<Op> ops = graph.ops;
  bool any = false;
  for (Op& op : ops) any |= gelus.visit(&op);
  if (!any) return graph;
  graph.ops = std::move(ops);
  return remove_dead(std::move(graph));
}

}  // namespace narrows
