#include "compiler/program/tries.h"

#include <algorithm>

namespace narrows {

namespace {

/// Pairs of buffers that are alive at once.
int64_t meeting_pairs(const std::vector<ArenaBuffer>& buffers) {
  std::vector<int64_t> starting(buffers.size() + 1), ending(buffers.size() + 1);
  int64_t alive = 0, pairs = 0;
  for (const ArenaBuffer& b : buffers) {
    ++starting[std::min<size_t>(b.first, buffers.size())];
    ++ending[std::min<size_t>(b.last, buffers.size())];
  }
  for (size_t step = 0; step <= buffers.size(); ++step) {
    pairs += starting[step] * alive + starting[step] * starting[step];
    alive += starting[step] - ending[step];
  }
  return pairs;
}

}  // namespace

Tries Tries::of_orders(int64_t blocks) { return Tries(1'000'000 / (blocks + 1)); }

Tries Tries::of_homes(int64_t blocks) { return Tries(std::min<int64_t>(500, 100'000'000 / (blocks * blocks + 1))); }

Tries Tries::of_overlaps(const std::vector<ArenaBuffer>& buffers) {
  return Tries(3'000'000 / (meeting_pairs(buffers) + 1));
}

}  // namespace narrows
