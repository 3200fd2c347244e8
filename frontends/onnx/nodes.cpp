// ONNX front end: the list of nodes, which operators are supported, and how values flow between them.
#include "frontends/onnx/nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "frontends/frontends.h"
#include "frontends/messages.h"
#include "frontends/onnx/op.h"

namespace narrows::onnx_format {
namespace {

/// Every row, in the order of the names that messages list.
const std::vector<Row>& all_rows() {
  static const std::vector<Row> sorted = [] {
    std::vector<Row> all;
    for (const Table<Row>& rows :
         {activation_rows, bodies_rows,      conv_rows,          conv_transpose_rows, detection_rows, dimensions_rows,
          dynamic_rows,    elementwise_rows, fill_rows,          function_rows,       gather_rows,    integers_rows,
          matmul_rows,     move_rows,        normalization_rows, pool_rows,           qlinear_rows,   quantization_rows,
          rank_rows,       reduce_rows,      resize_rows,        select_rows,         shape_rows})
      all.insert(all.end(), rows.begin(), rows.end());
    std::sort(all.begin(), all.end(), [](const Row& a, const Row& b) { return std::strcmp(a.name, b.name) < 0; });
    return all;
  }();
  return sorted;
}

const Row* find_row(const SourceNode& source) {
  for (const Row& row : all_rows()) {
    if (source.origin.op == row.name) return &row;
  }
  return nullptr;
}

std::string range(int least, int most) {
  return least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
}

bool check_counts(const NodeReader& r, const Row& row) {
  const int inputs = r.node().input_size(), outputs = r.node().output_size();
  if (inputs < row.min_inputs || inputs > row.max_inputs)
    return r.fail(fmt::format("has {} inputs, expected {}", inputs, range(row.min_inputs, row.max_inputs)));
  if (outputs < 1 || outputs > row.max_outputs)
    return r.fail(fmt::format("has {} outputs, expected {}", outputs, range(1, row.max_outputs)));
  if (r.node().output(0).empty()) return r.fail("output 0 has no name");
  for (int i = 0; i < row.min_inputs; ++i) {
    if (!r.has_input(i)) return r.fail(fmt::format("input {} is absent, but is not optional", i));
  }
  return true;
}

bool check_attributes(const NodeReader& r, const Row& row) {
  bool ok = true;
  std::set<std::string> seen;
  for (const format::AttributeProto& attribute : r.node().attribute()) {
    const std::string name = printable(attribute.name());
    const auto known = std::find_if(std::begin(row.attributes), std::end(row.attributes),
                                    [&](const Attribute& a) { return a.name && attribute.name() == a.name; });
    if (!seen.insert(attribute.name()).second) {
      ok = r.fail(fmt::format("attribute '{}' occurs twice", name));
    } else if (known == std::end(row.attributes)) {
      ok = r.fail(fmt::format("attribute '{}' is not supported", name));
    } else if (attribute.type() != known->type || !attribute.ref_attr_name().empty()) {
      ok = r.fail(fmt::format("attribute '{}' has type {}, expected {}", name,
                              format::AttributeProto_AttributeType_Name(attribute.type()),
                              format::AttributeProto_AttributeType_Name(known->type)));
    }
  }
  return ok;
}

/// Reports names that are written twice.
void find_writers(Reader& reader, NodeList& list) {
  for (size_t i = 0; i < list.nodes.size(); ++i) {
    const SourceNode& source = list.nodes[i];
    for (const std::string& name : source.node->output()) {
      const bool known = reader.values.count(name) || reader.failed.count(name);
      if (name.empty() || (!known && list.writers.emplace(name, i).second)) continue;
      reader.diagnostics.error(source.origin,
                               fmt::format("writes '{}', which has been written before", printable(name)));
    }
  }
}

/// True where every input of the node has been read without an error.
bool check_inputs(NodeReader& r, const NodeList& list) {
  bool ok = true;
  for (const std::string& name : r.node().input()) {
    if (name.empty() || r.reader.values.count(name)) continue;
    ok = false;
    if (!r.reader.failed.insert(name).second) continue;  // reported where it arose
    const auto writer = list.writers.find(name);
    if (writer == list.writers.end()) {
      r.fail(fmt::format("reads '{}', which is written by no operator", printable(name)));
    } else {
      r.fail(fmt::format("reads '{}', an output of op {} that is not supported", printable(name),
                         list.nodes[writer->second].origin.index));
    }
  }
  return ok;
}

/// The file may say what the result of a node that cannot be read looks like. Then the nodes behind it can be
/// looked at.
bool assume_declared(Reader& reader, const std::string& name) {
  for (const format::ValueInfoProto& info : reader.source().value_info()) {
    const int type = info.type().tensor_type().elem_type();
    const bool real = type == format::TensorProto::FLOAT || type == format::TensorProto::FLOAT16;
    if (info.name() != name || !real) continue;
    Shape shape;
    for (const auto& dimension : info.type().tensor_type().shape().dim()) {
      const bool batch = shape.empty() && !dimension.has_dim_value();
      const int64_t size = batch ? 1 : dimension.dim_value();
      if (size < 1 || size > max_bytes || shape.size() == max_rank) return false;
      shape.push_back(static_cast<int>(size));
    }
    if (shape.empty() || element_count(shape) * 8 > max_bytes || (shape.size() == 4 && shape[0] != 1)) return false;
    Tensor tensor;
    const Order order = shape.size() == 4 ? channels_last() : identity_order(shape.size());
    tensor.shape = permuted(shape, order);
    reader.values[name] = {reader.graph.add(std::move(tensor)), shape, shape, order};
    return true;
  }
  return false;
}

/// The types of a first input that the row's readers take.
std::string types_of(const Row& row) {
  if (!row.floats && !row.bytes) return "integers that are known at compile time";
  if (!row.floats) return row.integers ? "UINT8, INT8, INT32" : "UINT8, INT8";
  return row.bytes ? "FLOAT, UINT8, INT8" : "FLOAT";
}

bool check_elements(const NodeReader& r, const Row& row) {
  for (int i = 0; i < std::min(r.input_count(), row.first_empty); ++i) {
    if (r.has_input(i) && !check_elements(r, i)) return false;
  }
  return true;
}

Result read_in_unit(NodeReader& r, Result (*read)(NodeReader&)) {
  if (!has_units(r)) return read(r);
  const std::optional<Unit> unit = unit_of_result(r);
  Result result = unit ? read(r) : std::nullopt;
  if (result) result->unit = *unit;
  return result;
}

Result read_known(NodeReader& r, const Row& row) {
  if (row.max_inputs == 0) return row.floats(r);
  if (!r.has_input(0)) return r.refuse("input 0 is absent, but is not optional");
  if (!check_elements(r, row)) return std::nullopt;
  const DType type = r.tensor(0).type;
  const auto read = type == DType::f32 ? row.floats : is_8bit(type) ? row.bytes : row.integers;
  if (read) return read_in_unit(r, read);
  return r.refuse(fmt::format("input '{}' has type {}; supported: {}", r.name(0), type_name(type), types_of(row)));
}

void read_node(Reader& reader, const SourceNode& source, const NodeList& list) {
  NodeReader r{reader, source};
  const ModelFunction* function = find_function(reader, *source.node);
  const Row* row = function ? nullptr : find_row(source);
  if (!function && !row) reader.unsupported.push_back(source.origin);
  const bool sound = function || (row && check_counts(r, *row) && check_attributes(r, *row));
  const bool inputs = check_inputs(r, list);
  Result result;
  if (sound && inputs) result = function ? read_call(r, *function) : read_known(r, *row);
  std::vector<Value> outputs;
  if (result) {
    outputs = std::move(r.further);
    outputs.insert(outputs.begin(), *result);
  }
  for (int i = 0; i < source.node->output_size(); ++i) {
    const std::string& name = source.node->output(i);
    if (name.empty() || reader.values.count(name)) continue;  // written twice: reported
    if (i < static_cast<int>(outputs.size())) {
      reader.values[name] = outputs[i];
    } else if (i > 0 && result) {
      // Reported by the first node that reads it, if any does.
      continue;
    } else if (!assume_declared(reader, name)) {
      reader.failed.insert(name);
    }
  }
}

/// Whoever reads results of the node says nothing.
void give_up(Reader& reader, const SourceNode& source) {
  if (!find_function(reader, *source.node) && !find_row(source)) reader.unsupported.push_back(source.origin);
  for (const std::string& name : source.node->output()) {
    if (!name.empty() && !reader.values.count(name)) reader.failed.insert(name);
  }
}

}  // namespace

SourceNode named_node(const format::NodeProto& node, int index, std::string prefix) {
  const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
  const std::string output = node.output_size() > 0 ? node.output(0) : "";
  constexpr size_t longest = 200;  // of bodies in bodies
  if (prefix.size() > longest) prefix = prefix.substr(0, longest) + ".../";
  return {&node,
          {index, printable(standard ? node.op_type() : node.domain() + "." + node.op_type()),
           prefix + printable(node.name().empty() ? output : node.name())}};
}

void read_list(Reader& reader, std::vector<SourceNode> nodes) {
  NodeList list{std::move(nodes)};
  find_writers(reader, list);
  std::vector<bool> read(list.nodes.size());
  for (const int at : reading_order(reader, list)) {
    read_node(reader, list.nodes[at], list);
    read[at] = true;
  }
  for (size_t i = 0; i < read.size(); ++i) {
    if (!read[i]) give_up(reader, list.nodes[i]);
  }
}

void read_nodes(Reader& reader) {
  for (const SourceNode& source : reader.nodes) {
    for (const std::string& name : source.node->output()) reader.bodies.names[name] = 1;
  }
  read_list(reader, reader.nodes);
  const auto earlier = [](const Origin& a, const Origin& b) { return a.index < b.index; };
  std::stable_sort(reader.unsupported.begin(), reader.unsupported.end(), earlier);
  report_unsupported(reader.unsupported, onnx_operators(), reader.diagnostics);
}

}  // namespace narrows::onnx_format

std::vector<std::string> narrows::onnx_operators() {
  std::vector<std::string> names;
  for (const onnx_format::Row& row : onnx_format::all_rows()) names.push_back(row.name);
  return names;
}
