// TFLite front end: graph inputs and outputs, and how values flow between operators.
#include <fmt/format.h>

#include <algorithm>

#include "frontends/tflite/reader.h"

namespace narrows::tflite {
namespace {

bool is_constant(const Reader& reader, int tensor) {
  const Tensor& t = reader.graph.tensors[tensor];
  return t.constant() || (reader.usable[tensor] && has_no_elements(t));
}

/// The sound indices of a list of graph inputs or outputs; reports the others.
std::vector<int> read_ends(const Reader& reader, const flatbuffers::Vector<int32_t>* list, const char* what) {
  std::vector<int> ends;
  const int count = static_cast<int>(reader.graph.tensors.size());
  for (size_t i = 0; i < length(list); ++i) {
    const int tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (tensor < 0 || tensor >= count)
      reader.diagnostics.error(fmt::format("model {} {} refers to tensor {} of {}", what, i, tensor, count));
    else
      ends.push_back(tensor);
  }
  return ends;
}

/// Files may list constants among their inputs; these stay constants.
void read_inputs(Reader& reader) {
  std::vector<bool> seen(reader.graph.tensors.size(), false);
  for (int tensor : read_ends(reader, reader.subgraph.inputs(), "input")) {
    const Tensor& t = reader.graph.tensors[tensor];
    if (seen[tensor]) {
      reader.diagnostics.error(fmt::format("{} is listed twice as model input", label(reader, tensor)));
      continue;
    }
    seen[tensor] = true;
    if (t.constant()) continue;
    reader.graph.inputs.push_back(tensor);
    if (reader.usable[tensor] && t.shape.size() == 4 && t.shape[0] != 1) {
      reader.diagnostics.error(
          fmt::format("model input '{}' with shape {} has batch size {}; only batch size 1 is supported", t.name,
                      to_string(t.shape), t.shape[0]));
      reader.diagnostics.note(fmt::format("--shape {}[0]=1 compiles the model for one, to be run for each", t.name));
    }
  }
}

/// An output may be listed twice, and may be an input or a constant: the caller gets a copy.
void read_outputs(Reader& reader, const std::vector<int>& producer) {
  const bool all_known = all_sound(reader);
  const std::vector<int>& inputs = reader.graph.inputs;
  for (int tensor : read_ends(reader, reader.subgraph.outputs(), "output")) {
    reader.graph.outputs.push_back(tensor);
    const Tensor& t = reader.graph.tensors[tensor];
    if (reader.usable[tensor] && t.type == DType::f16) {
      reader.diagnostics.error(
          fmt::format("{} is a model output with type FLOAT16; supported: FLOAT32, UINT8, INT8, INT32, INT64",
                      label(reader, tensor)));
    }
    const bool is_input = std::find(inputs.begin(), inputs.end(), tensor) != inputs.end();
    if (producer[tensor] >= 0 || is_input || is_constant(reader, tensor) || !all_known) continue;
    reader.diagnostics.error(fmt::format("{} is a model output, but no operator writes it", label(reader, tensor)));
  }
  if (length(reader.subgraph.outputs()) == 0) reader.diagnostics.error("the model has no outputs");
}

/// Which operator writes each tensor, -1 for none; reports tensors with more than one source.
std::vector<int> find_producers(const Reader& reader) {
  std::vector<int> producer(reader.graph.tensors.size(), -1);
  std::vector<bool> input(reader.graph.tensors.size(), false);
  for (int tensor : reader.graph.inputs) input[tensor] = true;
  for (const SourceOp& op : reader.ops) {
    if (!op.sound) continue;
    for (size_t i = 0; i < length(op.source->outputs()); ++i) {
      const int tensor = op.source->outputs()->Get(static_cast<flatbuffers::uoffset_t>(i));
      const char* also = nullptr;
      if (reader.graph.tensors[tensor].constant()) also = "is a constant";
      if (input[tensor]) also = "is a model input";
      if (producer[tensor] >= 0) also = "is written by an operator before";
      if (also) {
        reader.diagnostics.error(op.origin, fmt::format("writes {}, which {}", label(reader, tensor), also));
      } else {
        producer[tensor] = op.origin.index;
      }
    }
  }
  return producer;
}

/// Every operand is a constant, a model input, or written by an operator that stands before.
void check_order(Reader& reader, const std::vector<int>& producer) {
  const bool all_known = all_sound(reader);
  std::vector<bool> input(reader.graph.tensors.size(), false);
  for (int tensor : reader.graph.inputs) input[tensor] = true;
  for (const SourceOp& op : reader.ops) {
    if (!op.sound) continue;
    for (size_t i = 0; i < length(op.source->inputs()); ++i) {
      const int tensor = op.source->inputs()->Get(static_cast<flatbuffers::uoffset_t>(i));
      if (tensor < 0 || input[tensor] || is_constant(reader, tensor)) continue;
      if (producer[tensor] >= op.origin.index) {
        reader.diagnostics.error(
            op.origin, fmt::format("reads {}, which only op {} writes", label(reader, tensor), producer[tensor]));
      } else if (producer[tensor] < 0 && all_known && reader.usable[tensor]) {
        reader.diagnostics.error(
            op.origin,
            fmt::format("reads {}, which has no data and is not written by any operator", label(reader, tensor)));
        reader.usable[tensor] = false;
      }
    }
  }
}

}  // namespace

void check_dataflow(Reader& reader) {
  read_inputs(reader);
  if (reader.graph.inputs.empty()) reader.diagnostics.error("the model has no inputs");
  const std::vector<int> producer = find_producers(reader);
  read_outputs(reader, producer);
  check_order(reader, producer);
}

std::vector<bool> needed_operators(const Reader& reader) {
  std::vector<bool> tensors(reader.graph.tensors.size(), false), ops(reader.ops.size(), false);
  for (const int output : reader.graph.outputs) tensors[output] = true;
  for (size_t i = ops.size(); i-- > 0;) {
    if (!reader.ops[i].sound || !reader.ops[i].source->outputs()) continue;
    for (const int tensor : *reader.ops[i].source->outputs()) ops[i] = ops[i] || tensors[tensor];
    if (!ops[i] || !reader.ops[i].source->inputs()) continue;
    for (const int tensor : *reader.ops[i].source->inputs()) {
      if (tensor >= 0) tensors[tensor] = true;
    }
  }
  return ops;
}

}  // namespace narrows::tflite
