#include "compiler/tune/recurrence.h"

#include <algorithm>
#include <map>

#include "compiler/tune/assembly.h"

namespace narrows {
namespace {

// Cycles of a multiply-add, of what is stored and loaded again, and of other vector instructions. Those of processors
// since 2017 differ by a cycle or two.
constexpr double kMultiplyAdd = 4, kForwarded = 7, kOther = 1;
// Of these iterations the second half tells: chains have found their way through all of the loop by then.
constexpr int kIterations = 16;

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

/// "%ymm0, 8(%rsp)" -> two; commas inside of brackets do not count.
std::vector<std::string> operands_of(const std::string& line) {
  std::vector<std::string> list;
  const size_t space = line.find_first_of(" \t");
  if (space == std::string::npos) return list;
  int depth = 0;
  list.emplace_back();
  for (size_t i = space; i < line.size(); ++i) {
    const char c = line[i];
    depth += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
    if (c == ',' && depth == 0) {
      list.emplace_back();
    } else if (c != ' ' && c != '\t') {
      list.back() += c;
    }
  }
  return list;
}

/// "v3" for every name of that vector register; the text of a place on the stack; empty for all else.
std::string value_name(const std::string& operand, bool arm) {
  if (uses_stack(operand)) return operand;
  const size_t digits = operand.find_first_of("0123456789");
  if (digits == std::string::npos) return "";
  const std::string letters = operand.substr(0, digits);
  const bool vector = arm ? letters == "v" || letters == "q" || letters == "d" || letters == "s"
                          : letters == "%xmm" || letters == "%ymm" || letters == "%zmm";
  const size_t end = operand.find_first_not_of("0123456789", digits);
  return vector ? "v" + operand.substr(digits, end == std::string::npos ? end : end - digits) : "";
}

/// When values are there, by name, while a loop runs.
class Clock {
 public:
  explicit Clock(bool arm) : arm_(arm) {}

  void run(const std::string& line) {
    const std::string name = mnemonic(line);
    std::vector<std::string> operands = operands_of(line);
    if (operands.size() < 2) return;
    const bool pair = name == "ldp" || name == "stp", store = name == "str" || name == "stp";
    if (pair) return run_pair(operands, store);
    // The destination comes last, as x86 has it.
    if (arm_ && !store) std::rotate(operands.begin(), operands.begin() + 1, operands.end());
    const bool adds = is_multiply_add(line) && !starts_with(name, "vpmaddwd") && !starts_with(name, "smull");
    const bool two = !arm_ && name[0] != 'v';  // the destination is an operand too
    const bool move = name.find("mov") != std::string::npos || store || name == "ldr";
    double ready = 0;
    for (size_t i = 0; i + 1 < operands.size(); ++i) ready = std::max(ready, ready_of(operands[i]));
    if (adds || (two && !move)) ready = std::max(ready, ready_of(operands.back()));
    put(operands.back(), ready + (move ? 0 : is_multiply_add(line) ? kMultiplyAdd : kOther));
  }

  double latest() const {
    double latest = 0;
    for (const auto& [name, ready] : ready_) latest = std::max(latest, ready);
    return latest;
  }

 private:
  double ready_of(const std::string& operand) const {
    const auto found = ready_.find(value_name(operand, arm_));
    return found == ready_.end() ? 0 : found->second + (uses_stack(operand) ? kForwarded : 0);
  }
  void put(const std::string& operand, double ready) {
    const std::string name = value_name(operand, arm_);
    if (!name.empty()) ready_[name] = ready;
  }
  /// "ldp q0, q1, [sp, 32]": as "[sp,32]" and "[sp,48]".
  void run_pair(const std::vector<std::string>& operands, bool store) {
    if (operands.size() < 3) return;
    const std::string& place = operands[2];
    const size_t comma = place.find(',');
    const size_t digits = place.find_first_of("0123456789");
    const int offset = comma == std::string::npos || digits == std::string::npos ? 0 : std::stoi(place.substr(digits));
    const bool stack = uses_stack(place);
    for (int i = 0; i < 2; ++i) {
      const int at = offset + 16 * i;
      const std::string one = !stack ? place : at ? "[sp," + std::to_string(at) + "]" : "[sp]";
      const std::string& reg = operands[static_cast<size_t>(i)];
      store ? put(one, ready_of(reg)) : put(reg, ready_of(one));
    }
  }

  bool arm_;
  std::map<std::string, double> ready_;
};

}  // namespace

double recurrence(const std::vector<std::string>& loop, bool arm) {
  Clock clock(arm);
  double half = 0;
  for (int i = 0; i < kIterations; ++i) {
    if (i == kIterations / 2) half = clock.latest();
    for (const std::string& line : loop) clock.run(line);
  }
  return (clock.latest() - half) / (kIterations / 2);
}

}  // namespace narrows
