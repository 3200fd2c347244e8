// Private to the ONNX front end: lists of nodes, and the bodies of functions and branches, which are lists as well.
//
// A body is read in the place of the node that calls it, as if its nodes stood there: for a branch of If once its
// condition is known, for a function with the call's operands. Copies of its nodes have other names for what is
// written in the body, so that nothing of it meets a name of the model or of another call.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/onnx/op.h"

namespace narrows::onnx_format {

constexpr int64_t max_copied_bytes = int64_t{1} << 28;  ///< of the nodes of all bodies together

/// Nodes that may read one another's results, and for each name the place in `nodes` of the one that writes it.
struct NodeList {
  std::vector<SourceNode> nodes;
  std::unordered_map<std::string, int> writers = {};
};

/// The node as messages name it. Nodes have no position but their place in the list, and often no name; those of a body
/// have the place of its call, and `prefix` in front of their names.
SourceNode named_node(const format::NodeProto& node, int index, std::string prefix);  // nodes.cpp
/// Reads the nodes of the model or of a body, each behind those whose results it reads.
void read_list(Reader& reader, std::vector<SourceNode> nodes);  // nodes.cpp

/// The places of the list's nodes, such that each stands behind those whose results it reads; otherwise as in the file.
/// Nodes that wait for their own result are reported and left out, as are those that wait for them.
std::vector<int> reading_order(Reader& reader, const NodeList& list);  // order.cpp
/// What the node reads: its inputs, and what bodies in its attributes read of what is around them. Names may occur
/// several times, and may be empty.
std::vector<std::string> names_read_by(const format::NodeProto& node);  // order.cpp

/// The model's functions; reports those that occur twice.
void read_functions(Reader& reader);  // functions.cpp
/// The function that a node calls; null where it is an operator.
const ModelFunction* find_function(const Reader& reader, const format::NodeProto& node);  // functions.cpp
Result read_call(NodeReader& r, const ModelFunction& function);                           // bodies.cpp

/// What the names in a body stand for. A nested body sees those of the bodies around it.
struct Scope {
  const Scope* outer = nullptr;
  std::string prefix = {};  ///< of names that are not known: a function sees nothing of what is around it
  std::map<std::string, std::string> names = {};
};

/// Where attributes of a function's nodes come from that refer to those of the call.
struct Call {
  const format::NodeProto* node = nullptr;  ///< null for branches
  const ModelFunction* function = nullptr;
  int64_t* bytes = nullptr;  ///< Bodies::bytes
};

/// What `name` in the body is called in the model.
std::string renamed(const Scope& scope, const std::string& name);  // renames.cpp
/// Gives a copy of a body's node the names of the model and the attributes of the call, also in the bodies in it.
void rename_node(const Scope& scope, const Call& call, format::NodeProto* node);  // renames.cpp

}  // namespace narrows::onnx_format
