// What `narrows compare` found, as data, and in three forms: text, JSON and a page. A number is computed
// once, in make_report(), so that all forms agree.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compiler/measure/measure.h"
#include "compiler/measure/statistics.h"

namespace narrows {

/// Blocks of one kind, shape and schedule family count as one.
struct DistinctBlock {
  std::string title;  ///< "inverted residual 3x3, stride 1, 24 -> 144 -> 24, residual, to 56x56"
  int count = 0;
  int64_t macs = 0;           ///< of one of them
  int64_t traffic_bytes = 0;  ///< likewise, of the first variant that has it
};

struct Times {
  double minimum = 0, median = 0;  ///< seconds
  Ratio speed;                     ///< against the first
};

/// A schedule built by a compiler.
struct VariantReport {
  std::string schedule, compiler;
  std::optional<Times> times;  ///< none: nothing was run
  int64_t arena_bytes = 0, weights_bytes = 0, code_bytes = 0;
  bool front = false;  ///< nothing else is both faster and smaller
  /// By distinct block, of one of them: mean over their shortest times; none where the variant has no such
  /// block.
  std::vector<std::optional<double>> block_seconds;
  std::vector<std::string> block_schedules;  ///< likewise; empty: none
  std::vector<std::string> steps;            ///< titles of its blocks, in execution order
  std::vector<int64_t> live_bytes;           ///< of the arena in use during each
};

/// A block by itself, against Halide's own object code for it.
struct YardstickReport {
  std::string title;
  int64_t macs = 0;
  double halide_seconds = 0;
  std::vector<std::string> labels;  ///< of those measured against it
  std::vector<Times> times;         ///< Times::speed is against Halide's
};

struct Report {
  std::string model, target, numerics;
  std::vector<std::string> notes;  ///< what a reader must know, e.g. that times are those of an emulator
  int rounds = 0;
  int64_t macs = 0;
  bool quantized = false;         ///< most multiply-accumulates are of 8 bits
  std::optional<CoreSpeed> core;  ///< none: nothing was run
  std::vector<DistinctBlock> blocks;
  std::vector<VariantReport> variants;
  std::vector<YardstickReport> yardsticks;

  /// Multiply-accumulates per second that the core does at best, in the type of most of the model's.
  double peak() const { return !core ? 0 : quantized ? core->macs_8bit : core->macs_f32; }
};

/// What make_report() needs of a variant.
struct Compared {
  std::string schedule, compiler;
  const Compiled* compiled;
  const Samples* samples;  ///< null: nothing was run
  int64_t code_bytes;
};

/// Fills `variants` and what follows from them.
Report make_report(const std::vector<Compared>& compared, std::optional<CoreSpeed> core);

/// The title of a block with the size of the map that it writes.
std::string block_title(const Graph& graph, const BlockReport& block);

nlohmann::ordered_json report_json(const Report& report);
std::string report_text(const Report& report);
/// One HTML file that needs nothing else.
std::string report_page(const Report& report);

}  // namespace narrows
