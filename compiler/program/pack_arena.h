// The core of the memory planner: packs slabs of given lifetimes into the lowest strip.
//
// The problem, dynamic storage allocation, is NP-hard, but networks are kind: greedy placement by size, as in
// Pisarchyk and Lee, "Efficient memory management for deep neural net inference" (arXiv 2001.03288), mostly
// meets the lower bound. Several orders are tried; where all of them miss it, a branch-and-bound search over
// skylines looks for a better packing or proves that there is none.
#pragma once

#include <cstdint>
#include <vector>

namespace narrows {

/// A piece of memory for some steps. Sizes and offsets count units of the arena's alignment.
struct Slab {
  int64_t size = 0;
  int first = 0, last = 0;  ///< steps in which it is alive
  int64_t fixed = -1;       ///< offset that is given; -1: to be found
  int base = -1;            ///< the slab that it stands over, and may overlap
  int64_t shift = 0;        ///< offset from that slab; may be negative

  bool meets(const Slab& o) const { return first <= o.last && o.first <= last; }
  int64_t steps() const { return last - first + 1; }
};

using Offsets = std::vector<int64_t>;

/// Top of the highest slab.
int64_t packing_height(const std::vector<Slab>& slabs, const Offsets& offsets);
/// Units alive in each step, what overlaps counted once.
std::vector<int64_t> live_units(const std::vector<Slab>& slabs);
/// By slab, the others that are alive in one of its steps, ascending.
std::vector<std::vector<int>> meeting_slabs(const std::vector<Slab>& slabs);
/// Most units alive in one step; also covers fixed slabs. No packing is lower.
int64_t packing_bound(const std::vector<Slab>& slabs);

/// The best of several orders and fits. Fixed slabs that collide are not noticed. Slabs that stand over each other are
/// placed together; all of them are fixed, or none.
Offsets pack_greedy(const std::vector<Slab>& slabs);

/// Looks for a lower packing than `start`, again and again with the slab that reached highest placed first. For slabs
/// of any kind; at most `rounds` packings are tried.
Offsets pack_by_height(const std::vector<Slab>& slabs, Offsets start, int rounds);

struct Packing {
  Offsets offsets;
  bool optimal = false;  ///< the search was completed: no packing is lower
};
/// Branch and bound from the packing `start`, in at most `max_nodes` steps. Never returns a higher one. For slabs
/// without a base only.
Packing pack_exactly(const std::vector<Slab>& slabs, Offsets start, int max_nodes);

}  // namespace narrows
