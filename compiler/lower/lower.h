// Lowering: from a block to the text of one C++ function, its packed weights and its scratch size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/lower/context.h"
#include "compiler/lower/conv_calls.h"

namespace narrows {

/// The output of a block must not lie over its input.
constexpr int64_t kApart = INT64_MIN;

/// What the lowering of a block gives: a function without its name, and what to call it with.
struct BlockCode {
  std::string function;     ///< "(parameters) {\n ... }\n"; equal texts become one function
  std::string base_name;    ///< e.g. "inverted_residual"
  std::vector<int> inputs;  ///< tensors, in the order of the parameters; the output follows them
  /// By input, if any: the output may start so many bytes from the input's start, and overwrite it, as no row of the
  /// input is read again after a row of the output has taken its place; with one task only. At most 0; kApart: it may
  /// not.
  std::vector<int64_t> overlaps;
  int in_place = -1;                  ///< input that the function does not take: it is where the output is
  std::string weights;                ///< packed; empty: the function takes none
  int64_t scratch_bytes = 0;          ///< of each task, a multiple of 64; 0: the function takes none
  int64_t shared_bytes = 0;           ///< scratch that the tasks share; 0: the function takes none
  int64_t parallel_shared_bytes = 0;  ///< the same where there are several tasks
  int passes = 1;                     ///< over the rows of the input
  int64_t executed_macs = 0;          ///< chains: multiply-adds, those included that are done twice; else 0
  int phases = 0;  ///< that threads share, see runtime/tasks.h; 0: none, and the function takes no task
  int units = 1;   ///< most units of a phase: so many tasks have something to do
  std::string kind, title, schedule;  ///< for the comment above the function and for reports
  bool fused = false;                 ///< a wide tensor inside never exists as a whole
};

/// The code without its text and weights, but for whether there is a function: where only sizes are wanted.
BlockCode sketch_of(BlockCode code);

/// The schedule that the options ask for.
const Schedule& asked_schedule(const LoweringContext& context, const Block& block);
/// Its tile for the block's convolution `i`, as far as it can be had with `vectors` vectors; what it leaves open, the
/// cost model chooses.
Tile tile_for(const LoweringContext& context, const Block& block, size_t i, int vectors, int width, bool quantized);

/// True if the block's input comes row by row from a callback.
bool reads_rows(const LoweringContext& context, const Block& block);

/// Type of the memory that holds a tensor: graph inputs keep their own type, all others have the target's.
DType memory_type(const LoweringContext& context, int tensor);

BlockCode lower_chain(const LoweringContext& context, const Block& block);
/// The `halide` variant of an inverted residual: a chain of three convolutions that starts with a 1x1 convolution of
/// the tensor itself. Names and description are left to lower_chain().
BlockCode lower_whole_block(const LoweringContext& context, const Block& block);
WholeBlock whole_block_spec(const LoweringContext& context, const Block& block);
/// The packed weights that the function of `spec` reads.
std::string pack_whole_block(const LoweringContext& context, const Block& block, const WholeBlock& spec);
BlockCode lower_pooled_conv(const LoweringContext& context, const Block& block);
/// conv_calls() of such a block.
std::vector<ConvCalls> pooled_conv_calls(const LoweringContext& context, const Block& block);
BlockCode lower_resize_argmax(const LoweringContext& context, const Block& block);
/// `in_place`: an input that the output overwrites, one with an overlap of 0; -1: none.
BlockCode lower_single(const LoweringContext& context, const Block& block, int in_place = -1);
/// A concatenation. Some of its inputs may stand inside of the output already, so many bytes from its start; -1: those
/// that do not. Nothing is left to do for inputs that stand where they belong, and no function where all do.
BlockCode lower_concatenation(const LoweringContext& context, const Block& block, const std::vector<int64_t>& inside);
/// True where a concatenation leaves the stored values of its input `i` as they are.
bool is_plain_copy(const LoweringContext& context, const Op& concatenation, int i);
/// Picks one of the above.
BlockCode lower_block(const LoweringContext& context, const Block& block);

}  // namespace narrows
