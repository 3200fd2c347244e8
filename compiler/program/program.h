// A program: lowered blocks in the order of their calls, and where everything lies. The emitter makes text of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/lower/lower.h"
#include "compiler/options.h"
#include "compiler/program/plan_memory.h"
#include "compiler/program/weights_file.h"

namespace narrows {

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

/// Where a tensor lies while the emitted code runs.
struct TensorPlace {
  enum class Kind { input, output, arena, constant } kind = Kind::arena;
  int index = 0;                ///< of the graph input or output
  int64_t offset = 0;           ///< bytes from the start of that, of the arena, or of the payload of the weights
  int64_t parallel_offset = 0;  ///< the same where several threads share the blocks
};

/// One call in a run.
struct Call {
  int block = -1;        ///< index into Program::blocks; -1: a copy to a graph output
  std::string function;  ///< empty: the block is in place already
  int64_t scratch = 0;   ///< offset in the arena
  int64_t shared = 0;    ///< of the part of it that tasks share
  int most_tasks = 1;    ///< that run_parallel() cuts the block into
  // Where there are several threads:
  int64_t parallel_scratch = 0;  ///< of the first task
  int64_t more_scratch = 0;      ///< of the second task; those of further ones follow
  int64_t parallel_shared = 0;   ///< of what the tasks share
  int64_t weights = 0;           ///< offset in the payload
  int copied_output = -1;        ///< copy: which graph output, from the tensor that it is
};

/// All that the emitter needs.
struct Program {
  const Graph& graph;
  const CompileOptions& options;
  std::vector<Block> blocks;
  std::vector<BlockCode> code;  ///< by block
  std::vector<Kernel> kernels;
  std::vector<TensorPlace> places;  ///< by tensor
  std::vector<Call> calls;
  std::vector<DType> memory_types;  ///< by tensor
  int64_t arena_bytes = 0;
  MemoryMap memory;
  ParallelArena parallel_arena;
  std::vector<int64_t> live_bytes;  ///< by block: bytes of the arena in use while it runs
  std::vector<WeightsSection> sections;
  std::string payload;  ///< packed weights of all blocks
  WeightsFile weights;
  WeightsReport narrow;    ///< what became of weights that the model stores in fewer bits
  bool sums_wrap = false;  ///< 32-bit sums of some 8-bit convolution can wrap
};

}  // namespace narrows
