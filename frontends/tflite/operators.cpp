// TFLite front end: the list of operators, and which of them are supported.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/graph/detection.h"
#include "compiler/interpret/interpret.h"
#include "frontends/frontends.h"
#include "frontends/messages.h"
#include "frontends/tflite/op.h"

namespace narrows::tflite {
namespace {

/// "CONV_2D", "CUSTOM(name)"
std::string full_name(Code code, const std::string& custom) {
  return code == Code::CUSTOM ? fmt::format("{}({})", operator_name(code), custom) : operator_name(code);
}

/// Every row, in the order of the names that messages list.
const std::vector<Row>& all_rows() {
  static const std::vector<Row> sorted = [] {
    std::vector<Row> all;
    for (const Table<Row>& rows :
         {broadcast_rows, constant_rows, conv_rows, detection_rows, division_rows, elementwise_rows, function_rows,
          gather_rows, layout_rows, move_rows, rank_rows, reduce_rows, reshape_rows, resize_rows, slice_rows,
          space_batch_rows, split_rows, transpose_conv_rows, window_rows})
      all.insert(all.end(), rows.begin(), rows.end());
    std::sort(all.begin(), all.end(),
              [](const Row& a, const Row& b) { return full_name(a.code, a.custom) < full_name(b.code, b.custom); });
    return all;
  }();
  return sorted;
}

const Row* find_row(const SourceOp& op) {
  for (const Row& row : all_rows()) {
    if (row.code == op.code && op.custom == row.custom) return &row;
  }
  return nullptr;
}

/// Operator codes that fit in a byte stand in the old field, and in new files also in the new one.
Code builtin_code(const format::OperatorCode& code) {
  return std::max(static_cast<Code>(code.deprecated_builtin_code()), code.builtin_code());
}

/// All tensor indices are in range; -1 is allowed among the inputs.
bool check_indices(const Reader& reader, const SourceOp& op, const flatbuffers::Vector<int32_t>* list, const char* what,
                   int lowest) {
  if (length(list) > max_operands) {
    reader.diagnostics.error(op.origin,
                             fmt::format("has {} {}s, more than the limit of {}", list->size(), what, max_operands));
    return false;
  }
  const int count = static_cast<int>(reader.graph.tensors.size());
  bool ok = true;
  for (size_t i = 0; i < length(list); ++i) {
    const int tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (tensor >= lowest && tensor < count) continue;
    reader.diagnostics.error(op.origin, fmt::format("{} {} refers to tensor {} of {}", what, i, tensor, count));
    ok = false;
  }
  return ok;
}

/// The name by which users find the operator: the name of its first output.
std::string name_of_output(const Reader& reader, const format::Operator& source) {
  if (length(source.outputs()) == 0) return "";
  const int tensor = source.outputs()->Get(0);
  const bool known = tensor >= 0 && tensor < static_cast<int>(reader.graph.tensors.size());
  return known ? reader.graph.tensors[tensor].name : "";
}

/// The operator's code, version and name, from the model's list of operator codes.
void read_code(const Reader& reader, SourceOp& op) {
  const size_t codes = length(reader.model.operator_codes());
  if (op.source->opcode_index() >= codes) {
    op.origin.op = "operator";
    reader.diagnostics.error(op.origin,
                             fmt::format("refers to operator code {} of {}", op.source->opcode_index(), codes));
    return;
  }
  const format::OperatorCode& code = *reader.model.operator_codes()->Get(op.source->opcode_index());
  op.code = builtin_code(code);
  op.version = code.version();
  if (op.code == Code::CUSTOM) op.custom = printable(code.custom_code());
  op.supported = find_row(op) != nullptr;
  op.origin.op = full_name(op.code, op.custom);
  op.sound = true;
}

bool check_operands(OpReader& r, const Row& row) {
  const int outputs = static_cast<int>(length(r.file_op().outputs()));
  if (outputs < 1 || outputs > row.max_outputs) {
    const std::string expected = row.max_outputs == 1 ? "1" : fmt::format("1 to {}", row.max_outputs);
    return r.fail(fmt::format("has {} outputs, expected {}", outputs, expected));
  }
  if (r.input_count() < row.min_inputs || r.input_count() > row.max_inputs) {
    const std::string expected = row.min_inputs == row.max_inputs
                                     ? fmt::format("{}", row.min_inputs)
                                     : fmt::format("{} to {}", row.min_inputs, row.max_inputs);
    return r.fail(fmt::format("has {} inputs, expected {}", r.input_count(), expected));
  }
  for (int i = 0; i < r.input_count(); ++i) {
    if (r.input_id(i) < 0 && i != row.optional_input)
      return r.fail(fmt::format("input {} is absent, but is not optional", i));
  }
  return true;
}

/// What DEQUANTIZE makes of a constant: weights.
bool makes_weights(const Graph& graph, const Op& op) {
  return op.kind == OpKind::dequantize && graph.input(op, 0).constant();
}

bool is_batched(const Tensor& tensor) { return !tensor.constant() && tensor.shape.size() == 4 && tensor.shape[0] != 1; }

/// A RESHAPE writes the tensor, and all that read it give it another shape first: its four dimensions are no batch of
/// maps, but those that GATHER_ND has indices for, as in MoveNet.
bool is_only_reshaped(const Reader& reader, int tensor) {
  bool written = false;
  for (const SourceOp& op : reader.ops) {
    const auto has = [tensor](const auto* list) {
      return list && std::find(list->begin(), list->end(), tensor) != list->end();
    };
    const bool reads = op.sound && has(op.source->inputs());
    const bool picks = reads && op.code == Code::GATHER_ND && op.source->inputs()->Get(0) == tensor;
    if (reads && !picks && op.code != Code::RESHAPE) return false;
    written |= op.sound && op.code == Code::RESHAPE && has(op.source->outputs());
  }
  return written && !reader.graph.is_output(tensor);
}

/// Reported where a batch arises: at the model's inputs, or at an operator that makes one, not at all that
/// follow.
bool check_batch(OpReader& r, const Reader& reader) {
  const auto batched = [&](int tensor) { return is_batched(r.graph.tensors[tensor]); };
  const auto reported = [&](int tensor) {
    if (tensor < 0 || !batched(tensor)) return false;
    const int producer = r.graph.producer(tensor);
    return producer < 0 || !(makes_weights(r.graph, r.graph.ops[producer]) || is_only_reshaped(reader, tensor));
  };
  const auto* inputs = r.file_op().inputs();
  if (std::any_of(inputs->begin(), inputs->end(), reported)) return true;
  for (const Op& op : r.before) {
    const Tensor& output = r.graph.output(op);
    if (makes_weights(r.graph, op) || !batched(op.output) || is_only_reshaped(reader, op.output)) continue;
    return r.fail(fmt::format("output '{}' with shape {} has batch size {}; only batch size 1 is supported",
                              output.name, to_string(output.shape), output.shape[0]));
  }
  return true;
}

/// Only in the place of the optional input may there be a constant without elements.
bool check_elements(OpReader& r, const Row& row) {
  for (int i = 0; i < r.input_count(); ++i) {
    if (!r.names_input(i) || r.has_input(i) || i == row.optional_input) continue;
    return r.fail(fmt::format("input {} '{}' is a constant of shape {} without elements; expected at least one", i,
                              r.input(i).name, to_string(r.input(i).shape)));
  }
  return true;
}

bool all_usable(const Reader& reader, const flatbuffers::Vector<int32_t>* list) {
  return !list ||
         std::all_of(list->begin(), list->end(), [&](int tensor) { return tensor < 0 || reader.usable[tensor]; });
}

/// Arithmetic on shapes is done at once, as operators that follow need to know its results.
void append(Graph& graph, Op op) {
  const Tensor& output = graph.output(op);
  const bool integers = output.type == DType::i32 || output.type == DType::i64;
  std::vector<const Bytes*> inputs;
  for (int id : op.inputs) inputs.push_back(&graph.tensors[id].data);
  const bool known =
      std::all_of(op.inputs.begin(), op.inputs.end(), [&](int id) { return graph.tensors[id].constant(); });
  constexpr int64_t most_bytes = 1024;
  if (integers && known && output.bytes() <= most_bytes)
    graph.tensors[op.output].data = interpret_op(graph, op, inputs);
  else
    graph.ops.push_back(std::move(op));
}

/// An operator that is not `needed` is checked, but does not come into the Graph. False where it was not read.
bool read_operator(Reader& reader, const SourceOp& source, bool needed) {
  const Row& row = *find_row(source);
  OpReader r{source, reader.graph, reader.diagnostics, {}};
  if (source.version < 1 || source.version > row.newest_version) {
    return r.fail(fmt::format("version {} is not supported; expected 1 to {}", source.version, row.newest_version));
  }
  if (!check_operands(r, row)) return false;
  if (!all_usable(reader, source.source->inputs()) || !all_usable(reader, source.source->outputs())) return false;
  if (!check_elements(r, row) || !check_scales(reader, source)) return false;
  r.op.output = source.source->outputs()->Get(0);
  r.op.origins = {source.origin};
  r.cuts = &reader.cuts;
  if (!check_cut(r) || !row.read(r)) return false;
  if (!take_results(reader, r)) return false;
  if (r.known) return true;
  for (Tensor& tensor : r.added) reader.graph.add(std::move(tensor));
  r.before.push_back(std::move(r.op));
  if (!needed) return true;
  if (!check_batch(r, reader)) return false;
  for (Op& op : r.before) append(reader.graph, std::move(op));
  return true;
}

// reshape(reshape(x))  =>  reshape(x), where the shape between them would be a batch of maps
void skip_batches(Graph& graph) {
  const auto skipped = [&graph](const Op& op) { return op.kind == OpKind::reshape && is_batched(graph.output(op)); };
  std::map<int, int> source;  // of the outputs of such operators
  for (Op& op : graph.ops) {
    const auto found = op.kind == OpKind::reshape ? source.find(op.inputs[0]) : source.end();
    if (found != source.end()) op.inputs[0] = found->second;
    if (skipped(op)) source[op.output] = op.inputs[0];
  }
  graph.ops.erase(std::remove_if(graph.ops.begin(), graph.ops.end(), skipped), graph.ops.end());
  for (const auto& [tensor, from] : source) graph.tensors[tensor].shape = {1};
}

/// The operators that cannot be read, in one message.
void report_others(const Reader& reader) {
  std::vector<Origin> unsupported;
  for (const SourceOp& op : reader.ops) {
    if (op.sound && !op.supported) unsupported.push_back(op.origin);
  }
  report_unsupported(unsupported, tflite_operators(), reader.diagnostics);
}

}  // namespace

bool all_sound(const Reader& reader) {
  return std::all_of(reader.ops.begin(), reader.ops.end(), [](const SourceOp& op) { return op.sound; });
}

void list_operators(Reader& reader) {
  const size_t count = length(reader.subgraph.operators());
  for (size_t i = 0; i < count; ++i) {
    SourceOp op;
    op.source = reader.subgraph.operators()->Get(static_cast<flatbuffers::uoffset_t>(i));
    op.origin = {static_cast<int>(i), "", name_of_output(reader, *op.source)};
    read_code(reader, op);
    op.sound &= check_indices(reader, op, op.source->inputs(), "input", -1);
    op.sound &= check_indices(reader, op, op.source->outputs(), "output", 0);
    reader.ops.push_back(std::move(op));
  }
}

void read_operators(Reader& reader) {
  const std::vector<bool> needed = needed_operators(reader);
  const int errors_before = reader.diagnostics.error_count();
  for (size_t i = 0; i < reader.ops.size() && !reader.open; ++i) {
    const SourceOp& op = reader.ops[i];
    if (!op.sound || !op.supported || !read_operator(reader, op, needed[i])) forget_outputs(reader, op);
  }
  if (reader.derives && reader.diagnostics.error_count() > errors_before)
    reader.diagnostics.note(
        "shapes follow from --shape; where constants of the file are made for other sizes, it has "
        "to be exported for these");
  report_others(reader);
  if (reader.diagnostics.ok()) skip_batches(reader.graph);
  warn_of_stale_shapes(reader);
}

}  // namespace narrows::tflite

std::vector<std::string> narrows::tflite_operators() {
  std::vector<std::string> names;
  for (const tflite::Row& row : tflite::all_rows()) names.push_back(tflite::full_name(row.code, row.custom));
  return names;
}
