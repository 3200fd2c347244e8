// ONNX front end: what stands in a body, a branch of If or a function, is read in the place of the node that has it.
#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "frontends/messages.h"
#include "frontends/onnx/nodes.h"

namespace narrows::onnx_format {
namespace {

constexpr int max_depth = 50;  // of bodies in bodies

/// A body while it is being read.
struct Body {
  const google::protobuf::RepeatedPtrField<format::NodeProto>& nodes;
  std::string what;  ///< "function 'f'", as messages name it
  Scope scope = {};
  Call call = {};
  std::vector<std::string> results = {};  ///< names in the model of what the body returns
};

/// A name for what a body writes, which the model does not have.
std::string unused_name(Reader& reader, const std::string& wanted) {
  int& asked = reader.bodies.names[wanted];
  std::string name = wanted;
  while (reader.values.count(name) || reader.failed.count(name) || (asked > 0 && reader.bodies.names.count(name)))
    name = fmt::format("{}'{}", wanted, ++asked);
  asked = std::max(asked, 1);
  reader.bodies.names[name] = std::max(reader.bodies.names[name], 1);
  return name;
}

/// Short, however long the name of the result is, as it comes in front of every name in the body.
std::string prefix_of(const NodeReader& r) { return printable(r.node().output(0)) + "/"; }

void name_results_of_nodes(NodeReader& r, Body& body) {
  for (const format::NodeProto& node : body.nodes) {
    for (const std::string& name : node.output()) {
      if (!name.empty() && !body.scope.names.count(name))
        body.scope.names[name] = unused_name(r.reader, prefix_of(r) + name);
    }
  }
}

/// A small file may call functions that call others often; nobody waits for what comes of that.
bool check_work(const NodeReader& r) {
  Bodies& all = r.reader.bodies;
  if (all.nodes <= max_nodes && all.bytes <= max_copied_bytes) return true;
  if (all.refused) return false;
  all.refused = true;
  return r.fail(fmt::format("functions and branches come to more than the limit of {} operators and {} bytes",
                            max_nodes, max_copied_bytes));
}

bool read_nodes_of(NodeReader& r, const Body& body) {
  Bodies& all = r.reader.bodies;
  std::deque<format::NodeProto> copies;
  std::vector<SourceNode> nodes;
  const Origin& at = r.source.origin;
  for (const format::NodeProto& node : body.nodes) {
    ++all.nodes;
    all.bytes += static_cast<int64_t>(node.ByteSizeLong());
    if (!check_work(r)) return false;
    copies.push_back(node);
    nodes.push_back(named_node(node, at.index, at.name + "/"));
    rename_node(body.scope, body.call, &copies.back());
    nodes.back().node = &copies.back();
  }
  if (!check_work(r)) return false;
  ++all.depth;
  read_list(r.reader, std::move(nodes));
  --all.depth;
  return true;
}

/// What the body returns for the outputs that the node has.
Result results_of(NodeReader& r, const Body& body) {
  std::vector<Value> found(static_cast<size_t>(r.node().output_size()));
  for (size_t i = 0; i < found.size(); ++i) {
    const std::string& name = body.results[i];
    const auto value = r.reader.values.find(name);
    if (value != r.reader.values.end()) {
      found[i] = value->second;
    } else if (!r.node().output(static_cast<int>(i)).empty()) {
      if (r.reader.failed.count(name)) return std::nullopt;
      return r.refuse(fmt::format("{} returns '{}', which is written by no operator", body.what, printable(name)));
    }
  }
  r.further.assign(found.begin() + 1, found.end());
  return found.front();
}

Result read_body(NodeReader& r, const Body& body) {
  const auto count = static_cast<int>(body.results.size());
  if (r.node().output_size() > count)
    return r.refuse(fmt::format("has {} outputs, but {} has {}", r.node().output_size(), body.what, count));
  if (r.reader.bodies.depth >= max_depth)
    return r.refuse(
        fmt::format("{} stands in {} others; expected functions that do not call themselves, and at most "
                    "{}",
                    body.what, r.reader.bodies.depth, max_depth));
  return read_nodes_of(r, body) ? results_of(r, body) : std::nullopt;
}

Result read_branch(NodeReader& r, const char* which) {
  const format::GraphProto& graph = r.graph_attribute(which);
  if (graph.input_size() > 0)
    return r.refuse(fmt::format("{} has {} inputs, expected none", which, graph.input_size()));
  Body body{graph.node(), which};
  for (const format::TensorProto& tensor : graph.initializer())
    body.scope.names[tensor.name()] = unused_name(r.reader, prefix_of(r) + tensor.name());
  name_results_of_nodes(r, body);
  for (const format::TensorProto& tensor : graph.initializer())
    read_initializer(r.reader, tensor, body.scope.names.at(tensor.name()));
  for (const format::ValueInfoProto& output : graph.output())
    body.results.push_back(renamed(body.scope, output.name()));
  return read_body(r, body);
}

/// Only the branch that is taken is looked at.
Result read_if(NodeReader& r) {
  const auto condition = constant_integers(r, 0, "condition");
  if (!condition) return std::nullopt;
  if (condition->size() != 1)
    return r.refuse(fmt::format("condition '{}' has {} values, expected 1", r.name(0), condition->size()));
  const char* const which = condition->front() != 0 ? "then_branch" : "else_branch";
  if (!r.has(which)) return r.refuse(fmt::format("has no {}", which));
  return read_branch(r, which);
}

/// Functions name the operator sets that they use.
std::optional<int64_t> opset_of(const NodeReader& r, const format::FunctionProto& function, const std::string& what) {
  int64_t opset = r.reader.opset;
  for (const format::OperatorSetIdProto& set : function.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") opset = set.version();
  }
  if (opset >= oldest_opset && opset <= newest_opset) return opset;
  r.fail(fmt::format("{} uses version {} of the operator set ai.onnx; supported: {} to {}", what, opset, oldest_opset,
                     newest_opset));
  return std::nullopt;
}

bool check_call(const NodeReader& r, const format::FunctionProto& function, const std::string& what) {
  if (r.node().input_size() > function.input_size())
    return r.fail(fmt::format("has {} inputs, but {} has {}", r.node().input_size(), what, function.input_size()));
  return r.node().output_size() >= 1 && !r.node().output(0).empty() ? true : r.fail("output 0 has no name");
}

}  // namespace

Result read_call(NodeReader& r, const ModelFunction& function) {
  const format::FunctionProto& source = *function.source;
  const std::string what = "function '" + printable(source.name()) + "'";
  if (r.reader.bodies.failed.count(&function)) return std::nullopt;
  const int errors = r.reader.diagnostics.error_count();
  const std::optional<int64_t> opset = opset_of(r, source, what);
  if (!opset || !check_call(r, source, what)) return std::nullopt;
  Body body{source.node(), what};
  body.call = {&r.node(), &function, &r.reader.bodies.bytes};
  body.scope.prefix = prefix_of(r);
  for (int i = 0; i < source.input_size(); ++i)
    body.scope.names.emplace(source.input(i), i < r.node().input_size() ? r.node().input(i) : "");
  name_results_of_nodes(r, body);
  for (const std::string& name : source.output()) body.results.push_back(renamed(body.scope, name));
  const int64_t outside = r.reader.opset;
  r.reader.opset = *opset;
  const Result result = read_body(r, body);
  r.reader.opset = outside;
  if (r.reader.diagnostics.error_count() > errors) r.reader.bodies.failed.insert(&function);
  return result;
}

namespace {

constexpr Row rows[] = {
    {"If", 1, 1, many, nullptr, read_if, nullptr, {{"else_branch", type::graph}, {"then_branch", type::graph}}},
};

}  // namespace

const Table<Row> bodies_rows = rows;

}  // namespace narrows::onnx_format
