// narrows run: compiles a model, builds the emitted code with the system's compiler and runs it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/inputs.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/cli/results.h"
#include "compiler/measure/execute.h"
#include "compiler/measure/files.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  InputArguments input;
  std::string compiler, runner, labels, folder;
  int labels_offset = 0, timed_runs = 10, threads = 1;
};

bool write_outputs(const std::vector<Bytes>& outputs, const std::string& folder, Diagnostics& diagnostics) {
  std::vector<File> files;
  for (size_t i = 0; i < outputs.size(); ++i) {
    files.push_back({fmt::format("out{}.bin", i), std::string(outputs[i].begin(), outputs[i].end())});
  }
  return write_files(files, folder, diagnostics);
}

int run_command(const Arguments& arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  Diagnostics diagnostics("narrows");
  const auto toolchain = find_toolchain(model->options.target, arguments.compiler, arguments.runner, diagnostics);
  check_scaling(arguments.input, !arguments.model.pixels.empty(), diagnostics);
  const auto inputs = load_inputs(arguments.input, model->graph, diagnostics);
  Labels labels;
  if (!arguments.labels.empty()) labels = read_labels(arguments.labels, arguments.labels_offset, diagnostics);
  if (!report(diagnostics)) return 1;

  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  const Results results = find_results(compiled->graph);
  Diagnostics warnings("narrows");
  check_labels(labels, results.classes, warnings);
  report(warnings);
  const ExecuteOptions run{*inputs, arguments.timed_runs, arguments.threads};
  const auto execution = execute(*compiled, model->options, *toolchain, run, diagnostics);
  if (execution && !arguments.folder.empty()) write_outputs(execution->outputs, arguments.folder, diagnostics);
  if (!report(diagnostics)) return 1;

  // A map of features is taken for one of scores where the caller has names for them.
  if (results.kind != ResultKind::score_map || !arguments.labels.empty())
    print_escaped("{}", list_results(compiled->graph, results, execution->outputs, labels));
  print_escaped("{}", execution->report);
  return 0;
}

}  // namespace

void add_run_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->model.emit_main = true;
  CLI::App* command = app.add_subcommand("run", "Compiles, builds and runs a model on a picture or raw bytes");
  add_model_arguments(*command, &arguments->model);
  add_input_rows(*command, &arguments->model);
  add_input_arguments(*command, &arguments->input);
  command->get_option("--input")->required();
  command->add_option("-o", arguments->folder, "folder for out0.bin ...; made if missing");
  command->add_option("--time", arguments->timed_runs, "further runs for the clock")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "to run on")->check(CLI::Range(1, 1000))->capture_default_str();
  CLI::Option* const labels = command->add_option("--labels", arguments->labels, "names of the classes, one per line");
  command
      ->add_option("--labels-offset", arguments->labels_offset, "class of the first name; -1 leaves the first name out")
      ->check(CLI::Range(-1000000, 1000000))
      ->capture_default_str()
      ->needs(labels);
  command->add_option("--compiler", arguments->compiler,
                      "C++ compiler (default: $CXX, g++, clang++ or a cross compiler)");
  command->add_option("--runner", arguments->runner, "command that runs the program (default: none, or an emulator)");
  command->footer("Example:\n  narrows run mobilenet_v2.tflite --input bird.png --labels labels.txt --time 100");
  command->callback([arguments, status] { *status = run_command(*arguments); });
}

}  // namespace narrows
