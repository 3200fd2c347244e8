#include "compiler/blocks/cost_model.h"

#include <algorithm>
#include <limits>

#include "schedules/steps.h"

namespace narrows {

namespace {

// True if the accumulators of a tile and the operands of one step fit in registers.
bool fits(Tile tile, const Arithmetic& arithmetic, const Target& target) {
  return conv_tile_registers(tile, arithmetic, target) <= target.registers;
}

// Multiply-adds have a latency of four to five cycles and two issue ports: fewer accumulators than this stall.
constexpr int kLatencyBound = 9;
// Cost of one load or broadcast, in multiply-adds.
constexpr double kLoadCost = 0.6;

double step_cost(int vectors, int pixels) {
  return std::max(vectors * pixels, kLatencyBound) + kLoadCost * (vectors + pixels);
}

// Steps of two lengths are two loops: twice the code.
constexpr double kTwoLengths = 1.05;

// Where steps with small weights cost less (schedules/kernels.h, sorts_steps), they must be small in the whole tile.
constexpr double kManyChannels = 1.2;

/// The cost of all steps along the row, as the kernel takes them.
double row_cost(int vectors, int width, int pixels) {
  const std::vector<Steps> parts = cover(width, pixels);
  double cost = 0;
  for (const Steps& steps : parts) cost += steps.count * step_cost(vectors, steps.pixels);
  return parts.size() > 1 ? kTwoLengths * cost : cost;
}

/// True if a step has to split 8-bit operands into 16-bit halves.
bool splits_operands(const Arithmetic& arithmetic, const Target& target) {
  return arithmetic.requantizes() && target.products != ByteProducts::dot4;
}

/// The most pixels of a step. 16 registers hold the accumulators and the columns of a row, weights are read from
/// memory; 8-bit values have to be widened and requantized, for which there must be registers too.
int depthwise_limit(const DepthwiseRow& s, const Target& target) {
  if (target.registers == 32) return s.ring.interleaved ? 14 : 8;
  if (s.finish.arithmetic.requantizes()) return 4;
  int pixels = 1;
  while (pixels + 1 + pixels * s.stride_w + s.kernel_w <= target.registers) ++pixels;
  return pixels;
}

// Parts of the expanded channels in the `channels` variant are about this many channels: whole tiles for all targets,
// and the weights of one part stay in the second-level cache.
constexpr int kPartChannels = 96;
// Weights that are read again for every row cost more than accumulators in memory, for maps up to this many pixels;
// larger ones would take more memory too.
constexpr int64_t kSmallMap = 256;

}  // namespace

// An 8-bit step without dot products splits its operands into 16-bit halves, which takes twice the registers, a mask
// and a product; steps that are joined, where they can be most of all, have two inputs and weights. Without fused
// multiply-adds a product needs a register too.
int conv_tile_registers(Tile tile, const Arithmetic& arithmetic, const Target& target) {
  int operands = tile.vectors + (target.fused_multiply_add ? 1 : 2);
  if (splits_operands(arithmetic, target)) operands = target.products == ByteProducts::pairs ? 6 : 2 * tile.vectors + 4;
  if (target.operands_loaded_first) operands = std::max(operands, tile.vectors + tile.pixels);
  return tile.vectors * tile.pixels + operands;
}

double conv_tile_cost(const ConvShape& shape, Tile tile, const Target& target) {
  const int rest = shape.vectors % tile.vectors;
  const int full = shape.vectors / tile.vectors;
  const double cost =
      full * row_cost(tile.vectors, shape.width, tile.pixels) + (rest ? row_cost(rest, shape.width, tile.pixels) : 0);
  return shape.arithmetic.requantizes() && target.products == ByteProducts::pairs && tile.vectors > 2
             ? kManyChannels * cost
             : cost;
}

Tile choose_conv_tile(const ConvShape& shape, const Target& target) {
  Tile best{1, 1};
  double best_cost = std::numeric_limits<double>::infinity();
  for (int v = 1; v <= shape.vectors && fits({v, 1}, shape.arithmetic, target); ++v) {
    for (int x = 1; x <= shape.width && fits({v, x}, shape.arithmetic, target); ++x) {
      const double cost = conv_tile_cost(shape, {v, x}, target);
      if (cost < best_cost) best_cost = cost, best = {v, x};
    }
  }
  return best;
}

int choose_conv_pixels(const ConvShape& shape, const Target& target) {
  int best = 1;
  for (int x = 2; x <= shape.width && fits({shape.vectors, x}, shape.arithmetic, target); ++x) {
    if (row_cost(shape.vectors, shape.width, x) < row_cost(shape.vectors, shape.width, best)) best = x;
  }
  return best;
}

int choose_depthwise_pixels(const DepthwiseRow& s, const Target& target) {
  const int width = s.width, limit = depthwise_limit(s, target);
  int best = 1;
  double best_cost = std::numeric_limits<double>::infinity();
  for (int x = 1; x <= std::min(width, limit); ++x) {
    // Computed pixels, and per step the input columns that two neighbouring steps both load.
    const int steps = (width + x - 1) / x;
    const double cost = steps * (x + 1.0);
    if (cost < best_cost) best_cost = cost, best = x;
  }
  return best;
}

namespace {

/// 8-bit partial sums are four times the size of the output and the weights a quarter: rows win there, but where
/// weights must be split into 16-bit halves for every step along a row.
bool prefers_channels(const ChainShape& shape, const Target& target) {
  return (!shape.arithmetic.requantizes() || splits_operands(shape.arithmetic, target)) && shape.map <= kSmallMap;
}

}  // namespace

Schedule choose_schedule(const Schedule& asked, const ChainShape& shape, const Target& target) {
  Schedule s = asked;
  // A block that is in no cascade.
  if (s.variant == Variant::cascade) s.variant = Variant::automatic, s.parts = 0;
  if (asked.variant == Variant::layerwise) return s;
  const int parts = std::max(1, (shape.expanded + kPartChannels - 1) / kPartChannels);
  if (s.variant == Variant::automatic) {
    s.variant = prefers_channels(shape, target) ? Variant::channels : Variant::rows;
  }
  if (!shape.expanded) s.variant = Variant::rows;
  if (s.variant != Variant::channels) s.parts = 0;
  if (s.variant == Variant::channels) s.parts = s.parts ? std::min(s.parts, shape.expanded) : parts;
  return s;
}

// Measured with AVX2 on MobileNetV2's first blocks: 63 ps for each multiply-add of a depthwise convolution, when the
// whole network takes 22 ps. With dot products the network takes much less, and the widening products of plain rows do
// not.
double plain_ring_cost(const Target& target) { return target.products == ByteProducts::dot4 ? 8 : 3; }

// Cascades compute in rows, which costs nothing where blocks would do so anyway, and the advantage of parts elsewhere.
double cascade_cost(const ChainShape& shape, const Target& target) { return prefers_channels(shape, target) ? 1.1 : 1; }

}  // namespace narrows
