// ONNX front end: FLOAT16. Everything is read as floats, which hold every half, and what became the weights of a
// convolution or matrix product, in whatever order, is narrowed in the end.
//
// Models that store weights so and cast them to FLOAT in front of the operators that read them mean just that. Models
// that cast their input to FLOAT16 and compute with that (the converters' keep_io_types) round every result to 11 bits,
// where their runtimes do; here they are computed in FLOAT, which is closer to the model that was converted. A warning
// says so.
#include <algorithm>
#include <map>

#include "compiler/graph/narrow_weights.h"
#include "compiler/graph/ops.h"
#include "frontends/onnx/reader.h"

namespace narrows::onnx_format {
namespace {

bool is_half(const format::TensorProto& tensor) { return tensor.data_type() == format::TensorProto::FLOAT16; }

bool has_halves(const format::GraphProto& graph) {
  const auto in_attribute = [](const format::AttributeProto& attribute) { return is_half(attribute.t()); };
  const auto in_node = [&](const format::NodeProto& node) {
    return std::any_of(node.attribute().begin(), node.attribute().end(), in_attribute);
  };
  return std::any_of(graph.initializer().begin(), graph.initializer().end(), is_half) ||
         std::any_of(graph.node().begin(), graph.node().end(), in_node);
}

}  // namespace

void narrow_weights(Reader& reader) {
  if (!has_halves(reader.source())) return;
  Graph& graph = reader.graph;
  std::map<int, int> narrow_of;  // itself where some values are no halves
  for (Op& op : graph.ops) {
    if (!is_convolution(op) || !graph.input(op, 1).constant() || graph.input(op, 1).type != DType::f32) continue;
    auto [found, inserted] = narrow_of.try_emplace(op.inputs[1], op.inputs[1]);
    if (inserted) {
      if (auto halves = as_halves(graph.input(op, 1))) found->second = graph.add(std::move(*halves));
    }
    op.inputs[1] = found->second;
  }
}

void report_halves(Reader& reader) {
  if (!reader.computes_in_halves) return;
  reader.diagnostics.warning(
      "the model computes in FLOAT16; it is compiled to FLOAT, so that results differ by roundings that are left out");
}

}  // namespace narrows::onnx_format
