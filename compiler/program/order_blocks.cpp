#include "compiler/program/order_blocks.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "compiler/program/tensor_memory.h"
#include "compiler/program/tries.h"

namespace narrows {

namespace {

using Order = std::vector<int>;

/// Two rules to choose the next of the blocks that could run; orders are compared by the arenas that they need.
enum class Prefer { low_peak, low_rest };

/// Chooses block after block. Reshapes count like any other block: what they name stays alive.
class ListScheduler {
 public:
  explicit ListScheduler(const PlannedBlocks& p)
      : p_(p), readers_(p.graph.tensors.size(), 0), live_(p.graph.tensors.size(), false) {
    for (const Block& block : p.blocks) inputs_.push_back(inputs_of(p, block));
    for (const std::set<int>& inputs : inputs_) {
      for (int t : inputs) ++readers_[t];
    }
    for (int t : p.graph.outputs) ++readers_[t];
    for (const Block& block : p.blocks) made_.insert(block.output);
  }

  Order run(Prefer prefer) {
    Order order;
    std::vector<bool> done(p_.blocks.size(), false);
    while (order.size() < p_.blocks.size()) {
      int best = -1;
      for (int i = 0; i < static_cast<int>(p_.blocks.size()); ++i) {
        if (!done[i] && ready(i) && (best < 0 || rank(i, prefer) < rank(best, prefer))) best = i;
      }
      NARROWS_CHECK(best >= 0, "no block can run next");
      take(best);
      done[best] = true;
      order.push_back(best);
    }
    return order;
  }

  static std::set<int> inputs_of(const PlannedBlocks& p, const Block& block) {
    std::set<int> inputs;
    for (int i : block.ops) {
      for (int t : p.graph.ops[i].inputs) inputs.insert(t);
    }
    for (int i : block.ops) inputs.erase(p.graph.ops[i].output);
    return inputs;
  }

 private:
  int64_t bytes(int tensor) const { return p_.graph.tensors[tensor].bytes(); }
  /// Made by a block: constants and the network's inputs are always there.
  bool is_made(int tensor) const { return made_.count(tensor) > 0; }

  bool ready(int i) const {
    return std::all_of(inputs_[i].begin(), inputs_[i].end(), [&](int t) { return !is_made(t) || live_[t]; });
  }

  /// Bytes that are alive more or less while the block runs, and once it has run.
  std::tuple<int64_t, int64_t> change(int i) const {
    const BlockPlan& plan = p_.plans[i];
    const int64_t out = bytes(p_.blocks[i].output);
    int64_t rest = out;
    for (int t : inputs_[i]) {
      if (is_made(t) && readers_[t] == 1) rest -= bytes(t);
    }
    return {out + plan.scratch_bytes + plan.shared_bytes, rest};
  }
  /// Smaller ones run first; in their own order where nothing else matters.
  std::tuple<int64_t, int64_t, int> rank(int i, Prefer prefer) const {
    const auto [peak, rest] = change(i);
    return prefer == Prefer::low_peak ? std::tuple(peak, rest, i) : std::tuple(rest, peak, i);
  }

  void take(int i) {
    for (int t : inputs_[i]) --readers_[t];
    live_[p_.blocks[i].output] = true;
  }

  const PlannedBlocks& p_;
  std::vector<std::set<int>> inputs_;  ///< by block
  std::vector<int> readers_;           ///< of each tensor, still to come
  std::vector<bool> live_;
  std::set<int> made_;
};

PlannedBlocks in_order(const Order& order, const PlannedBlocks& p) {
  return {p.graph, p.memory_types, reordered(order, p.blocks), reordered(order, p.plans)};
}

struct Peak {
  int64_t bytes = 0;
  int step = 0;
};
Peak peak_of(const PlannedBlocks& p) {
  const std::vector<int64_t> live = live_bytes(buffers_over_inputs(p).list);
  if (live.empty()) return {};
  const auto most = std::max_element(live.begin(), live.end());
  const int last = static_cast<int>(p.blocks.size()) - 1;
  return {*most, std::min(static_cast<int>(most - live.begin()), last)};
}

/// By block, the blocks whose outputs it reads.
std::vector<std::vector<int>> sources_of(const PlannedBlocks& p) {
  std::map<int, int> makers;
  for (size_t i = 0; i < p.blocks.size(); ++i) makers[p.blocks[i].output] = static_cast<int>(i);
  std::vector<std::vector<int>> sources(p.blocks.size());
  for (size_t i = 0; i < p.blocks.size(); ++i) {
    for (int t : ListScheduler::inputs_of(p, p.blocks[i])) {
      if (const auto maker = makers.find(t); maker != makers.end()) sources[i].push_back(maker->second);
    }
  }
  return sources;
}

/// True if every block stands behind those whose outputs it reads.
bool is_valid(const Order& order, const std::vector<std::vector<int>>& sources) {
  std::vector<bool> done(order.size(), false);
  for (int block : order) {
    if (!std::all_of(sources[block].begin(), sources[block].end(), [&](int i) { return done[i]; })) return false;
    done[block] = true;
  }
  return true;
}

/// `order` with the block of step `from` moved to step `to`.
Order moved(Order order, int from, int to) {
  const int block = order[from];
  order.erase(order.begin() + from);
  order.insert(order.begin() + to, block);
  return order;
}

/// The best order that is found from `order` by moving single blocks across the step that sets the peak.
Order improved(Order order, const PlannedBlocks& planned, int64_t* smallest) {
  const int count = static_cast<int>(order.size());
  const std::vector<std::vector<int>> sources = sources_of(planned);
  Tries tries = Tries::of_orders(count);
  for (bool better = true; better;) {
    better = false;
    const int peak = peak_of(in_order(order, planned)).step;
    for (int i = 0; i < count && !better; ++i) {
      const Order candidates[] = {moved(order, i, peak),
                                  moved(order, i, i < peak ? std::min(peak + 1, count - 1) : peak)};
      for (const Order& candidate : candidates) {
        if (candidate == order || !is_valid(candidate, sources)) continue;
        if (!tries.take()) return order;
        const int64_t arena = peak_of(in_order(candidate, planned)).bytes;
        if (arena >= *smallest) continue;
        *smallest = arena, order = candidate, better = true;
        break;
      }
    }
  }
  return order;
}

/// Some block does not read what the one before it makes.
bool has_choice(const PlannedBlocks& p) {
  for (size_t i = 1; i < p.blocks.size(); ++i) {
    if (!ListScheduler::inputs_of(p, p.blocks[i]).count(p.blocks[i - 1].output)) return true;
  }
  return false;
}

}  // namespace

std::vector<int> order_blocks(const PlannedBlocks& planned) {
  Order own(planned.blocks.size());
  std::iota(own.begin(), own.end(), 0);
  if (!has_choice(planned)) return own;
  const int64_t before = peak_of(planned).bytes;
  Order best = own;
  int64_t smallest = before;
  for (Prefer prefer : {Prefer::low_rest, Prefer::low_peak}) {
    const Order order = ListScheduler(planned).run(prefer);
    const int64_t arena = peak_of(in_order(order, planned)).bytes;
    if (arena < smallest) smallest = arena, best = order;
  }
  best = improved(best, planned, &smallest);
  return smallest < before ? best : own;
}

}  // namespace narrows
