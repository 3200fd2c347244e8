// ONNX models of 8 bits are written with operators on real numbers between dequantize and quantize; an engine
// is expected to make one operator on 8-bit numbers of the three. What does not match stays as it is: slower,
// but right.
//
// Three steps. quantize moves up and dequantize moves down through operators that only copy, so that both
// stand next to operators that compute. Then these are fused.
#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "compiler/graph/ops.h"
#include "compiler/graph/rules/op_rules.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/quantization_rewrite.h"
#include "compiler/passes/rewrite.h"

namespace narrows {
namespace {

/// Follows the ops in order and collects them anew.
struct Fuse {
  Graph* graph;
  Uses uses;
  std::map<int, int> stored;   ///< results of dequantize: from float tensor to 8-bit tensor
  std::map<int, int> same_as;  ///< tensors that turned out to be others
  std::vector<Op> ops = {};
  std::map<int, size_t> place = {};  ///< of the op that writes a tensor, in `ops`

  explicit Fuse(Graph* g) : graph(g), uses(*g) {}

  void push(const Op& op) {
    place[op.output] = ops.size();
    ops.push_back(op);
    if (op.kind == OpKind::dequantize) stored[op.output] = op.inputs[0];
  }

  bool is_stored(int tensor) const {
    const auto found = stored.find(tensor);
    return found != stored.end() && is_quantized(graph->tensors[found->second]);
  }
  bool is_activation(int tensor) const { return is_stored(tensor) && per_tensor(graph->tensors[stored.at(tensor)]); }

  // pick(dequantize(x), dequantize(y))  =>  dequantize(pick(x, y)), where x and y have the same parameters
  bool move_down(const Op& pick) {
    if (!picks_elements(pick)) return false;
    Op op = pick;
    for (size_t i = 0; i < picked_inputs(pick); ++i) {
      int& id = op.inputs[i];
      if (!is_activation(id)) return false;
      id = stored.at(id);
      if (!same_representation(graph->tensors[id], graph->tensors[op.inputs[0]])) return false;
    }
    const Tensor as = graph->tensors[op.inputs[0]];
    op.output = add_like(graph, graph->output(pick), as, "/quantized");
    push(op);
    Op dequantize;
    dequantize.kind = OpKind::dequantize;
    dequantize.inputs = {op.output};
    dequantize.output = pick.output;
    dequantize.origins = pick.origins;
    push(dequantize);
    return true;
  }

  // op(dequantize(x))  =>  op(x), where op is arg_max, or detection_postprocess, which dequantizes by itself
  bool read_stored(const Op& op) {
    if (!facts(op.kind).is(trait::reads_stored)) return false;
    Op reader = op;
    for (int& id : reader.inputs) {
      if (is_activation(id)) id = stored.at(id);
    }
    if (!facts(op.kind).rule(*graph, reader).empty()) return false;
    push(reader);
    return true;
  }

  // quantize(dequantize(x))  =>  x, or quantize(x) where x has other parameters
  bool requantize(const Op& quantize) {
    if (!is_activation(quantize.inputs[0])) return false;
    const int x = stored.at(quantize.inputs[0]);
    if (same_representation(graph->tensors[x], graph->output(quantize)) && !graph->is_output(quantize.output)) {
      same_as[quantize.output] = x;
      return true;
    }
    Op op = quantize;
    op.inputs = {x};
    push(op);
    return true;
  }

  /// Weights and bias of a convolution or matrix product.
  bool store_weights(Op* op) {
    if (!is_stored(op->inputs[1])) return false;
    op->inputs[1] = stored.at(op->inputs[1]);
    if (!graph->input(*op, 1).constant()) return false;
    if (op->inputs.size() < 3) return true;
    const auto found = stored.find(op->inputs[2]);
    const int bias = found == stored.end() ? op->inputs[2] : found->second;
    const bool integers = found != stored.end() && graph->tensors[bias].type == DType::i32;
    if (!graph->tensors[bias].constant() || (!integers && graph->tensors[bias].type != DType::f32)) return false;
    const auto values = bias_units(*graph, *op, bias, integers);
    if (!values) return false;
    Tensor tensor;
    tensor.name = graph->tensors[bias].name;
    tensor.type = DType::i32;
    tensor.shape = graph->tensors[bias].shape;
    tensor.data.resize(4 * values->size());
    std::memcpy(tensor.data.data(), values->data(), tensor.data.size());
    op->inputs[2] = graph->add(std::move(tensor));
    return true;
  }

  /// The global pool of 8-bit numbers is a mean, which may change the scale.
  void make_mean(Op* op) const {
    const Shape& map = graph->input(*op, 0).shape;
    const Window& w = op->attr.window;
    const bool global = op->kind == OpKind::average_pool && map.size() == 4 && w.kernel_h == map[1] &&
                        w.kernel_w == map[2] && !w.pad.any() && op->attr.activation == Activation::none;
    if (!global) return;
    op->kind = OpKind::mean;
    op->attr = {};
    op->attr.axes = {1, 2};
  }

  /// `op`, which computes with real numbers, on stored ones; its result is the one of `quantize`.
  std::optional<Op> in_8_bits(const Op& op, const Op& quantize) {
    Op candidate = op;
    candidate.output = quantize.output;
    for (const Origin& origin : quantize.origins) {
      // An operator that is quantized itself has become all three.
      if (candidate.origins.empty() || origin.index != candidate.origins.back().index)
        candidate.origins.push_back(origin);
    }
    const size_t activations = is_convolution(op) ? 1 : op.inputs.size();
    for (size_t i = 0; i < activations; ++i) {
      if (!is_activation(op.inputs[i])) return std::nullopt;
      candidate.inputs[i] = stored.at(op.inputs[i]);
    }
    if (is_convolution(op) && !store_weights(&candidate)) return std::nullopt;
    make_mean(&candidate);
    return computes_in_8_bits(*graph, candidate) ? std::optional<Op>(candidate) : std::nullopt;
  }

  // quantize(op(dequantize(x), ...))  =>  op(x, ...) with an 8-bit result, where nothing else reads op's
  bool fuse(const Op& quantize) {
    const int between = quantize.inputs[0];
    const auto at = place.find(between);
    if (at == place.end() || !uses.single(between) || !facts(ops[at->second].kind).scales_fit) return false;
    const std::optional<Op> fused = in_8_bits(ops[at->second], quantize);
    if (!fused) return false;
    ops[at->second] = *fused;
    place[fused->output] = at->second;
    return true;
  }

  void visit(Op op) {
    for (int& id : op.inputs) {
      if (const auto found = same_as.find(id); found != same_as.end()) id = found->second;
    }
    if (is_quantize(*graph, op)) {
      if (!requantize(op) && !fuse(op)) push(op);
    } else if (!move_down(op) && !read_stored(op)) {
      push(op);
    }
  }

  void run() {
    const std::vector<Op> before = graph->ops;
    for (const Op& op : before) visit(op);
    graph->ops = std::move(ops);
  }
};

}  // namespace

Graph fuse_quantization(Graph graph) {
  const bool any = std::any_of(graph.ops.begin(), graph.ops.end(), [](const Op& op) {
    return op.kind == OpKind::quantize || op.kind == OpKind::dequantize;
  });
  if (!any) return graph;
  // An activation between an operator and quantize becomes part of the operator first.
  add_biases(&graph);
  graph = fuse_activations(std::move(graph));
  move_quantize_up(&graph);
  Fuse(&graph).run();
  // Those behind quantize.
  return fuse_activations(std::move(graph));
}

}  // namespace narrows
