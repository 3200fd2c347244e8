#include "compiler/tune/tune.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>

#include "compiler/blocks/extract_block.h"
#include "compiler/measure/measure.h"

namespace narrows {
namespace {

// Part of the time of `auto` that a schedule has to save.
constexpr double kLeastGain = 0.01;
// The part of a block's share of time that its stages may take; the rest is for the last measurement.
constexpr double kSearchShare = 0.8;
// Seconds of measuring, without the building before it. Few stages need more: what is noise in one does not last.
constexpr double kLeastSeconds = 0.2, kMostSeconds = 2;
constexpr int kRounds = 4, kLastRounds = 12;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// `text` without a name, in both cases, which stands in it only as a prefix of names.
std::string without(std::string text, std::string name) {
  for (int i = 0; i < 2; ++i) {
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) text.erase(at, name.size());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  }
  return text;
}

double shortest(const Samples& samples) {
  double least = INFINITY;
  for (const std::vector<double>& round : samples.rounds) {
    for (const double seconds : round) least = std::min(least, seconds);
  }
  return least;
}

/// How long a search may take, and what it tells and asks on the way.
struct Search {
  double seconds;
  const std::function<void(double gain)>& stage_done;
  const std::function<bool()>& stopped;
};

/// The search for one block.
class BlockTuner {
 public:
  BlockTuner(const Graph& graph, const TunableBlock& block, const TuneOptions& options, const Search& search,
             Diagnostics& diagnostics)
      : graph_(graph),
        block_(block),
        options_(options),
        extracted_(extract_block(graph, block.block)),
        begin_(now()),
        search_(search),
        diagnostics_(diagnostics) {}

  std::optional<TunedBlock> run() {
    const Schedule found =
        find_schedule(graph_, block_.block, options_.compile.target,
                      [&](const std::vector<Schedule>& candidates) { return search_stage(candidates); });
    if (!diagnostics_.ok() || search_.stopped()) return std::nullopt;
    const std::vector<double> times = measure_all(compile_all({Schedule{}, found}), kLastRounds);
    if (times.empty()) return std::nullopt;
    const bool faster = times[1] < (1 - kLeastGain) * times[0];
    return TunedBlock{block_.key, faster ? found : Schedule{}, faster ? times[1] : times[0], times[0]};
  }

 private:
  double stage_seconds() const {
    // Building takes about as long as measuring.
    const int stages = stage_count(graph_, block_.block) + 1;
    return std::clamp(search_.seconds / stages / 2, kLeastSeconds, kMostSeconds);
  }

  std::vector<double> search_stage(const std::vector<Schedule>& candidates) {
    if (search_.stopped()) return {};
    if (stages_measured_ > 0 && now() - begin_ > kSearchShare * search_.seconds) return {};
    const Candidates compiled = compile_all(candidates);
    if (compiled.list.size() == 1) return std::vector<double>(candidates.size(), 1);  // nothing to choose
    ++stages_measured_;
    const std::vector<double> times = measure_all(compiled, kRounds);
    if (times.empty()) return {};
    gain_ *= times[0] / *std::min_element(times.begin(), times.end());
    search_.stage_done(gain_);
    return times;
  }

  Candidate candidate(const Schedule& schedule, size_t index) {
    Candidate c;
    c.label = to_string(schedule);
    c.options = options_.compile;
    c.options.name = fmt::format("candidate{}x", index);  // none begins with another
    c.options.schedule = {};
    c.options.schedules = {{block_.key, schedule}};
    c.options.embed_weights = c.options.emit_main = false;
    c.options.after_pass = nullptr;
    c.toolchain = options_.toolchain;
    std::optional<Compiled> compiled = compile(extracted_, c.options, diagnostics_);
    NARROWS_CHECK(compiled, "a block of a graph that compiles does not: " + diagnostics_.str());
    c.compiled = std::move(*compiled);
    c.only_block = report_of(c.compiled).index;
    return c;
  }

  const BlockReport& report_of(const Compiled& compiled) const {
    const auto report = std::find_if(compiled.blocks.begin(), compiled.blocks.end(),
                                     [&](const BlockReport& b) { return b.key == block_.key; });
    NARROWS_CHECK(report != compiled.blocks.end(), "another block when extracted: " + block_.key);
    return *report;
  }

