// Prefetch of a convolution's weights.
//
// Weights stream through the first-level cache. They are asked for while the tile before them is computed, in equal
// parts at every iteration of the reduction. A core has few places for lines that it waits for, and asking for many at
// once holds up the loads behind them. But where iterations are short and those parts smaller than a cache line, that
// would be too many instructions, and they are asked for at every step. Where a tile has one step only, those are asked
// for that lie a little ahead, or none if they are read as several streams, which processors fetch ahead by themselves.
#pragma once

#include <string>

#include "schedules/kernels.h"

namespace narrows {

/// Weights of up to this many bytes stay in the first-level cache while other rows are computed.
constexpr int64_t kResidentBytes = 16 << 10;
/// True if all weights of the kernel stay in the first-level cache from call to call.
bool resident(const ConvRow& spec, const ConvLayout& at);

class Prefetch {
 public:
  /// A tile is computed in `steps` steps (of each row) of `iterations` iterations each, which are `unroll` steps of the
  /// reduction.
  Prefetch(const ConvRow& spec, const ConvLayout& at, int steps, int iterations, int unroll);

  /// The statement at the start of step `step`, an expression, or nothing.
  std::string at_step(const std::string& step) const;
  /// The statement at the start of iteration `k` of the reduction, if it is done `together` at a time, in the steps
  /// from `first` on, which are a loop over x if there are several; or nothing.
  std::string at_iteration(const std::string& k, int together, int first, bool several) const;

 private:
  int64_t step_bytes() const { return tile_ / steps_; }
  int64_t iteration_bytes() const { return step_bytes() / iterations_; }
  bool by_iteration() const;
  std::string call(const std::string& index, int64_t bytes) const;

  int64_t tile_;  ///< bytes
  int steps_, iterations_;
  int row_steps_;  ///< of those, the steps of one of several rows; 0: there is one row
  bool long_, wanted_;
};

}  // namespace narrows
