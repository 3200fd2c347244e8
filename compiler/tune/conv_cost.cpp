#include "compiler/tune/conv_cost.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/emit/emit.h"
#include "compiler/tune/build_assembly.h"
#include "compiler/tune/mca.h"
#include "compiler/tune/recurrence.h"
#include "schedules/steps.h"

namespace narrows {
namespace {

// How many steps a probe takes along its row: enough that no compiler unrolls them.
constexpr int kProbeSteps = 4;
// Iterations of a loop between what is around it, for what the two overlap; and how often all of that is repeated.
constexpr int kRepeats = 4, kTiles = 10;
constexpr int kLoopIterations = 100;
// The end of a loop is predicted wrongly more often than not: cycles until the right instructions arrive.
constexpr double kMispredicted = 12, kMispredictedInOrder = 8;

// Chains of values are kept waiting for units that younger instructions have taken: measured with nine accumulators,
// for which eight would do.
constexpr double kWaiting = 1.2;

bool in_order(const std::string& processor) { return processor == "cortex-a55" || processor == "cortex-a53"; }

using Loop = AssemblyFunction::Loop;

bool holds(const Loop& outer, const Loop& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end && outer.end - outer.begin > inner.end - inner.begin;
}

std::string text_of(const AssemblyFunction& f, size_t begin, size_t end) {
  std::string text;
  for (size_t i = begin; i < end; ++i) text += f.lines[i] + "\n";
  return text;
}

/// Loops that multiply and add, in their order in the text.
std::vector<Loop> multiplying_loops(const AssemblyFunction& f, const AssemblySyntax& syntax, bool conditional_only) {
  std::vector<Loop> loops;
  for (const Loop& l : f.loops) {
    if (conditional_only && !l.conditional) continue;
    const auto begin = f.lines.begin() + static_cast<long>(l.begin), end = f.lines.begin() + static_cast<long>(l.end);
    if (std::any_of(begin, end, [&](const std::string& line) { return syntax.is_multiply_add(line); }))
      loops.push_back(l);
  }
  std::stable_sort(loops.begin(), loops.end(), [](const Loop& a, const Loop& b) { return a.begin < b.begin; });
  return loops;
}

}  // namespace

std::optional<TileTrace> trace_tile(const AssemblyFunction& f, size_t loops, int repeats,
                                    const AssemblySyntax& syntax) {
  // The end of the steps may lie in the middle of the text.
  std::vector<Loop> all = multiplying_loops(f, syntax, /*conditional_only=*/true);
  if (all.size() == loops) all = multiplying_loops(f, syntax, /*conditional_only=*/false);
  const auto longest = std::max_element(all.begin(), all.end(),
                                        [](const Loop& a, const Loop& b) { return a.end - a.begin < b.end - b.begin; });
  if (all.size() != loops + 1) return std::nullopt;
  const Loop steps = *longest;
  TileTrace trace;
  size_t at = steps.begin;
  for (const Loop& l : all) {
    if (l.begin == steps.begin && l.end == steps.end) continue;
    if (!holds(steps, l) || l.begin < at) return std::nullopt;
    trace.loops.push_back(text_of(f, l.begin, l.end));
    trace.recurrences.push_back(
        recurrence({f.lines.begin() + static_cast<long>(l.begin), f.lines.begin() + static_cast<long>(l.end)}, syntax));
    trace.text += text_of(f, at, l.begin);
    for (int i = 0; i < repeats; ++i) trace.text += trace.loops.back();
    at = l.end;
  }
  trace.text += text_of(f, at, steps.end);
  return trace;
}

double tile_cost(const TileCycles& cycles, const std::vector<int>& iterations, const std::string& processor) {
  double cost = cycles.around;
  for (size_t i = 0; i < iterations.size(); ++i)
    cost += iterations[i] * cycles.loops[i] + (in_order(processor) ? kMispredictedInOrder : kMispredicted);
  return cost;
}

std::vector<ConvCosts::Tiles> ConvCosts::tiles_of(const std::vector<ConvCalls>& calls) {
  std::vector<Tiles> list;
  for (const ConvCalls& c : calls) {
    const int tile = c.kernel.tile.vectors * lanes_of(target_);
    for (const Steps& steps : cover(c.kernel.out.width, c.kernel.tile.pixels)) {
      ConvRow probe = c.kernel;
      probe.out.channels = std::min(c.kernel.out.channels, tile);
      probe.out.width = kProbeSteps * steps.pixels;
      probe.tile.pixels = steps.pixels;
      const std::string name = probes_.get(probe);
      const auto iterations = reduction_loops(probe, target_);
      loops_[name] = iterations.size();
      const int tiles = (c.kernel.out.channels + tile - 1) / tile;
      list.push_back({name, static_cast<double>(c.calls) * tiles * steps.count, iterations});
    }
  }
  return list;
}

bool ConvCosts::estimate_new_probes(Diagnostics& diagnostics) {
  const std::vector<Kernel> kernels(probes_.kernels().begin() + static_cast<long>(estimated_), probes_.kernels().end());
  if (kernels.empty()) return true;
  const auto assembly =
      build_assembly({{"probes.cpp", emit_kernels(kernels, target_)}}, "probes", toolchain_, diagnostics);
  if (!assembly) return false;
  std::vector<std::string> names, bodies, loop_bodies;
  std::vector<TileTrace> traces;
  const AssemblySyntax& syntax = assembly_syntax(target_);
  for (const AssemblyFunction& f : functions_of(*assembly, syntax)) {
    const auto loops = loops_.find(f.name);
    if (loops == loops_.end()) continue;
    auto trace = trace_tile(f, loops->second, kRepeats, syntax);
    if (!trace) continue;
    names.push_back(f.name);
    bodies.push_back(trace->text);
    loop_bodies.insert(loop_bodies.end(), trace->loops.begin(), trace->loops.end());
    traces.push_back(std::move(*trace));
  }
  for (const std::string& processor : processors_) {
    const auto whole = estimate_cycles(bodies, kTiles, target_, processor, diagnostics);
    const auto loops = estimate_cycles(loop_bodies, kLoopIterations, target_, processor, diagnostics);
    if (!whole || !loops) return false;
    auto next = loops->begin();
    for (size_t i = 0; i < names.size(); ++i) {
      TileCycles cycles;
      cycles.loops.assign(next, next + static_cast<long>(traces[i].loops.size()));
      next += static_cast<long>(traces[i].loops.size());
      cycles.around = (*whole)[i] - kRepeats * std::accumulate(cycles.loops.begin(), cycles.loops.end(), 0.0);
      for (size_t l = 0; l < cycles.loops.size(); ++l)
        cycles.loops[l] = std::max(cycles.loops[l], kWaiting * traces[i].recurrences[l]);
      known_[names[i]].push_back(cycles);
    }
  }
  estimated_ = probes_.kernels().size();
  return true;
}

std::vector<std::vector<double>> ConvCosts::cycles(const std::vector<std::vector<ConvCalls>>& ways,
                                                   Diagnostics& diagnostics) {
  std::vector<std::vector<Tiles>> tiles;
  for (const std::vector<ConvCalls>& calls : ways) tiles.push_back(tiles_of(calls));
  if (!estimate_new_probes(diagnostics)) return {};
  std::vector<std::vector<double>> costs;
  for (const std::vector<Tiles>& way : tiles) {
    costs.emplace_back(processors_.size(), 0);
    for (const Tiles& t : way) {
      const auto known = known_.find(t.probe);
      for (size_t p = 0; p < processors_.size(); ++p)
        costs.back()[p] +=
            known == known_.end() ? INFINITY : t.count * tile_cost(known->second[p], t.iterations, processors_[p]);
    }
  }
  return costs;
}

}  // namespace narrows
