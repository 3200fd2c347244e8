// A folder in which a test builds and runs emitted code in its own way.
#pragma once

#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/interpret/interpret.h"
#include "compiler/measure/process.h"
#include "compiler/measure/temporary_folder.h"

namespace narrows {

class Workspace {
 public:
  Workspace() = default;
  explicit Workspace(const std::vector<File>& files) { write(files); }

  void write(const std::vector<File>& files);
  void write(const std::string& name, const Bytes& bytes);
  Bytes read(const std::string& name) const;
  const std::filesystem::path& path() const { return folder_.path(); }

  /// Runs a command in the folder.
  ProcessResult run(const std::vector<std::string>& command) const;
  /// Runs a command like run(); throws std::runtime_error with what the command wrote where it fails.
  std::string run_or_throw(const std::vector<std::string>& command) const;

 private:
  TemporaryFolder folder_;
};

/// Throws std::runtime_error with the diagnostics where the graph cannot be compiled.
Compiled compile_or_throw(const Graph& graph, const CompileOptions& options);

/// Lists of words one after the other: commands from their parts.
std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists);

}  // namespace narrows
