#include "compiler/program/pack_arena.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace narrows {
namespace {

int step_count(const std::vector<Slab>& slabs) {
  int steps = 0;
  for (const Slab& slab : slabs) steps = std::max(steps, slab.last + 1);
  return steps;
}

}  // namespace

int64_t packing_height(const std::vector<Slab>& slabs, const Offsets& offsets) {
  int64_t top = 0;
  for (size_t i = 0; i < slabs.size(); ++i) top = std::max(top, offsets[i] + slabs[i].size);
  return top;
}

namespace {

/// The slab that a slab stands over in the end, and how far above its start.
struct Footing {
  int root = -1;
  int64_t shift = 0;
};

/// By slab. Towers of slabs can be as high as a network is deep, so each step of them is taken once.
std::vector<Footing> footings_of(const std::vector<Slab>& slabs) {
  std::vector<Footing> footings(slabs.size());
  std::vector<int> above;
  for (int i = 0; i < static_cast<int>(slabs.size()); ++i) {
    int at = i;
    for (; footings[at].root < 0 && slabs[at].base >= 0; at = slabs[at].base) above.push_back(at);
    if (footings[at].root < 0) footings[at] = {at, 0};
    for (; !above.empty(); above.pop_back()) {
      const Footing below = footings[slabs[above.back()].base];
      footings[above.back()] = {below.root, below.shift + slabs[above.back()].shift};
    }
  }
  return footings;
}

}  // namespace

std::vector<int64_t> live_units(const std::vector<Slab>& slabs) {
  const std::vector<Footing> footings = footings_of(slabs);
  std::vector<int64_t> live(step_count(slabs));
  std::vector<std::vector<int>> alive(live.size());  // slabs in each step
  for (int i = 0; i < static_cast<int>(slabs.size()); ++i) {
    for (int step = slabs[i].first; step <= slabs[i].last && slabs[i].size > 0; ++step) alive[step].push_back(i);
  }
  for (size_t step = 0; step < live.size(); ++step) {
    // Slabs that stand over each other take all between their lowest and their highest unit.
    std::map<int, std::pair<int64_t, int64_t>> extents;
    for (int i : alive[step]) {
      const int64_t from = footings[i].shift, to = from + slabs[i].size;
      const auto [known, is_new] = extents.try_emplace(footings[i].root, from, to);
      if (!is_new) known->second = {std::min(known->second.first, from), std::max(known->second.second, to)};
    }
    for (const auto& [root, extent] : extents) live[step] += extent.second - extent.first;
  }
  return live;
}

std::vector<std::vector<int>> meeting_slabs(const std::vector<Slab>& slabs) {
  std::vector<int> order(slabs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return slabs[a].first < slabs[b].first; });
  std::vector<std::vector<int>> meeting(slabs.size());
  std::vector<int> alive;
  for (int i : order) {
    const auto ended = [&](int j) { return slabs[j].last < slabs[i].first; };
    alive.erase(std::remove_if(alive.begin(), alive.end(), ended), alive.end());
    for (int j : alive) meeting[i].push_back(j), meeting[j].push_back(i);
    alive.push_back(i);
  }
  for (std::vector<int>& list : meeting) std::sort(list.begin(), list.end());
  return meeting;
}

int64_t packing_bound(const std::vector<Slab>& slabs) {
  int64_t bound = 0;
  for (int64_t live : live_units(slabs)) bound = std::max(bound, live);
  for (const Slab& slab : slabs) {
    if (slab.fixed >= 0) bound = std::max(bound, slab.fixed + slab.size);
  }
  return bound;
}

