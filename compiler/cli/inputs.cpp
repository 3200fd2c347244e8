#include "compiler/cli/inputs.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "compiler/measure/files.h"

namespace narrows {
namespace {

bool is_picture(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".bmp";
}

std::optional<Bytes> load_raw(const std::string& path, const Tensor& input, Diagnostics& diagnostics) {
  std::optional<Bytes> bytes = read_file(path, diagnostics);
  if (bytes && static_cast<int64_t>(bytes->size()) != input.bytes()) {
    diagnostics.error(fmt::format("'{}' holds {} bytes, input '{}' {}{} has {}", path, bytes->size(), input.name,
                                  to_string(input.type), to_string(input.shape), input.bytes()));
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

void add_input_arguments(CLI::App& command, InputArguments* arguments) {
  command.add_option("--input", arguments->files,
                     "one file per input of the model: a picture (png, jpg, bmp) or raw bytes of the tensor");
  const auto is_finite = [](const std::string& text) {
    return std::isfinite(std::strtod(text.c_str(), nullptr)) ? "" : "expected a finite number, found " + text;
  };
  command.add_option("--mean", arguments->mean, "of a picture's pixels: the model reads (pixel - mean) / std")
      ->check(is_finite);
  command.add_option("--std", arguments->std, "default of both: from the input's quantization, else 127.5")
      ->check(CLI::PositiveNumber);
}

void check_scaling(const InputArguments& arguments, bool pixels, Diagnostics& diagnostics) {
  if (!arguments.mean && !arguments.std) return;
  const char* const given = !arguments.std ? "--mean" : !arguments.mean ? "--std" : "--mean and --std";
  if (pixels) {
    diagnostics.error(fmt::format("{} and --pixels: both say how pixels are scaled", given));
    diagnostics.note(
        "legal would be --pixels MEAN/STD, which the emitted code does, or --mean and --std without --pixels");
  } else if (std::none_of(arguments.files.begin(), arguments.files.end(), is_picture)) {
    diagnostics.error(
        fmt::format("{}: no --input is a picture (.png, .jpg, .jpeg, .bmp), the only kind that is scaled", given));
  }
}

std::optional<std::vector<Bytes>> load_inputs(const InputArguments& arguments, const Graph& graph,
                                              Diagnostics& diagnostics) {
  if (arguments.files.size() != graph.inputs.size()) {
    diagnostics.error(fmt::format("expected {} input files, found {}", graph.inputs.size(), arguments.files.size()));
    return std::nullopt;
  }
  std::optional<Normalization> chosen;
  if (arguments.mean || arguments.std) {
    const Normalization usual;
    chosen = Normalization{arguments.mean.value_or(usual.mean), arguments.std.value_or(usual.std)};
  }

  std::vector<Bytes> inputs;
  for (size_t i = 0; i < arguments.files.size(); ++i) {
    const std::string& path = arguments.files[i];
    const Tensor& input = graph.tensors.at(graph.inputs[i]);
    std::optional<Bytes> bytes = is_picture(path) ? load_image(path, graph, graph.inputs[i], chosen, diagnostics)
                                                  : load_raw(path, input, diagnostics);
    if (bytes) inputs.push_back(std::move(*bytes));
  }
  if (!diagnostics.ok()) return std::nullopt;
  return inputs;
}

}  // namespace narrows
