// narrows estimate: what the inner loops of the emitted code would do on processors that are not here.
//
// The emitted source is compiled to assembly, and llvm-mca tells for each inner loop that multiplies and adds how many
// cycles an iteration takes when its data is in the first-level cache. The share is relative to the processor's own
// rate for such instructions, also by llvm-mca: what keeps a loop from 100 % is loads, address arithmetic or spills.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/measure/toolchain.h"
#include "compiler/tune/build_assembly.h"
#include "compiler/tune/mca.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  std::string compiler;
  std::vector<std::string> processors;
};

/// The loops that matter: those that multiply and add, each text once.
std::vector<InnerLoop> hot_loops(const std::string& assembly, const AssemblySyntax& syntax) {
  std::vector<InnerLoop> hot;
  for (const InnerLoop& loop : inner_loops(assembly, syntax)) {
    const bool multiplies = std::any_of(loop.lines.begin(), loop.lines.end(),
                                        [&](const std::string& line) { return syntax.is_multiply_add(line); });
    const bool known = std::any_of(hot.begin(), hot.end(), [&](const InnerLoop& h) { return h.lines == loop.lines; });
    if (multiplies && !known) hot.push_back(loop);
  }
  return hot;
}

void print_table(const std::vector<InnerLoop>& loops, const AssemblySyntax& syntax,
                 const std::vector<std::string>& processors, const std::vector<std::vector<LoopEstimate>>& estimates) {
  size_t width = 6;
  for (const InnerLoop& loop : loops) width = std::max(width, loop.function.size());
  std::string head = fmt::format("{:{}} {:>6} {:>6} {:>6}", "kernel", width, "instr.", "madds", "stack");
  for (const std::string& p : processors) head += fmt::format("  {:>17}", p);
  print_escaped("{}\n", head);
  for (size_t i = 0; i < loops.size(); ++i) {
    const auto& lines = loops[i].lines;
    std::string row = fmt::format(
        "{:{}} {:6} {:6} {:6}", loops[i].function, width, lines.size(),
        std::count_if(lines.begin(), lines.end(),
                      [&](const std::string& line) { return syntax.is_multiply_add(line); }),
        std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return syntax.uses_stack(line); }));
    for (const auto& of_processor : estimates)
      row += fmt::format("  {:7.1f} cyc. {:3.0f} %", of_processor[i].cycles, 100 * of_processor[i].share);
    print_escaped("{}\n", row);
  }
  for (size_t p = 0; p < processors.size(); ++p) {
    const auto at_90 =
        std::count_if(estimates[p].begin(), estimates[p].end(), [](const LoopEstimate& e) { return e.share >= 0.9; });
    print_escaped("{}: {} of {} loops at 90 % or more of the rate of their multiply-adds\n", processors[p], at_90,
                  loops.size());
  }
}

int run_estimate(const Arguments& arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  Diagnostics diagnostics("narrows");
  const Target& target = model->options.target;
  if (!check_estimates(target, diagnostics)) return report(diagnostics), 1;
  const auto toolchain = find_builder(target, arguments.compiler, diagnostics);
  if (!toolchain) return report(diagnostics), 1;
  const auto assembly = build_assembly(compiled->files, model->options.name, *toolchain, diagnostics);
  if (!assembly) return report(diagnostics), 1;
  const std::vector<InnerLoop> loops = hot_loops(*assembly, assembly_syntax(target));
  const std::vector<std::string> processors = arguments.processors.empty() ? target.processors : arguments.processors;
  std::vector<std::vector<LoopEstimate>> estimates;
  for (const std::string& processor : processors) {
    auto of_processor = estimate_loops(loops, target, processor, diagnostics);
    if (of_processor) estimates.push_back(std::move(*of_processor));
  }
  if (!report(diagnostics)) return 1;
  print_table(loops, assembly_syntax(target), processors, estimates);
  return 0;
}

}  // namespace

void add_estimate_command(CLI::App& app, int* status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("estimate", "inner loops on processors that are not here, by llvm-mca");
  add_model_arguments(*command, &arguments->model);
  command->add_option("--processor", arguments->processors, "LLVM's name of a processor; may be given several times")
      ->expected(1)
      ->take_all();
  command->add_option("--compiler", arguments->compiler, "C++ compiler for the emitted code");
  command->footer("Example:\n  narrows estimate mobilenet_v2.tflite --target arm64-linux --processor cortex-a55");
  command->callback([arguments, status] { *status = run_estimate(*arguments); });
}

}  // namespace narrows
