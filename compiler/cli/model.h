// What the commands have in common: the model, and how it is to be compiled.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

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
  std::string print_after;
  bool embed_weights = false;
  bool emit_main = false;
};

/// Adds MODEL, --target, --schedule, --goal, --arena-limit, --numerics, --weights, --input-layout, --pixels, --shape.
void add_model_arguments(CLI::App& command, ModelArguments* arguments);

/// Adds --input tensor|rows, for commands that read no input.
void add_input_form(CLI::App& command, ModelArguments* arguments);
/// The same for those that do: --input-rows.
void add_input_rows(CLI::App& command, ModelArguments* arguments);

struct Model {
  Graph graph;             ///< as read, before any pass
  CompileOptions options;  ///< complete
};

/// Reads the model and the options. Problems of both are printed to standard error, all in one run.
std::optional<Model> load_model(const ModelArguments& arguments);

/// compile(); problems are printed to standard error.
std::optional<Compiled> compile_model(const Model& model, const ModelArguments& arguments);

/// "latency", "balanced", "memory". False otherwise.
bool parse_goal(const std::string& text, Goal* goal);

/// "mobilenet_v2_1.0" -> "mobilenet_v2_1_0", "96x96" -> "m96x96", "_net" -> "m_net".
std::string clean_identifier(const std::string& text);

/// What follows the size of the blob in reports: "; 53 of 66 tensors kept in 8 bits", or nothing.
std::string what_of_weights(const WeightsReport& weights);

/// Prints to standard error; true if there was no error.
bool report(const Diagnostics& diagnostics);

}  // namespace narrows
