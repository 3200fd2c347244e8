#include "tests/support/emitted_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

namespace narrows {
namespace {

uint8_t* aligned(uint8_t* p) { return p + (64 - reinterpret_cast<uintptr_t>(p) % 64) % 64; }

/// Calls net_run() with one input and as many outputs as there are.
int call(void* function, const void* weights, void* arena, const void* in, const std::vector<void*>& out) {
  using P = void*;
  using C = const void*;
  switch (out.size()) {
    case 1:
      return reinterpret_cast<int (*)(C, P, C, P)>(function)(weights, arena, in, out[0]);
    case 2:
      return reinterpret_cast<int (*)(C, P, C, P, P)>(function)(weights, arena, in, out[0], out[1]);
    case 4:
      return reinterpret_cast<int (*)(C, P, C, P, P, P, P)>(function)(weights, arena, in, out[0], out[1], out[2],
                                                                      out[3]);
    default:
      throw std::runtime_error("as many outputs are not foreseen");
  }
}

}  // namespace

EmittedLibrary::EmittedLibrary(const Graph& graph, const Machine& machine) {
  CompileOptions options;
  options.name = "net";
  options.target = machine.target;
  const Compiled compiled = compile_or_throw(graph, options);
  folder_.write(compiled.files);
  std::vector<std::string> flags = machine.toolchain.flags;
  flags.erase(std::remove(flags.begin(), flags.end(), "-static"), flags.end());
  folder_.run_or_throw(joined({machine.toolchain.compiler, flags, {"-shared", "-fPIC", "net.cpp", "-o", "net.so"}}));
  library_ = dlopen((folder_.path() / "net.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  run_ = library_ ? dlsym(library_, "net_run") : nullptr;
  if (!run_) throw std::runtime_error(dlerror());

  const Bytes weights = folder_.read("net.weights");
  memory_.resize(weights.size() + 64 + static_cast<size_t>(compiled.arena_bytes) + 64);
  weights_ = aligned(memory_.data());
  arena_ = aligned(weights_ + weights.size());
  std::copy(weights.begin(), weights.end(), weights_);
  for (const int id : graph.outputs) output_bytes_.push_back(graph.tensors.at(id).bytes());
}

EmittedLibrary::~EmittedLibrary() {
  if (library_) dlclose(library_);
}

std::vector<Bytes> EmittedLibrary::run(const Bytes& input) {
  std::vector<Bytes> outputs;
  std::vector<void*> pointers;
  for (const int64_t bytes : output_bytes_) outputs.emplace_back(static_cast<size_t>(bytes));
  for (Bytes& bytes : outputs) pointers.push_back(bytes.data());
  const int status = call(run_, weights_, arena_, input.data(), pointers);
  if (status != 0) throw std::runtime_error("net_run() ended with status " + std::to_string(status));
  return outputs;
}

}  // namespace narrows
