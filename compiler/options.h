// What a caller of compile() asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "compiler/blocks/schedule.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/quantization.h"
#include "compiler/target.h"

namespace narrows {

/// What becomes of 8-bit and f16 weights of float operators: they stay so in the blob and kernels widen them, or the
/// compiler widens them.
enum class NarrowWeights { keep, widen };

/// What the compiler chooses schedules for: no slower than the fastest; at most 3 % slower, as it estimates; the least
/// memory.
enum class Goal { latency, balanced, memory };

struct CompileOptions {
  std::string name;  ///< prefix of all exported names and of the file names; a C identifier
  Target target;
  Schedule schedule;    ///< of blocks that `schedules` does not hold
  Schedules schedules;  ///< by block, from a file or from tuning
  Goal goal = Goal::latency;
  int64_t arena_limit = 0;  ///< bytes; the fastest schedule that fits is chosen. 0: none
  Numerics numerics = Numerics::tflite;
  NarrowWeights narrow_weights = NarrowWeights::keep;
  int64_t task_work = 100'000;  ///< multiply-adds that are worth a task of a thread, see compiler/program/plan_tasks.h
  bool input_rows = false;      ///< the input is pulled row by row through a callback and is never resident
  bool threads = true;          ///< <name>_run_parallel() is emitted too; otherwise the code is for one thread alone
  bool embed_weights = false;   ///< write the blob as a source file instead
  bool emit_main = false;       ///< also write <name>_main.cpp, see runtime/main.cpp
  std::string command;          ///< repeated in the header's first comment; without paths
  std::string model_file;       ///< file name of the model, without folder
  uint64_t model_hash = 0;      ///< XXH64 of the model file
  /// Called after each pass with its name, if set.
  std::function<void(const std::string& pass, const Graph& graph)> after_pass;
};

/// How much longer the network may take for the sake of a smaller arena, as part of its time; 0: memory never counts
/// more.
double allowed_slowdown(const CompileOptions& options);

}  // namespace narrows
