#include "compiler/emit/emit_main.h"

#include <fmt/format.h>

#include "compiler/emit/emit.h"

namespace narrows {

namespace {

std::string head_comment(const CompileOptions& options) {
  std::string flags = compiler_flags(options.target);
  if (!flags.empty()) flags += " ";
  const std::string weights_source = options.embed_weights ? fmt::format(" {}_weights.cpp", options.name) : "";
  return fmt::format(
      "// Runs the model {0} from the command line. Made by narrows together with {1}.h; do not edit.\n"
      "//\n"
      "//   c++ -std=c++11 -O2 {2}{1}.cpp{3} {1}_main.cpp -o {1}_main\n",
      comment_text(options.model_file), options.name, flags, weights_source);
}

/// With tracing, this file is the only translation unit.
std::string includes(const std::string& name) {
  return fmt::format(R"(#include <stddef.h>

#ifdef NARROWS_TRACE_TO_FILES
namespace narrows_main {{
void trace(int block, const void* output, size_t bytes);
}}
#define NARROWS_TRACE(block, output, bytes) narrows_main::trace(block, output, bytes)
#include "{0}.cpp"
#else
#include "{0}.h"
#endif
)",
                     name);
}

/// A header as a part of a file.
std::string without_guard(std::string text) {
  const std::string guard = "#pragma once\n\n";
  text.erase(text.find(guard), guard.size());
  return text;
}

/// "NET_INPUT0_BYTES, NET_INPUT1_BYTES"
std::string byte_macros(const std::string& prefix, const char* which, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += fmt::format("{}{}_{}{}_BYTES", i ? ", " : "", prefix, which, i);
  }
  return text;
}

std::string constants(const Graph& graph, const CompileOptions& options) {
  const std::string prefix = upper_case(options.name);
  return fmt::format(R"(
const char kModel[] = "{0}";
const size_t kAlignment = {1}_ALIGNMENT;
const size_t kWeightsBytes = {1}_WEIGHTS_BYTES;
const size_t kInputBytes[] = {{{2}}};
const size_t kOutputBytes[] = {{{3}}};
const bool kEmbedded = {4};
const void* const kEmbeddedWeights = {5};
)",
                     options.name, prefix, byte_macros(prefix, "INPUT", graph.inputs.size()),
                     byte_macros(prefix, "OUTPUT", graph.outputs.size()), options.embed_weights,
                     options.embed_weights ? options.name + "_weights" : "nullptr");
}

/// The rows of an input that is in memory.
std::string row_source(const Graph& graph, const CompileOptions& options) {
  if (!options.input_rows) return "";
  return fmt::format(R"(
static const {0}* input_row(void* user, int y) {{
  return static_cast<const {0}*>(user) + static_cast<size_t>(y) * {1}_INPUT0_ROW_SIZE;
}}
)",
                     c_type(graph.tensors.at(graph.inputs[0]).type), upper_case(options.name));
}

/// run() and the size of its arena, for the number of threads that the code is for.
std::string run_function(const CompileOptions& options, const std::string& arguments) {
  const std::string name = options.name, indent(20 + name.size(), ' ');
  const char* const type =
      options.threads ? "typedef {0}_parallel_for ParallelFor;\n"
                      : "typedef void (*ParallelFor)(void*, void (*)(void*, int), void*, int);  // never called\n";
  const std::string call = options.threads ? fmt::format("{0}_run_parallel({1},\n{2}threads, parallel_for, context)",
                                                         name, arguments, indent)
                                           : fmt::format("{0}_run({1})", name, arguments);
  const char* const arena = options.threads ? "{1}_PARALLEL_ARENA_BYTES(threads)" : "{1}_ARENA_BYTES";
  const std::string threads = options.threads ? "int threads, ParallelFor parallel_for, void* context"
                                              : "int /*threads*/, ParallelFor /*parallel_for*/, void* /*context*/";
  return fmt::format(fmt::runtime(type), name) + fmt::format(R"(
static const char* run(const void* weights, void* arena, const void* const* inputs, void* const* outputs,
                       {2}) {{
  const {0}_status status =
      {3};
  return status == {1}_OK ? nullptr : {0}_message(status);
}}

static size_t parallel_arena_bytes(int{4}) {{ return {5}; }}
)",
                                                             name, upper_case(name), threads, call,
                                                             options.threads ? " threads" : "",
                                                             fmt::format(fmt::runtime(arena), name, upper_case(name)));
}

/// check() and run(), which return null or the sentence that says what is wrong, and the size of the arena.
std::string functions(const Graph& graph, const CompileOptions& options) {
  const std::string indent(20 + options.name.size(), ' '), separator = ",\n" + indent;
  std::string arguments = "weights, arena";
  if (options.input_rows) arguments += separator + "input_row, const_cast<void*>(inputs[0])";
  for (size_t i = 0; i < graph.inputs.size() && !options.input_rows; ++i) {
    const char* type = c_type(graph.tensors.at(graph.inputs[i]).type);
    arguments += fmt::format("{}static_cast<const {}*>(inputs[{}])", separator, type, i);
  }
  for (size_t i = 0; i < graph.outputs.size(); ++i) {
    const char* type = c_type(graph.tensors.at(graph.outputs[i]).type);
    arguments += fmt::format("{}static_cast<{}*>(outputs[{}])", separator, type, i);
  }
  return row_source(graph, options) + fmt::format(R"(
// Both return null, or a sentence that says what is wrong.
static const char* check(const void* weights, size_t bytes) {{
  const {0}_status status = {0}_check(weights, bytes);
  return status == {1}_OK ? nullptr : {0}_message(status);
}}

{2})",
                                                  options.name, upper_case(options.name),
                                                  run_function(options, arguments));
}

}  // namespace

std::string emit_main(const Graph& graph, const CompileOptions& options) {
  std::string text = head_comment(options);
  text += includes(options.name);
  if (options.threads)
    text += "\n#ifdef NARROWS_THREADS\n" + without_guard(runtime_text("thread_pool.h")) + "#endif\n";
  else
    text += "\n#undef NARROWS_THREADS  // the code is for one thread\n";
  text += "\nnamespace narrows_main {\n";
  text += constants(graph, options);
  text += functions(graph, options);
  text += "\n}  // namespace narrows_main\n\n";
  text += runtime_text("main.cpp");
  return text;
}

}  // namespace narrows
