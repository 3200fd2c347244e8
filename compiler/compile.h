// The compiler as a function: Graph in, files out. compile.cpp is the table of contents of the whole compiler.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/program/plan_memory.h"
#include "compiler/graph/quantization.h"
#include "compiler/blocks/schedule.h"
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
  bool embed_weights = false;   ///< write the blob as a source file instead
  bool emit_main = false;       ///< also write <name>_main.cpp, see runtime/main.cpp
  std::string command;          ///< repeated in the header's first comment; without paths
  std::string model_file;       ///< file name of the model, without folder
  uint64_t model_hash = 0;      ///< XXH64 of the model file
  /// Called after each pass with its name, if set.
  std::function<void(const std::string& pass, const Graph& graph)> after_pass;
};

struct File {
  std::string name;  ///< without folder
  std::string content;
};

/// What became of a part of the graph; one per emitted call.
struct BlockReport {
  std::string kind;             ///< "inverted residual", "stem", "convolution", ...
  std::string title;            ///< kind with its sizes, e.g. "inverted residual, stride 1, 24 -> 144 -> 24"
  std::vector<Origin> origins;  ///< source operators in order
  std::string key;              ///< block_key() of the block, in Compiled::graph
  std::string schedule;         ///< in words, e.g. "rows: 4 expanded rows, interleaved"
  std::string function;         ///< emitted function; equal blocks share one
  int index = -1;               ///< as in the emitted comments and NARROWS_TRACE
  int output_tensor = -1;       ///< in Compiled::graph
  int64_t macs = 0;
  int64_t executed_macs = 0;    ///< with those that are done twice
  int64_t parameters = 0;       ///< weights and biases of the model, not padded
  int64_t layerwise_bytes = 0;  ///< largest input + output of its operators
  int64_t arena_bytes = 0;      ///< of its tensors that lie in the arena, and of its scratch
  int64_t scratch_bytes = 0;
  int64_t live_bytes = 0;     ///< of the arena in use while it runs: its scratch, and all tensors that are alive
  int64_t traffic_bytes = 0;  ///< that it cannot but read or write: inputs, output and packed weights
  bool fused = false;         ///< a wide tensor inside it never exists as a whole
};

/// The arena of several threads: as large as for one up to `inside` of them, then base_bytes + threads * thread_bytes.
struct ParallelArena {
  int64_t base_bytes = 0, thread_bytes = 0;
  int inside = 1;
};

/// "up to 4 in the same arena, 8,192 bytes more for each further one"
std::string to_string(const ParallelArena& arena);

/// Who has which bytes of the arena when, with one thread. A step is a block, by BlockReport::index, or behind them the
/// copy of a graph output.
struct MemoryMap {
  std::vector<ArenaBuffer> buffers;
  MemoryPlan plan;
};

struct Compiled {
  std::vector<File> files;  ///< <name>.h, <name>.cpp, <name>.weights [, <name>_main.cpp]
  Graph graph;              ///< after all passes; blocks refer to its tensors
  std::vector<BlockReport> blocks;
  int64_t arena_bytes = 0;
  MemoryMap memory;
  double recomputation = 1;  ///< multiply-adds that are done by those of the model
  ParallelArena parallel_arena;
  int64_t weights_bytes = 0;  ///< size of the blob
  WeightsReport weights;
  int64_t layerwise_bytes = 0;  ///< arena that layer-by-layer execution would need at least
};

/// Compiles a graph that a front end returned. Unsupported operators are reported in `diagnostics`, all in one run.
std::optional<Compiled> compile(Graph graph, const CompileOptions& options, Diagnostics& diagnostics);

}  // namespace narrows
