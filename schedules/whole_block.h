// A whole inverted residual block as one kernel.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/graph/graph.h"
#include "compiler/target.h"
#include "schedules/kernels.h"

namespace narrows {

/// A whole inverted residual block as one Halide pipeline, the `halide` variant. Shapes and borders are those of the
/// block's operators.
struct WholeBlock {
  struct Map {
    int height = 0, width = 0, channels = 0;
  };
  /// One of the 1x1 convolutions, as in ConvRow.
  struct Pointwise {
    Finish finish;
    bool row_sums = false;
    Tile tile{1, 1};
  };
  Map in, out;
  int expanded = 0;      ///< channels between the convolutions
  Window window;         ///< of the depthwise convolution
  int border_value = 0;  ///< stored zero point of the expanded tensor
  Pointwise expand, project;
  Finish depthwise;
};
/// The kernels whose packed regions a WholeBlock's convolutions read, one behind the other.
ConvRow expand_region(const WholeBlock& spec);
DepthwiseRow depthwise_region(const WholeBlock& spec);
ConvRow project_region(const WholeBlock& spec, const Target& target);
/// `text` is the function without its name: "(parameters) {...}".
Kernel whole_block(const WholeBlock& spec, const Target& target, int64_t* scratch_bytes);
/// The pipeline of whole_block() compiled by Halide's own back end to an object file at `path`: the yardstick of
/// benchmarks. The text is a function of the same parameters, but without scratch, that calls it. Where the arithmetic
/// requantizes, it must round as XNNPACK does.
Kernel whole_block_object(const WholeBlock& spec, const std::string& name, const Target& target,
                          const std::string& path);

}  // namespace narrows
