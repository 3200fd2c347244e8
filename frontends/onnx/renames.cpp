// ONNX front end: names and attributes of nodes in bodies, where those are read.
#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>

#include "frontends/onnx/nodes.h"

namespace narrows::onnx_format {
namespace {

/// The attribute of the call that `name` refers to, or its default; null where it has neither.
const format::AttributeProto* referred(const Call& call, const std::string& name) {
  const auto is = [&](const format::AttributeProto& attribute) { return attribute.name() == name; };
  const auto& given = call.node->attribute();
  if (const auto found = std::find_if(given.begin(), given.end(), is); found != given.end()) return &*found;
  const auto& defaults = call.function->defaults;
  const auto found = std::find_if(defaults.begin(), defaults.end(), is);
  return found == defaults.end() ? nullptr : &*found;
}

/// A body in a body: what it writes itself keeps its name until it is read.
void rename_graph(const Scope& outer, const Call& call, format::GraphProto* graph) {
  Scope scope{&outer};
  const auto keep = [&](const std::string& name) { scope.names[name] = name; };
  for (const format::TensorProto& tensor : graph->initializer()) keep(tensor.name());
  for (const format::NodeProto& node : graph->node()) std::for_each(node.output().begin(), node.output().end(), keep);
  for (format::NodeProto& node : *graph->mutable_node()) rename_node(scope, call, &node);
  for (format::ValueInfoProto& output : *graph->mutable_output()) output.set_name(renamed(scope, output.name()));
}

/// Attributes that refer to one that the call does not have are left out, as if the node did not have them.
void rename_attributes(const Scope& scope, const Call& call, format::NodeProto* node) {
  google::protobuf::RepeatedPtrField<format::AttributeProto> attributes;
  attributes.Swap(node->mutable_attribute());
  for (format::AttributeProto& attribute : attributes) {
    if (call.node && !attribute.ref_attr_name().empty()) {
      const format::AttributeProto* const value = referred(call, attribute.ref_attr_name());
      if (!value) continue;
      *call.bytes += static_cast<int64_t>(value->ByteSizeLong());
      if (*call.bytes > max_copied_bytes) return;  // reported when the node has been copied
      const std::string name = attribute.name();
      attribute = *value;
      attribute.set_name(name);
    }
    if (attribute.has_g()) rename_graph(scope, call, attribute.mutable_g());
    node->add_attribute()->Swap(&attribute);
  }
}

}  // namespace

std::string renamed(const Scope& scope, const std::string& name) {
  if (name.empty()) return name;
  for (const Scope* at = &scope; at; at = at->outer) {
    if (const auto found = at->names.find(name); found != at->names.end()) return found->second;
  }
  const Scope* outermost = &scope;
  while (outermost->outer) outermost = outermost->outer;
  return outermost->prefix + name;
}

void rename_node(const Scope& scope, const Call& call, format::NodeProto* node) {
  for (std::string& name : *node->mutable_input()) name = renamed(scope, name);
  for (std::string& name : *node->mutable_output()) name = renamed(scope, name);
  rename_attributes(scope, call, node);
}

}  // namespace narrows::onnx_format
