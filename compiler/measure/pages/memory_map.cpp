#include "compiler/measure/pages/memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/arena.h"
#include "compiler/measure/pages/page.h"
#include "compiler/measure/pages/report.h"
#include "compiler/text.h"

namespace narrows {
namespace {

using nlohmann::ordered_json;

constexpr int map_columns = 100;
constexpr int bar_width = 24;
constexpr size_t title_width = 72;

// ---- as text -----------------------------------------------------------------------------------

std::string step_lines(const MemoryReport& r) {
  std::string text = fmt::format("{:>4} {:>12}  {:{}} {}\n", "step", "bytes in use", "", bar_width, "what");
  for (size_t step = 0; step < r.steps.size(); ++step) {
    const int64_t bytes = r.use.bytes[step];
    const int64_t length = r.use.peak == 0 ? 0 : (bar_width * bytes + r.use.peak - 1) / r.use.peak;
    text += fmt::format("{:>4} {:>12}  {:{}} {}\n", step, with_commas(bytes), std::string(length, '#'), bar_width,
                        printable(r.steps[step], title_width));
  }
  return text;
}

/// What becomes of a buffer in a step in which it is alive.
std::string role(const ArenaBuffer& b, int step) {
  std::string text = b.first == b.last ? "needed in this step only"
                     : b.first == step ? fmt::format("written, needed until step {}", b.last)
                     : b.last == step  ? fmt::format("since step {}, read for the last time", b.first)
                                       : fmt::format("since step {}, kept until step {}", b.first, b.last);
  if (b.over >= 0 && b.first == step) text += fmt::format(", over {}", map_mark(b.over));
  if (b.alias_of >= 0) text += fmt::format(", inside {}", map_mark(b.alias_of));
  return text;
}

std::string peak_lines(const MemoryReport& r) {
  if (r.use.at_peak.empty() || r.use.peak == 0) return "";
  const int step = r.use.at_peak[0];
  std::string others;
  for (size_t i = 1; i < r.use.at_peak.size() && i < 8; ++i) others += fmt::format(", {}", r.use.at_peak[i]);
  if (r.use.at_peak.size() > 8) others += " ...";
  if (!others.empty()) others = ", and as many in step" + others.substr(1);
  std::string text = fmt::format("peak         {} bytes in step {}{}\n             {}\n", with_commas(r.use.peak), step,
                                 others, printable(r.steps[step], 100));
  for (size_t i = 0; i < r.map.buffers.size(); ++i) {
    const ArenaBuffer& b = r.map.buffers[i];
    if (b.first > step || step > b.last) continue;
    text +=
        fmt::format("{:>12} {:>12}  {}; {}\n", map_mark(i), with_commas(b.bytes), printable(b.name, 44), role(b, step));
  }
  return text;
}

/// Where the plan is larger than what any step needs: what lies at its end.
std::string top_line(const MemoryReport& r) {
  const MemoryPlan& plan = r.map.plan;
  if (plan.bytes == r.use.peak) return "";
  for (size_t i = 0; i < r.map.buffers.size(); ++i) {
    const ArenaBuffer& b = r.map.buffers[i];
    if (plan.offsets[i] + b.bytes <= plan.bytes - arena_alignment) continue;
    return fmt::format("top          {} bytes above that are due to {}, steps {} to {}: a buffer stays where it is\n",
                       with_commas(plan.bytes - r.use.peak), map_mark(i), b.first, b.last);
  }
  return "";
}

}  // namespace

MemoryReport make_memory_report(const Compiled& compiled, const CompileOptions& options) {
  MemoryReport r{options.model_file, options.target.str(), compiled.memory, {}, memory_use(compiled.memory.buffers)};
  int blocks = 0;
  for (const BlockReport& block : compiled.blocks) blocks = std::max(blocks, block.index + 1);
  // Blocks without code have no report; behind all blocks, outputs are copied.
  r.steps.assign(blocks, "nothing to do: in place");
  r.steps.resize(std::max<size_t>(r.use.bytes.size(), blocks), "copy of an output, or nothing to do: in place");
  for (const BlockReport& block : compiled.blocks) r.steps[block.index] = block_title(compiled.graph, block);
  r.use.bytes.resize(r.steps.size());
  return r;
}

std::string memory_text(const MemoryReport& r) {
  std::string text = fmt::format("arena of {} for {}, one thread\n\n", printable(r.model, 60), r.target);
  text += step_lines(r);
  if (!r.map.buffers.empty()) text += "\n" + list_buffers(r.map.buffers, r.map.plan);
  text += "\n" + draw_map(r.map.buffers, r.map.plan, map_columns);
  text += fmt::format("\narena        {} bytes; {}\n", with_commas(r.map.plan.bytes), optimality(r.map.plan));
  text += fmt::format("lower bound  {} bytes\n", with_commas(r.map.plan.lower_bound));
  return text + peak_lines(r) + top_line(r);
}

// ---- as JSON and as a page ---------------------------------------------------------------------

ordered_json memory_json(const MemoryReport& r) {
  const auto or_null = [](int buffer) { return buffer < 0 ? ordered_json(nullptr) : ordered_json(buffer); };
  ordered_json json = {{"bytes", r.map.plan.bytes},       {"lower_bound", r.map.plan.lower_bound},
                       {"optimal", r.map.plan.optimal},   {"peak_bytes", r.use.peak},
                       {"peak_steps", r.use.at_peak},     {"steps", ordered_json::array()},
                       {"buffers", ordered_json::array()}};
  for (size_t i = 0; i < r.steps.size(); ++i)
    json["steps"].push_back({{"title", r.steps[i]}, {"bytes", r.use.bytes[i]}});
  for (size_t i = 0; i < r.map.buffers.size(); ++i) {
    const ArenaBuffer& b = r.map.buffers[i];
    json["buffers"].push_back({{"name", b.name},
                               {"offset", r.map.plan.offsets[i]},
                               {"bytes", b.bytes},
                               {"first", b.first},
                               {"last", b.last},
                               {"inside", or_null(b.alias_of)},
                               {"over", or_null(b.over)}});
  }
  return json;
}

std::string memory_page(const MemoryReport& r) {
  ordered_json json = memory_json(r);
  json["model"] = r.model;
  json["target"] = r.target;
  json["optimality"] = optimality(r.map.plan);
  return page("memory", json);
}

}  // namespace narrows
