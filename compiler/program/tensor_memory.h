// Which memory holds a tensor: most tensors get some of their own, but a reshape is its input, a slice that is in one
// piece lies in its input, and what a concatenation joins can be written where it belongs.
#pragma once

#include <optional>
#include <vector>

#include "compiler/program/plan_memory.h"
#include "compiler/program/planned_blocks.h"

namespace narrows {

/// `offset` bytes from the start of `tensor`.
struct Home {
  int tensor;
  int64_t offset;
};

/// By tensor, the one whose memory holds it; its own to begin with.
class Homes {
 public:
  explicit Homes(size_t tensors);

  Home of(int tensor) const;
  bool has_own_memory(int tensor) const { return of(tensor).tensor == tensor; }
  /// `tensor`, which has its own memory, and what lies in it move; `into` must not lie in it.
  void move(int tensor, Home into) { into_[tensor] = into; }

 private:
  std::vector<Home> into_;
};

/// Reshapes only.
Homes reshape_homes(const PlannedBlocks& planned);

/// Decides for all tensors. Slices and parts of concatenations have no memory of
/// their own only where the arena does not grow by it.
Homes choose_homes(const PlannedBlocks& planned, const PlanContext& context);

/// For each input of a concatenation its distance in bytes from the start of the output, if its producer writes it in
/// there, wherever that is.
std::vector<std::optional<int64_t>> parts_inside(const Graph& graph, const Homes& homes, const Op& concatenation);

/// True if what the slice takes lies inside of its input, so that there is nothing to do for it.
bool lies_in_input(const Graph& graph, const Homes& homes, const Op& slice);

/// By graph output: true where the blocks write into the caller's memory; the others are copied in the end.
std::vector<bool> written_outputs(const PlannedBlocks& planned, const Homes& homes);

/// The buffers of the arena. A step is a block, or behind them the copy of a graph output.
struct ArenaBuffers {
  std::vector<ArenaBuffer> list;
  std::vector<int> of_tensor;  ///< by tensor: index in the list; -1: none of its own
  std::vector<int> of_block;   ///< by block: scratch memory; -1: none
};
ArenaBuffers arena_buffers(const PlannedBlocks& planned, const Homes& homes);

/// Puts outputs of blocks over inputs that they may overwrite, wherever they may.
void put_over(const PlannedBlocks& planned, const Homes& homes, ArenaBuffers* buffers);
/// The buffers where only reshapes share memory, with outputs over inputs wherever they may: what plans are sketched
/// with.
ArenaBuffers buffers_over_inputs(const PlannedBlocks& planned);
/// Puts outputs over inputs as put_over() does where the arena does not grow by it.
void choose_overlaps(const PlannedBlocks& planned, const Homes& homes, ArenaBuffers* buffers);

}  // namespace narrows
