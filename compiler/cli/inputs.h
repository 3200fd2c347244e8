// Model inputs from files or from a seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/cli/images.h"
#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"
#include "compiler/interpret/interpret.h"

namespace CLI {
class App;
}

namespace narrows {

/// --input, --mean and --std as typed.
struct InputArguments {
  std::vector<std::string> files;
  std::optional<float> mean, std;
};

/// Adds --input, --mean and --std.
void add_input_arguments(CLI::App& command, InputArguments* arguments);

/// An error where --mean and --std are given but scale nothing: no input is a picture, or --pixels has the emitted code
/// scale it.
void check_scaling(const InputArguments& arguments, bool pixels, Diagnostics& diagnostics);

/// One file per graph input: a picture (.png, .jpg, .jpeg, .bmp), or else the tensor's raw bytes.
std::optional<std::vector<Bytes>> load_inputs(const InputArguments& arguments, const Graph& graph,
                                              Diagnostics& diagnostics);

}  // namespace narrows
