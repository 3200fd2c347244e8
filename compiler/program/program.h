// A program: lowered blocks in the order of their calls, and where everything lies. The emitter makes text of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/narrow_weights.h"
#include "compiler/lower/kernel_library.h"
#include "compiler/lower/lower.h"
#include "compiler/options.h"
#include "compiler/program/plan_memory.h"
#include "compiler/program/tensor_memory.h"
#include "compiler/program/weights_file.h"

namespace narrows {

/// The arena of several threads: as large as for one up to `inside` of them, then base_bytes + threads * thread_bytes.
struct ParallelArena {
  int64_t base_bytes = 0, thread_bytes = 0;
  int inside = 1;
};

/// "up to 4 in the same arena, 8,192 bytes more for each further one"
std::string to_string(const ParallelArena& arena);

/// Who has which bytes of the arena when, with one thread. A step is a block, by its index, or behind them the
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
  int64_t parallel_offset = 0;  ///< `offset` where several threads share the blocks
};

/// One call in a run.
struct Call {
  int block = -1;        ///< index into Lowered::blocks; -1: a copy to a graph output
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

// A program is made in four phases, each of which adds to what the one before has decided.

/// Blocks are lowered, in the order of their calls.
struct Lowered {
  const Graph& graph;
  const CompileOptions& options;
  std::vector<DType> memory_types;  ///< by tensor
  std::vector<Block> blocks;
  std::vector<BlockCode> code;  ///< by block; nothing runs for a reshape
};

/// Tensors have homes, blocks overwrite the inputs that they may, and every call has its function.
struct Placed : Lowered {
  explicit Placed(Lowered lowered) : Lowered(std::move(lowered)), homes(graph.tensors.size()) {}

  Homes homes;
  ArenaBuffers buffers;
  std::vector<Call> calls;
  std::vector<TensorPlace> places;  ///< by tensor
};

/// Everything in the arena has its offset.
struct Planned : Placed {
  explicit Planned(Placed placed) : Placed(std::move(placed)) {}

  int64_t arena_bytes = 0;
  MemoryMap memory;
  ParallelArena parallel_arena;
  std::vector<int64_t> live_bytes;  ///< by block: bytes of the arena in use while it runs
};

/// All that the emitter needs: weights are packed.
struct Program : Planned {
  explicit Program(Planned planned) : Planned(std::move(planned)) {}

  std::vector<Kernel> kernels;
  /// By tensor: the block whose function writes it, if one alone does.
  std::vector<std::optional<size_t>> writers;
  bool sums_wrap = false;  ///< 32-bit sums of some 8-bit convolution can wrap
  std::vector<WeightsSection> sections;
  std::string payload;  ///< packed weights of all blocks
  WeightsFile weights;
  WeightsReport narrow;  ///< what became of weights that the model stores in fewer bits
};

}  // namespace narrows
