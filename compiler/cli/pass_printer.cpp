#include "compiler/cli/pass_printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace narrows {

PassPrinter::PassPrinter(std::string wanted, const Graph& before) : wanted_(std::move(wanted)), text_(print(before)) {}

void PassPrinter::after(const std::string& pass, const Graph& graph) {
  passes_.push_back(pass);
  std::string text = print(graph);
  if (wanted_ == pass || wanted_ == "all") {
    const bool changed = text != text_;
    fmt::print("---- after {}{}\n{}", pass, changed ? "" : " (unchanged)", changed ? text + "\n" : "");
  }
  text_ = std::move(text);
}

void PassPrinter::finish(Diagnostics& diagnostics) const {
  if (wanted_ == "all" || std::find(passes_.begin(), passes_.end(), wanted_) != passes_.end()) return;
  diagnostics.error(fmt::format("there is no pass '{}'", wanted_));
  diagnostics.note(fmt::format("passes: {}, or all", fmt::join(passes_, ", ")));
}

}  // namespace narrows
