// Prefetch of a convolution's weights.
//
// Weights stream through the first-level cache: a tile's weights are fetched while the tile before it is computed. A
// core has few places for lines that it waits for, and fetching many at once holds up the loads behind them. So a
// kernel fetches
//   - at every iteration of the reduction, an equal part each time, where that part is a cache line or more;
//   - at every step along the row, where iterations are shorter: one instruction for each would be too many;
//   - a fixed distance ahead, where a tile has one step and thus no other tile's time to use;
//   - nothing where weights stay in the cache, and where they are read as several streams, which processors fetch ahead
//     by themselves.
#pragma once

#include <string>

#include "compiler/index.h"
#include "schedules/kernels.h"
#include "schedules/steps.h"

namespace narrows {

/// Weights of up to this many bytes stay in the first-level cache while other rows are computed.
constexpr int64_t kResidentBytes = 16 << 10;
/// True if all weights of the kernel stay in the first-level cache from call to call.
bool resident(const ConvRow& spec, const ConvLayout& at);

class Prefetch {
 public:
  /// A tile is computed in `steps` steps of each row, which are `iterations` iterations each, which are `unroll` steps
  /// of the reduction.
  Prefetch(const ConvRow& spec, const ConvLayout& at, int steps, int iterations, int unroll);

  /// The statement at the start of step `step`, or nothing.
  std::string at_step(const Index& step) const;
  /// The statement at the start of iteration `k` of the reduction in each of `steps`, a loop over x if there are
  /// several of them; or nothing. An iteration does what Prefetch() calls `together` iterations.
  std::string at_iteration(const std::string& k, int together, const Steps& steps) const;

 private:
  int64_t step_bytes() const { return tile_ / steps_; }
  int64_t iteration_bytes() const { return step_bytes() / iterations_; }
  bool by_iteration() const;
  std::string call(const std::string& index, int64_t bytes) const;

  int64_t tile_;  ///< bytes
  int steps_, iterations_;
  int row_steps_;  ///< the steps of one of several rows; 0: there is one row
  bool bytes_;     ///< weights are bytes
  bool long_, wanted_;
};

}  // namespace narrows
