// narrows run: compiles a model, builds the emitted code with the system's compiler and runs it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <numeric>

#include "compiler/cli/commands.h"
#include "compiler/cli/compare.h"
#include "compiler/cli/detections.h"
#include "compiler/cli/execute.h"
#include "compiler/cli/files.h"
#include "compiler/cli/inputs.h"
#include "compiler/cli/model.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  InputArguments input;
  std::string compiler, runner, labels, folder;
  int timed_runs = 10, threads = 1;
};

constexpr size_t kTop = 5;

std::vector<std::string> read_labels(const std::string& path, Diagnostics& diagnostics) {
  std::vector<std::string> labels;
  std::ifstream stream(path);
  if (!stream) diagnostics.error(fmt::format("cannot read labels '{}'", path));
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  return labels;
}

/// One score per class: every dimension but the last is 1.
bool is_classification(const Tensor& output) {
  return !output.shape.empty() && output.shape.back() > 1 &&
         element_count(output.shape) == output.shape.back();
}

/// The real number that an element stands for.
double real_value(const Tensor& tensor, const Bytes& bytes, int64_t index) {
  const double stored = element(tensor, bytes, index);
  if (!is_8bit(tensor.type) || !tensor.quantized()) return stored;
  return (stored - tensor.zero_point()) * static_cast<double>(tensor.scale());
}

void print_top(const Tensor& output, const Bytes& bytes, const std::vector<std::string>& labels) {
  std::vector<size_t> classes(static_cast<size_t>(element_count(output.shape)));
  std::iota(classes.begin(), classes.end(), size_t{0});
  const auto score = [&](size_t i) { return real_value(output, bytes, static_cast<int64_t>(i)); };
  std::stable_sort(classes.begin(), classes.end(), [&](size_t a, size_t b) { return score(a) > score(b); });
  classes.resize(std::min(classes.size(), kTop));
  for (const size_t i : classes) {
    fmt::print("{:7.4f}  {}\n", score(i), i < labels.size() ? labels[i] : fmt::format("class {}", i));
  }
}

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
  const auto toolchain =
      find_toolchain(model->options.target, arguments.compiler, arguments.runner, diagnostics);
  const auto inputs = load_inputs(arguments.input, model->graph, diagnostics);
  std::vector<std::string> labels;
  if (!arguments.labels.empty()) labels = read_labels(arguments.labels, diagnostics);
  if (!report(diagnostics)) return 1;

  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  const auto execution =
      execute(*compiled, model->options, *toolchain, *inputs, arguments.timed_runs, false, diagnostics, arguments.threads);
  if (execution && !arguments.folder.empty())
    write_outputs(execution->outputs, arguments.folder, diagnostics);
  if (!report(diagnostics)) return 1;

  const Tensor& output = compiled->graph.tensors.at(compiled->graph.outputs.at(0));
  const std::optional<DetectionOutputs> detections = find_detections(compiled->graph);
  if (detections)
    fmt::print("{}", list_detections(*detections, execution->outputs, labels));
  else if (is_classification(output))
    print_top(output, execution->outputs.at(0), labels);
  fmt::print("{}", execution->report);
  return 0;
}

}  // namespace

void add_run_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->model.emit_main = true;
  CLI::App* command =
      app.add_subcommand("run", "Compiles, builds and runs a model on a picture or raw bytes");
  add_model_arguments(*command, &arguments->model);
  add_input_rows(*command, &arguments->model);
  add_input_arguments(*command, &arguments->input);
  command->get_option("--input")->required();
  command->add_option("-o", arguments->folder, "folder for out0.bin ...; made if missing");
  command->add_option("--time", arguments->timed_runs, "further runs for the clock")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "to run on")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--labels", arguments->labels, "names of the classes, one per line");
  command->add_option("--compiler", arguments->compiler,
                      "C++ compiler (default: $CXX, g++, clang++ or a cross compiler)");
  command->add_option("--runner", arguments->runner,
                      "command that runs the program (default: none, or an emulator)");
  command->footer(
      "Example:\n  narrows run mobilenet_v2.tflite --input bird.png --labels labels.txt --time 100");
  command->callback([arguments, status] { *status = run_command(*arguments); });
}

}  // namespace narrows
