// What is measured: emitted programs and the yardstick, all behind one interface.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <utility>
#include <vector>

struct Program {
  const char* schedule;
  const char* compiler;
  const char* weights_file;
  size_t arena_bytes, code_bytes;
  std::vector<size_t> buffer_bytes;  ///< of the inputs, then of the outputs
  size_t inputs;
  void (*run)(const void* weights, void* arena, void* const* buffers);
};

/// scripts/bench writes the table; the first program is the one that the others are compared with.
extern const std::vector<Program> programs;

template <class Status, class... Buffers, size_t... I>
void call(Status (*function)(const void*, void*, Buffers...), const void* weights, void* arena,
          void* const* buffers, std::index_sequence<I...>) {
  if (function(weights, arena, static_cast<Buffers>(buffers[I])...) != 0) std::abort();
}

template <class Status, class... Buffers>
constexpr auto indices(Status (*)(const void*, void*, Buffers...)) {
  return std::index_sequence_for<Buffers...>();
}

/// Program::run of an emitted function `<name>_run`.
template <auto function>
void run(const void* weights, void* arena, void* const* buffers) {
  call(function, weights, arena, buffers, indices(function));
}