  /// Compiled schedules. Those that give the same code, because the block leaves no other way, are one candidate; those
  /// that take too much memory are none, except the first one, with which the others are compared.
  struct Candidates {
    std::vector<Candidate> list;
    std::vector<size_t> index_of;  ///< by schedule; kNone: too much memory
  };
  static constexpr size_t kNone = SIZE_MAX;

  bool fits(const Candidate& c) const {
    const auto limit = options_.most_scratch.find(block_.key);
    return limit == options_.most_scratch.end() || report_of(c.compiled).scratch_bytes <= limit->second;
  }

  Candidates compile_all(const std::vector<Schedule>& schedules) {
    Candidates candidates;
    std::map<std::string, size_t> index_by_code;
    for (const Schedule& schedule : schedules) {
      Candidate c = candidate(schedule, candidates.list.size());
      if (!candidates.list.empty() && !fits(c)) {
        candidates.index_of.push_back(kNone);
        continue;
      }
      const std::string code = without(c.compiled.files.at(1).content, c.options.name);
      const auto [known, is_new] = index_by_code.emplace(code, candidates.list.size());
      candidates.index_of.push_back(known->second);
      if (is_new) candidates.list.push_back(std::move(c));
    }
    return candidates;
  }

  /// Seconds by schedule. Empty if it failed or was stopped.
  std::vector<double> measure_all(const Candidates& candidates, int rounds) {
    if (search_.stopped()) return {};
    MeasureOptions measure_options;
    measure_options.rounds = rounds;
    measure_options.seconds = stage_seconds();
    measure_options.blocks = false;
    measure_options.objects = options_.objects;
    const auto found = measure(candidates.list, measure_options, diagnostics_);
    if (!found) return {};
    std::vector<double> times;
    for (const size_t i : candidates.index_of) times.push_back(i == kNone ? INFINITY : shortest(found->candidates[i]));
    return times;
  }

  const Graph& graph_;
  const TunableBlock& block_;
  const TuneOptions& options_;
  const Graph extracted_;
  const double begin_;
  const Search search_;
  Diagnostics& diagnostics_;
  int stages_measured_ = 0;
  double gain_ = 1;
};

}  // namespace

std::map<std::string, int64_t> scratch_in_arena(const Compiled& compiled) {
  std::map<std::string, int64_t> bytes;
  for (const BlockReport& block : compiled.blocks) {
    const int64_t tensors = block.arena_bytes - block.scratch_bytes, left = compiled.arena_bytes - tensors;
    const auto [known, is_new] = bytes.emplace(block.key, left);
    if (!is_new) known->second = std::min(known->second, left);
  }
  return bytes;
}

double share_of_first(const std::vector<TunableBlock>& blocks, double seconds) {
  double all = 0;
  for (const TunableBlock& b : blocks) all += static_cast<double>(b.macs) * b.count;
  return all > 0 ? seconds * static_cast<double>(blocks[0].macs) * blocks[0].count / all : seconds;
}

bool tune_blocks(const Graph& graph, const std::vector<TunableBlock>& blocks, const TuneOptions& options,
                 const TuneEvents& events, Diagnostics& diagnostics) {
  std::vector<TunableBlock> left = blocks;
  std::stable_sort(left.begin(), left.end(),
                   [](const TunableBlock& a, const TunableBlock& b) { return a.macs * a.count > b.macs * b.count; });
  const double end = now() + options.seconds;
  TuneProgress progress;
  progress.blocks = blocks.size();
  const std::function<void(double)> tell = [&](double gain) {
    progress.gain = gain;
    progress.seconds_left = std::max(0.0, end - now());
    events.stage(progress);
  };
  for (; !left.empty() && (progress.done == 0 || now() < end); left.erase(left.begin())) {
    tell(1);
    // What a block leaves of its share is for those behind it.
    Diagnostics of_block(diagnostics.file());
    const double share = share_of_first(left, end - now());
    const auto found = BlockTuner(graph, left[0], options, {share, tell, events.stopped}, of_block).run();
    if (events.stopped()) return false;  // what the signal did to a child is no error of its own
    if (!found) {
      for (const Diagnostic& d : of_block.list()) diagnostics.error(d.message);
      return false;
    }
    ++progress.done;
    progress.seconds_left = std::max(0.0, end - now());
    if (!events.block(progress, *found)) return false;
  }
  return true;
}

}  // namespace narrows
