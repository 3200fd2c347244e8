// Random choices that are the same for the same seed on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace narrows {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15u + 1) {}

  /// From 0 to n - 1; n is positive.
  int below(int64_t n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  int between(int low, int high) { return low + below(int64_t{high} - low + 1); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T pick(const std::vector<T>& list) {
    return list[below(static_cast<int64_t>(list.size()))];
  }
  /// Between low and high, evenly.
  float real(float low, float high) { return low + static_cast<float>(random_() >> 40) * 0x1p-24f * (high - low); }

 private:
  std::mt19937_64 random_;
};

}  // namespace narrows
