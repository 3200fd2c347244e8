// Private to the ONNX front end: lists of nodes.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/onnx/reader.h"

namespace narrows::onnx_format {

/// Nodes that may read one another's results, and for each name the place in `nodes` of the one that writes it.
struct NodeList {
  std::vector<SourceNode> nodes;
  std::unordered_map<std::string, int> writers = {};
};

/// The places of the list's nodes, such that each stands behind those whose results it reads; otherwise as in the file.
/// Nodes that wait for their own result are reported and left out, as are those that wait for them.
std::vector<int> reading_order(Reader& reader, const NodeList& list);  // order.cpp

}  // namespace narrows::onnx_format
