// TFLite front end: the file as a whole, and the order of the steps that read it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "frontends/frontends.h"
#include "frontends/tflite/reader.h"

namespace narrows {
namespace tflite {
namespace {

/// The root of a flatbuffer all of whose offsets lie inside the file. What may follow the flatbuffer
/// (metadata, for one) is ignored.
const format::Model* verify_file(const std::vector<uint8_t>& bytes, Diagnostics& diagnostics) {
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
    diagnostics.error(fmt::format("the file has {} bytes, more than the limit of 2^31 - 1", bytes.size()));
    return nullptr;
  }
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!format::VerifyModelBuffer(verifier)) {
    diagnostics.error("the file is damaged: it is not a well-formed TensorFlow Lite flatbuffer");
    return nullptr;
  }
  return format::GetModel(bytes.data());
}

/// Other subgraphs than the first belong to control flow operators, which are reported as unsupported, or are
/// entry points of their own, which a signature then names. Whatever else there is cannot run.
bool check_signatures(const format::Model& model, Diagnostics& diagnostics) {
  for (size_t i = 0; i < length(model.signature_defs()); ++i) {
    const format::SignatureDef& signature = *model.signature_defs()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (signature.subgraph_index() == 0) continue;
    diagnostics.error(
        fmt::format("signature '{}' is computed by subgraph {}; only models with one entry point, subgraph "
                    "0, are supported",
                    printable(signature.signature_key()), signature.subgraph_index()));
    return false;
  }
  return true;
}

bool within(size_t count, size_t limit, const char* what, Diagnostics& diagnostics) {
  if (count <= limit) return true;
  diagnostics.error(fmt::format("the model has {} {}, more than the limit of {}", count, what, limit));
  return false;
}

/// The subgraph to compile, or null after an error.
const format::SubGraph* check_model(const format::Model& model, Diagnostics& diagnostics) {
  if (model.version() != 3) {
    diagnostics.error(fmt::format("the model has format version {}, expected 3", model.version()));
    return nullptr;
  }
  if (length(model.subgraphs()) == 0) {
    diagnostics.error("the model has no subgraphs");
    return nullptr;
  }
  const format::SubGraph* subgraph = model.subgraphs()->Get(0);
  bool ok = check_signatures(model, diagnostics);
  ok &= within(length(subgraph->tensors()), max_tensors, "tensors", diagnostics);
  ok &= within(length(subgraph->operators()), max_operators, "operators", diagnostics);
  if (length(subgraph->operators()) == 0) {
    diagnostics.error("the model has no operators");
    ok = false;
  }
  return ok ? subgraph : nullptr;
}

/// Only biases need the parameters of an i32 tensor, and theirs have been checked. What index operands carry
/// may be anything.
void drop_meaningless_scales(Graph& graph) {
  const auto positive = [](float scale) { return std::isfinite(scale) && scale > 0; };
  for (Tensor& tensor : graph.tensors) {
    const std::vector<float>& scale = tensor.quant.scale;
    if (!std::all_of(scale.begin(), scale.end(), positive)) tensor.quant = {};
  }
}

/// Constants without elements, and what operators compute on which no output depends.
void drop_unused_tensors(Graph& graph) {
  std::vector<bool> used(graph.tensors.size(), false);
  for (const int tensor : graph.inputs) used[tensor] = true;
  for (const int tensor : graph.outputs) used[tensor] = true;
  for (const Op& op : graph.ops) {
    used[op.output] = true;
    for (const int tensor : op.inputs) used[tensor] = true;
  }
  for (size_t i = 0; i < used.size(); ++i) {
    Tensor& tensor = graph.tensors[i];
    if (used[i] || tensor.constant()) continue;
    Tensor name_only;
    name_only.name = tensor.name;
    name_only.shape = {1};
    tensor = std::move(name_only);
  }
}

}  // namespace
}  // namespace tflite

std::optional<Graph> read_tflite(const std::vector<uint8_t>& bytes, const std::string& name, Diagnostics& diagnostics,
                                 const ReadOptions& options) {
  const int errors_before = diagnostics.error_count();
  const tflite_format::Model* model = tflite::verify_file(bytes, diagnostics);
  if (!model) return std::nullopt;
  const tflite_format::SubGraph* subgraph = tflite::check_model(*model, diagnostics);
  if (!subgraph) return std::nullopt;

  tflite::Reader reader{*model, *subgraph, diagnostics, {}, {}, {}};
  reader.graph.name = name;
  tflite::list_tensors(reader);
  tflite::list_operators(reader);
  if (!tflite::read_tensors(reader)) return std::nullopt;
  tflite::read_sizes(reader, options.shapes);
  tflite::check_dataflow(reader);
  tflite::read_operators(reader);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  tflite::drop_meaningless_scales(reader.graph);
  tflite::drop_unused_tensors(reader.graph);
  return std::move(reader.graph);
}

}  // namespace narrows
