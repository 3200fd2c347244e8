#include "compiler/cli/lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/measure/toolchain.h"
#include "compiler/target.h"
#include "frontends/frontends.h"

namespace narrows {
namespace {

std::string paragraph(const std::string& title, const std::vector<std::string>& names) {
  constexpr size_t width = 120;
  std::string text = title + ":\n", line = " ";
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string word = " " + names[i] + (i + 1 < names.size() ? "," : "");
    if (line.size() + word.size() > width) {
      text += line + "\n";
      line = " ";
    }
    line += word;
  }
  return text + line + "\n";
}

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

std::string operator_lists() {
  const std::vector<std::string> onnx = onnx_operators();
  const std::string second = onnx.empty() ? "" : "\n" + paragraph("ONNX", onnx);
  return paragraph("TensorFlow Lite", tflite_operators()) + second;
}

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
