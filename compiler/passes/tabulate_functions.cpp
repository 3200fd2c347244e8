// Between 8-bit tensors, operators on single elements that all come from one tensor are a function of 256 values: a
// table, exact whatever they compute, and whether with bytes or with floats on the way.
#include <algorithm>
#include <set>

#include "compiler/graph/ops.h"
#include "compiler/graph/rules/op_rules.h"
#include "compiler/interpret/interpret.h"
#include "compiler/passes/passes.h"
#include "compiler/passes/quantization_rewrite.h"

namespace narrows {
namespace {

/// Functions of more operators are cut into several.
constexpr size_t most_operators = 32;

/// Operators that make the output of the last one from `source`; in the order of the graph.
struct Function {
  std::set<int> ops;
  int source = -1;
};

struct Tabulate {
  Graph* graph;
  Numerics numerics;
  Uses uses;
  std::vector<bool> inside;  ///< operators that have become part of a table

  Tabulate(Graph* g, Numerics n) : graph(g), numerics(n), uses(*g), inside(g->ops.size()) {}

  bool is_byte(int tensor) const {
    const Tensor& t = graph->tensors[tensor];
    return is_quantized(t) && per_tensor(t) && !t.constant();
  }

  /// The operator treats elements one by one, and constants are the same for all of them.
  bool is_function(const Op& op) const {
    if (!facts(op.kind).is(trait::elementwise)) return false;
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      const Tensor& t = graph->input(op, static_cast<int>(i));
      const bool table = op.kind == OpKind::lookup && i == 1;
      if (t.constant() ? element_count(t.shape) != 1 && !table : t.shape != graph->output(op).shape) return false;
    }
    return true;
  }

  /// The tensors that the operators of `f` read and do not write.
  std::set<int> sources(const Function& f) const {
    std::set<int> read;
    for (const int i : f.ops) {
      for (const int id : graph->ops[i].inputs) {
        if (!graph->tensors[id].constant() && !f.ops.count(uses.producer(id))) read.insert(id);
      }
    }
    return read;
  }

  /// All readers of `tensor` are in `f`.
  bool is_read_inside(const Function& f, int tensor) const {
    int readers = 0;
    for (const int i : f.ops) {
      const std::vector<int>& inputs = graph->ops[i].inputs;
      readers += std::find(inputs.begin(), inputs.end(), tensor) != inputs.end();
    }
    return !uses.is_output(tensor) && readers == static_cast<int>(uses.consumers(tensor).size());
  }

  /// The largest function of one 8-bit tensor that ends in operator `last`; without a source where there is none.
  Function function_at(int last) const {
    Function f, found;
    f.ops = {last};
    while (f.ops.size() <= most_operators) {
      const std::set<int> read = sources(f);
      if (read.empty()) break;
      if (read.size() == 1 && is_byte(*read.begin())) found = {f.ops, *read.begin()};
      // What is made last cannot be what something else is made from.
      const int next = *std::max_element(read.begin(), read.end(),
                                         [&](int a, int b) { return uses.producer(a) < uses.producer(b); });
      const int op = uses.producer(next);
      if (op < 0 || inside[op] || !is_function(graph->ops[op]) || !is_read_inside(f, next)) break;
      f.ops.insert(op);
    }
    return found;
  }

  /// What the operators make of each byte.
  Bytes results(const Function& f) const {
    const Graph line = on_line(f);
    Bytes bytes(256);
    for (int i = 0; i < 256; ++i) bytes[i] = static_cast<uint8_t>(i);
    return interpret(line, {bytes}, numerics)[line.outputs[0]];
  }

  /// The operators alone, on a line of 256 values.
  Graph on_line(const Function& f) const {
    Graph line;
    std::vector<int> ids(graph->tensors.size(), -1);
    const auto moved = [&](int id) {
      if (ids[id] >= 0) return ids[id];
      Tensor t = graph->tensors[id];
      if (!t.constant()) t.shape = {256};
      return ids[id] = line.add(std::move(t));
    };
    line.inputs = {moved(f.source)};
    for (const int i : f.ops) {
      Op op = graph->ops[i];
      for (int& id : op.inputs) id = moved(id);
      op.output = moved(op.output);
      line.ops.push_back(op);
    }
    line.outputs = {line.ops.back().output};
    return line;
  }

  // f(g(x), x)  =>  lookup(x, table)
  void visit(int last) {
    if (inside[last] || !is_byte(graph->ops[last].output) || !is_function(graph->ops[last])) return;
    const Function f = function_at(last);
    if (f.ops.size() < 2) return;
    Tensor table;
    table.data = results(f);
    const Tensor& out = graph->output(graph->ops[last]);
    table.name = out.name + "/table";
    table.type = out.type;
    table.quant = out.quant;
    table.shape = {256};
    Op op;
    op.kind = OpKind::lookup;
    op.output = graph->ops[last].output;
    for (const int i : f.ops) {
      inside[i] = i != last;
      const std::vector<Origin>& origins = graph->ops[i].origins;
      op.origins.insert(op.origins.end(), origins.begin(), origins.end());
    }
    op.inputs = {f.source, graph->add(std::move(table))};
    graph->ops[last] = op;
  }

  void run() {
    for (int i = static_cast<int>(graph->ops.size()); i-- > 0;) visit(i);
    std::vector<Op> kept;
    for (size_t i = 0; i < graph->ops.size(); ++i) {
      if (!inside[i]) kept.push_back(graph->ops[i]);
    }
    graph->ops = std::move(kept);
  }
};

}  // namespace

Graph tabulate_functions(Graph graph, Numerics numerics) {
  Tabulate(&graph, numerics).run();
  return graph;
}

}  // namespace narrows
