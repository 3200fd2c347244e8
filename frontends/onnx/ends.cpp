// ONNX front end: the inputs and outputs of the model.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

using Dimension = format::TensorShapeProto::Dimension;

/// How --shape names a dimension: by its symbol, or by its place where the file has no symbol.
std::string symbol(const std::string& input, const Dimension& dimension, int index) {
  return dimension.dim_param().empty() ? fmt::format("{}[{}]", input, index) : printable(dimension.dim_param());
}

/// The size of one dimension; a symbolic first one is the batch, which is 1. Nothing after an error.
std::optional<int> read_dimension(Reader& reader, const std::string& input, const Dimension& dimension, int index,
                                  std::set<std::string>& symbols) {
  if (is_fixed(dimension)) return static_cast<int>(std::min(dimension.dim_value(), max_bytes));
  const std::string name = symbol(input, dimension, index);
  symbols.insert(name);
  const auto given = reader.options.shapes.find(name);
  if (given != reader.options.shapes.end()) return given->second;
  if (index == 0) return 1;
  reader.diagnostics.error(fmt::format(
      "dimension {} of model input '{}' has no size in the file; give it with --shape {}=N", index, input, name));
  return std::nullopt;
}

bool check_tensor(Reader& reader, const std::string& name, const char* what, const format::TypeProto& type) {
  if (type.value_case() == format::TypeProto::kTensorType) return true;
  reader.diagnostics.error(fmt::format("model {} '{}' is not a tensor", what, name));
  return false;
}

void note_edges(Reader& reader) {
  reader.diagnostics.note("converters to FLOAT16 can keep inputs and outputs in FLOAT: keep_io_types=True");
}

bool check_input_type(Reader& reader, const std::string& name, const format::TypeProto& type) {
  if (!check_tensor(reader, name, "input", type)) return false;
  const int element = type.tensor_type().elem_type();
  const std::optional<DType> known = dtype(element);
  if (known && (*known == DType::f32 || is_8bit(*known))) return true;
  reader.diagnostics.error(
      fmt::format("model input '{}' has type {}; supported: FLOAT, UINT8, INT8", name, type_name(element)));
  if (element == format::TensorProto::FLOAT16) note_edges(reader);
  return false;
}

bool check_output_type(Reader& reader, const std::string& name, const format::TypeProto& type, DType made) {
  if (!check_tensor(reader, name, "output", type)) return false;
  const int element = type.tensor_type().elem_type();
  if (dtype(element) == made) return true;
  reader.diagnostics.error(fmt::format("model output '{}' is declared with type {}, but its operators make {}", name,
                                       type_name(element), type_name(made)));
  if (element == format::TensorProto::FLOAT16) note_edges(reader);
  return false;
}

/// The shape of an input of which the file says nothing, from sizes that are given from dimension 0 on.
Shape given_shape(Reader& reader, const std::string& input, std::set<std::string>& symbols) {
  Shape shape;
  for (size_t d = 0; d <= max_rank; ++d) {
    const std::string name = fmt::format("{}[{}]", input, d);
    symbols.insert(name);
    const auto given = reader.options.shapes.find(name);
    if (given == reader.options.shapes.end()) break;
    shape.push_back(given->second);
  }
  if (shape.empty()) {
    reader.diagnostics.error(
        fmt::format("model input '{}' has no shape in the file; give its sizes with --shape {}[0]=N, "
                    "--shape {}[1]=N and so on",
                    input, input, input));
  }
  return shape;
}

bool read_input_shape(Reader& reader, const std::string& name, const format::TypeProto& type,
                      std::set<std::string>& symbols, Shape& shape) {
  if (!type.tensor_type().has_shape()) {
    shape = given_shape(reader, name, symbols);
    if (shape.empty()) return false;
  }
  bool ok = true;
  for (const Dimension& dimension : type.tensor_type().shape().dim()) {
    const std::optional<int> size = read_dimension(reader, name, dimension, static_cast<int>(shape.size()), symbols);
    ok &= size.has_value();
    shape.push_back(size.value_or(0));
  }
  if (!ok) return false;
  if (shape.size() > max_rank || element_count(shape) * 8 > max_bytes) {
    reader.diagnostics.error(
        fmt::format("model input '{}' has shape {}, more than the limit of {} dimensions or "
                    "2^28 - 1 elements",
                    name, to_string(shape), max_rank));
    return false;
  }
  if (shape.size() != 4 || shape[0] == 1) return true;
  reader.diagnostics.error(
      fmt::format("model input '{}' with shape {} has batch size {}; only batch size 1 is supported", name,
                  to_string(shape), shape[0]));
  return false;
}

