// Options of the commands that compile a model: one row each, which says how it is typed, read and printed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/options.h"
#include "compiler/passes/take_pixels.h"
#include "frontends/frontends.h"

namespace CLI {
class App;
}

namespace narrows {

/// Options as typed.
struct ModelArguments {
  std::string model;  ///< path
  std::string name;   ///< empty: from the model's file name
  std::string target = "host";
  std::string schedule = "auto";
  std::string input = "tensor";
  std::string goal = "latency";
  std::optional<int64_t> arena_limit;
  std::string numerics = "tflite";
  std::string weights = "keep";
  std::string input_layout = "keep";
  std::string pixels;               ///< empty: the input has the model's type
  std::vector<std::string> shapes;  ///< "NAME=N" each
  std::string signature;            ///< empty: the first subgraph
  std::string print_after;
  std::string threads = "any";
  bool embed_weights = false;
  bool emit_main = false;
};

/// What they mean.
struct ModelOptions {
  CompileOptions compile;  ///< complete, except what is known of the model's bytes
  ReadOptions read;
  std::optional<PixelScaling> pixels;  ///< where --pixels was given and can be understood
};

/// Adds MODEL and the options that every command that compiles a model has.
void add_model_arguments(CLI::App& command, ModelArguments* arguments);

/// Adds --input tensor|rows, for commands that read no input.
void add_input_form(CLI::App& command, ModelArguments* arguments);
/// Adds --input-rows instead, for commands whose --input names files.
void add_input_rows(CLI::App& command, ModelArguments* arguments);

/// Adds what emitted files are called and hold: --name, --embed-weights, --emit-main.
void add_file_arguments(CLI::App& command, ModelArguments* arguments);

/// Reads all options; every problem becomes an error.
ModelOptions parse_model_options(const ModelArguments& arguments, Diagnostics& diagnostics);

/// "latency", "balanced", "memory". Nothing otherwise.
std::optional<Goal> parse_goal(const std::string& text);

/// "mobilenet_v2_1.0" -> "mobilenet_v2_1_0", "96x96" -> "m96x96", "_net" -> "m_net".
std::string clean_identifier(const std::string& text);

}  // namespace narrows
