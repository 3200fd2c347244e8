// The pipeline of an inverted residual block, before it becomes text (whole_block) or machine code
// (whole_block_object).
#pragma once

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

#include "schedules/whole_block.h"

namespace narrows {

struct BlockPipeline {
  Halide::Func out;
  std::vector<Halide::Argument> arguments;
  std::string pointers;  ///< the lines that define the arguments other than in, residual and out, from `weights`
};

/// The value to store, from the finished projection and the residual.
using ResidualSum = std::function<Halide::Expr(Halide::Expr value, Halide::Expr residual)>;

/// Algorithm and schedule. `residual_sum` replaces the call of our runtime's function; null: it stays. The
/// depthwise convolution is computed in vectors of `filter_lanes` channels, which divide the tile of the
/// expansion.
BlockPipeline block_pipeline(const WholeBlock& spec, const Target& target, const ResidualSum& residual_sum,
                             int filter_lanes);

/// "(const f32* __restrict in, ..., const u8* __restrict weights)"; `scratch` is put before the weights.
std::string block_parameters(const WholeBlock& spec, const std::string& scratch);

}  // namespace narrows