namespace {

// ---- greedy placement --------------------------------------------------------------------------

enum class Fit { lowest_gap, smallest_gap };

/// Slabs that stand over each other, each with its distance from the first.
using Group = std::vector<std::pair<int, int64_t>>;

/// What decides where a slab can stand.
struct Neighbors {
  const std::vector<Slab>& slabs;
  std::vector<std::vector<int>> meeting;  ///< by slab: those that are alive together with it
  std::vector<Group> groups;              ///< by the slab that the group's slabs stand over in the end
  std::vector<int> roots;                 ///< by slab: that slab
};

Neighbors neighbors_of(const std::vector<Slab>& slabs) {
  Neighbors near{slabs, meeting_slabs(slabs), std::vector<Group>(slabs.size()), {}};
  for (const Footing& footing : footings_of(slabs)) {
    near.groups[footing.root].emplace_back(static_cast<int>(near.roots.size()), footing.shift);
    near.roots.push_back(footing.root);
  }
  return near;
}

/// Offset of a slab between the placed slabs that are alive together with it: in a gap that holds it, or
/// above all.
int64_t find_gap(int placed, const Neighbors& near, const Offsets& offsets, Fit fit) {
  const Slab& slab = near.slabs[placed];
  std::vector<std::pair<int64_t, int64_t>> taken;
  for (int i : near.meeting[placed]) {
    if (offsets[i] >= 0 && near.slabs[i].size > 0) taken.emplace_back(offsets[i], offsets[i] + near.slabs[i].size);
  }
  std::sort(taken.begin(), taken.end());
  int64_t end = 0, best = -1, best_gap = 0;
  for (auto [from, to] : taken) {
    int64_t gap = from - end;
    if (gap >= slab.size && (best < 0 || gap < best_gap)) {
      if (fit == Fit::lowest_gap) return end;
      best = end;
      best_gap = gap;
    }
    end = std::max(end, to);
  }
  return best >= 0 ? best : end;
}

/// True if no slab of the group, whose first one is at `at`, meets a placed one.
bool is_free(const Group& group, int64_t at, const Neighbors& near, const Offsets& offsets) {
  for (const auto& [i, shift] : group) {
    const int64_t from = at + shift, to = from + near.slabs[i].size;
    if (from < 0) return false;
    for (int j : near.meeting[i]) {
      if (offsets[j] >= 0 && from < offsets[j] + near.slabs[j].size && offsets[j] < to) return false;
    }
  }
  return true;
}

/// The lowest free offset of the group's first slab: some slab of the group rests on the ground or on a placed one
/// there.
int64_t find_group_gap(const Group& group, const Neighbors& near, const Offsets& offsets) {
  std::set<int64_t> rests;
  int64_t lowest = 0;
  for (const auto& [i, shift] : group) lowest = std::max(lowest, -shift);
  rests.insert(lowest);
  for (const auto& [i, shift] : group) {
    for (int j : near.meeting[i]) {
      if (offsets[j] >= 0) rests.insert(offsets[j] + near.slabs[j].size - shift);
    }
  }
  for (int64_t at : rests) {
    if (is_free(group, at, near, offsets)) return at;
  }
  return *rests.rbegin();  // never: the highest is free
}

/// Places the slabs in the given order; those with a fixed offset come first in any case.
Offsets place_in_order(const Neighbors& near, const std::vector<int>& order, Fit fit) {
  const std::vector<Slab>& slabs = near.slabs;
  Offsets offsets(slabs.size(), -1);
  for (size_t i = 0; i < slabs.size(); ++i) offsets[i] = slabs[i].fixed;
  for (int i : order) {
    if (offsets[i] >= 0) continue;
    const Group& group = near.groups[near.roots[i]];
    if (group.size() == 1) {
      offsets[i] = find_gap(i, near, offsets, fit);
      continue;
    }
    const int64_t at = find_group_gap(group, near, offsets);
    for (const auto& [member, shift] : group) offsets[member] = at + shift;
  }
  return offsets;
}

/// Sort keys, ascending; ties are broken by the other properties.
using Key = std::tuple<int64_t, int64_t, int64_t>;
Key by_size(const Slab& b) { return {-b.size, -b.steps(), b.first}; }
Key by_lifetime(const Slab& b) { return {-b.steps(), -b.size, b.first}; }
Key by_area(const Slab& b) { return {-b.size * b.steps(), -b.size, b.first}; }
Key by_first_use(const Slab& b) { return {b.first, -b.size, -b.steps()}; }

}  // namespace

Offsets pack_greedy(const std::vector<Slab>& slabs) {
  const Neighbors near = neighbors_of(slabs);
  Offsets best;
  for (Key (*key)(const Slab&) : {by_size, by_area, by_lifetime, by_first_use}) {
    std::vector<int> order(slabs.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return key(slabs[a]) < key(slabs[b]); });
    for (Fit fit : {Fit::lowest_gap, Fit::smallest_gap}) {
      Offsets offsets = place_in_order(near, order, fit);
      if (best.empty() || packing_height(slabs, offsets) < packing_height(slabs, best)) best = offsets;
    }
  }
  return best;
}

Offsets pack_by_height(const std::vector<Slab>& slabs, Offsets best, int rounds) {
  const Neighbors near = neighbors_of(slabs);
  const int64_t bound = packing_bound(slabs);
  std::vector<int> order(slabs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return by_size(slabs[a]) < by_size(slabs[b]); });
  for (int round = 0; round < rounds && packing_height(slabs, best) > bound; ++round) {
    const Offsets offsets = place_in_order(near, order, round % 2 ? Fit::smallest_gap : Fit::lowest_gap);
    if (packing_height(slabs, offsets) < packing_height(slabs, best)) best = offsets;
    const auto highest = std::max_element(order.begin(), order.end(), [&](int a, int b) {
      return offsets[a] + slabs[a].size < offsets[b] + slabs[b].size;
    });
    std::rotate(order.begin(), highest, highest + 1);
  }
  return best;
}

}  // namespace narrows
