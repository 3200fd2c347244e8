#include "compiler/tune/recurrence.h"

#include <algorithm>
#include <map>

namespace narrows {
namespace {

// Cycles of a multiply-add, of what is stored and loaded again, and of other vector instructions. Those of processors
// since 2017 differ by a cycle or two.
constexpr double kMultiplyAdd = 4, kForwarded = 7, kOther = 1;
// Of these iterations the second half tells: chains have found their way through all of the loop by then.
constexpr int kIterations = 16;

/// "v3" for every name of that vector register; the text of a place on the stack; empty for all else.
std::string value_name(const std::string& operand, const AssemblySyntax& syntax) {
  if (syntax.uses_stack(operand)) return operand;
  const size_t digits = operand.find_first_of("0123456789");
  if (digits == std::string::npos) return "";
  const auto& names = syntax.vector_registers;
  if (std::find(names.begin(), names.end(), operand.substr(0, digits)) == names.end()) return "";
  const size_t end = operand.find_first_not_of("0123456789", digits);
  return "v" + operand.substr(digits, end == std::string::npos ? end : end - digits);
}

/// When values are there, by name, while a loop runs.
class Clock {
 public:
  explicit Clock(const AssemblySyntax& syntax) : syntax_(syntax) {}

  void run(const std::string& line) {
    for (const std::string& instruction : syntax_.single(line)) run_single(instruction);
  }

  double latest() const {
    double latest = 0;
    for (const auto& [name, ready] : ready_) latest = std::max(latest, ready);
    return latest;
  }

 private:
  void run_single(const std::string& line) {
    const std::string name = mnemonic(line);
    std::vector<std::string> operands = operands_of(line);
    if (operands.size() < 2) return;
    if (syntax_.destination_first(name)) std::rotate(operands.begin(), operands.begin() + 1, operands.end());
    const auto& products = syntax_.products;
    const bool product = std::any_of(products.begin(), products.end(),
                                     [&](const std::string& start) { return name.rfind(start, 0) == 0; });
    const bool multiply_add = syntax_.is_multiply_add(line), move = syntax_.is_move(name);
    double ready = 0;
    for (size_t i = 0; i + 1 < operands.size(); ++i) ready = std::max(ready, ready_of(operands[i]));
    if ((multiply_add && !product) || (syntax_.reads_destination(name) && !move))
      ready = std::max(ready, ready_of(operands.back()));
    put(operands.back(), ready + (move ? 0 : multiply_add ? kMultiplyAdd : kOther));
  }
  double ready_of(const std::string& operand) const {
    const auto found = ready_.find(value_name(operand, syntax_));
    return found == ready_.end() ? 0 : found->second + (syntax_.uses_stack(operand) ? kForwarded : 0);
  }
  void put(const std::string& operand, double ready) {
    const std::string name = value_name(operand, syntax_);
    if (!name.empty()) ready_[name] = ready;
  }

  const AssemblySyntax& syntax_;
  std::map<std::string, double> ready_;
};

}  // namespace

double recurrence(const std::vector<std::string>& loop, const AssemblySyntax& syntax) {
  Clock clock(syntax);
  double half = 0;
  for (int i = 0; i < kIterations; ++i) {
    if (i == kIterations / 2) half = clock.latest();
    for (const std::string& line : loop) clock.run(line);
  }
  const int counted = kIterations - kIterations / 2;
  return (clock.latest() - half) / counted;
}

}  // namespace narrows
