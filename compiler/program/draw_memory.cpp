#include "compiler/program/draw_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/arena.h"
#include "compiler/text.h"

namespace narrows {
namespace {

constexpr size_t name_width = 44;
constexpr int map_rows = 24;
constexpr int widest_step = 4;  ///< characters

bool alive(const ArenaBuffer& buffer, int step) { return buffer.first <= step && step <= buffer.last; }

/// Who holds the byte `at` in `step`, as `width` characters: an alias rather than its buffer. Where a buffer stands
/// over another one: both, where they fit.
std::string occupant(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan, int step, int64_t at, int width) {
  int found = -1;
  for (int i = 0; i < static_cast<int>(buffers.size()); ++i) {
    const ArenaBuffer& b = buffers[i];
    if (!alive(b, step) || at < plan.offsets[i] || plan.offsets[i] + b.bytes <= at) continue;
    if (found >= 0 && (b.over == found || buffers[found].over == i)) {
      const int before = b.over == found ? found : i, after = b.over == found ? i : found;
      if (width < 3) return std::string(width, '=');
      return map_mark(before) + std::string(width - 2, '=') + map_mark(after);
    }
    if (found < 0 || b.bytes < buffers[found].bytes) found = i;
  }
  return std::string(width, found < 0 ? '.' : map_mark(found));
}

/// Numbers of steps below the map: each under the first character of its column, as far apart as they need.
std::string axis(int steps, int per_column, int width) {
  std::string text;
  for (int step = 0; step < steps; step += per_column) {
    const size_t at = static_cast<size_t>(step / per_column) * width;
    if (text.empty() || at > text.size()) text += std::string(at - text.size(), ' ') + std::to_string(step);
  }
  return text;
}

}  // namespace

MemoryUse memory_use(const std::vector<ArenaBuffer>& buffers) {
  MemoryUse use;
  use.bytes = live_bytes(buffers);
  for (int64_t bytes : use.bytes) use.peak = std::max(use.peak, bytes);
  for (int step = 0; step < static_cast<int>(use.bytes.size()); ++step) {
    if (use.bytes[step] == use.peak) use.at_peak.push_back(step);
  }
  return use;
}

char map_mark(size_t buffer) {
  static const char marks[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return marks[buffer % (sizeof marks - 1)];
}

std::string list_buffers(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan) {
  size_t width = 6;
  for (const ArenaBuffer& b : buffers) width = std::max(width, printable(b.name, name_width).size());
  std::string text =
      fmt::format("{:>3} {:>4}  {:{}} {:>12} {:>12}  {}\n", "map", "id", "buffer", width, "offset", "bytes", "steps");
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ArenaBuffer& b = buffers[i];
    std::string steps = b.first == b.last ? std::to_string(b.first) : fmt::format("{}..{}", b.first, b.last);
    if (b.alias_of >= 0) steps = fmt::format("{:9} inside {}", steps, b.alias_of);
    if (b.over >= 0) steps = fmt::format("{:9} over {}", steps, b.over);
    text += fmt::format("{:>3} {:>4}  {:{}} {:>12} {:>12}  {}\n", map_mark(i), i, printable(b.name, name_width), width,
                        with_commas(plan.offsets[i]), with_commas(b.bytes), steps);
  }
  return text;
}

std::string draw_map(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan, int columns) {
  const MemoryUse use = memory_use(buffers);
  const int steps = static_cast<int>(use.bytes.size());
  if (steps == 0 || plan.bytes == 0) return "";
  const int per_column = (steps + columns - 1) / columns;
  const int width = std::min(widest_step, std::max(1, columns / steps));
  const int64_t row_bytes = aligned((plan.bytes + map_rows - 1) / map_rows);

  std::string text = fmt::format("a column: {}; a row: {} bytes; a==b: b is written over a; '.': free\n",
                                 per_column == 1 ? "a step" : fmt::format("the fullest of {} steps", per_column),
                                 with_commas(row_bytes));
  for (int64_t from = (plan.bytes - 1) / row_bytes * row_bytes; from >= 0; from -= row_bytes) {
    const int64_t middle = from + std::min(row_bytes, plan.bytes - from) / 2;
    text += fmt::format("{:>12} ", with_commas(from));
    for (int begin = 0; begin < steps; begin += per_column) {
      const auto first = use.bytes.begin() + begin, last = use.bytes.begin() + std::min(begin + per_column, steps);
      const int fullest = static_cast<int>(std::max_element(first, last) - use.bytes.begin());
      text += occupant(buffers, plan, fullest, middle, width);
    }
    text += "\n";
  }
  return text + fmt::format("{:>12} {}\n", "step", axis(steps, per_column, width));
}

std::string optimality(const MemoryPlan& plan) {
  if (plan.bytes == plan.lower_bound) return "no plan is smaller: a step needs as much";
  const std::string bound = with_commas(plan.lower_bound);
  if (plan.optimal) return "no plan is smaller, though no step needs more than " + bound;
  return "not proven to be the smallest plan; no plan is smaller than " + bound + ", which a step needs";
}

std::string dump(const std::vector<ArenaBuffer>& buffers, const MemoryPlan& plan) {
  const std::string size = fmt::format("arena {} bytes; {}\n", with_commas(plan.bytes), optimality(plan));
  return size + list_buffers(buffers, plan) + draw_map(buffers, plan, 100);
}

}  // namespace narrows