/// Converters of NHWC networks put a Transpose between the input and everything that reads it.
bool is_nhwc_already(const Reader& reader, const std::string& input) {
  int readers = 0;
  for (const SourceNode& source : reader.nodes) {
    const format::NodeProto& node = *source.node;
    if (std::find(node.input().begin(), node.input().end(), input) == node.input().end()) continue;
    ++readers;
    if (node.op_type() != "Transpose" || node.attribute_size() != 1) return false;
    const auto& perm = node.attribute(0).ints();
    if (std::vector<int64_t>(perm.begin(), perm.end()) != std::vector<int64_t>{0, 3, 1, 2}) return false;
  }
  return readers > 0;
}

void read_input(Reader& reader, const format::ValueInfoProto& source, std::set<std::string>& symbols) {
  const std::string name = printable(source.name());
  Tensor tensor;
  tensor.name = name;
  Shape shape;
  const bool ok =
      check_input_type(reader, name, source.type()) && read_input_shape(reader, name, source.type(), symbols, shape);
  if (!ok) {
    reader.failed.insert(source.name());
    return;
  }
  const bool map = reader.options.layout == ReadOptions::Layout::nhwc && shape.size() == 4 &&
                   !is_nhwc_already(reader, source.name());
  const Order order = map ? channels_last() : identity_order(shape.size());
  tensor.shape = permuted(shape, order);
  tensor.type = *dtype(source.type().tensor_type().elem_type());
  if (is_8bit(tensor.type)) tensor.quant = quantization_of_input(reader, source.name(), tensor.type);
  const int id = reader.graph.add(std::move(tensor));
  reader.graph.inputs.push_back(id);
  reader.values[source.name()] = {id, shape, shape, order};
}

/// The value as the caller gets it: in the file's order of dimensions, or as it is where that is NHWC.
void write_output(Reader& reader, const format::ValueInfoProto& source) {
  const std::string name = printable(source.name());
  const Value& value = reader.values.at(source.name());
  if (!check_output_type(reader, name, source.type(), reader.graph.tensors[value.tensor].type)) return;
  if (value.unit.scale >= 0) {
    reader.diagnostics.error(
        fmt::format("model output '{}' comes of DynamicQuantizeLinear and depends on its scale, which is known at run "
                    "time only",
                    name));
    return;
  }
  // What has to be appended belongs to no node of the file.
  format::NodeProto node;
  node.add_output(source.name());
  const SourceNode edge{&node, {static_cast<int>(reader.nodes.size()), "output", name}};
  NodeReader r{reader, edge};

  const bool keep_nhwc = reader.options.layout == ReadOptions::Layout::nhwc && value.order == channels_last();
  const Result plain = settled(r, value);
  if (!plain) return;
  std::optional<int> tensor = plain->tensor;
  if (!keep_nhwc) tensor = in_order(r, *plain, identity_order(plain->shape.size()));
  if (!tensor) return;
  Graph& graph = reader.graph;
  if (is_known(reader, *tensor)) {
    reader.diagnostics.error(fmt::format("model output '{}' depends on no model input", name));
    return;
  }
  // One tensor is one place in memory: what is an input or another output already needs a copy.
  const auto listed = [&](const std::vector<int>& ids) {
    return std::find(ids.begin(), ids.end(), *tensor) != ids.end();
  };
  if (listed(graph.inputs) || listed(graph.outputs)) {
    const Shape shape = graph.tensors[*tensor].shape;
    const Result result = emit(r, {OpKind::reshape, {}, {*tensor}, shape, identity_order(shape.size())});
    if (!result) return;
    tensor = result->tensor;
  }
  graph.tensors[*tensor].name = name;
  graph.outputs.push_back(*tensor);
}

}  // namespace

void read_inputs(Reader& reader) {
  std::set<std::string> symbols, seen, initializers;
  for (const format::TensorProto& tensor : reader.source().initializer()) initializers.insert(tensor.name());
  for (const format::ValueInfoProto& source : reader.source().input()) {
    if (!seen.insert(source.name()).second) {
      reader.diagnostics.error(fmt::format("model input '{}' occurs twice", printable(source.name())));
      continue;
    }
    // Old files list every constant among the inputs.
    if (!initializers.count(source.name())) read_input(reader, source, symbols);
  }
  if (reader.graph.inputs.empty() && reader.failed.empty()) reader.diagnostics.error("the model has no inputs");
  report_unknown_sizes(reader.options.shapes, symbols, reader.diagnostics);
}

void write_outputs(Reader& reader) {
  if (reader.source().output_size() == 0) reader.diagnostics.error("the model has no outputs");
  std::set<std::string> seen;
  for (const format::ValueInfoProto& source : reader.source().output()) {
    const std::string name = printable(source.name());
    if (!seen.insert(source.name()).second) {
      reader.diagnostics.error(fmt::format("model output '{}' occurs twice", name));
    } else if (reader.values.count(source.name())) {
      write_output(reader, source);
    } else if (!reader.failed.count(source.name())) {
      reader.diagnostics.error(fmt::format("model output '{}' is written by no operator", name));
    }
  }
}

}  // namespace narrows::onnx_format
