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
  ListScheduler(const PlannedBlocks& p, Prefer prefer)
      : p_(p),
        prefer_(prefer),
        readers_(p.graph.tensors.size(), 0),
        reading_(p.graph.tensors.size()),
        made_(p.graph.tensors.size(), false),
        missing_(p.blocks.size(), 0),
        ranks_(p.blocks.size()) {
    for (const Block& block : p.blocks) inputs_.push_back(inputs_of(p, block));
    for (const Block& block : p.blocks) made_[block.output] = true;
    for (int t : p.graph.outputs) ++readers_[t];
    for (int i = 0; i < static_cast<int>(inputs_.size()); ++i) {
      for (int t : inputs_[i]) {
        ++readers_[t];
        reading_[t].push_back(i);
        missing_[i] += made_[t];
      }
    }
  }

  Order run() {
    Order order;
    for (int i = 0; i < static_cast<int>(inputs_.size()); ++i) {
      if (missing_[i] == 0) set_ready(i);
    }
    while (!ready_.empty()) {
      order.push_back(std::get<2>(*ready_.begin()));
      take(order.back());
    }
    NARROWS_CHECK(order.size() == p_.blocks.size(), "no block can run next");
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
  /// Smaller ones run first; in their own order where nothing else matters.
  using Rank = std::tuple<int64_t, int64_t, int>;

  int64_t bytes(int tensor) const { return p_.graph.tensors[tensor].bytes(); }

  /// Bytes that are alive more or less while the block runs, and once it has run.
  Rank rank(int i) const {
    const BlockPlan& plan = p_.plans[i];
    const int64_t out = bytes(p_.blocks[i].output);
    int64_t rest = out;
    for (int t : inputs_[i]) {
      if (made_[t] && readers_[t] == 1) rest -= bytes(t);
    }
    const int64_t peak = out + plan.scratch_bytes + plan.shared_bytes;
    return prefer_ == Prefer::low_peak ? Rank(peak, rest, i) : Rank(rest, peak, i);
  }

  void set_ready(int i) {
    ranks_[i] = rank(i);
    ready_.insert(ranks_[i]);
  }

  void take(int i) {
    ready_.erase(ranks_[i]);
    missing_[i] = -1;
    for (int t : inputs_[i]) {
      // Whoever reads a tensor last frees it.
      if (--readers_[t] != 1) continue;
      for (int last : reading_[t]) {
        if (ready_.erase(ranks_[last])) set_ready(last);
      }
    }
    for (int next : reading_[p_.blocks[i].output]) {
      if (--missing_[next] == 0) set_ready(next);
    }
  }

  const PlannedBlocks& p_;
  Prefer prefer_;
  std::vector<std::set<int>> inputs_;      ///< by block
  std::vector<int> readers_;               ///< of each tensor, still to come
  std::vector<std::vector<int>> reading_;  ///< blocks, by tensor
  std::vector<bool> made_;                 ///< by blocks: constants and the network's inputs are always there
  std::vector<int> missing_;               ///< by block: inputs that are not made yet
  std::vector<Rank> ranks_;                ///< by block, those that are ready
  std::set<Rank> ready_;
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

/// True if in a valid order the block of step `from` can be moved to step `to`: it stays behind those whose outputs it
/// reads, and in front of those that read its own.
bool can_move(const Order& order, const std::vector<std::vector<int>>& sources, int from, int to) {
  const auto reads = [&](int block, int other) {
    return std::find(sources[block].begin(), sources[block].end(), other) != sources[block].end();
  };
  for (int step = to; step < from; ++step) {
    if (reads(order[from], order[step])) return false;
  }
  for (int step = from + 1; step <= to; ++step) {
    if (reads(order[step], order[from])) return false;
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
      for (const int to : {peak, i < peak ? std::min(peak + 1, count - 1) : peak}) {
        if (to == i || !can_move(order, sources, i, to)) continue;
        if (!tries.take()) return order;
        const Order candidate = moved(order, i, to);
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
    const Order order = ListScheduler(planned, prefer).run();
    const int64_t arena = peak_of(in_order(order, planned)).bytes;
    if (arena < smallest) smallest = arena, best = order;
  }
  best = improved(best, planned, &smallest);
  return smallest < before ? best : own;
}

}  // namespace narrows
