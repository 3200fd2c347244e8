#include "compiler/cli/target_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"
#include "compiler/target.h"

namespace narrows {
namespace {

/// "natively", "by qemu-aarch64-static", "not here: this machine (x86-64-linux-avx2) cannot run code for ..."
std::string how_it_runs(const Target& target) {
  Diagnostics diagnostics("narrows");
  const std::optional<Toolchain> toolchain = find_toolchain(target, "", "", diagnostics);
  if (toolchain && toolchain->runner.empty()) return "natively";
  if (toolchain) return "by " + toolchain->runner[0];
  std::vector<std::string> reasons;
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity == Severity::error) reasons.push_back(d.message);
  }
  return fmt::format("not here: {}", fmt::join(reasons, "; "));
}

}  // namespace

std::string target_list() {
  size_t names = 0, instructions = 0;
  for (const Target& target : all_targets()) {
    names = std::max(names, target.name.size());
    instructions = std::max(instructions, target.instructions.size());
  }
  std::string text;
  for (const Target& target : all_targets()) {
    text +=
        fmt::format("{:{}}  {:{}}  {}\n", target.name, names, target.instructions, instructions, how_it_runs(target));
  }
  return text;
}

}  // namespace narrows
