// verify(): the invariants of graph.h. First every tensor on its own, then who writes and reads it, then each
// operator by the rules of rules/op_rules.cpp; an operator is only looked at where its tensors are sound.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/graph/graph.h"
#include "compiler/graph/ops.h"

namespace narrows {
namespace {

using Violations = std::vector<std::string>;

std::string check_quant(const Tensor& t) {
  const Quant& q = t.quant;
  if (is_8bit(t.type) && !t.has_scales()) return "8-bit tensor without quantization parameters";
  if (q.zero_point.size() != q.scale.size()) {
    return fmt::format("{} scales but {} zero points", q.scale.size(), q.zero_point.size());
  }
  for (float scale : q.scale) {
    if (!std::isfinite(scale) || scale <= 0) return fmt::format("scale {} is not finite and positive", scale);
  }
  const int lowest = t.type == DType::i8 ? -128 : 0;
  for (int32_t zero_point : q.zero_point) {
    if (is_8bit(t.type) && (zero_point < lowest || zero_point > lowest + 255)) {
      return fmt::format("zero point {} is out of the range of {}", zero_point, to_string(t.type));
    }
  }
  if (q.scale.size() > 1) {
    const bool in_range = q.axis >= 0 && q.axis < static_cast<int>(t.shape.size());
    if (!in_range || t.shape[q.axis] != static_cast<int>(q.scale.size())) {
      return fmt::format("{} scales along dimension {} of {}", q.scale.size(), q.axis, to_string(t.shape));
    }
  }
  return "";
}

std::string check_tensor(const Tensor& t) {
  if (std::any_of(t.shape.begin(), t.shape.end(), [](int d) { return d < 1; })) {
    return fmt::format("shape {} is not positive", to_string(t.shape));
  }
  if (t.bytes() > std::numeric_limits<int32_t>::max()) {
    return fmt::format("{}{} does not fit in 31 bits", to_string(t.type), to_string(t.shape));
  }
  if (t.constant() && static_cast<int64_t>(t.data.size()) != t.bytes()) {
    return fmt::format("constant has {} bytes, {}{} needs {}", t.data.size(), to_string(t.type), to_string(t.shape),
                       t.bytes());
  }
  if (!t.constant() && t.type == DType::f16) return "f16 activations are not allowed";
  return check_quant(t);
}

std::string check_batch(const Tensor& t) {
  if (t.constant() || t.shape.size() != 4 || t.shape[0] == 1) return "";
  return fmt::format("rank-4 activation {} has a batch", to_string(t.shape));
}

bool valid_id(const Graph& graph, int id) { return id >= 0 && id < static_cast<int>(graph.tensors.size()); }

std::string tensor_label(const Graph& graph, int id) {
  return fmt::format("tensor {} '{}'", id, graph.tensors[id].name);
}

/// Follows the ops in order; `written` says which tensors have a value so far.
struct Dataflow {
  const Graph& graph;
  std::vector<bool> written;
  Violations* out;

  void report(const std::string& where, const std::string& what) { out->push_back(where + ": " + what); }

  bool check_ids(const std::vector<int>& ids, const std::string& where) {
    bool all = true;
    for (int id : ids) {
      if (valid_id(graph, id)) continue;
      report(where, fmt::format("tensor {} does not exist", id));
      all = false;
    }
    return all;
  }

  void check_inputs() {
    if (!check_ids(graph.inputs, "graph inputs")) return;
    for (int id : graph.inputs) {
      if (graph.tensors[id].constant()) report("graph inputs", tensor_label(graph, id) + " is a constant");
      if (written[id] && !graph.tensors[id].constant()) report("graph inputs", tensor_label(graph, id) + " twice");
      written[id] = true;
    }
  }

