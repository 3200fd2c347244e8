// How GCC and Clang print the instructions of a family of machines: all that is known of its assembly text is one
// value.
#pragma once

#include <string>
#include <vector>

#include "compiler/target.h"

namespace narrows {

struct AssemblySyntax {
  std::vector<std::string> vector_registers;  ///< their letters: "%ymm", "v"
  std::vector<std::string> stack;             ///< texts in operands that are relative to the stack pointer
  /// How the mnemonics of multiply-adds begin: of floats, or of 8-bit or 16-bit numbers into wider sums.
  std::vector<std::string> multiply_adds;
  std::vector<std::string> products;  ///< those of multiply_adds that do not add to their destination
  std::string jump;                   ///< mnemonic of the unconditional one
  bool (*is_jump)(const std::string& mnemonic);
  bool (*is_move)(const std::string& mnemonic);
  bool (*destination_first)(const std::string& mnemonic);  ///< among its operands; else it is the last
  /// Whether the destination is an operand too of what is neither move nor multiply-add.
  bool (*reads_destination)(const std::string& mnemonic);
  /// An instruction as instructions with one destination each: a load of two registers is two loads.
  std::vector<std::string> (*single)(const std::string& instruction);
  /// Text of `count` multiply-adds like this one that do not wait for each other.
  std::string (*peak_loop)(const std::string& instruction, int count);
  int independent;  ///< a count that is more than any processor needs to hide the latency of multiply-adds

  bool is_multiply_add(const std::string& instruction) const;
  /// Whether it loads or stores relative to the stack pointer: what did not fit in registers.
  bool uses_stack(const std::string& instruction) const;
};

/// Null for targets whose instructions are not known.
const AssemblySyntax* find_assembly_syntax(const Target& target);
/// For targets that have one.
const AssemblySyntax& assembly_syntax(const Target& target);

/// "vfmadd231ps" of "\tvfmadd231ps\t%ymm0, ...".
std::string mnemonic(const std::string& instruction);
/// "%ymm0, 8(%rsp)" behind the mnemonic: two, without spaces; commas inside of brackets do not count.
std::vector<std::string> operands_of(const std::string& instruction);

}  // namespace narrows
