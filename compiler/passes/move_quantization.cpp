// quantize moves up to what computes, through operators that only copy; what is added to a matrix product
// becomes its bias.
#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/passes/quantization_rewrite.h"

namespace narrows {

bool picks_elements(const Op& op) {
  return facts(op.kind).is(trait::picks) && op.attr.activation == Activation::none && op.attr.fill == 0;
}

size_t picked_inputs(const Op& op) { return op.kind == OpKind::gather ? 1 : op.inputs.size(); }

int add_like(Graph* graph, const Tensor& like, const Tensor& as, const char* suffix) {
  Tensor tensor;
  tensor.name = like.name + suffix;
  tensor.shape = like.shape;
  tensor.type = as.type;
  tensor.quant = as.quant;
  return graph->add(std::move(tensor));
}

bool is_quantize(const Graph& graph, const Op& op) {
  return op.kind == OpKind::quantize && graph.input(op, 0).type == DType::f32;
}

namespace {

// quantize(pick(x, y))  =>  pick(quantize(x), quantize(y))
//
// `ops` are collected from the last one to the first.
struct MoveUp {
  Graph* graph;
  Uses uses;
  std::map<int, Op> waiting;  ///< by the tensor that they read
  std::vector<Op> ops = {};

  explicit MoveUp(Graph* g) : graph(g), uses(*g) {}

  void quantize_inputs(Op pick, const Op& quantize) {
    const Tensor as = graph->output(quantize);
    std::map<int, int> quantized;
    std::vector<Op> needed;
    for (size_t i = 0; i < picked_inputs(pick); ++i) {
      int& id = pick.inputs[i];
      if (!quantized.count(id)) {
        Op op = quantize;
        op.inputs = {id};
        op.output = quantized[id] = add_like(graph, graph->tensors[id], as, "/quantized");
        if (uses.single(id) && !graph->tensors[id].constant() && uses.producer(id) >= 0)
          waiting[id] = op;
        else
          needed.push_back(op);
      }
      id = quantized[id];
    }
    pick.output = quantize.output;
    ops.push_back(pick);
    ops.insert(ops.end(), needed.begin(), needed.end());
  }

  void visit(const Op& op) {
    const auto behind = waiting.find(op.output);
    if (behind == waiting.end()) {
      const bool waits = is_quantize(*graph, op) && uses.single(op.inputs[0]) && uses.producer(op.inputs[0]) >= 0;
      if (waits)
        waiting[op.inputs[0]] = op;
      else
        ops.push_back(op);
      return;
    }
    const Op quantize = behind->second;
    waiting.erase(behind);
    if (picks_elements(op)) {
      quantize_inputs(op, quantize);
    } else {
      ops.push_back(quantize);
      ops.push_back(op);
    }
  }

  void run() {
    for (auto op = graph->ops.rbegin(); op != graph->ops.rend(); ++op) visit(*op);
    std::reverse(ops.begin(), ops.end());
    graph->ops = std::move(ops);
  }
};

std::optional<std::vector<float>> constant_floats(const Graph& graph, int tensor) {
  if (!graph.tensors[tensor].constant() || graph.tensors[tensor].type != DType::f32) return std::nullopt;
  std::vector<float> values(graph.tensors[tensor].data.size() / sizeof(float));
  std::memcpy(values.data(), graph.tensors[tensor].data.data(), graph.tensors[tensor].data.size());
  return values;
}

}  // namespace

void move_quantize_up(Graph* graph) { MoveUp(graph).run(); }

// add(linear(x, w), c)  =>  linear(x, w, c), where c has one number per output channel
//
// fold_batch_norm() does this for constant weights; these are still behind dequantize.
void add_biases(Graph* target) {
  Graph& graph = *target;
  const Uses uses(graph);
  std::vector<bool> merged(graph.ops.size());
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    Op& add = graph.ops[i];
    if (add.kind != OpKind::add) continue;
    const int side = graph.input(add, 0).constant() ? 1 : 0, between = add.inputs[side];
    const int at = uses.producer(between);
    const auto values = constant_floats(graph, add.inputs[1 - side]);
    if (at < 0 || !values || !uses.single(between) || graph.tensors[between].shape != graph.output(add).shape) continue;
    Op& linear = graph.ops[at];
    const Shape& shape = graph.input(add, 1 - side).shape;
    const int channels = graph.output(add).shape.back();
    const bool fits = is_convolution(linear) && linear.inputs.size() == 2 && !graph.input(linear, 1).constant() &&
                      linear.attr.activation == Activation::none && !shape.empty() && shape.back() == channels &&
                      static_cast<int>(values->size()) == channels;
    if (!fits) continue;
    Tensor bias = graph.input(add, 1 - side);
    bias.shape = {channels};
    linear.inputs.push_back(graph.add(std::move(bias)));
    linear.attr.activation = add.attr.activation;
    linear.output = add.output;
    linear.origins.insert(linear.origins.end(), add.origins.begin(), add.origins.end());
    merged[i] = true;
  }
  std::vector<Op> kept;
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    if (!merged[i]) kept.push_back(graph.ops[i]);
  }
  graph.ops = std::move(kept);
}

}  // namespace narrows
