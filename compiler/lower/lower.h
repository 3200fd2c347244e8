// Planning and lowering: from a block to its sizes, and to the text of one C++ function and its packed weights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/blocks/block.h"
#include "compiler/lower/context.h"
#include "compiler/lower/conv_calls.h"
#include "schedules/whole_block.h"

namespace narrows {

/// The output of a block must not lie over its input.
constexpr int64_t kApart = INT64_MIN;

/// The sizes of a block's function, and how it is called and described.
struct BlockPlan {
  bool runs = false;        ///< there is a function to call
  std::string base_name;    ///< e.g. "inverted_residual"
  std::vector<int> inputs;  ///< tensors, in the order of the parameters; the output follows them
  /// One entry per input, or none: how far before the input the output may start (0 or negative, in bytes), so that it
  /// only overwrites rows that have been read. kApart: the two must not overlap. With one task only.
  std::vector<int64_t> overlaps;
  std::optional<size_t> in_place;     ///< input that the function does not take: it is where the output is
  int64_t scratch_bytes = 0;          ///< of each task, a multiple of 64; 0: the function takes none
  int64_t shared_bytes = 0;           ///< scratch that the tasks share; 0: the function takes none
  int64_t parallel_shared_bytes = 0;  ///< scratch that several tasks share
  int passes = 1;                     ///< over the rows of the input
  int64_t executed_macs = 0;          ///< chains: multiply-adds, those included that are done twice; else 0
  int phases = 0;  ///< that threads share, see runtime/tasks.h; 0: none, and the function takes no task
  int units = 1;   ///< most units of a phase: more tasks than these have nothing to do
  std::string kind, title, schedule;  ///< for the comment above the function and for reports
  bool fused = false;                 ///< a wide tensor inside never exists as a whole
};

/// A plan that is carried out: a function without its name.
struct BlockCode : BlockPlan {
  std::string function;  ///< "(parameters) {\n ... }\n"; equal texts become one function
  std::string weights;   ///< packed; empty: the function takes none
};

/// The schedule that the options ask for.
const Schedule& asked_schedule(const PlanContext& context, const Block& block);

/// True if the block's input comes row by row from a callback.
bool reads_rows(const PlanContext& context, const Block& block);

/// Type of the memory that holds a tensor: graph inputs keep their own type, all others have the target's.
DType memory_type(const PlanContext& context, int tensor);

BlockPlan plan_chain_block(const PlanContext& context, const Block& block);
BlockCode lower_chain(const LoweringContext& context, const Block& block);
/// The `halide` variant of an inverted residual: a chain of three convolutions that starts with a 1x1 convolution of
/// the tensor itself. Names and description are left to lower_chain().
BlockCode lower_whole_block(const LoweringContext& context, const Block& block);
BlockPlan plan_whole_block(const PlanContext& context, const Block& block);
WholeBlock whole_block_spec(const PlanContext& context, const Block& block);
/// The packed weights that the function of `spec` reads.
std::string pack_whole_block(const PlanContext& context, const Block& block, const WholeBlock& spec);
BlockPlan plan_pooled_conv(const PlanContext& context, const Block& block);
BlockCode lower_pooled_conv(const LoweringContext& context, const Block& block);
/// conv_calls() of such a block.
std::vector<ConvCalls> pooled_conv_calls(const PlanContext& context, const Block& block);
BlockCode lower_resize_argmax(const PlanContext& context, const Block& block);
/// `in_place`: an input that the output overwrites, one with an overlap of 0.
BlockCode lower_single(const PlanContext& context, const Block& block, std::optional<size_t> in_place = {});
/// A concatenation. Some of its inputs may stand inside of the output already, at these distances from its start in
/// bytes. Nothing is left to do for inputs that stand where they belong, and no function where all do.
BlockCode lower_concatenation(const PlanContext& context, const Block& block,
                              const std::vector<std::optional<int64_t>>& inside);
/// What a concatenation makes of each byte of its input `i`, both as they are in memory; empty where it leaves them, or
/// wider values, as they are.
std::vector<uint8_t> part_table(const PlanContext& context, const Op& concatenation, size_t i);
/// True where a concatenation leaves the stored values of its input `i` as they are.
bool is_plain_copy(const PlanContext& context, const Op& concatenation, int i);

/// The plan of a block that is not a reshape, by the one of the above that lowers it.
BlockPlan plan_block(const PlanContext& context, const Block& block);
BlockCode lower_block(const LoweringContext& context, const Block& block);

}  // namespace narrows
