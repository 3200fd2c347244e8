// Private to the front ends: parts of messages that do not depend on the file format.
#pragma once

#include <string>
#include <vector>

#include "compiler/diagnostics.h"

namespace narrows {

/// A name from a file, safe to print: ASCII without quotes and control characters (others become \xNN), cut
/// to about 100 characters.
std::string printable(const std::string& name);

/// One error for all operators that cannot be read, each kind named once, in order of first use, and a note
/// that names those that can. Nothing where `unsupported` is empty.
void report_unsupported(const std::vector<Origin>& unsupported, const std::vector<std::string>& supported,
                        Diagnostics& diagnostics);

}  // namespace narrows
