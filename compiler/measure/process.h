// Child processes without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace narrows {

struct ProcessResult {
  int status = -1;     ///< exit status; 128 + number if a signal ended it; 127 if it could not be started
  std::string output;  ///< what it wrote to standard output
  std::string errors;  ///< what it wrote to standard error

  bool ok() const { return status == 0; }
};

/// Runs command[0], found in PATH, in `folder`, and waits for its end. Its standard input is empty.
ProcessResult run_process(const std::vector<std::string>& command, const std::filesystem::path& folder = ".");

/// The program's path if PATH (or the name itself, when it holds a slash) leads to an executable file; else
/// empty.
std::filesystem::path find_program(const std::string& name);

/// "ccache g++" -> {"ccache", "g++"}; no quoting.
std::vector<std::string> split_words(const std::string& text);

}  // namespace narrows
