// narrows verify: emitted code against the interpreter.
//
// The oracle for the outputs is the graph as the front end read it, so that an error of a pass shows; block
// outputs are compared with the graph behind all passes, to which the blocks refer. The emitted code is built
// once, as one translation unit, because that lets its program see the output of every block.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/inputs.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/measure/compare.h"
#include "compiler/measure/execute.h"
#include "compiler/measure/random_inputs.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  InputArguments input;
  std::string compiler, runner;
  uint64_t seed = 1;
  int threads = 1;
};

/// Prints a line and returns whether the tensors are equal, of classes up to ties. `values` are the interpreter's, of
/// all tensors.
bool compare_and_print(const std::string& title, const Graph& graph, int id, const std::vector<Bytes>& values,
                       const Bytes& found) {
  const Tensor& tensor = graph.tensors.at(id);
  const Comparison comparison = compare(tensor, values.at(id), found, fixed_range(graph, id));
  const int64_t ties = comparison.equal ? 0 : count_ties(graph, id, values, found);
  const std::string result = ties > 0 ? fmt::format("equal but for {} ties of {} elements", ties, comparison.elements)
                                      : describe(comparison, tensor);
  print_escaped("{}  {}  {}{}\n", title, result, to_string(tensor.type), to_string(tensor.shape));
  return comparison.equal || ties > 0;
}

int count_unequal_blocks(const Compiled& compiled, const CompileOptions& options, const std::vector<Bytes>& inputs,
                         const std::vector<Bytes>& found) {
  const std::vector<Bytes> expected = interpret(compiled.graph, inputs, options.numerics);
  size_t width = 0;
  for (const BlockReport& block : compiled.blocks) width = std::max(width, block.title.size());
  int unequal = 0;
  for (size_t i = 0; i < compiled.blocks.size(); ++i) {
    const BlockReport& block = compiled.blocks[i];
    const int id = block.output_tensor;
    const std::string title = fmt::format("block {:3}  {:{}}", block.index, block.title, width);
    const Bytes bytes = in_tensor_type(found[i], compiled.graph.tensors.at(id), options.target);
    unequal += !compare_and_print(title, compiled.graph, id, expected, bytes);
  }
  return unequal;
}

int count_unequal_outputs(const Model& model, const std::vector<Bytes>& inputs, const std::vector<Bytes>& found) {
  const std::vector<Bytes> expected = interpret(model.graph, inputs, model.options.numerics);
  int unequal = 0;
  for (size_t i = 0; i < model.graph.outputs.size(); ++i) {
    const int id = model.graph.outputs[i];
    const std::string title = fmt::format("output {}  '{}'", i, model.graph.tensors.at(id).name);
    unequal += !compare_and_print(title, model.graph, id, expected, found[i]);
  }
  return unequal;
}

int verify_command(const Arguments& arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  Diagnostics diagnostics("narrows");
  const auto toolchain = find_toolchain(model->options.target, arguments.compiler, arguments.runner, diagnostics);
  check_scaling(arguments.input, !arguments.model.pixels.empty(), diagnostics);
  const auto inputs = arguments.input.files.empty() ? random_inputs(model->graph, arguments.seed)
                                                    : load_inputs(arguments.input, model->graph, diagnostics);
  if (!report(diagnostics)) return 1;

  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  ExecuteOptions run;
  run.inputs = *inputs;
  run.threads = arguments.threads;
  run.trace = true;
  const auto execution = execute(*compiled, model->options, *toolchain, run, diagnostics);
  if (!report(diagnostics)) return 1;

  const int blocks = count_unequal_blocks(*compiled, model->options, *inputs, execution->blocks);
  const int outputs = count_unequal_outputs(*model, *inputs, execution->outputs);
  const std::string what = fmt::format("{} for {}", model->options.model_file, model->options.target.str());
  if (blocks + outputs == 0) {
    print_escaped("equal: {}: {} blocks, {} outputs\n", what, compiled->blocks.size(), model->graph.outputs.size());
    return 0;
  }
  print_escaped("not equal: {}: {} of {} blocks, {} of {} outputs\n", what, blocks, compiled->blocks.size(), outputs,
                model->graph.outputs.size());
  return 1;
}

}  // namespace

void add_verify_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->model.emit_main = true;
  CLI::App* command = app.add_subcommand("verify", "Compares emitted code with the interpreter");
  add_model_arguments(*command, &arguments->model);
  add_input_rows(*command, &arguments->model);
  add_input_arguments(*command, &arguments->input);
  command->add_option("--seed", arguments->seed, "of the random inputs, where no --input is given")
      ->capture_default_str()
      ->excludes(command->get_option("--input"));
  command->add_option("--threads", arguments->threads, "to run on")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--compiler", arguments->compiler,
                      "C++ compiler (default: $CXX, g++, clang++ or a cross compiler)");
  command->add_option("--runner", arguments->runner, "command that runs the program (default: none, or an emulator)");
  command->footer(
      "Quantized models must be equal bit for bit, float models within 1e-5 of the range of each tensor;\n"
      "the range of softmax and logistic is 1. Where two classes have the same score in that sense, either may win.\n\n"
      "Example:\n  narrows verify mobilenet_v2.tflite --target arm64-linux-dotprod");
  command->callback([arguments, status] { *status = verify_command(*arguments); });
}

}  // namespace narrows
