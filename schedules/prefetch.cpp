#include "schedules/prefetch.h"

#include <fmt/format.h>

#include "schedules/finish.h"

namespace narrows {

namespace {

constexpr int64_t kAhead = 2048, kLine = 64;

int64_t tile_bytes(const ConvRow& s, const ConvLayout& at) {
  return int64_t{at.tile} * s.reduction.rows * s.reduction.taps * at.depth * size_of(s.finish.arithmetic.weights);
}

}  // namespace

bool resident(const ConvRow& s, const ConvLayout& at) {
  return !s.reduction.cold_weights && tile_bytes(s, at) * (at.channels / at.tile) <= kResidentBytes;
}

Prefetch::Prefetch(const ConvRow& s, const ConvLayout& at, int steps, int iterations, int unroll)
    : tile_(tile_bytes(s, at)),
      steps_(steps * s.map.count),
      iterations_(iterations),
      row_steps_(s.map.count > 1 ? steps : 0),
      bytes_(size_of(s.finish.arithmetic.weights) == 1),
      long_(unroll > 1) {
  // The small weights of windows are left alone, as are those that stay in the cache.
  wanted_ = s.reduction.rows * s.reduction.taps == 1 && !resident(s, at);
}

bool Prefetch::by_iteration() const { return iteration_bytes() >= kLine || (long_ && iteration_bytes() > 0); }

std::string Prefetch::call(const std::string& index, int64_t bytes) const {
  const std::string row = row_steps_ ? fmt::format(" + row * {}", row_steps_ * step_bytes()) : "";
  const std::string ahead = plus(bytes_ ? "w" : "(const u8*)w", steps_ > 1 ? tile_ : kAhead);
  return fmt::format("prefetch({}{}, {});", plus(ahead, index), row, (bytes + kLine - 1) / kLine);
}

std::string Prefetch::at_step(const Index& step) const {
  if (!wanted_ || by_iteration()) return "";
  return call(step.times(step_bytes()), step_bytes());
}

std::string Prefetch::at_iteration(const std::string& k, int together, const Steps& steps) const {
  if (!wanted_ || !by_iteration()) return "";
  std::string index = fmt::format("{} * {}", k, together * iteration_bytes());
  if (steps.count > 1) index += fmt::format(" + x * {}", step_bytes());
  if (steps.before()) index += fmt::format(" + {}", steps.before() * step_bytes());
  return call(index, together * iteration_bytes());
}

}  // namespace narrows
