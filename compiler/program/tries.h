// How often searches for a smaller arena plan it again. What is slow to plan gets fewer tries, so that every search
// ends within about a second; networks of the family have far less work than any of these limits.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/program/plan_memory.h"

namespace narrows {

class Tries {
 public:
  /// Orders of this many blocks: each counts the bytes that are alive while each block runs.
  static Tries of_orders(int64_t blocks);
  /// Homes of tensors: each plans the arena of this many blocks, which takes time for each pair of them.
  static Tries of_homes(int64_t blocks);
  /// Outputs over inputs: each plans these buffers, which takes time for each pair that is alive at once.
  static Tries of_overlaps(const std::vector<ArenaBuffer>& buffers);

  /// False where none is left.
  bool take() { return left_-- > 0; }

 private:
  explicit Tries(int64_t count) : left_(count) {}

  int64_t left_;
};

}  // namespace narrows
