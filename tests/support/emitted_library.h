// Emitted code in the test's own process, for tests that run it many times.
#pragma once

#include <vector>

#include "tests/support/emitted.h"
#include "tests/support/workspace.h"

namespace narrows {

class EmittedLibrary {
 public:
  /// Compiles the graph, which has one input, for this machine, and builds a shared library of it. Throws
  /// std::runtime_error where one of these fails.
  EmittedLibrary(const Graph& graph, const Machine& machine);
  ~EmittedLibrary();
  EmittedLibrary(const EmittedLibrary&) = delete;
  EmittedLibrary& operator=(const EmittedLibrary&) = delete;

  /// One result per graph output, in the tensors' own types.
  std::vector<Bytes> run(const Bytes& input);

 private:
  Workspace folder_;
  void* library_ = nullptr;
  void* run_ = nullptr;  ///< net_run()
  std::vector<uint8_t> memory_;
  uint8_t *weights_ = nullptr, *arena_ = nullptr;  ///< in memory_
  std::vector<int64_t> output_bytes_;
};

}  // namespace narrows
