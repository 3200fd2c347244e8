#include "compiler/measure/pages/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/graph/costs.h"

namespace narrows {
namespace {

/// Finds or appends.
size_t distinct_block(const std::string& title, const BlockReport& block, Report* report) {
  std::vector<DistinctBlock>& list = report->blocks;
  const auto known = std::find_if(list.begin(), list.end(), [&](const DistinctBlock& b) { return b.title == title; });
  if (known != list.end()) return static_cast<size_t>(known - list.begin());
  list.push_back({title, 0, block.macs, block.traffic_bytes});
  return list.size() - 1;
}

/// Adds the blocks of one variant to the lists by distinct block.
void add_blocks(const Compared& compared, VariantReport* variant, Report* report) {
  const Compiled& compiled = *compared.compiled;
  std::map<size_t, std::vector<double>> seconds;
  std::map<size_t, int> counts;
  for (const BlockReport& block : compiled.blocks) {
    const std::string title = block_title(compiled.graph, block);
    variant->steps.push_back(title);
    variant->live_bytes.push_back(block.live_bytes);
    const size_t at = distinct_block(title, block, report);
    variant->block_seconds.resize(report->blocks.size());
    variant->block_schedules.resize(report->blocks.size());
    variant->block_schedules[at] = block.schedule;
    ++counts[at];
    const auto index = static_cast<size_t>(block.index);
    if (compared.samples && index < compared.samples->blocks.size() && std::isfinite(compared.samples->blocks[index]))
      seconds[at].push_back(compared.samples->blocks[index]);
  }
  for (const auto& [at, count] : counts) report->blocks[at].count = std::max(report->blocks[at].count, count);
  for (const auto& [at, list] : seconds) {
    double sum = 0;
    for (const double s : list) sum += s;
    variant->block_seconds[at] = sum / static_cast<double>(list.size());
  }
}

void mark_front(std::vector<VariantReport>* variants) {
  std::vector<Cost> costs;
  for (const VariantReport& v : *variants) {
    if (v.times) costs.push_back({v.times->minimum, static_cast<double>(v.arena_bytes)});
  }
  if (costs.size() != variants->size()) return;
  const std::vector<bool> front = pareto_front(costs);
  for (size_t i = 0; i < front.size(); ++i) (*variants)[i].front = front[i];
}

bool mostly_8bit(const Graph& graph) {
  int64_t bytes = 0, all = 0;
  for (const Op& op : graph.ops) {
    const int64_t macs = multiply_accumulates(graph, op);
    all += macs;
    if (is_quantized(graph.output(op))) bytes += macs;
  }
  return 2 * bytes > all;
}

}  // namespace

std::string block_title(const Graph& graph, const BlockReport& block) {
  const Shape& shape = graph.tensors.at(block.output_tensor).shape;
  if (shape.size() != 4) return block.title;
  return fmt::format("{}, to {}x{}", block.title, shape[1], shape[2]);
}

Report make_report(const std::vector<Compared>& compared, std::optional<CoreSpeed> core) {
  Report report;
  report.core = core;
  const Compiled& first = *compared.at(0).compiled;
  report.quantized = mostly_8bit(first.graph);
  for (const BlockReport& block : first.blocks) report.macs += block.macs;
  for (const Compared& c : compared) {
    VariantReport variant;
    variant.schedule = c.schedule;
    variant.compiler = c.compiler;
    variant.arena_bytes = c.compiled->arena_bytes;
    variant.weights_bytes = c.compiled->weights_bytes;
    variant.code_bytes = c.code_bytes;
    if (c.samples) {
      const Rounds& rounds = c.samples->rounds;
      variant.times = Times{minimum(rounds), median(rounds), paired_ratio(compared[0].samples->rounds, rounds)};
    }
    add_blocks(c, &variant, &report);
    report.variants.push_back(std::move(variant));
  }
  for (VariantReport& v : report.variants) {
    v.block_seconds.resize(report.blocks.size());
    v.block_schedules.resize(report.blocks.size());
  }
  mark_front(&report.variants);
  return report;
}

}  // namespace narrows
