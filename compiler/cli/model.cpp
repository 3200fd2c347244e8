#include "compiler/cli/model.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "compiler/cli/pass_printer.h"
#include "compiler/hash.h"
#include "compiler/measure/files.h"
#include "compiler/passes/take_pixels.h"
#include "compiler/program/weights_file.h"
#include "frontends/frontends.h"

namespace narrows {

std::optional<Model> load_model(const ModelArguments& arguments) {
  Diagnostics command_line("narrows"), file(arguments.model);
  ModelOptions options = parse_model_options(arguments, command_line);
  Model model;
  model.options = std::move(options.compile);
  if (const auto bytes = read_file(arguments.model, file)) {
    model.options.model_hash = hash_bytes(bytes->data(), bytes->size());
    const std::string stem = std::filesystem::path(arguments.model).stem().string();
    if (auto graph = read_model(*bytes, stem, file, options.read)) model.graph = std::move(*graph);
  }
  if (options.pixels && file.ok()) take_pixels(*options.pixels, &model.graph, file);
  const bool options_ok = report(command_line), file_ok = report(file);
  if (!options_ok || !file_ok) return std::nullopt;
  return model;
}

std::optional<Compiled> compile_model(const Model& model, const ModelArguments& arguments) {
  Diagnostics diagnostics(arguments.model);
  CompileOptions options = model.options;
  std::optional<PassPrinter> printer;
  if (!arguments.print_after.empty()) {
    printer.emplace(arguments.print_after, model.graph);
    options.after_pass = [&](const std::string& pass, const Graph& graph) { printer->after(pass, graph); };
  }
  std::optional<Compiled> compiled = compile(model.graph, options, diagnostics);
  Diagnostics command_line("narrows");
  if (printer) printer->finish(command_line);
  const bool file_ok = report(diagnostics), options_ok = report(command_line);
  if (!file_ok || !options_ok) return std::nullopt;
  NARROWS_CHECK(compiled, "nothing compiled and no error");
  return compiled;
}

std::string what_of_weights(const WeightsReport& weights) { return weights.any() ? "; " + to_string(weights) : ""; }

bool report(const Diagnostics& diagnostics) {
  fmt::print(stderr, "{}", diagnostics.str());
  return diagnostics.ok();
}

}  // namespace narrows
