// Long runs of tests with random seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace narrows {

/// `usual`, or NARROWS_SEEDS where it is set: tests loop from first_seed() up to this number.
int soak_seeds(int usual);
/// NARROWS_FIRST_SEED, or 0.
int first_seed();

/// Says which seed it was where the process crashes, or hangs for more than `seconds`, while this object lives.
class NowTesting {
 public:
  NowTesting(const char* what, int seed, unsigned seconds = 60);
  ~NowTesting();
  NowTesting(const NowTesting&) = delete;
  NowTesting& operator=(const NowTesting&) = delete;
};

/// Writes the file into the folder NARROWS_FAILURES, where that is set.
void save_failure(const std::string& name, const std::vector<uint8_t>& file);

}  // namespace narrows
