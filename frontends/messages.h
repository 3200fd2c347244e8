// Private to the front ends: parts of messages that do not depend on the file format.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows {

/// A name from a file, safe to print: ASCII without quotes and control characters (others become \xNN), cut
/// to about 100 characters.
std::string printable(const std::string& name);

/// A type as model formats call it, "UINT8"; for f32 they differ, and TFLite's name is given.
std::string format_name(DType type);

/// Reports the names in `given` (of --shape) that are none of `known`, the dimensions that the model leaves open.
void report_unknown_sizes(const std::map<std::string, int>& given, const std::set<std::string>& known,
                          Diagnostics& diagnostics);

/// One error for all operators that cannot be read, each kind named once, in order of first use, and a note
/// that names those that can. Nothing where `unsupported` is empty.
void report_unsupported(const std::vector<Origin>& unsupported, const std::vector<std::string>& supported,
                        Diagnostics& diagnostics);

}  // namespace narrows
