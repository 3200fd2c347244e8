// Assembly text of emitted code, as GCC and Clang print it for x86 and ARM: where its inner loops are.
#pragma once

#include <string>
#include <vector>

namespace narrows {

/// A loop without another loop inside: from a label to the jump back to it.
struct InnerLoop {
  std::string function;            ///< its name in the source
  std::vector<std::string> lines;  ///< instructions, without labels, directives and comments
};

std::vector<InnerLoop> inner_loops(const std::string& assembly);

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

std::vector<AssemblyFunction> functions_of(const std::string& assembly);

/// Instructions that multiply and add: of floats, or of 8-bit or 16-bit numbers into wider sums.
bool is_multiply_add(const std::string& instruction);
/// Loads and stores relative to the stack pointer: what did not fit in registers.
bool uses_stack(const std::string& instruction);
/// "vfmadd231ps" of "\tvfmadd231ps\t%ymm0, ...".
std::string mnemonic(const std::string& instruction);

}  // namespace narrows
