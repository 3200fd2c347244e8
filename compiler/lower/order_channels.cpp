#include "compiler/lower/order_channels.h"

#include <algorithm>
#include <bitset>
#include <cstdlib>
#include <numeric>

namespace narrows {

namespace {

/// Steps of a reduction, or tiles of channels, that have large pairs of weights. More of them count as the last one.
using Set = std::bitset<512>;
void add(Set& set, int i) { set.set(static_cast<size_t>(std::min(i, 511))); }

bool large_pair(const ConvWeights& w, int c, int i, int j) {
  const int a = w.at(c, 0, i) - w.weight_zero, b = j < w.row_size ? w.at(c, 0, j) - w.weight_zero : 0;
  const int most = largest_small_sum(w.arithmetic.stored);
  if (w.arithmetic.stored == DType::i8) return std::abs(a) + std::abs(b) > most;
  return std::max(a, 0) + std::max(b, 0) > most || std::min(a, 0) + std::min(b, 0) < -most;
}

Set large_steps(const ConvWeights& w, int channel) {
  Set steps;
  for (int k = 0; k < w.row_size; k += 2) {
    if (large_pair(w, channel, k, k + 1)) add(steps, k / 4);
  }
  return steps;
}

/// The tiles of the projection in which elements i and j of the depth must not be neighbours.
Set large_tiles(const ConvWeights& w, int i, int j, int group) {
  Set tiles;
  for (int c = 0; c < w.channels; ++c) {
    if (large_pair(w, c, i, j)) add(tiles, c / group);
  }
  return tiles;
}

/// Group by group: the channel with the fewest large steps, then always the one that adds the fewest to the group's.
std::vector<int> group_by_steps(const ConvWeights& expand, int group) {
  std::vector<Set> steps;
  for (int c = 0; c < expand.channels; ++c) steps.push_back(large_steps(expand, c));
  std::vector<int> left(static_cast<size_t>(expand.channels)), order;
  std::iota(left.begin(), left.end(), 0);
  Set of_group;
  while (!left.empty()) {
    if (order.size() % static_cast<size_t>(group) == 0) of_group.reset();
    const auto next = std::min_element(left.begin(), left.end(), [&](int a, int b) {
      return (steps[a] & ~of_group).count() < (steps[b] & ~of_group).count();
    });
    of_group |= steps[*next];
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

struct Joined {
  std::vector<int> channels;
  Set tiles;  ///< in which they are large
};

/// Joins two and two, the best first. `together(a, b)` are the tiles in which both, side by side, are large.
template <typename Together>
std::vector<Joined> join(std::vector<Joined> items, Together together) {
  std::vector<Joined> joined;
  while (items.size() > 1) {
    // The partner is sought for the first one left, so that the order stays close to what it was.
    size_t best = 1;
    Set best_tiles = together(items[0], items[1]);
    for (size_t i = 2; i < items.size(); ++i) {
      const Set tiles = together(items[0], items[i]);
      if (tiles.count() < best_tiles.count()) best = i, best_tiles = tiles;
    }
    Joined both{items[0].channels, best_tiles};
    both.channels.insert(both.channels.end(), items[best].channels.begin(), items[best].channels.end());
    joined.push_back(both);
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(best));
    items.erase(items.begin());
  }
  joined.insert(joined.end(), items.begin(), items.end());
  return joined;
}

/// Orders the channels of one group: pairs that are small in as many tiles as possible, then fours.
void pair_up(const ConvWeights& project, int group, int* begin, int* end) {
  std::vector<Joined> channels;
  for (int* c = begin; c < end; ++c) channels.push_back({{*c}, {}});
  const std::vector<Joined> pairs = join(std::move(channels), [&](const Joined& a, const Joined& b) {
    return large_tiles(project, a.channels[0], b.channels[0], group);
  });
  const std::vector<Joined> fours = join(pairs, [](const Joined& a, const Joined& b) { return a.tiles | b.tiles; });
  for (const Joined& four : fours) begin = std::copy(four.channels.begin(), four.channels.end(), begin);
}

template <typename T>
void reorder(const std::vector<int>& order, std::vector<T>* values) {
  if (values->size() != order.size()) return;
  const std::vector<T> old = *values;
  for (size_t i = 0; i < order.size(); ++i) (*values)[i] = old[order[i]];
}

}  // namespace

std::vector<int> order_expanded(const ConvWeights& expand, const ConvWeights& project, int group) {
  std::vector<int> order = group_by_steps(expand, group);
  const int channels = expand.channels;
  for (int c = 0; c < channels; c += group)
    pair_up(project, group, order.data() + c, order.data() + std::min(c + group, channels));
  return order;
}

void reorder_channels(const std::vector<int>& order, ConvWeights* w) {
  const ConvWeights old = *w;
  const size_t size = static_cast<size_t>(w->rows) * w->row_size;
  for (size_t c = 0; c < order.size(); ++c)
    std::copy_n(old.weights.begin() + static_cast<std::ptrdiff_t>(order[c] * size), size,
                w->weights.begin() + static_cast<std::ptrdiff_t>(c * size));
  reorder(order, &w->bias);
  reorder(order, &w->multipliers);
  reorder(order, &w->scales);
  reorder(order, &w->unary.channels);
}

void reorder_depth(const std::vector<int>& order, ConvWeights* w) {
  const ConvWeights old = *w;
  for (int c = 0; c < w->channels; ++c)
    for (size_t k = 0; k < order.size(); ++k)
      w->weights[static_cast<size_t>(c) * w->row_size + k] = old.at(c, 0, order[k]);
}

}  // namespace narrows
