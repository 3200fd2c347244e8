// Functions of one float that files write out as several operators become one operator, which a convolution can compute
// where it finishes. Exporters write them with their constants and products in any order.
//
// What is computed stays the same function, but a product may be rounded once more or once less: results differ by up
// to two units in the last place of a float.
#include <cmath>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/graph/uses.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Products with more factors are none of ours.
constexpr size_t most_factors = 4;

bool is_about(float value, float expected) { return std::abs(value - expected) <= 2e-7f * expected; }

/// constant * the tensors, in the order in which they are found.
struct Product {
  float constant = 1;
  std::vector<int> tensors;
};

struct Names {
  Graph* graph;
  Uses uses;

  explicit Names(Graph* g) : graph(g), uses(*g) {}

  const Op* writer(int tensor) const {
    const int op = uses.producer(tensor);
    return op < 0 ? nullptr : &graph->ops[op];
  }
  const Op* writer(int tensor, OpKind kind) const {
    const Op* op = writer(tensor);
    return op && op->kind == kind ? op : nullptr;
  }

  /// A product, or a quotient by a constant, without a clamp.
  bool is_product(const Op& op) const {
    if (op.attr.activation != Activation::none) return false;
    return op.kind == OpKind::mul || (op.kind == OpKind::div && scalar(graph->input(op, 1)));
  }

  /// Multiplies `product` by what `op` is a product of, and by the factors of products that only it reads.
  void multiply(const Op& op, Product* product) const {
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      const int id = op.inputs[i];
      const Op* inner = writer(id);
      if (const auto value = scalar(graph->tensors[id])) {
        product->constant *= op.kind == OpKind::div && i == 1 ? 1 / *value : *value;
      } else if (inner && is_product(*inner) && uses.single(id) && product->tensors.size() < most_factors) {
        multiply(*inner, product);
      } else {
        product->tensors.push_back(id);
      }
    }
  }

  /// x, where `op` adds 3 to it.
  std::optional<int> plus_three(const Op* op) const {
    if (!op || op->kind != OpKind::add) return std::nullopt;
    for (const int side : {0, 1}) {
      const auto value = scalar(graph->input(*op, side));
      if (value && *value == 3) return op->inputs[1 - side];
    }
    return std::nullopt;
  }

  /// x, where `tensor` is relu6(x + 3).
  std::optional<int> gated(int tensor) const {
    const Op* op = writer(tensor);
    if (!op || op->attr.activation != Activation::relu6) return std::nullopt;
    if (op->kind == OpKind::add) return plus_three(op);
    if (op->kind != OpKind::relu) return std::nullopt;
    const Op* sum = writer(op->inputs[0]);
    return sum && sum->attr.activation == Activation::none ? plus_three(sum) : std::nullopt;
  }

  /// x, where `tensor` is f(x).
  std::optional<int> argument(int tensor, OpKind f) const {
    const Op* op = writer(tensor, f);
    return op ? std::optional<int>(op->inputs[0]) : std::nullopt;
  }

  void replace(Op* op, OpKind kind, int x) const {
    // The operators between x and the result have become part of it, as far as nothing else reads them.
    std::vector<int> inside = op->inputs;
    for (size_t i = 0; i < inside.size(); ++i) {
      const Op* other = inside[i] == x ? nullptr : writer(inside[i]);
      if (!other || !uses.single(inside[i])) continue;
      op->origins.insert(op->origins.begin(), other->origins.begin(), other->origins.end());
      inside.insert(inside.end(), other->inputs.begin(), other->inputs.end());
    }
    op->kind = kind;
    op->attr = {};
    op->inputs = {x};
  }

  // relu6(x + 3) * (1/6)  =>  hard_sigmoid(x)
  // x * relu6(x + 3) * (1/6)  =>  hard_swish(x)
  // x * hard_sigmoid(x)  =>  hard_swish(x)
  // x * logistic(x)  =>  silu(x)
  void visit(Op* op) const {
    const Tensor& out = graph->output(*op);
    if (!is_product(*op) || out.type != DType::f32) return;
    Product p;
    multiply(*op, &p);
    if (p.tensors.empty() || p.tensors.size() > 2) return;
    const auto becomes = [&](OpKind kind, std::optional<int> x, float constant) {
      const bool other_factor = p.tensors.size() == 2 && p.tensors[0] != x && p.tensors[1] != x;
      if (!x || other_factor || !is_about(p.constant, constant) || graph->tensors[*x].shape != out.shape) return false;
      replace(op, kind, *x);
      return true;
    };
    constexpr float sixth = 1.0f / 6.0f;
    if (p.tensors.size() == 1) {
      becomes(OpKind::hard_sigmoid, gated(p.tensors[0]), sixth);
      return;
    }
    for (const int side : p.tensors) {
      if (becomes(OpKind::hard_swish, gated(side), sixth)) return;
      if (becomes(OpKind::hard_swish, argument(side, OpKind::hard_sigmoid), 1)) return;
      if (becomes(OpKind::silu, argument(side, OpKind::logistic), 1)) return;
    }
  }
};

}  // namespace

Graph name_functions(Graph graph) {
  // From the last one on, so that whole products come before their parts; then products with functions that are known.
  for (int round = 0; round < 2; ++round) {
    const Names names(&graph);
    for (auto op = graph.ops.rbegin(); op != graph.ops.rend(); ++op) names.visit(&*op);
    graph = remove_dead(std::move(graph));
  }
  return graph;
}

}  // namespace narrows