  /// True where all tensors of the op exist.
  bool check(const Op& op, const std::string& where) {
    const OpFacts& row = facts(op.kind);
    const int count = static_cast<int>(op.inputs.size());
    const bool enough = count >= row.min_inputs && count <= row.max_inputs;
    if (!enough) report(where, fmt::format("{} inputs", count));
    const bool inputs_exist = check_ids(op.inputs, where);
    const bool output_exists = check_ids({op.output}, where);
    for (int id : op.inputs) {
      if (valid_id(graph, id) && !written[id]) report(where, tensor_label(graph, id) + " is read before it is written");
    }
    if (output_exists) {
      const Tensor& output = graph.tensors[op.output];
      if (output.constant()) {
        report(where, tensor_label(graph, op.output) + " is a constant and written");
      } else if (written[op.output]) {
        report(where, tensor_label(graph, op.output) + " is written twice");
      }
      written[op.output] = true;
    }
    return enough && inputs_exist && output_exists;
  }

  void check_outputs() {
    if (!check_ids(graph.outputs, "graph outputs")) return;
    for (int id : graph.outputs) {
      if (!written[id]) report("graph outputs", tensor_label(graph, id) + " is never written");
    }
  }
};

/// Tensors that a pass will make constants of.
std::vector<bool> dequantized_constants(const Graph& graph) {
  std::vector<bool> found(graph.tensors.size());
  for (const Op& op : graph.ops) {
    const bool valid = op.kind == OpKind::dequantize && op.inputs.size() == 1 && valid_id(graph, op.inputs[0]) &&
                       valid_id(graph, op.output);
    if (valid && graph.input(op, 0).constant()) found[op.output] = true;
  }
  return found;
}

/// Members that ops.cpp does not list for the operator must have their defaults.
bool has_foreign_attributes(const Op& op) {
  const OpFacts& row = facts(op.kind);
  const Attributes& a = op.attr;
  return (!row.uses(member::activation) && a.activation != Activation::none) ||
         (!row.uses(member::axis) && a.axis != 0) || (!row.uses(member::axes) && !a.axes.empty()) ||
         (!row.uses(member::pads) && (!a.pads.empty() || a.fill != 0)) || (!row.uses(member::beta) && a.beta != 1) ||
         (!row.uses(member::sampling) && a.sampling != Sampling::asymmetric) ||
         (!row.uses(member::function) && (a.function != Function::none || a.alpha != 1)) ||
         (!row.uses(member::slice) && !(a.begin.empty() && a.steps.empty())) ||
         (!row.uses(member::detection) && a.detection.max_detections != 0) ||
         (!row.uses(member::mirror) && a.mirror != Mirror::reflect) ||
         (!row.uses(member::batch_dims) && a.batch_dims != 0) || (!row.uses(member::smallest) && a.smallest);
}

}  // namespace

std::vector<std::string> verify(const Graph& graph) {
  Violations violations;
  std::vector<bool> sound(graph.tensors.size());
  const std::vector<bool> weights = dequantized_constants(graph);
  Dataflow flow{graph, std::vector<bool>(graph.tensors.size()), &violations};
  for (size_t id = 0; id < graph.tensors.size(); ++id) {
    std::string problem = check_tensor(graph.tensors[id]);
    if (problem.empty() && !weights[id]) problem = check_batch(graph.tensors[id]);
    sound[id] = problem.empty();
    if (!sound[id]) flow.report(tensor_label(graph, static_cast<int>(id)), problem);
    flow.written[id] = graph.tensors[id].constant();
  }
  flow.check_inputs();
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const Op& op = graph.ops[i];
    const std::string where = fmt::format("op {} {}", i, to_string(op.kind));
    if (!flow.check(op, where)) continue;
    if (has_foreign_attributes(op)) flow.report(where, "has an attribute that the operator does not use");
    const bool all_sound =
        sound[op.output] && std::all_of(op.inputs.begin(), op.inputs.end(), [&](int id) { return sound[id]; });
    const std::string problem = all_sound ? facts(op.kind).rule(graph, op) : "";
    if (!problem.empty()) flow.report(where, problem);
  }
  flow.check_outputs();
  return violations;
}

}  // namespace narrows
