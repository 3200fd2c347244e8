#include "compiler/blocks/cascade.h"

#include <algorithm>
#include <set>

#include "compiler/graph/ops.h"

namespace narrows {

bool streams_rows(const Graph& graph, const Block& block) {
  if (block.kind != BlockKind::chain) return false;
  return std::all_of(block.ops.begin(), block.ops.end(), [&](int i) {
    const Op& op = graph.ops[i];
    return op.kind != OpKind::fully_connected && graph.output(op).shape.size() == 4;
  });
}

namespace {

/// A row, and a pixel, must be among those that the windows in front of it reach: it is added to what they make of it.
bool reaches_own_row(const Graph& graph, const Block& block) {
  return std::all_of(block.ops.begin(), block.ops.end(), [&](int i) {
    const Op& op = graph.ops[i];
    if (!is_convolution(op)) return true;
    const Window& w = op.attr.window;
    return w.stride_h == 1 && w.stride_w == 1 && w.pad.top <= (w.kernel_h - 1) * w.dilation_h &&
           w.pad.left <= (w.kernel_w - 1) * w.dilation_w;
  });
}

/// Depthwise convolutions that make several channels of one read rows of their own.
bool repeats_channels(const Graph& graph, const Block& block) {
  const Op& op = graph.ops[block.ops[0]];
  return op.kind == OpKind::depthwise_conv2d && graph.input(op, 0).shape[3] != graph.output(op).shape[3];
}

/// `next` reads what `block` makes, and nobody else does.
bool follows(const Graph& graph, const Block& block, const Block& next) {
  if (next.input != block.output || graph.is_output(block.output) || repeats_channels(graph, next)) return false;
  if (next.residual >= 0 && (next.residual != next.input || !reaches_own_row(graph, next))) return false;
  return std::all_of(block.readers.begin(), block.readers.end(),
                     [&](int op) { return std::find(next.ops.begin(), next.ops.end(), op) != next.ops.end(); });
}

/// How many operators the cascades among `schedules` have: their keys, made by block_key(), list them.
std::set<size_t> cascade_sizes(const Schedules& schedules) {
  std::set<size_t> sizes;
  for (const auto& [key, schedule] : schedules) {
    if (schedule.variant != Variant::cascade) continue;
    sizes.insert(1 + static_cast<size_t>(std::count(key.begin(), key.end(), ',')));
  }
  return sizes;
}

/// How many blocks from `first` on `schedules` ask to be one cascade; 1: none. Most runs have another number of
/// operators than any cascade of `sizes`, and need no key.
int asked_count(const Graph& graph, const std::vector<Block>& blocks, int first, const Schedules& schedules,
                const std::set<size_t>& sizes) {
  const int end = static_cast<int>(blocks.size());
  std::vector<size_t> ops;  // of the first blocks of the run
  for (size_t sum = 0; !sizes.empty() && first + static_cast<int>(ops.size()) < end;) {
    sum += blocks[first + ops.size()].ops.size();
    if (sum > *sizes.rbegin()) break;
    ops.push_back(sum);
  }
  if (ops.empty()) return 1;
  for (int count = longest_cascade(graph, blocks, first, static_cast<int>(ops.size())); count > 1; --count) {
    if (!sizes.count(ops[count - 1])) continue;
    const auto found = schedules.find(block_key(graph, join_blocks(blocks, first, count)));
    if (found != schedules.end() && found->second.variant == Variant::cascade) return count;
  }
  return 1;
}

}  // namespace

int longest_cascade(const Graph& graph, const std::vector<Block>& blocks, int first, int most) {
  const int end = static_cast<int>(std::min<int64_t>(static_cast<int64_t>(blocks.size()), int64_t{first} + most));
  if (!streams_rows(graph, blocks[first])) return 0;
  int count = 1;
  while (first + count < end && streams_rows(graph, blocks[first + count]) &&
         follows(graph, blocks[first + count - 1], blocks[first + count]))
    ++count;
  return count;
}

Block join_blocks(const std::vector<Block>& blocks, int first, int count) {
  if (count == 1) return blocks[first];
  Block joined;
  joined.kind = BlockKind::chain;
  joined.input = blocks[first].input;
  joined.sources = blocks[first].sources;
  joined.multiplies = blocks[first].multiplies;
  joined.conversions = blocks[first].conversions;
  joined.residual = blocks[first].residual;
  joined.padded_residual = blocks[first].padded_residual;
  joined.output = blocks[first + count - 1].output;
  joined.readers = blocks[first + count - 1].readers;
  joined.links.assign(blocks.begin() + first, blocks.begin() + first + count);
  for (const Block& link : joined.links) joined.ops.insert(joined.ops.end(), link.ops.begin(), link.ops.end());
  return joined;
}

std::vector<Block> join_cascades(const Graph& graph, const std::vector<Block>& blocks, const Schedule& schedule,
                                 const Schedules& schedules) {
  std::vector<Block> joined;
  const std::set<size_t> sizes = cascade_sizes(schedules);
  bool front = schedule.variant == Variant::cascade;
  for (int i = 0; i < static_cast<int>(blocks.size());) {
    int count = asked_count(graph, blocks, i, schedules, sizes);
    if (front && blocks[i].kind == BlockKind::chain) {
      const int longest = std::max(longest_cascade(graph, blocks, i), 1);
      count = schedule.parts ? std::min(schedule.parts, longest) : longest;
      front = false;
    }
    joined.push_back(join_blocks(blocks, i, count));
    i += count;
  }
  return joined;
}

}  // namespace narrows
