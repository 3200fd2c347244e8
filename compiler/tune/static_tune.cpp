#include "compiler/tune/static_tune.h"

#include <algorithm>
#include <cmath>

#include "compiler/lower/conv_calls.h"

namespace narrows {
namespace {

/// Kernel calls of convolution `i` under a schedule of the block.
std::vector<ConvCalls> calls_of(const Graph& graph, const TunableBlock& block, size_t i, const Schedule& schedule,
                                CompileOptions options) {
  options.schedule = {};
  options.schedules = {{block.key, schedule}};
  return conv_calls(graph, block.block, i, options);
}

/// True if a probe can stand for these kernels. Sorted steps are left alone: how many of them are small depends on the
/// weights and the tile, and what was estimated for them did not come true.
bool understood(const std::vector<ConvCalls>& calls, const Target& target) {
  return !calls.empty() && std::all_of(calls.begin(), calls.end(), [&](const ConvCalls& c) {
    return c.kernel.reduction.taps == 1 && !sorts_steps(c.kernel, target);
  });
}

}  // namespace

double geometric_mean(const std::vector<double>& cycles) {
  double sum = 0;
  for (const double c : cycles) sum += std::log(c);
  return cycles.empty() ? 0 : std::exp(sum / static_cast<double>(cycles.size()));
}

std::optional<TunedBlock> tune_statically(const Graph& graph, const TunableBlock& block, const CompileOptions& options,
                                          ConvCosts* costs, Diagnostics& diagnostics) {
  bool failed = false;
  const auto estimate = [&](size_t i, const std::vector<Schedule>& candidates) -> std::vector<double> {
    std::vector<std::vector<ConvCalls>> ways;
    if (failed || !understood(calls_of(graph, block, i, {}, options), options.target)) return {};
    for (const Schedule& s : candidates) ways.push_back(calls_of(graph, block, i, s, options));
    std::vector<double> means;
    for (const std::vector<double>& cycles : costs->cycles(ways, diagnostics)) means.push_back(geometric_mean(cycles));
    failed = means.empty();
    if (failed || !std::isfinite(means[0])) return {};
    return means;
  };
  const FoundTiles found = find_tiles(graph, block.block, options.target, estimate);
  if (failed) return std::nullopt;
  return TunedBlock{block.key, found.schedule, 0, 0, found.cost, found.automatic_cost};
}

}  // namespace narrows
