// narrows compile: a model file to <name>.h, <name>.cpp, <name>.weights.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "compiler/cli/commands.h"
#include "compiler/cli/model.h"
#include "compiler/cli/print.h"
#include "compiler/measure/files.h"
#include "compiler/measure/toolchain.h"

namespace narrows {
namespace {

struct Arguments {
  ModelArguments model;
  std::string folder;
};

bool is_source(const File& file) { return std::filesystem::path(file.name).extension() == ".cpp"; }

void print_summary(const Compiled& compiled, const Target& target, const std::filesystem::path& folder) {
  std::vector<std::string> sources;
  for (const File& file : compiled.files) {
    print_escaped("wrote    {}  {} bytes\n", (folder / file.name).string(), with_commas(file.content.size()));
    if (is_source(file)) sources.push_back(file.name);
  }
  const auto fused = std::count_if(compiled.blocks.begin(), compiled.blocks.end(),
                                   [](const BlockReport& block) { return block.fused; });
  print_escaped("blocks   {}, {} of them fused\n", compiled.blocks.size(), fused);
  print_escaped("arena    {} bytes; layer by layer at least {}\n", with_commas(compiled.arena_bytes),
                with_commas(compiled.layerwise_bytes));
  if (compiled.recomputation > 1)
    print_escaped("computes {:.3f} times the multiply-adds of the model\n", compiled.recomputation);
  print_escaped("weights  {} bytes{}\n", with_commas(compiled.weights_bytes), what_of_weights(compiled.weights));
  print_escaped("build    {}\n", build_command(target, sources));
}

int compile_command(const Arguments& arguments) {
  const std::optional<Model> model = load_model(arguments.model);
  if (!model) return 1;
  const std::optional<Compiled> compiled = compile_model(*model, arguments.model);
  if (!compiled) return 1;
  Diagnostics diagnostics("narrows");
  const bool written = write_files(compiled->files, arguments.folder, diagnostics);
  if (!report(diagnostics) || !written) return 1;
  print_summary(*compiled, model->options.target, arguments.folder);
  return 0;
}

}  // namespace

void add_compile_command(CLI::App& app, int* status) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("compile", "Writes C++ and weights for a model");
  add_model_arguments(*command, &arguments->model);
  add_input_form(*command, &arguments->model);
  command->add_option("-o", arguments->folder, "folder for the files; made if missing")->required();
  add_file_arguments(*command, &arguments->model);
  command->add_option("--print-after", arguments->model.print_after,
                      "print the graph after this pass, or after all of them");
  command->footer(
      "Examples:\n"
      "  narrows compile mobilenet_v2.tflite --target x86-64-linux-avx2 -o out\n"
      "  narrows compile examples/models/ssdlite_mobilenet_v2_320.json --target arm64-linux -o out");
  command->callback([arguments, status] { *status = compile_command(*arguments); });
}

}  // namespace narrows
