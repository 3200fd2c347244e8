// What the commands have in common: the model, and how it is to be compiled.
#pragma once

#include <optional>
#include <string>

#include "compiler/cli/model_options.h"
#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/graph/graph.h"

namespace narrows {

struct Model {
  Graph graph;             ///< as read, before any pass
  CompileOptions options;  ///< complete
};

/// Reads the model and the options. Problems of both are printed to standard error, all in one run.
std::optional<Model> load_model(const ModelArguments& arguments);

/// compile(); problems are printed to standard error.
std::optional<Compiled> compile_model(const Model& model, const ModelArguments& arguments);

/// What follows the size of the blob in reports: "; 53 of 66 tensors kept in 8 bits", or nothing.
std::string what_of_weights(const WeightsReport& weights);

/// Prints to standard error; true if there was no error.
bool report(const Diagnostics& diagnostics);

}  // namespace narrows
