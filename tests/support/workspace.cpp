#include "tests/support/workspace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <stdexcept>

#include "compiler/measure/files.h"
#include "tests/support/test_data.h"

namespace narrows {

void Workspace::write(const std::vector<File>& files) {
  Diagnostics diagnostics("test");
  if (!write_files(files, folder_.path(), diagnostics)) throw std::runtime_error(diagnostics.str());
}

void Workspace::write(const std::string& name, const Bytes& bytes) {
  write({{name, std::string(bytes.begin(), bytes.end())}});
}

Bytes Workspace::read(const std::string& name) const { return read_bytes(folder_.path() / name); }

ProcessResult Workspace::run(const std::vector<std::string>& command) const {
  return run_process(command, folder_.path());
}

std::string Workspace::run_or_throw(const std::vector<std::string>& command) const {
  const ProcessResult result = run(command);
  if (result.ok()) return result.output;
  throw std::runtime_error(fmt::format("'{}' ended with status {}\n{}{}", fmt::join(command, " "), result.status,
                                       result.output, result.errors));
}

Compiled compile_or_throw(const Graph& graph, const CompileOptions& options) {
  Diagnostics diagnostics("test");
  std::optional<Compiled> compiled = compile(graph, options, diagnostics);
  if (!compiled) throw std::runtime_error(diagnostics.str());
  return std::move(*compiled);
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const std::vector<std::string>& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace narrows
