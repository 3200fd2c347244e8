#include "compiler/tune/assembly_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics.h"

namespace narrows {
namespace {

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

/// Register `n` in an operand like the one given: "%ymm3" -> "%ymm7", "v3.4s" -> "v7.4s".
std::string renumbered(const std::string& operand, int n) {
  const size_t digits = operand.find_first_of("0123456789");
  const size_t end = operand.find_first_not_of("0123456789", digits);
  return operand.substr(0, digits) + std::to_string(n) + (end == std::string::npos ? "" : operand.substr(end));
}

// ---- x86-64, AT&T's order: the destination comes last ----------------------------------------------------

std::string x86_peak_loop(const std::string& instruction, int count) {
  const std::string name = mnemonic(instruction), accumulator = instruction.substr(instruction.rfind('%'));
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format("{} {}, {}, {}\n", name, renumbered(accumulator, 15), renumbered(accumulator, 14),
                        renumbered(accumulator, i));
  }
  return text;
}

const AssemblySyntax kX86 = {
    {"%xmm", "%ymm", "%zmm"},
    {"(%rsp", "(%rbp"},
    {"vfmadd", "vpdpbusd", "vpmaddwd", "pmaddwd"},
    {"vpmaddwd"},
    "jmp",
    [](const std::string& name) { return name.size() > 1 && name[0] == 'j'; },
    [](const std::string& name) { return name.find("mov") != std::string::npos; },
    [](const std::string&) { return false; },
    [](const std::string& name) { return name[0] != 'v'; },
    [](const std::string& instruction) { return std::vector{instruction}; },
    x86_peak_loop,
    14,
};

// ---- arm64 -----------------------------------------------------------------------------------------------

bool is_arm64_jump(const std::string& name) {
  return name == "b" || starts_with(name, "b.") || starts_with(name, "cbz") || starts_with(name, "cbnz") ||
         starts_with(name, "tbz") || starts_with(name, "tbnz") || (name.size() == 3 && name[0] == 'b');
}

bool is_arm64_move(const std::string& name) {
  return name.find("mov") != std::string::npos || name == "ldr" || name == "str";
}

/// "ldp q0, q1, [sp, 32]" is a load from "[sp,32]" and one from "[sp,48]". Other memory than the stack has no name.
std::vector<std::string> arm64_single(const std::string& instruction) {
  const std::string name = mnemonic(instruction);
  const std::vector<std::string> operands = operands_of(instruction);
  if ((name != "ldp" && name != "stp") || operands.size() < 3) return {instruction};
  const std::string& place = operands[2];
  const size_t comma = place.find(','), digits = place.find_first_of("0123456789");
  const int offset = comma == std::string::npos || digits == std::string::npos ? 0 : std::stoi(place.substr(digits));
  std::vector<std::string> list;
  for (int i = 0; i < 2; ++i) {
    const int at = offset + 16 * i;
    const std::string one = !starts_with(place, "[sp") ? place : at ? fmt::format("[sp,{}]", at) : "[sp]";
    list.push_back(fmt::format("{} {}, {}", name == "ldp" ? "ldr" : "str", operands[static_cast<size_t>(i)], one));
  }
  return list;
}

std::string arm64_peak_loop(const std::string& instruction, int count) {
  const std::string name = mnemonic(instruction);
  const size_t space = instruction.find_first_of(" \t");
  const std::string accumulator = instruction.substr(space + 1, instruction.find(',') - space - 1);
  // The lanes of the factors: "v0.4s, v1.16b, v2.16b". By element: "v2.s[1]".
  const std::string factors = instruction.substr(instruction.find(',') + 1);
  const size_t comma = factors.find(',');
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format("{} {},{},{}\n", name, renumbered(accumulator, i), renumbered(factors.substr(0, comma), 30),
                        renumbered(factors.substr(comma + 1), 31));
  }
  return text;
}

const AssemblySyntax kArm64 = {
    {"v", "q", "d", "s"},
    {"[sp"},
    {"fmla", "sdot", "udot", "smlal", "smull"},
    {"smull"},
    "b",
    is_arm64_jump,
    is_arm64_move,
    [](const std::string& name) { return name != "str"; },
    [](const std::string&) { return false; },
    arm64_single,
    arm64_peak_loop,
    28,
};

}  // namespace

bool AssemblySyntax::is_multiply_add(const std::string& instruction) const {
  const std::string name = mnemonic(instruction);
  return std::any_of(multiply_adds.begin(), multiply_adds.end(),
                     [&](const std::string& start) { return starts_with(name, start); });
}

bool AssemblySyntax::uses_stack(const std::string& instruction) const {
  return std::any_of(stack.begin(), stack.end(),
                     [&](const std::string& text) { return instruction.find(text) != std::string::npos; });
}

const AssemblySyntax* find_assembly_syntax(const Target& target) {
  switch (target.family) {
    case Family::x86_64:
      return &kX86;
    case Family::arm64:
      return &kArm64;
    case Family::any:
    case Family::big_endian:
      return nullptr;
  }
  return nullptr;
}

const AssemblySyntax& assembly_syntax(const Target& target) {
  const AssemblySyntax* const syntax = find_assembly_syntax(target);
  NARROWS_CHECK(syntax, "no assembly syntax of " + target.str());
  return *syntax;
}

std::string mnemonic(const std::string& instruction) {
  const size_t begin = instruction.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  const std::string text = instruction.substr(begin);
  // GCC asks for an encoding in front of an instruction.
  const std::string encoding = "{vex}";
  if (starts_with(text, encoding)) return mnemonic(text.substr(encoding.size()));
  return text.substr(0, text.find_first_of(" \t\r"));
}

std::vector<std::string> operands_of(const std::string& instruction) {
  std::vector<std::string> list;
  const std::string name = mnemonic(instruction);
  const size_t space = instruction.find_first_of(" \t", instruction.find(name) + name.size());
  if (space == std::string::npos) return list;
  int depth = 0;
  list.emplace_back();
  for (size_t i = space; i < instruction.size(); ++i) {
    const char c = instruction[i];
    depth += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
    if (c == ',' && depth == 0) {
      list.emplace_back();
    } else if (c != ' ' && c != '\t') {
      list.back() += c;
    }
  }
  return list;
}

}  // namespace narrows
