#include "compiler/tune/assembly.h"

#include <cxxabi.h>

#include <cstdlib>
#include <map>
#include <sstream>

namespace narrows {
namespace {

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

std::string trimmed(const std::string& line) {
  const size_t begin = line.find_first_not_of(" \t"), end = line.find_last_not_of(" \t\r");
  return begin == std::string::npos ? "" : line.substr(begin, end - begin + 1);
}

/// "_ZN12_GLOBAL__N_1L8conv_8x7EPKf" -> "conv_8x7"; names of C as they are.
std::string source_name(const std::string& symbol) {
  int status = 0;
  char* const text = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
  std::string name = status == 0 && text ? text : symbol;
  std::free(text);
  const std::string anonymous = "(anonymous namespace)::";
  if (starts_with(name, anonymous)) name = name.substr(anonymous.size());
  return name.substr(0, name.find('('));
}

/// The label that a jump leads to: its last operand. Calls and returns have none that is local.
std::string jump_target(const std::string& line, const AssemblySyntax& syntax) {
  const size_t label = line.rfind(".L");
  return syntax.is_jump(mnemonic(line)) && label != std::string::npos ? trimmed(line.substr(label)) : "";
}

/// A function that is being read.
struct Reader {
  AssemblyFunction function;
  std::map<std::string, size_t> labels;  ///< local labels: the next instruction

  void instruction(const std::string& line, const AssemblySyntax& syntax) {
    function.lines.push_back(line);
    const auto target = labels.find(jump_target(line, syntax));
    if (target != labels.end())
      function.loops.push_back({target->second, function.lines.size(), mnemonic(line) != syntax.jump});
  }
};

}  // namespace

std::vector<AssemblyFunction> functions_of(const std::string& assembly, const AssemblySyntax& syntax) {
  std::vector<Reader> functions(1);
  std::istringstream lines(assembly);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find("//"));
    if (const std::string text = trimmed(line); !text.empty() && text[0] != '#') {
      const size_t colon = text.find(':');
      const bool label = colon != std::string::npos && text.find_first_of(" \t\"") > colon;
      if (label && starts_with(text, ".L")) {
        functions.back().labels[text.substr(0, colon)] = functions.back().function.lines.size();
      } else if (label) {
        functions.push_back({{source_name(text.substr(0, colon)), {}, {}}, {}});
      } else if (text[0] != '.') {
        functions.back().instruction(text, syntax);
      }
    }
  }
  std::vector<AssemblyFunction> found;
  for (Reader& reader : functions) {
    if (!reader.function.lines.empty()) found.push_back(std::move(reader.function));
  }
  return found;
}

std::vector<InnerLoop> inner_loops(const std::string& assembly, const AssemblySyntax& syntax) {
  std::vector<InnerLoop> loops;
  for (const AssemblyFunction& f : functions_of(assembly, syntax)) {
    size_t last_end = 0;  // an outer loop holds the end of an inner one
    for (const AssemblyFunction::Loop& loop : f.loops) {
      if (!loop.conditional) continue;
      const auto begin = f.lines.begin() + static_cast<long>(loop.begin);
      if (loop.begin >= last_end) loops.push_back({f.name, {begin, f.lines.begin() + static_cast<long>(loop.end)}});
      last_end = loop.end;
    }
  }
  return loops;
}

}  // namespace narrows
