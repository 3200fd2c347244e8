#include "compiler/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace narrows {

namespace {

// True if the accumulators of a tile and the operands of one step fit in registers. An 8-bit step without dot products
// splits its operands into 16-bit halves, which takes twice the registers, a mask and a product; without fused
// multiply-adds a product needs a register too.
bool fits(int vectors, int pixels, bool split, const Target& target) {
  const int operands = split ? 2 * vectors + 4 : vectors + (target.isa == Isa::sse41 ? 2 : 1);
  return vectors * pixels + operands <= target.vector_registers();
}

// Multiply-adds have a latency of four to five cycles and two issue ports: fewer accumulators than this stall.
constexpr int kLatencyBound = 10;
// Cost of one load or broadcast, in multiply-adds.
constexpr double kLoadCost = 0.6;

double step_cost(int vectors, int pixels) {
  return std::max(vectors * pixels, kLatencyBound) + kLoadCost * (vectors + pixels);
}

// Parts of the expanded channels in the `channels` variant are about this many channels: the weights of one part then stay
// in the first-level cache.
constexpr int kPartChannels = 64;
// Weights that are read again for every row cost more than accumulators in memory, for maps up to this many pixels.
constexpr int64_t kSmallMap = 64;

}  // namespace

Tile choose_conv_tile(int vectors, int width, bool quantized, bool divides, const Target& target) {
  const bool split = quantized && !target.dot_product();
  Tile best;
  double best_cost = std::numeric_limits<double>::infinity();
  for (int v = 1; v <= vectors && fits(v, 1, split, target); ++v) {
    for (int x = 1; x <= width && fits(v, x, split, target); ++x) {
      if (divides && width % x) continue;
      const int steps = (width + x - 1) / x, rest = vectors % v;
      const double cost = steps * (vectors / v * step_cost(v, x) + (rest ? step_cost(rest, x) : 0));
      if (cost < best_cost) best_cost = cost, best = {v, x};
    }
  }
  return best;
}

int choose_depthwise_pixels(int width, bool quantized, const Target& target) {
  const int limit = target.vector_registers() == 32 ? (quantized ? 14 : 8) : 4;
  int best = 1;
  double best_cost = std::numeric_limits<double>::infinity();
  for (int x = 1; x <= std::min(width, limit); ++x) {
    // Computed pixels, and per step the input columns that two neighbouring steps both load.
    const double cost = (width + x - 1) / x * (x + 1.0);
    if (cost < best_cost) best_cost = cost, best = x;
  }
  return best;
}

Schedule choose_schedule(const CompileOptions& options, const ChainShape& shape, bool has_expansion) {
  Schedule s;
  if (options.variant == Variant::layerwise) return {Variant::layerwise, 1};
  if (!has_expansion) return s;
  const int parts = std::max(1, (shape.expanded + kPartChannels - 1) / kPartChannels);
  switch (options.variant) {
    case Variant::channels:
      return {Variant::channels, options.parts ? std::min(options.parts, shape.expanded) : parts};
    case Variant::halide:
      return {Variant::halide, 1};
    case Variant::automatic:
      // 8-bit partial sums are four times the size of the output and the weights a quarter: rows win there.
      if (!shape.quantized && shape.map <= kSmallMap) return {Variant::channels, parts};
      return s;
    default:
      return s;
  }
}

std::string to_string(Variant variant) {
  switch (variant) {
    case Variant::automatic: return "auto";
    case Variant::rows: return "rows";
    case Variant::channels: return "channels";
    case Variant::layerwise: return "layerwise";
    case Variant::halide: return "halide";
  }
  return "";
}

bool parse_variant(const std::string& text, CompileOptions* options, Diagnostics& diagnostics) {
  options->parts = 0;
  for (Variant v : {Variant::automatic, Variant::rows, Variant::channels, Variant::layerwise, Variant::halide}) {
    if (text == to_string(v)) {
      options->variant = v;
      return true;
    }
  }
  const std::string prefix = "channels:";
  if (text.rfind(prefix, 0) == 0 && text.size() > prefix.size() && text.size() < prefix.size() + 5 &&
      text.find_first_not_of("0123456789", prefix.size()) == std::string::npos) {
    options->variant = Variant::channels;
    options->parts = std::stoi(text.substr(prefix.size()));
    if (options->parts > 0) return true;
  }
  diagnostics.error(fmt::format("unknown schedule '{}'", text));
  diagnostics.note("schedules: auto, rows, channels, channels:T (T parts, 1 or more), layerwise, halide");
  return false;
}

}  // namespace narrows
