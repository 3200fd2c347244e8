// Descriptions for tests, read as the command line reads them.
#pragma once

#include <string>

#include "compiler/graph/graph.h"

namespace narrows {

/// The graph of a description that must be read without an error.
Graph read_json(const std::string& json);
/// Reads a description of examples/models/.
Graph read_shipped(const std::string& name);

}  // namespace narrows
