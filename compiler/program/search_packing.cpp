// The exact search for the lowest packing (pack_exactly): branch and bound over skylines.
#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/program/pack_arena.h"

namespace narrows {
namespace {

/// Some smallest plan has every slab resting on the ground or on another slab (else it could be lowered).
/// Built in the order of offsets, each slab of such a plan is dropped onto the skyline: the height reached
/// so far in every step. So it is enough to search the orders in which dropped slabs have ascending offsets.
class Search {
 public:
  Search(const std::vector<Slab>& slabs, Offsets start, int64_t bound, int max_nodes)
      : slabs_(slabs),
        best_(std::move(start)),
        best_height_(packing_height(slabs, best_)),
        bound_(bound),
        nodes_left_(max_nodes),
        remaining_(live_units(slabs)),
        skyline_(remaining_.size()),
        offsets_(slabs.size(), -1) {
    for (size_t i = 0; i < slabs.size(); ++i) {
      if (slabs[i].size == 0) offsets_[i] = std::max<int64_t>(slabs[i].fixed, 0);
    }
  }

  /// True if the search was completed: best() is a smallest plan.
  bool run() {
    extend(std::count(offsets_.begin(), offsets_.end(), -1), 0, -1);
    return nodes_left_ > 0 || best_height_ == bound_;
  }
  const Offsets& best() const { return best_; }

 private:
  struct Move {
    int64_t offset;
    int slab;
    bool operator<(const Move& o) const { return std::tie(offset, slab) < std::tie(o.offset, o.slab); }
  };

  /// Where slab i would come to rest, or -1 if a fixed slab is buried already.
  int64_t drop(int i) const {
    const Slab& slab = slabs_[i];
    int64_t rest = *std::max_element(&skyline_[slab.first], &skyline_[slab.last] + 1);
    if (slab.fixed < 0) return rest;
    return slab.fixed >= rest ? slab.fixed : -1;
  }

  /// No plan below the best one is left: the slabs to come all lie above the skyline and above `ground`.
  bool hopeless(int64_t ground) const {
    for (size_t step = 0; step < skyline_.size(); ++step) {
      int64_t top = std::max(skyline_[step], ground) + remaining_[step];
      if (remaining_[step] > 0 && top >= best_height_) return true;
    }
    return false;
  }

  /// Slabs that may come next after one at `ground`. A slab that comes to rest above the place where
  /// another one would fit as a whole is left out: that other one could still be moved there.
  std::vector<Move> moves(int64_t ground, int last_slab) const {
    std::vector<Move> list;
    int64_t limit = best_height_;
    for (int i = 0; i < static_cast<int>(slabs_.size()); ++i) {
      if (offsets_[i] >= 0) continue;
      int64_t offset = drop(i);
      if (offset < 0) return {};
      Move move{offset, i};
      limit = std::min(limit, offset + slabs_[i].size);
      if (Move{ground, last_slab} < move) list.push_back(move);
    }
    list.erase(std::remove_if(list.begin(), list.end(), [&](const Move& m) { return m.offset >= limit; }), list.end());
    std::sort(list.begin(), list.end());
    return list;
  }

  void extend(int64_t left, int64_t ground, int last_slab) {
    if (left == 0) {
      best_ = offsets_;
      best_height_ = packing_height(slabs_, best_);
      return;
    }
    if (hopeless(ground)) return;
    for (const Move& move : moves(ground, last_slab)) {
      if (nodes_left_ == 0 || best_height_ == bound_) return;
      --nodes_left_;
      const Slab& slab = slabs_[move.slab];
      std::vector<int64_t> saved(&skyline_[slab.first], &skyline_[slab.last] + 1);
      for (int step = slab.first; step <= slab.last; ++step) {
        skyline_[step] = move.offset + slab.size;
        remaining_[step] -= slab.size;
      }
      offsets_[move.slab] = move.offset;
      extend(left - 1, move.offset, move.slab);
      offsets_[move.slab] = -1;
      std::copy(saved.begin(), saved.end(), &skyline_[slab.first]);
      for (int step = slab.first; step <= slab.last; ++step) remaining_[step] += slab.size;
    }
  }

  const std::vector<Slab>& slabs_;
  Offsets best_;
  int64_t best_height_, bound_;
  int nodes_left_;
  std::vector<int64_t> remaining_, skyline_;
  Offsets offsets_;
};

}  // namespace

Packing pack_exactly(const std::vector<Slab>& slabs, Offsets start, int max_nodes) {
  Search search(slabs, std::move(start), packing_bound(slabs), max_nodes);
  bool optimal = search.run();
  return {search.best(), optimal};
}

}  // namespace narrows
