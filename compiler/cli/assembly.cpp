#include "compiler/cli/assembly.h"

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

/// The label that a conditional jump leads to: its last operand. Calls and returns have none that is local.
std::string jump_target(const std::string& line) {
  const std::string name = mnemonic(line);
  const bool x86 = name.size() > 1 && name[0] == 'j' && name != "jmp";
  const bool arm = starts_with(name, "b.") || starts_with(name, "cbz") || starts_with(name, "cbnz") ||
                   starts_with(name, "tbz") || starts_with(name, "tbnz") || (name.size() == 3 && name[0] == 'b');
  const size_t label = line.rfind(".L");
  return (x86 || arm) && label != std::string::npos ? trimmed(line.substr(label)) : "";
}

/// The part of one function, as far as it was read.
class Function {
 public:
  explicit Function(const std::string& symbol) : name_(source_name(symbol)) {}

  void label(const std::string& name) { labels_[name] = lines_.size(); }
  void instruction(const std::string& line, std::vector<InnerLoop>* loops) {
    lines_.push_back(line);
    const auto target = labels_.find(jump_target(line));
    if (target == labels_.end()) return;
    // An outer loop holds the end of an inner one.
    if (target->second >= last_end_ || last_end_ == 0) {
      loops->push_back({name_, {lines_.begin() + static_cast<long>(target->second), lines_.end()}});
    }
    last_end_ = lines_.size();
  }

 private:
  std::string name_;
  std::vector<std::string> lines_;
  std::map<std::string, size_t> labels_;  ///< local labels: the next instruction
  size_t last_end_ = 0;                   ///< behind the jump back of the last loop
};

}  // namespace

std::string mnemonic(const std::string& instruction) {
  const std::string text = trimmed(instruction);
  return text.substr(0, text.find_first_of(" \t"));
}

std::vector<InnerLoop> inner_loops(const std::string& assembly) {
  std::vector<InnerLoop> loops;
  Function function("");
  std::istringstream lines(assembly);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find("//"));
    if (const std::string text = trimmed(line); !text.empty() && text[0] != '#') {
      const size_t colon = text.find(':');
      const bool label = colon != std::string::npos && text.find_first_of(" \t\"") > colon;
      if (label && starts_with(text, ".L")) {
        function.label(text.substr(0, colon));
      } else if (label) {
        function = Function(text.substr(0, colon));
      } else if (text[0] != '.') {
        function.instruction(text, &loops);
      }
    }
  }
  return loops;
}

bool is_multiply_add(const std::string& instruction) {
  const std::string name = mnemonic(instruction);
  for (const char* start : {"vfmadd", "vpdpbusd", "vpmaddwd", "pmaddwd", "fmla", "sdot", "udot", "smlal", "smull"}) {
    if (starts_with(name, start)) return true;
  }
  return false;
}

bool uses_stack(const std::string& instruction) {
  return instruction.find("(%rsp") != std::string::npos || instruction.find("(%rbp") != std::string::npos ||
         instruction.find("[sp") != std::string::npos;
}

}  // namespace narrows
