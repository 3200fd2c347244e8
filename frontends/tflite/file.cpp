// TFLite front end: the file as a whole, and the order of the steps that read it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "frontends/frontends.h"
#include "frontends/messages.h"
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

std::vector<const format::SignatureDef*> signatures_of(const format::Model& model) {
  if (!model.signature_defs()) return {};
  return {model.signature_defs()->begin(), model.signature_defs()->end()};
}

/// "'serving_default', 'train'"
std::string names_of(const std::vector<const format::SignatureDef*>& signatures) {
  std::vector<std::string> names;
  for (const format::SignatureDef* signature : signatures)
    names.push_back("'" + printable(signature->signature_key()) + "'");
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The subgraph that computes the signature `wanted`, or where none is asked for, the first. Other subgraphs
/// belong to control flow operators, which are reported as unsupported, or to other signatures, among which the user
/// has to choose. Nothing after an error.
std::optional<size_t> choose_subgraph(const format::Model& model, const std::string& wanted, Diagnostics& diagnostics) {
  const std::vector<const format::SignatureDef*> signatures = signatures_of(model);
  for (const format::SignatureDef* signature : signatures) {
    if (wanted.empty() || !signature->signature_key() || signature->signature_key()->str() != wanted) continue;
    if (signature->subgraph_index() < length(model.subgraphs())) return signature->subgraph_index();
    diagnostics.error(fmt::format("signature '{}' is computed by subgraph {} of {}", narrows::printable(wanted),
                                  signature->subgraph_index(), length(model.subgraphs())));
    return std::nullopt;
  }
  if (!wanted.empty()) {
    diagnostics.error(
        fmt::format("--signature {}: the model has no signature of that name", narrows::printable(wanted)));
    if (!signatures.empty()) diagnostics.note("signatures: " + names_of(signatures));
    return std::nullopt;
  }
  const bool first = std::all_of(signatures.begin(), signatures.end(),
                                 [](const format::SignatureDef* s) { return s->subgraph_index() == 0; });
  if (first) return 0;
  diagnostics.error("the model has signatures that are computed by other subgraphs than the first: " +
                    names_of(signatures));
  diagnostics.note("--signature NAME compiles one of them");
  return std::nullopt;
}

bool within(size_t count, size_t limit, const char* what, Diagnostics& diagnostics) {
  if (count <= limit) return true;
  diagnostics.error(fmt::format("the model has {} {}, more than the limit of {}", count, what, limit));
  return false;
}

/// The subgraph to compile, or null after an error.
const format::SubGraph* check_model(const format::Model& model, const std::string& signature,
                                    Diagnostics& diagnostics) {
  if (model.version() != 3) {
    diagnostics.error(fmt::format("the model has format version {}, expected 3", model.version()));
    return nullptr;
  }
  if (length(model.subgraphs()) == 0) {
    diagnostics.error("the model has no subgraphs");
    return nullptr;
  }
  const std::optional<size_t> chosen = choose_subgraph(model, signature, diagnostics);
  const format::SubGraph* subgraph = model.subgraphs()->Get(static_cast<flatbuffers::uoffset_t>(chosen.value_or(0)));
  bool ok = chosen.has_value();
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
  const tflite_format::SubGraph* subgraph = tflite::check_model(*model, options.signature, diagnostics);
  if (!subgraph) return std::nullopt;

  tflite::Reader reader{bytes, *model, *subgraph, diagnostics};
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
