// Kernels that read floats need no conversion, at four or two times the size of the blob.
#include <map>

#include "compiler/interpret/kernels.h"
#include "compiler/passes/passes.h"

namespace narrows {

// conv(x, c)  =>  conv(x, dequantize(c)), evaluated
Graph widen_weights(Graph graph) {
  std::map<int, int> wide_of;
  for (Op& op : graph.ops) {
    if (!has_narrow_weights(graph, op)) continue;
    auto [found, inserted] = wide_of.try_emplace(op.inputs[1]);
    if (inserted) {
      const Tensor& narrow = graph.input(op, 1);
      Tensor wide;
      wide.name = narrow.name;
      wide.shape = narrow.shape;
      wide.data = interpreter::bytes_of(real_values(narrow, narrow.data));
      found->second = graph.add(std::move(wide));
    }
    op.inputs[1] = found->second;
  }
  return graph;
}

}  // namespace narrows
