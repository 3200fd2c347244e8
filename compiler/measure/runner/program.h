// What a measuring program knows of the programs that it measures; compiler/measure/measure.cpp writes the table.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

/// Constants that are part of the measuring program, so that it reads no file: one file is all that has to be
/// brought to another machine.
struct Constant {
  const unsigned char* begin;
  const unsigned char* end;
};

struct Output {
  size_t bytes;
  bool floats;   ///< 32-bit floats; else bytes are compared
  double range;  ///< what float differences are parts of; 0: the range of the values
};

/// An emitted `<name>_run` behind one signature. The buffers are the inputs, then the outputs.
using Run = void (*)(const void* weights, void* arena, void* const* buffers);

struct Program {
  Constant weights;
  size_t arena_bytes;
  std::vector<Constant> inputs;
  std::vector<Output> outputs;
  Run run;
  Run traced;      ///< like `run`, with a call of narrows_block_done() after each block; null: blocks are not timed
  int only_block;  ///< the only block that is timed, by calls of narrows_block_done(); -1: all of the run
  int group;       ///< outputs of a group are compared with those of its first program
};

extern const std::vector<Program> programs;

/// What emitted code calls behind each block where it was compiled with measure/trace.h in front.
extern "C" void narrows_block_done(int block);

[[noreturn]] void fail(const char* what);

template <class Status, class... Buffers, size_t... I>
void call(Status (*function)(const void*, void*, Buffers...), const void* weights, void* arena, void* const* buffers,
          std::index_sequence<I...>) {
  if (function(weights, arena, static_cast<Buffers>(buffers[I])...) != 0) fail("a run failed");
}

template <class Status, class... Buffers>
constexpr auto indices(Status (*)(const void*, void*, Buffers...)) {
  return std::index_sequence_for<Buffers...>();
}

template <auto function>
void run(const void* weights, void* arena, void* const* buffers) {
  call(function, weights, arena, buffers, indices(function));
}
