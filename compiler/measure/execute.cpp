#include "compiler/measure/execute.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "compiler/byte_order.h"
#include "compiler/measure/files.h"
#include "compiler/measure/process.h"
#include "compiler/measure/temporary_folder.h"

namespace narrows {
namespace {

/// The emitted sources that are compiled: all of them, or with tracing those that <name>_main.cpp does not
/// include.
std::vector<std::string> sources(const Compiled& compiled, const std::string& name, bool trace) {
  std::vector<std::string> list;
  for (const File& file : compiled.files) {
    const bool included = trace && file.name == name + ".cpp";
    if (std::filesystem::path(file.name).extension() == ".cpp" && !included) list.push_back(file.name);
  }
  return list;
}

/// The program reads and writes numbers as its own machine has them.
std::vector<File> input_files(const Graph& graph, const std::vector<Bytes>& inputs, const Target& target) {
  std::vector<File> files;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string bytes(inputs[i].begin(), inputs[i].end());
    const int size = size_of(graph.tensors[graph.inputs[i]].type);
    files.push_back({fmt::format("in{}.bin", i), in_byte_order(bytes, size, target)});
  }
  return files;
}

std::optional<std::string> run_program(const std::vector<std::string>& command, const std::filesystem::path& folder,
                                       Diagnostics& diagnostics) {
  const ProcessResult result = run_process(command, folder);
  if (result.ok()) return result.output;
  diagnostics.error(
      fmt::format("'{}' ended with status {}\n{}", fmt::join(command, " "), result.status, result.errors));
  return std::nullopt;
}

/// <folder>/<stem><number>.bin
Bytes read_numbered(const std::filesystem::path& folder, const char* stem, size_t number, Diagnostics& diagnostics) {
  return read_file(folder / fmt::format("{}{}.bin", stem, number), diagnostics).value_or(Bytes());
}

}  // namespace

std::optional<Execution> execute(const Compiled& compiled, const CompileOptions& options, const Toolchain& toolchain,
                                 const ExecuteOptions& run, Diagnostics& diagnostics) {
  const TemporaryFolder temporary;
  const std::filesystem::path& folder = temporary.path();
  if (!write_files(compiled.files, folder, diagnostics)) return std::nullopt;
  if (!write_files(input_files(compiled.graph, run.inputs, options.target), folder, diagnostics)) return std::nullopt;

  const std::string program = options.name + "_main";
  std::vector<std::string> flags;
  if (run.trace) flags.push_back("-DNARROWS_TRACE_TO_FILES");
  if (run.threads > 1) flags.insert(flags.end(), {"-DNARROWS_THREADS", "-pthread"});
  const Build build{toolchain, sources(compiled, options.name, run.trace), flags, program};
  if (!build_program(build, folder, diagnostics)) return std::nullopt;

  std::vector<std::string> command = toolchain.runner;
  command.push_back("./" + program);
  if (!options.embed_weights) command.push_back(options.name + ".weights");
  for (size_t i = 0; i < run.inputs.size(); ++i) command.push_back(fmt::format("in{}.bin", i));
  command.insert(command.end(), {"-o", ".", "--time", std::to_string(run.timed_runs)});
  if (run.threads > 1) command.insert(command.end(), {"--threads", std::to_string(run.threads)});
  if (run.trace) command.insert(command.end(), {"--trace", "."});
  const std::optional<std::string> printed = run_program(command, folder, diagnostics);
  if (!printed) return std::nullopt;

  Execution execution;
  execution.report = *printed;
  const auto read = [&](const char* stem, size_t number, int tensor) {
    const int size = size_of(compiled.graph.tensors[tensor].type);
    return in_byte_order(read_numbered(folder, stem, number, diagnostics), size, options.target);
  };
  for (size_t i = 0; i < compiled.graph.outputs.size(); ++i)
    execution.outputs.push_back(read("out", i, compiled.graph.outputs[i]));
  if (run.trace) {
    for (const BlockReport& block : compiled.blocks)
      execution.blocks.push_back(read("block", block.index, block.output_tensor));
  }
  if (!diagnostics.ok()) return std::nullopt;
  return execution;
}

}  // namespace narrows
