// What became of the parts of a graph, for reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/program/program.h"

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
  std::string unfused;        ///< why not, in the words of compiler/blocks/unfused.h; empty where it is fused
};

/// One report for each block that is called, in the order of the calls.
std::vector<BlockReport> report_blocks(const Program& program);

}  // namespace narrows
