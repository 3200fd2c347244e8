// Assembly text of emitted code, as GCC and Clang print it: where its inner loops are.
#pragma once

#include <string>
#include <vector>

#include "compiler/tune/assembly_syntax.h"

namespace narrows {

/// A loop without another loop inside: from a label to the jump back to it.
struct InnerLoop {
  std::string function;            ///< its name in the source
  std::vector<std::string> lines;  ///< instructions, without labels, directives and comments
};

std::vector<InnerLoop> inner_loops(const std::string& assembly, const AssemblySyntax& syntax);

/// A function as a text of instructions, and its loops as parts of it.
struct AssemblyFunction {
  struct Loop {
    size_t begin = 0, end = 0;  ///< instructions [begin, end), from a label to the jump back to it
    bool conditional =
        true;  ///< that jump; where it is not, this may also be a detour that comes back from the function's end
  };
  std::string name;                ///< in the source
  std::vector<std::string> lines;  ///< instructions, without labels, directives and comments
  std::vector<Loop> loops;         ///< by their ends: inner ones come before those around them
};

std::vector<AssemblyFunction> functions_of(const std::string& assembly, const AssemblySyntax& syntax);

}  // namespace narrows
