// ONNX front end: the file as a whole, and the order of the steps that read it.
#include <fmt/format.h>

#include <optional>

#include "compiler/passes/passes.h"
#include "frontends/messages.h"
#include "frontends/onnx/nodes.h"

namespace narrows {
namespace onnx_format {
namespace {

bool parse(const std::vector<uint8_t>& bytes, format::ModelProto& model, Diagnostics& diagnostics) {
  if (bytes.size() > static_cast<size_t>(max_bytes)) {
    diagnostics.error(fmt::format("the file has {} bytes, more than the limit of 2^31 - 1", bytes.size()));
    return false;
  }
  // Protobuf's own limit on nested messages holds here.
  if (model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  diagnostics.error("the file is damaged: it is not a well-formed ONNX protobuf");
  return false;
}

/// Other operator sets may be imported as long as no node uses them.
bool check_opset(Reader& reader) {
  int found = 0;
  for (const format::OperatorSetIdProto& set : reader.model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    ++found;
    reader.opset = set.version();
  }
  if (found != 1) {
    reader.diagnostics.error(
        fmt::format("the model imports {} versions of the operator set ai.onnx, expected 1", found));
    return false;
  }
  if (reader.opset >= oldest_opset && reader.opset <= newest_opset) return true;
  reader.diagnostics.error(fmt::format("the model uses version {} of the operator set ai.onnx; supported: {} to {}",
                                       reader.opset, oldest_opset, newest_opset));
  return false;
}

bool check_model(Reader& reader) {
  if (!reader.model.has_graph()) {
    reader.diagnostics.error("the model has no graph");
    return false;
  }
  bool ok = check_opset(reader);
  if (reader.source().node_size() == 0) {
    reader.diagnostics.error("the model has no operators");
    ok = false;
  }
  if (reader.source().node_size() > max_nodes) {
    reader.diagnostics.error(
        fmt::format("the model has {} operators, more than the limit of {}", reader.source().node_size(), max_nodes));
    ok = false;
  }
  return check_external_size(reader.model, reader.diagnostics) && ok;
}

void list_nodes(Reader& reader) {
  for (const format::NodeProto& node : reader.source().node())
    reader.nodes.push_back(named_node(node, static_cast<int>(reader.nodes.size()), ""));
}

}  // namespace
}  // namespace onnx_format

std::optional<Graph> read_onnx(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                               const ReadOptions& options) {
  const int errors_before = diagnostics.error_count();
  ::onnx::ModelProto model;
  if (!onnx_format::parse(bytes, model, diagnostics)) return std::nullopt;
  onnx_format::Reader reader{model, options, diagnostics};
  reader.files.folder = options.folder;
  reader.source_bytes = static_cast<int64_t>(bytes.size());
  if (!onnx_format::check_model(reader)) return std::nullopt;

  reader.graph.name = name;
  onnx_format::list_nodes(reader);
  onnx_format::read_functions(reader);
  onnx_format::read_initializers(reader);
  reader.folded.add_source(reader.source_bytes + reader.files.bytes);
  onnx_format::read_inputs(reader);
  onnx_format::read_nodes(reader);
  onnx_format::write_outputs(reader);
  onnx_format::narrow_weights(reader);
  onnx_format::check_declared_shapes(reader);
  onnx_format::report_halves(reader);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  // Weights in the file's order, constants of shape arithmetic, copies that turned out not to be needed.
  Graph graph = remove_dead(std::move(reader.graph));
  // What ONNX means by operators on real numbers between DequantizeLinear and QuantizeLinear. Quantized
  // weights of operators that stay in float are still known as such.
  return remove_dead(fold_constants(keep_weights(fuse_quantization(std::move(graph)))));
}

}  // namespace narrows
